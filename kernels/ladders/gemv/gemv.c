/* gemv.c: walks by rows and by columns, and the rungs as rows of one macro. */
#include "gemv/gemv.h"

#include <string.h>

#include "cpu.h"
#include "form.h"
#include "gemv/rung.h"

enum { COLUMNS_MAX = MW_GEMV_COLUMNS_MAX, COLUMN_ROWS_MAX = MW_GEMV_COLUMN_ROWS_MAX };

void mw_gemv_choose(mw_run *run, size_t body)
{
    mw_gemv_state *state = run->state;
    run->isa = mw_cpu_isa();
    mw_gemv_bodies bodies = mw_gemv_bodies_for(run->isa);
    mw_gemv_body *pair[2];
    memcpy(pair, (const char *)&bodies + body, sizeof pair);
    state->body = pair[state->dtype];
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    mw_status status = mw_gemv_prepare(run, error);
    if (status != MW_OK)
        return status;
    const mw_gemv_rung *rung = run->kernel->body;
    mw_gemv_choose(run, rung->body);
    return MW_OK;
}

static void *at(const mw_buffer *buffer, const mw_gemv_state *state, size_t index)
{
    return (char *)buffer->data + index * state->width;
}

/* --- by rows ------------------------------------------------------------------------------ */

mw_work mw_gemv_rows_work(const mw_kernel *kernel, const mw_args *args)
{
    const mw_gemv_rung *rung = kernel->body;
    mw_wide m = (mw_wide)args->value[MW_GEMV_M], n = (mw_wide)args->value[MW_GEMV_N];
    mw_wide w = mw_dtype_size((mw_dtype)args->value[MW_GEMV_DTYPE]);
    mw_wide pieces = mw_ceil_div((uint64_t)n, COLUMNS_MAX);
    mw_wide x = rung->packs_x ? n : m * n;
    return (mw_work){
        .flops = mw_form(2 * m * n),
        .load_bytes = mw_form((m * n + x + (pieces - 1) * m) * w),
        .store_bytes = mw_form(pieces * m * w),
    };
}

bool mw_gemv_rows_share(void *context, int thread, int threads, mw_tally *tally)
{
    const mw_run *run = context;
    const mw_gemv_state *state = run->state;
    const mw_gemv_rung *rung = run->kernel->body;
    const mw_buffer *x = rung->packs_x ? &state->packed : &state->x;
    if (rung->packs_x && thread == 0)
        tally->pending.load_bytes += state->n * state->width;

    mw_range groups = mw_team_share(mw_ceil_div(state->m, rung->group), thread, threads);
    size_t end = groups.end * rung->group < state->m ? groups.end * rung->group : state->m;
    size_t tile_rows = mw_gemv_tile_rows(state->n, rung->group, state->width);

    for (size_t i = groups.begin * rung->group; i < end; i += tile_rows) {
        size_t rows = end - i < tile_rows ? end - i : tile_rows;
        for (size_t j = 0; j < state->n; j += COLUMNS_MAX) {
            size_t columns = state->n - j < COLUMNS_MAX ? state->n - j : COLUMNS_MAX;
            mw_gemv_tile tile = {
                .a = at(&state->a, state, i * state->lda + j),
                .lda = state->lda,
                .x = at(x, state, j),
                .y = at(&state->y, state, i),
                .rows = rows,
                .columns = columns,
                .add = j > 0,
            };
            state->body(&tile);
            size_t loads = rows * columns * (rung->packs_x ? 1 : 2) + (j > 0 ? rows : 0);
            if (!mw_tally_add(tally, 2 * rows * columns, loads * state->width, rows * state->width))
                return false;
        }
    }
    return true;
}

mw_status mw_gemv_rows_execute(mw_run *run)
{
    const mw_gemv_rung *rung = run->kernel->body;
    mw_gemv_state *state = run->state;
    if (rung->packs_x)
        memcpy(state->packed.data, state->x.data, state->n * state->width);
    return mw_team_run(run->ledger, state->threads, mw_gemv_rows_share, run);
}

/* --- by columns --------------------------------------------------------------------------- */

