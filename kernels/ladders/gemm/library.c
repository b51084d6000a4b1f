/* library.c: cuts n and k into slabs, and their rows into timed blocks. */
#include "gemm/library.h"

#include <stdlib.h>

#include "blocks.h"
#include "form.h"

/* An interactive block has at most this much of n and k. */
enum { EDGE = 2048 };

mw_work mw_gemm_library_work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide m = (mw_wide)args->value[MW_GEMM_M], n = (mw_wide)args->value[MW_GEMM_N];
    mw_wide k = (mw_wide)args->value[MW_GEMM_K];
    return (mw_work){.flops = mw_form(2 * m * n * k)};
}

/* One slab of n and k, in blocks of rows. */
static bool execute_slab(mw_run *run, size_t j, size_t p)
{
    const mw_gemm_state *s = run->state;
    const mw_gemm_library *library = run->kernel->body;
    size_t n = mw_smaller(s->n - j, EDGE), k = mw_smaller(s->k - p, EDGE);
    mw_blocks rows = mw_blocks_begin(s->m, (uint64_t)k * s->width + (uint64_t)n * k / 4);
    while (mw_blocks_next(&rows)) {
        library->call(s, rows.first, rows.count, j, n, p, k);
        if (!mw_ledger_poll(run->ledger))
            return false;
    }
    return true;
}

mw_status mw_gemm_library_execute(mw_run *run)
{
    const mw_gemm_state *s = run->state;
    const mw_gemm_library *library = run->kernel->body;
    mw_ledger_team(run->ledger, library->threads(s->threads), s->threads);
    if (!run->interactive) {
        library->call(s, 0, s->m, 0, s->n, 0, s->k);
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

void mw_gemm_library_release(mw_run *run)
{
    if (!run->state)
        return;
    mw_gemm_destroy(run->state);
    free(run->state);
    run->state = NULL;
}

mw_status mw_gemm_library_prepare(mw_run *run, mw_error *error)
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
