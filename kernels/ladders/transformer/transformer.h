/* transformer.h: one transformer block, for a token at a time and for a whole text at once. */
#ifndef MW_TRANSFORMER_H
#define MW_TRANSFORMER_H

#include "kernel.h"

extern const mw_kernel mw_decoder_step, mw_encoder_block;

#endif
