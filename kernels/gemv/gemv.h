/* gemv.h: the gemv ladder, y = A·x with A of m rows and n columns, row-major. */
#ifndef MW_GEMV_H
#define MW_GEMV_H

#include "kernel.h"

extern const mw_kernel mw_gemv_reference, mw_gemv_column, mw_gemv_simd, mw_gemv_openblas;

#endif
