/* transpose.c: all rungs: how each walks over A, in tiles, by recursion or packed. */
#include "transpose/transpose.h"

#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "form.h"
#include "params.h"
#include "sample.h"
#include "transpose/operands.h"
#include "verify.h"

/* A parameter that not every rung has comes last. */
enum { M, N, LDA, LDB, DTYPE, THREADS, BLOCK, PARAMS };

#define OPERANDS                                                                                   \
    [M] = MW_PARAM_DIMENSION("m", "rows of A, columns of B", 4096),                                \
    [N] = MW_PARAM_DIMENSION("n", "columns of A, rows of B", 4096),                                \
    [LDA] = MW_PARAM_LEADING("lda", "A"), [LDB] = MW_PARAM_LEADING("ldb", "B"),                    \
    [DTYPE] = MW_PARAM_DTYPE, [THREADS] = MW_PARAM_THREADS

static const mw_param transpose_params[PARAMS] = {OPERANDS, [BLOCK] = MW_PARAM_TRANSPOSE_BLOCK(64)};
static const mw_param packed_params[PARAMS] = {OPERANDS, [BLOCK] = MW_PARAM_TRANSPOSE_BLOCK(256)};

/* Elements of one tile of the naive rung: some milliseconds even when each store waits for memory
 * and for its page. */
enum { NAIVE_TILE = 1 << 14 };

/* Where the recursion ends, and the grain of its cuts: a line of floats. */
enum { LEAF = 32, GRAIN = 16 };

enum { VECTOR = 64, LARGE_BYTES = 8 << 20 };

typedef struct transpose_state {
    size_t m, n, lda, ldb, block, width;
    mw_dtype dtype;
    int threads;
    mw_transpose_body *body;
    bool past; /* whole squares are stored past the caches */
    mw_buffer a, b;
    mw_buffer turned; /* a block for each thread */
} transpose_state;

/* A part of A, and how its tiles follow each other. */
typedef struct a_part {
    size_t i, j, rows, columns;
} a_part;

typedef bool part_walk(const transpose_state *state, a_part part, mw_tally *tally);
typedef bool part_trace(mw_trace *trace, const transpose_state *state, mw_transpose_place a,
                        mw_transpose_place b, a_part part);

typedef struct transpose_rung {
    size_t body; /* offset of its pair of bodies */
    size_t past; /* of those that store past the caches; 0: there are none */
    bool buffered;
    part_walk *walk;
    part_trace *trace;
} transpose_rung;

/* Where B is larger than what near caches hold, and its bands begin on vectors of 64 bytes. */
static bool is_past(const transpose_state *state)
{
    size_t band = state->block * state->width, row = state->ldb * state->width;
    return state->n * row >= LARGE_BYTES && band % VECTOR == 0 && row % VECTOR == 0;
}

static void sizes_of(const mw_kernel *kernel, const mw_args *args, transpose_state *state)
{
    state->m = (size_t)args->value[M];
    state->n = (size_t)args->value[N];
    state->lda = (size_t)mw_leading(args->value[LDA], args->value[N]);
    state->ldb = (size_t)mw_leading(args->value[LDB], args->value[M]);
    state->dtype = (mw_dtype)args->value[DTYPE];
    state->width = mw_dtype_size(state->dtype);
    state->threads = (int)args->value[THREADS];
    state->block = kernel->param_count > BLOCK ? (size_t)args->value[BLOCK] : GRAIN;

    const transpose_rung *rung = kernel->body;
    state->past = rung->past && is_past(state);
}

static mw_status transpose_check(const mw_kernel *kernel, const mw_args *args, mw_error *error)
{
    mw_status status = mw_leading_check(kernel, args, "lda", "n", error);
    return status == MW_OK ? mw_leading_check(kernel, args, "ldb", "m", error) : status;
}

static mw_work transpose_work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide elements = (mw_wide)args->value[M] * (mw_wide)args->value[N];
    uint64_t bytes = mw_form(elements * mw_dtype_size((mw_dtype)args->value[DTYPE]));
    return (mw_work){.flops = 0, .load_bytes = bytes, .store_bytes = bytes};
}

static uint64_t transpose_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    return 2 * transpose_work(kernel, args).load_bytes;
}

/* Rows of a buffered block: one vector of 64 bytes longer than the block. */
static size_t turned_ld(const transpose_state *state)
{
    return (state->block * state->width + 2 * VECTOR - 1) / VECTOR * VECTOR / state->width;
}

static size_t turned_bytes(const transpose_state *state)
{
    return turned_ld(state) * state->block * state->width;
}

