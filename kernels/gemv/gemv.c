#include "gemv/gemv.h"

#include <string.h>

#include "cpu.h"
#include "form.h"
#include "gemv/operands.h"
#include "team.h"

/* A tile has at most this many columns: 8 rows of it are first read within 12 ms even at 0.36 GB/s,
 * and its piece of x stays in a cache. */
enum { COLUMNS_MAX = 1 << 16 };

/* Rows that one tile of gemv/column holds: one column of it takes a few milliseconds at worst. */
enum { COLUMN_ROWS_MAX = 1 << 16 };

static void choose_bodies(mw_isa isa, mw_gemv_bodies *bodies)
{
    mw_gemv_bodies_generic(bodies);
#if defined(__x86_64__)
    if (isa >= MW_ISA_AVX2)
        mw_gemv_bodies_avx2(bodies);
    if (isa >= MW_ISA_AVX512)
        mw_gemv_bodies_avx512(bodies);
#endif
    (void)isa;
}

/* What differs between the rungs besides their loops. */
typedef struct gemv_rung {
    size_t body;  /* offset of its pair of bodies in mw_gemv_bodies */
    size_t group; /* rows that one group of sums holds; shares and tiles begin on its multiples */
    bool packs_x;
} gemv_rung;

static mw_status prepare(mw_run *run, mw_error *error)
{
    mw_status status = mw_gemv_prepare(run, error);
    if (status != MW_OK)
        return status;
    const gemv_rung *rung = run->kernel->body;
    mw_gemv_state *state = run->state;
    mw_gemv_bodies bodies;
    run->isa = mw_cpu_isa();
    choose_bodies(run->isa, &bodies);
    mw_gemv_body *pair[2];
    memcpy(pair, (const char *)&bodies + rung->body, sizeof pair);
    state->body = pair[state->dtype];
    return MW_OK;
}

static void *at(const mw_buffer *buffer, const mw_gemv_state *state, size_t index)
{
    return (char *)buffer->data + index * state->width;
}

/* --- by rows: reference and simd ---------------------------------------------------------- */

