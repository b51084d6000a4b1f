/* gemv.h: the gemv ladder, y = A·x with A of m rows and n columns, row-major. */
#ifndef MW_GEMV_H
#define MW_GEMV_H

#include "kernel.h"

/* From the textbook's loop to the library's, each one change ahead of the one before. */
extern const mw_kernel mw_gemv_reference, mw_gemv_column, mw_gemv_unrolled, mw_gemv_simd,
    mw_gemv_rows, mw_gemv_prefetch, mw_gemv_parallel, mw_gemv_openblas;

/* A in fewer bits than f32, one kernel for each format. */
extern const mw_kernel mw_gemv_bf16, mw_gemv_fp16, mw_gemv_q8_0, mw_gemv_q4_0, mw_gemv_q4_1,
    mw_gemv_log2, mw_gemv_binary, mw_gemv_codebook, mw_gemv_int8_symmetric, mw_gemv_int8_asymmetric;

#endif
