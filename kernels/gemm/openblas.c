/*
 * openblas: C += A·B by the library, the rung that every ladder is measured against.
 *
 * It packs A and B into panels before it multiplies, whatever their shape: for a batch of a few
 * vectors that means reading W, writing it and reading it again, which gemm/skinny does not do.
 * Nothing is counted here; the FLOPs are the closed form and the bytes are absent. An interactive
 * run cuts the call into blocks of a few milliseconds, packs anew for each, and hears the cancel
 * flag between them.
 */
#include <cblas.h>
#include <stdlib.h>

#include "blocks.h"
#include "form.h"
#include "gemm/gemm.h"
#include "gemm/operands.h"

/* An interactive block has at most this much of n and k. */
enum { EDGE = 2048 };

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide m = (mw_wide)args->value[MW_GEMM_M], n = (mw_wide)args->value[MW_GEMM_N];
    mw_wide k = (mw_wide)args->value[MW_GEMM_K];
    return (mw_work){.flops = mw_form(2 * m * n * k)};
}

/* Rows [i, i+m), columns [j, j+n) and steps [p, p+k) of the product. */
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

/* One slab of n and k, in blocks of rows. */
static bool execute_slab(mw_run *run, size_t j, size_t p)
{
    const mw_gemm_state *s = run->state;
    size_t n = mw_smaller(s->n - j, EDGE), k = mw_smaller(s->k - p, EDGE);
    mw_blocks rows = mw_blocks_begin(s->m, (uint64_t)k * s->width + (uint64_t)n * k / 4);
    while (mw_blocks_next(&rows)) {
        call(s, rows.first, rows.count, j, n, p, k);
        if (!mw_ledger_poll(run->ledger))
            return false;
    }
    return true;
}

static mw_status execute(mw_run *run)
{
    const mw_gemm_state *s = run->state;
    openblas_set_num_threads(s->threads);
    if (!run->interactive) {
        call(s, 0, s->m, 0, s->n, 0, s->k);
        return mw_ledger_poll(run->ledger) ? MW_OK : MW_CANCELLED;
    }
    for (size_t j = 0; j < s->n; j += EDGE) {
        for (size_t p = 0; p < s->k; p += EDGE) {
            if (!execute_slab(run, j, p))
                return MW_CANCELLED;
        }
    }
    return MW_OK;
}

static void release(mw_run *run)
{
    if (!run->state)
        return;
    mw_gemm_destroy(run->state);
    free(run->state);
    run->state = NULL;
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    mw_gemm_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->isa = MW_ISA_GENERIC; /* the library chooses for itself */
    mw_status status = mw_gemm_create(state, run, error);
    if (status != MW_OK) {
        free(state);
        return status;
    }
    run->state = state;
    return MW_OK;
}

const mw_kernel mw_gemm_openblas = {
    .family = "gemm",
    .variant = "openblas",
    .summary = "C += A*B by OpenBLAS",
    .library = "OpenBLAS",
    .params = mw_gemm_params,
    .param_count = MW_GEMM_PARAMS,
    .check = mw_gemm_check,
    .work = work,
    .compulsory_bytes = mw_gemm_compulsory,
    .footprint = mw_gemm_footprint,
    .prepare = prepare,
    .execute = execute,
    .verify = mw_gemm_verify,
    .release = release,
};