static mw_work rows_work(const mw_kernel *kernel, const mw_args *args)
{
    const gemv_rung *rung = kernel->body;
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

static bool rows_share(void *context, int thread, int threads, mw_tally *tally)
{
    const mw_run *run = context;
    const mw_gemv_state *state = run->state;
    const gemv_rung *rung = run->kernel->body;
    const mw_buffer *x = rung->packs_x ? &state->packed : &state->x;
    if (rung->packs_x && thread == 0)
        tally->pending.load_bytes += state->n * state->width;

    mw_range groups = mw_team_share(mw_ceil_div(state->m, rung->group), thread, threads);
    size_t end = groups.end * rung->group < state->m ? groups.end * rung->group : state->m;
    size_t piece = state->n < COLUMNS_MAX ? state->n : COLUMNS_MAX;
    size_t tile_groups = MW_TILE_BYTES / (piece * rung->group * state->width);
    size_t tile_rows = (tile_groups ? tile_groups : 1) * rung->group;

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

/* One group of rows: a dot product each, then its element of y. */
static bool trace_group(mw_trace *trace, const mw_gemv_places *at, const gemv_rung *rung,
                        mw_range rows, uint64_t j, uint64_t columns)
{
    mw_stream streams[MW_GEMV_ROWS + 1];
    uint32_t w = at->width;
    size_t n = 0;
    for (uint64_t i = rows.begin; i < rows.end; i++)
        streams[n++] = (mw_stream){at->a + (i * at->lda + j) * w, w, w, MW_ACCESS_LOAD};
    if (!rung->packs_x)
        streams[n++] = (mw_stream){at->x + j * w, w, w, MW_ACCESS_LOAD};
    if (!mw_trace_loop(trace, streams, n, columns))
        return false;
    mw_stream sums[2] = {{at->y + rows.begin * w, w, w, MW_ACCESS_LOAD},
                         {at->y + rows.begin * w, w, w, MW_ACCESS_STORE}};
    size_t first = j > 0 ? 0 : 1; /* only later pieces of a row find a sum */
    return mw_trace_loop(trace, sums + first, 2 - first, rows.end - rows.begin);
}

/* As rows_share goes through the tiles; the packed copy of x is no operand. */
static mw_status rows_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    const gemv_rung *rung = kernel->body;
    mw_gemv_places at = mw_gemv_place(args, trace);
    if (rung->packs_x && !mw_trace_range(trace, at.x, at.width, at.n, at.width, MW_ACCESS_LOAD))
        return MW_CANCELLED;
    uint64_t piece = at.n < COLUMNS_MAX ? at.n : COLUMNS_MAX;
    uint64_t tile_groups = MW_TILE_BYTES / (piece * rung->group * at.width);
    uint64_t tile_rows = (tile_groups ? tile_groups : 1) * rung->group;
    uint64_t tiles = mw_ceil_div(at.m, tile_rows);
    for (uint64_t tile = 0; tile < tiles; tile++) {
        if (!mw_trace_tile(trace, tile, tiles))
            continue;
        uint64_t begin = tile * tile_rows;
        uint64_t end = at.m - begin < tile_rows ? at.m : begin + tile_rows;
        for (uint64_t j = 0; j < at.n; j += COLUMNS_MAX) {
            uint64_t columns = at.n - j < COLUMNS_MAX ? at.n - j : COLUMNS_MAX;
            for (uint64_t i = begin; i < end;) {
                uint64_t rows = end - i < rung->group ? 1 : rung->group;
                if (!trace_group(trace, &at, rung, (mw_range){i, i + rows}, j, columns))
                    return MW_CANCELLED;
                i += rows;
            }
        }
    }
    return MW_OK;
}

static mw_status rows_execute(mw_run *run)
{
    const gemv_rung *rung = run->kernel->body;
    mw_gemv_state *state = run->state;
    if (rung->packs_x)
        memcpy(state->packed.data, state->x.data, state->n * state->width);
    return mw_team_run(run->ledger, state->threads, rows_share, run);
}

/* --- by columns --------------------------------------------------------------------------- */

static mw_work column_work(const mw_kernel *kernel, const mw_args *args)
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

/* Column j of some rows: x[j] once, then A, y and y again for every row. */
static bool trace_column(mw_trace *trace, const mw_gemv_places *at, mw_range rows, uint64_t j)
{
    uint32_t w = at->width;
    uint64_t y = at->y + rows.begin * w, count = rows.end - rows.begin;
    const mw_stream streams[] = {
        {at->a + (rows.begin * at->lda + j) * w, (int64_t)(at->lda * w), w, MW_ACCESS_LOAD},
        {y, w, w, MW_ACCESS_LOAD},
        {y, w, w, MW_ACCESS_STORE},
    };
    return (j > 0 || mw_trace_range(trace, y, w, count, w, MW_ACCESS_STORE)) &&
           mw_trace_range(trace, at->x + j * w, 0, 1, w, MW_ACCESS_LOAD) &&
           mw_trace_loop(trace, streams, 3, count);
}

static mw_status column_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    (void)kernel;
    mw_gemv_places at = mw_gemv_place(args, trace);
    uint64_t pieces = mw_ceil_div(at.m, COLUMN_ROWS_MAX), tiles = pieces * at.n;
    for (uint64_t piece = 0; piece < pieces; piece++) {
        mw_range rows = {piece * COLUMN_ROWS_MAX, (piece + 1) * COLUMN_ROWS_MAX};
        rows.end = rows.end < at.m ? rows.end : at.m;
        for (uint64_t j = 0; j < at.n; j++) {
            if (mw_trace_tile(trace, piece * at.n + j, tiles) && !trace_column(trace, &at, rows, j))
                return MW_CANCELLED;
        }
    }
    return MW_OK;
}

static mw_status column_execute(mw_run *run)
{
    const mw_gemv_state *state = run->state;
    return mw_team_run(run->ledger, state->threads, column_share, run);
}

/* ------------------------------------------------------------------------------------------ */

static const gemv_rung reference_rung = {offsetof(mw_gemv_bodies, reference), 1, false};
static const gemv_rung column_rung = {offsetof(mw_gemv_bodies, column), 1, false};
static const gemv_rung simd_rung = {offsetof(mw_gemv_bodies, simd), MW_GEMV_ROWS, true};

#define GEMV(name, text, order)                                                                    \
    const mw_kernel mw_gemv_##name = {.family = "gemv",                                            \
                                      .variant = #name,                                            \
                                      .summary = (text),                                           \
                                      .params = mw_gemv_params,                                    \
                                      .param_count = MW_GEMV_PARAMS,                               \
                                      .check = mw_gemv_check,                                      \
                                      .work = order##_work,                                        \
                                      .compulsory_bytes = mw_gemv_compulsory,                      \
                                      .footprint = mw_gemv_footprint,                              \
                                      .prepare = prepare,                                          \
                                      .execute = order##_execute,                                  \
                                      .verify = mw_gemv_verify,                                    \
                                      .release = mw_gemv_release,                                  \
                                      .trace = order##_trace,                                      \
                                      .body = &name##_rung}

GEMV(reference, "y = A*x, one dot product per row", rows);
GEMV(column, "y = A*x column by column, against the storage order", column);
GEMV(simd, "y = A*x, eight rows at once in vector accumulators", rows);