static mw_work mw_gemv_column_work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide m = (mw_wide)args->value[MW_GEMV_M], n = (mw_wide)args->value[MW_GEMV_N];
    mw_wide w = mw_dtype_size((mw_dtype)args->value[MW_GEMV_DTYPE]);
    int threads = (int)args->value[MW_GEMV_THREADS];
    mw_wide pieces = 0; /* each piece of a thread's rows loads x once */
    for (int thread = 0; thread < threads; thread++) {
        mw_range rows = mw_team_share((uint64_t)m, thread, threads);
        pieces += mw_ceil_div(rows.end - rows.begin, COLUMN_ROWS_MAX);
    }
    return (mw_work){
        .flops = mw_form(2 * m * n),
        .load_bytes = mw_form((2 * m * n + pieces * n) * w),
        .store_bytes = mw_form((m * n + m) * w),
    };
}

static bool column_share(void *context, int thread, int threads, mw_tally *tally)
{
    const mw_run *run = context;
    const mw_gemv_state *state = run->state;
    mw_range share = mw_team_share(state->m, thread, threads);
    for (size_t i = share.begin; i < share.end; i += COLUMN_ROWS_MAX) {
        size_t rows = share.end - i < COLUMN_ROWS_MAX ? share.end - i : COLUMN_ROWS_MAX;
        size_t tile_columns = COLUMN_ROWS_MAX / rows;
        for (size_t j = 0; j < state->n; j += tile_columns) {
            size_t columns = state->n - j < tile_columns ? state->n - j : tile_columns;
            mw_gemv_tile tile = {
                .a = at(&state->a, state, i * state->lda + j),
                .lda = state->lda,
                .x = at(&state->x, state, j),
                .y = at(&state->y, state, i),
                .rows = rows,
                .columns = columns,
                .add = j > 0,
            };
            state->body(&tile);
            size_t zeroed = j == 0 ? rows : 0;
            if (!mw_tally_add(tally, 2 * rows * columns,
                              (2 * rows * columns + columns) * state->width,
                              (rows * columns + zeroed) * state->width))
                return false;
        }
    }
    return true;
}

static mw_status mw_gemv_column_execute(mw_run *run)
{
    const mw_gemv_state *state = run->state;
    return mw_team_run(run->ledger, state->threads, column_share, run);
}

/* ------------------------------------------------------------------------------------------ */

static const mw_gemv_rung reference_rung = {offsetof(mw_gemv_bodies, reference), 1, false};
static const mw_gemv_rung column_rung = {offsetof(mw_gemv_bodies, column), 1, false};
static const mw_gemv_rung unrolled_rung = {offsetof(mw_gemv_bodies, unrolled), 1, false};
static const mw_gemv_rung simd_rung = {offsetof(mw_gemv_bodies, simd), 1, false};
static const mw_gemv_rung rows_rung = {offsetof(mw_gemv_bodies, rows), MW_GEMV_ROWS, true};
static const mw_gemv_rung prefetch_rung = {offsetof(mw_gemv_bodies, prefetch), MW_GEMV_STREAMS,
                                           true};

#define GEMV(name, text, order)                                                                    \
    const mw_kernel mw_gemv_##name = {.family = "gemv",                                            \
                                      .variant = #name,                                            \
                                      .summary = (text),                                           \
                                      .params = mw_gemv_params,                                    \
                                      .param_count = MW_GEMV_PARAMS,                               \
                                      .check = mw_gemv_check,                                      \
                                      .work = mw_gemv_##order##_work,                              \
                                      .compulsory_bytes = mw_gemv_compulsory,                      \
                                      .footprint = mw_gemv_footprint,                              \
                                      .prepare = prepare,                                          \
                                      .execute = mw_gemv_##order##_execute,                        \
                                      .verify = mw_gemv_verify,                                    \
                                      .release = mw_gemv_release,                                  \
                                      .sample = mw_gemv_sample,                                    \
                                      .result = mw_gemv_result,                                    \
                                      .trace = mw_gemv_##order##_trace,                            \
                                      .body = &name##_rung}

GEMV(reference, "y = A*x, one dot product per row", rows);
GEMV(column, "y = A*x column by column, against the storage order", column);
GEMV(unrolled, "y = A*x, eight sums of one row at once", rows);
GEMV(simd, "y = A*x, one row at a time in vector accumulators", rows);
GEMV(rows, "y = A*x, six rows at once in vector accumulators", rows);
GEMV(prefetch, "y = A*x, eight rows at once, their next lines asked for ahead", rows);