static uint64_t transpose_footprint(const mw_kernel *kernel, const mw_args *args)
{
    transpose_state state;
    sizes_of(kernel, args, &state);
    const transpose_rung *rung = kernel->body;
    size_t buffers = rung->buffered ? (size_t)state.threads : 0;
    return mw_buffer_footprint(state.m * state.lda * state.width) +
           mw_buffer_footprint(state.n * state.ldb * state.width) +
           mw_buffer_footprint(buffers * turned_bytes(&state));
}

static void transpose_release(mw_run *run)
{
    transpose_state *state = run->state;
    if (!state)
        return;
    mw_buffer_destroy(&state->a);
    mw_buffer_destroy(&state->b);
    mw_buffer_destroy(&state->turned);
    free(state);
    run->state = NULL;
}

static mw_status transpose_prepare(mw_run *run, mw_error *error)
{
    transpose_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = state;
    sizes_of(run->kernel, &run->args, state);
    run->isa = mw_cpu_isa();
    mw_transpose_bodies bodies = mw_transpose_bodies_for(run->isa);
    const transpose_rung *rung = run->kernel->body;
    mw_transpose_body *pair[2];
    memcpy(pair, (const char *)&bodies + (state->past ? rung->past : rung->body), sizeof pair);
    state->body = pair[state->dtype];

    mw_status status = mw_buffer_create(&state->a, state->m * state->lda * state->width, error);
    if (status == MW_OK && rung->buffered)
        status =
            mw_buffer_create(&state->turned, turned_bytes(state) * (size_t)state->threads, error);
    if (status == MW_OK && rung->buffered)
        status = mw_buffer_touch(&state->turned, state->threads, run->ledger);
    if (status == MW_OK)
        status = mw_buffer_create(&state->b, state->n * state->ldb * state->width, error);
    if (status == MW_OK)
        status = mw_buffer_fill(&state->a, state->dtype, MW_TRANSPOSE_SEED_A, state->threads,
                                run->ledger);
    if (status == MW_OK)
        status = mw_buffer_fill(&state->b, state->dtype, MW_TRANSPOSE_SEED_B, state->threads,
                                run->ledger);
    if (status != MW_OK)
        transpose_release(run);
    return status;
}

static void *buffer_of(const transpose_state *state, int thread)
{
    if (!state->turned.data)
        return NULL;
    return (char *)state->turned.data + turned_bytes(state) * (size_t)thread;
}

static bool turn(const transpose_state *state, a_part part, mw_tally *tally)
{
    mw_transpose_tile tile = {
        .from = (const char *)state->a.data + (part.i * state->lda + part.j) * state->width,
        .from_ld = state->lda,
        .to = (char *)state->b.data + (part.j * state->ldb + part.i) * state->width,
        .to_ld = state->ldb,
        .rows = part.rows,
        .columns = part.columns,
        .buffer = buffer_of(state, tally->thread),
        .buffer_ld = turned_ld(state),
    };
    state->body(&tile);
    uint64_t bytes = part.rows * part.columns * state->width;
    return mw_tally_add(tally, 0, bytes, bytes);
}

/* --- row by row --------------------------------------------------------------------------- */

static bool walk_rows(const transpose_state *state, a_part all, mw_tally *tally)
{
    for (size_t i = all.i; i < all.i + all.rows; i++) {
        for (size_t j = 0; j < all.columns; j += NAIVE_TILE) {
            a_part piece = {i, j, 1, mw_smaller(all.columns - j, NAIVE_TILE)};
            if (!turn(state, piece, tally))
                return false;
        }
        /* What waits for memory at every store is polled sooner than its bytes make it due. */
        if (i % 64 == 63 && !mw_ledger_poll(tally->ledger))
            return false;
    }
    return true;
}

static bool trace_rows(mw_trace *trace, const transpose_state *state, mw_transpose_place a,
                       mw_transpose_place b, a_part all)
{
    uint32_t w = (uint32_t)state->width;
    for (size_t i = all.i; i < all.i + all.rows; i++) {
        const mw_stream streams[] = {
            {a.base + i * a.ld * w, w, w, MW_ACCESS_LOAD},
            {b.base + i * w, (int64_t)(b.ld * w), w, MW_ACCESS_STORE},
        };
        if (!mw_trace_loop(trace, streams, 2, all.columns))
            return false;
    }
    return true;
}

/* --- block by block ----------------------------------------------------------------------- */

static bool walk_blocks(const transpose_state *state, a_part all, mw_tally *tally)
{
    for (size_t j = 0; j < all.columns; j += state->block) {
        a_part block = {all.i, j, all.rows, mw_smaller(all.columns - j, state->block)};
        if (!turn(state, block, tally))
            return false;
    }
    return true;
}

