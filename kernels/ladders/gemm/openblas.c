/*
 * openblas: C += A·B by the library, the rung that every ladder is measured against.
 *
 * It packs A and B into panels before it multiplies, whatever their shape: for a batch of a few
 * vectors that means reading W, writing it and reading it again, which gemm/skinny does not do.
 * An interactive run packs anew for each of its blocks.
 */
#include <cblas.h>

#include "gemm/gemm.h"
#include "gemm/library.h"

static void call(const mw_gemm_state *s, size_t i, size_t m, size_t j, size_t n, size_t p, size_t k)
{
    const void *a = mw_gemm_at(s, &s->a, s->lda, i, p), *b = mw_gemm_at(s, &s->b, s->ldb, p, j);
    void *c = mw_gemm_at(s, &s->c, s->ldc, i, j);
    blasint lda = (blasint)s->lda, ldb = (blasint)s->ldb, ldc = (blasint)s->ldc;
    if (s->dtype == MW_F32)
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)m, (blasint)n, (blasint)k,
                    1, a, lda, b, ldb, 1, c, ldc);
    else
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)m, (blasint)n, (blasint)k,
                    1, a, lda, b, ldb, 1, c, ldc);
}

/* A library without threads takes any wish and keeps its one. */
static int set_threads(int threads)
{
    openblas_set_num_threads(threads);
    return openblas_get_num_threads();
}

static const mw_gemm_library library = {.threads = set_threads, .call = call};

const mw_kernel mw_gemm_openblas = {
    .family = "gemm",
    .variant = "openblas",
    .summary = "C += A*B by OpenBLAS",
    .library = "OpenBLAS",
    .params = mw_gemm_params,
    .param_count = MW_GEMM_PARAMS,
    .check = mw_gemm_check,
    .work = mw_gemm_library_work,
    .compulsory_bytes = mw_gemm_compulsory,
    .footprint = mw_gemm_footprint,
    .prepare = mw_gemm_library_prepare,
    .execute = mw_gemm_library_execute,
    .verify = mw_gemm_verify,
    .release = mw_gemm_library_release,
    .sample = mw_gemm_sample,
    .result = mw_gemm_result,
    .body = &library,
};
