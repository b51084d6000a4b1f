/*
 * gemm.h: the gemm ladder, C += A·B with A of m rows and k columns, B of k rows and n columns, all
 * row-major; and gemm/skinny, C = A·B for a B of few columns (a batch of vectors).
 */
#ifndef MW_GEMM_H
#define MW_GEMM_H

#include "kernel.h"

extern const mw_kernel mw_gemm_ijk, mw_gemm_jik, mw_gemm_jki, mw_gemm_kji, mw_gemm_kij, mw_gemm_ikj,
    mw_gemm_blocked, mw_gemm_blocked2, mw_gemm_packed, mw_gemm_tile, mw_gemm_micro_avx2,
    mw_gemm_micro_avx512, mw_gemm_parallel, mw_gemm_openblas, mw_gemm_blis, mw_gemm_skinny;

#endif
