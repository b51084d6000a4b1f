/* eltwise.h: y = gelu(x + b) + r over n elements, in one pass and in three. b is one number. */
#ifndef MW_ELTWISE_H
#define MW_ELTWISE_H

#include "kernel.h"

extern const mw_kernel mw_eltwise_unfused, mw_eltwise_fused;

#endif
