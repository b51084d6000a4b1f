/* gemv.h: the gemv ladder, y = A·x with A of m rows and n columns, row-major. */
#ifndef MW_GEMV_H
#define MW_GEMV_H

#include "kernel.h"

/* From the textbook's loop to the library's, each one change ahead of the one before. */
extern const mw_kernel mw_gemv_reference, mw_gemv_column, mw_gemv_unrolled, mw_gemv_simd,
    mw_gemv_rows, mw_gemv_prefetch, mw_gemv_parallel, mw_gemv_openblas;

#endif
