/* loops.c: operands with the edge of a block; the loads of a piece for the simulator. */
#include "gemm/loops.h"

#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "form.h"

void mw_gemm_loops_release(mw_run *run)
{
    mw_gemm_loops *loops = run->state;
    if (!loops)
        return;
    mw_gemm_destroy(&loops->operands);
    mw_buffer_destroy(&loops->packed);
    free(loops);
    run->state = NULL;
}

static size_t edge(const mw_run *run, const char *name)
{
    int index = mw_param_index(run->kernel, name);
    return index < 0 ? 0 : (size_t)run->args.value[index];
}

mw_status mw_gemm_loops_prepare(mw_run *run, size_t body, mw_error *error)
{
    mw_gemm_loops *loops = calloc(1, sizeof *loops);
    if (!loops)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = loops;
    run->isa = mw_cpu_isa();
    mw_loop_bodies bodies = mw_loop_bodies_for(run->isa);
    mw_gemm_body *pair[2];
    memcpy(pair, (const char *)&bodies + body, sizeof pair);
    mw_status status = mw_gemm_create(&loops->operands, run, error);
    if (status != MW_OK) {
        free(loops);
        run->state = NULL;
        return status;
    }
    loops->kernel = run->kernel;
    loops->body = pair[loops->operands.dtype];
    loops->block = edge(run, "block");
    loops->inner = edge(run, "inner");
    return MW_OK;
}

mw_gemm_piece mw_gemm_piece_at(const mw_gemm_loops *loops, size_t i, size_t j, size_t p)
{
    const mw_gemm_state *s = &loops->operands;
    return (mw_gemm_piece){
        .a = mw_gemm_at(s, &s->a, s->lda, i, p),
        .b = mw_gemm_at(s, &s->b, s->ldb, p, j),
        .c = mw_gemm_at(s, &s->c, s->ldc, i, j),
        .lda = s->lda,
        .ldb = s->ldb,
        .ldc = s->ldc,
        .block = loops->block,
    };
}

mw_work mw_gemm_loops_work(const mw_args *args, mw_wide loads, mw_wide stores)
{
    mw_wide m = (mw_wide)args->value[MW_GEMM_M], n = (mw_wide)args->value[MW_GEMM_N];
    mw_wide k = (mw_wide)args->value[MW_GEMM_K];
    mw_wide w = mw_dtype_size((mw_dtype)args->value[MW_GEMM_DTYPE]);
    return (mw_work){.flops = mw_form(2 * m * n * k),
                     .load_bytes = mw_form(loads * w),
                     .store_bytes = mw_form(stores * w)};
}

bool mw_gemm_trace_row(mw_trace *trace, const mw_gemm_places *at, uint64_t i, mw_range columns,
                       mw_range steps)
{
    uint32_t w = at->width;
    for (uint64_t p = steps.begin; p < steps.end; p++) {
        const mw_stream streams[] = {
            mw_gemm_along(at->b, at->ldb, p, columns.begin, w, MW_ACCESS_LOAD),
            mw_gemm_along(at->c, at->ldc, i, columns.begin, w, MW_ACCESS_LOAD),
            mw_gemm_along(at->c, at->ldc, i, columns.begin, w, MW_ACCESS_STORE),
        };
        if (!mw_gemm_touch(trace, at->a, at->lda, i, p, w, MW_ACCESS_LOAD) ||
            !mw_trace_loop(trace, streams, 3, columns.end - columns.begin))
            return false;
    }
    return true;
}
