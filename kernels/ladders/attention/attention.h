/* attention.h: softmax(Q·K'/sqrt(d))·V of one head, with the scores written out and without. */
#ifndef MW_ATTENTION_H
#define MW_ATTENTION_H

#include "kernel.h"

extern const mw_kernel mw_attention_naive, mw_attention_tiled;

#endif