/* Into the buffer, which is no operand, band by band of squares; out of it row by row. */
static bool trace_block(mw_trace *trace, const transpose_state *state, mw_transpose_place a,
                        mw_transpose_place b, a_part part)
{
    uint32_t w = (uint32_t)state->width;
    size_t lanes = VECTOR / w;
    for (size_t i = 0; i < part.rows; i += lanes) {
        size_t rows = mw_smaller(part.rows - i, lanes);
        for (size_t j = 0; j < part.columns; j += lanes) {
            size_t columns = mw_smaller(part.columns - j, lanes);
            uint64_t square = a.base + ((part.i + i) * a.ld + part.j + j) * w;
            for (size_t r = 0; r < rows; r++) {
                if (!mw_trace_range(trace, square + r * a.ld * w, w, columns, w, MW_ACCESS_LOAD))
                    return false;
            }
        }
    }
    for (size_t j = 0; j < part.columns; j++) {
        uint64_t row = b.base + ((part.j + j) * b.ld + part.i) * w;
        if (!mw_trace_range(trace, row, w, part.rows, w, MW_ACCESS_STORE))
            return false;
    }
    return true;
}

static bool trace_one(mw_trace *trace, const transpose_state *state, mw_transpose_place a,
                      mw_transpose_place b, a_part part)
{
    uint64_t w = state->width;
    a.base += (part.i * a.ld + part.j) * w;
    b.base += (part.j * b.ld + part.i) * w;
    return mw_transpose_trace_tile(trace, a, b, part.rows, part.columns, (uint32_t)w,
                                   state->past ? MW_ACCESS_STORE_NT : MW_ACCESS_STORE);
}

static bool trace_each(mw_trace *trace, const transpose_state *state, mw_transpose_place a,
                       mw_transpose_place b, a_part all, part_trace *each)
{
    for (size_t j = 0; j < all.columns; j += state->block) {
        a_part block = {all.i, j, all.rows, mw_smaller(all.columns - j, state->block)};
        if (!each(trace, state, a, b, block))
            return false;
    }
    return true;
}

static bool trace_tiles(mw_trace *trace, const transpose_state *state, mw_transpose_place a,
                        mw_transpose_place b, a_part all)
{
    return trace_each(trace, state, a, b, all, trace_one);
}

static bool trace_buffered(mw_trace *trace, const transpose_state *state, mw_transpose_place a,
                           mw_transpose_place b, a_part all)
{
    return trace_each(trace, state, a, b, all, trace_block);
}

/* --- by halves ---------------------------------------------------------------------------- */

/* Cuts the longer side in two; false: the part is a leaf. */
static bool halve(a_part all, a_part *first, a_part *second)
{
    if (all.rows <= LEAF && all.columns <= LEAF)
        return false;
    *first = *second = all;
    if (all.rows >= all.columns) {
        first->rows = (all.rows / 2 + GRAIN - 1) / GRAIN * GRAIN;
        second->i += first->rows;
        second->rows -= first->rows;
    } else {
        first->columns = (all.columns / 2 + GRAIN - 1) / GRAIN * GRAIN;
        second->j += first->columns;
        second->columns -= first->columns;
    }
    return true;
}

static bool walk_halves(const transpose_state *state, a_part all, mw_tally *tally)
{
    a_part first, second;
    if (!halve(all, &first, &second))
        return turn(state, all, tally);
    return walk_halves(state, first, tally) && walk_halves(state, second, tally);
}

static bool trace_halves(mw_trace *trace, const transpose_state *state, mw_transpose_place a,
                         mw_transpose_place b, a_part all)
{
    a_part first, second;
    if (!halve(all, &first, &second))
        return trace_one(trace, state, a, b, all);
    return trace_halves(trace, state, a, b, first) && trace_halves(trace, state, a, b, second);
}

/* ------------------------------------------------------------------------------------------ */

/* A thread takes whole bands of `block` rows; the recursion takes all of them as one part. */
static bool transpose_share(void *context, int thread, int threads, mw_tally *tally)
{
    const mw_run *run = context;
    const transpose_state *state = run->state;
    const transpose_rung *rung = run->kernel->body;
    mw_range bands = mw_team_share(mw_ceil_div(state->m, state->block), thread, threads);
    size_t end = mw_smaller(bands.end * state->block, state->m);
    size_t step = rung->walk == walk_halves ? state->m : state->block;
    for (size_t i = bands.begin * state->block; i < end; i += step) {
        a_part band = {i, 0, mw_smaller(end - i, step), state->n};
        if (!rung->walk(state, band, tally))
            return false;
    }
    return true;
}

static mw_status transpose_execute(mw_run *run)
{
    const transpose_state *state = run->state;
    return mw_team_run(run->ledger, state->threads, transpose_share, run);
}

