/*
 * openblas: y = A·x by the library, the rung that every ladder is measured against.
 *
 * Its loops are not ours, so nothing is counted: the FLOPs are the closed form 2·m·n and the bytes
 * it moves are absent. An interactive run cuts the call into blocks of rows that take a few
 * milliseconds, and hears the cancel flag between them.
 */
#include <cblas.h>

#include "blocks.h"
#include "form.h"
#include "gemv/gemv.h"
#include "gemv/operands.h"

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide m = (mw_wide)args->value[MW_GEMV_M], n = (mw_wide)args->value[MW_GEMV_N];
    return (mw_work){.flops = mw_form(2 * m * n)};
}

static void call(const mw_gemv_state *s, size_t first, size_t rows)
{
    blasint m = (blasint)rows, n = (blasint)s->n, lda = (blasint)s->lda;
    if (s->dtype == MW_F32)
        cblas_sgemv(CblasRowMajor, CblasNoTrans, m, n, 1, (float *)s->a.data + first * s->lda, lda,
                    s->x.data, 1, 0, (float *)s->y.data + first, 1);
    else
        cblas_dgemv(CblasRowMajor, CblasNoTrans, m, n, 1, (double *)s->a.data + first * s->lda, lda,
                    s->x.data, 1, 0, (double *)s->y.data + first, 1);
}

static mw_status execute(mw_run *run)
{
    const mw_gemv_state *state = run->state;
    openblas_set_num_threads(state->threads);
    mw_ledger_team(run->ledger, openblas_get_num_threads(), state->threads);
    if (!run->interactive) {
        call(state, 0, state->m);
        return mw_ledger_poll(run->ledger) ? MW_OK : MW_CANCELLED;
    }
    mw_blocks blocks = mw_blocks_begin(state->m, (uint64_t)state->n * state->width);
    while (mw_blocks_next(&blocks)) {
        call(state, blocks.first, blocks.count);
        if (!mw_ledger_poll(run->ledger))
            return MW_CANCELLED;
    }
    return MW_OK;
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    run->isa = MW_ISA_GENERIC; /* the library chooses for itself */
    return mw_gemv_prepare(run, error);
}

const mw_kernel mw_gemv_openblas = {
    .family = "gemv",
    .variant = "openblas",
    .summary = "y = A*x by OpenBLAS",
    .library = "OpenBLAS",
    .params = mw_gemv_params,
    .param_count = MW_GEMV_PARAMS,
    .check = mw_gemv_check,
    .work = work,
    .compulsory_bytes = mw_gemv_compulsory,
    .footprint = mw_gemv_footprint,
    .prepare = prepare,
    .execute = execute,
    .verify = mw_gemv_verify,
    .release = mw_gemv_release,
    .sample = mw_gemv_sample,
    .result = mw_gemv_result,
};
