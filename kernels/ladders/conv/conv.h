/* conv.h: two-dimensional convolutions, directly and as a matrix product. */
#ifndef MW_CONV_H
#define MW_CONV_H

#include "kernel.h"

extern const mw_kernel mw_conv_direct, mw_conv_im2col;

#endif