static mw_status transpose_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    const transpose_rung *rung = kernel->body;
    transpose_state state;
    sizes_of(kernel, args, &state);
    mw_transpose_place a = {mw_trace_place(trace, state.m * state.lda * state.width), state.lda};
    mw_transpose_place b = {mw_trace_place(trace, state.n * state.ldb * state.width), state.ldb};
    size_t step = rung->walk == walk_halves ? state.m : state.block;
    uint64_t tiles = mw_ceil_div(state.m, step);
    for (uint64_t tile = 0; tile < tiles; tile++) {
        a_part band = {tile * step, 0, mw_smaller(state.m - tile * step, step), state.n};
        if (mw_trace_tile(trace, tile, tiles) && !rung->trace(trace, &state, a, b, band))
            return MW_CANCELLED;
    }
    return MW_OK;
}

static mw_status compare(const transpose_state *state, mw_ledger *ledger,
                         mw_verification *verification)
{
    enum { POLL = 1 << 12 };
    for (size_t j = 0; j < state->n; j++) {
        for (size_t i = 0; i < state->m; i++) {
            mw_verification_note(verification,
                                 mw_element_at(state->b.data, state->dtype, j * state->ldb + i),
                                 mw_element(MW_TRANSPOSE_SEED_A, i * state->lda + j), 0, "B", j, i);
            if (i % POLL == 0 && !mw_ledger_poll(ledger))
                return MW_CANCELLED;
        }
    }
    return MW_OK;
}

/* Moving is exact: the bound is zero. */
static mw_status transpose_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    transpose_state *state = run->state;
    *verification = (mw_verification){0};
    mw_status status =
        mw_buffer_fill(&state->b, state->dtype, MW_TRANSPOSE_SEED_B, state->threads, run->ledger);
    if (status == MW_OK)
        status = run->kernel->execute(run);
    if (status == MW_OK)
        status = compare(state, run->ledger, verification);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_CANCELLED ? mw_fail(error, status, "cancelled") : status;
}

static const transpose_rung naive_rung = {
    .body = offsetof(mw_transpose_bodies, naive), .walk = walk_rows, .trace = trace_rows};
static const transpose_rung blocked_rung = {.body = offsetof(mw_transpose_bodies, turn),
                                            .past = offsetof(mw_transpose_bodies, turn_past),
                                            .walk = walk_blocks,
                                            .trace = trace_tiles};
static const transpose_rung packed_rung = {.body = offsetof(mw_transpose_bodies, packed),
                                           .buffered = true,
                                           .walk = walk_blocks,
                                           .trace = trace_buffered};
static const transpose_rung oblivious_rung = {
    .body = offsetof(mw_transpose_bodies, turn), .walk = walk_halves, .trace = trace_halves};

static mw_status transpose_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                                  mw_error *error)
{
    mw_status status =
        MW_SAMPLE({"m", shape->m}, {"n", shape->n}, {"lda", mw_shape_leading(shape, shape->n)},
                  {"ldb", mw_shape_leading(shape, shape->m)});
    if (status == MW_OK && kernel->param_count > BLOCK)
        status = MW_SAMPLE({"block", shape->block});
    return status;
}

static const mw_buffer *transpose_result(const mw_run *run)
{
    return &((const transpose_state *)run->state)->b;
}

#define TRANSPOSE(name, text, list, count)                                                         \
    const mw_kernel mw_transpose_##name = {.family = "transpose",                                  \
                                           .variant = #name,                                       \
                                           .summary = (text),                                      \
                                           .params = (list),                                       \
                                           .param_count = (count),                                 \
                                           .check = transpose_check,                               \
                                           .work = transpose_work,                                 \
                                           .compulsory_bytes = transpose_compulsory,               \
                                           .footprint = transpose_footprint,                       \
                                           .prepare = transpose_prepare,                           \
                                           .execute = transpose_execute,                           \
                                           .verify = transpose_verify,                             \
                                           .release = transpose_release,                           \
                                           .sample = transpose_sample,                             \
                                           .result = transpose_result,                             \
                                           .trace = transpose_trace,                               \
                                           .body = &name##_rung}

TRANSPOSE(naive, "B = A transposed, element by element along the rows of A", transpose_params,
          BLOCK);
TRANSPOSE(blocked, "B = A transposed in blocks, squares of them in registers", transpose_params,
          PARAMS);
TRANSPOSE(packed, "B = A transposed in blocks that wait in a buffer", packed_params, PARAMS);
TRANSPOSE(oblivious, "B = A transposed by halves, whatever the caches hold", transpose_params,
          BLOCK);
