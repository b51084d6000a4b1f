/*
 * library.h: what the rungs of libraries share: C += A·B as one call, or cut into blocks of a few
 * milliseconds when somebody waits. Nothing is counted: the FLOPs are the closed form and the bytes
 * are absent.
 */
#ifndef MW_GEMM_LIBRARY_H
#define MW_GEMM_LIBRARY_H

#include "gemm/operands.h"

typedef struct mw_gemm_library {
    int (*threads)(int threads); /* sets how many; returns how many there are */
    /* Rows [i, i+m), columns [j, j+n) and steps [p, p+k) of the product. */
    void (*call)(const mw_gemm_state *s, size_t i, size_t m, size_t j, size_t n, size_t p,
                 size_t k);
} mw_gemm_library;

/* The functions of a kernel whose `body` is an mw_gemm_library. */
mw_work mw_gemm_library_work(const mw_kernel *kernel, const mw_args *args);
mw_status mw_gemm_library_prepare(mw_run *run, mw_error *error);
mw_status mw_gemm_library_execute(mw_run *run);
void mw_gemm_library_release(mw_run *run);

#endif
