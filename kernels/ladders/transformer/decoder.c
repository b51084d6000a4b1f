/*
 * decoder: one token goes through a transformer block.
 *
 * Every product has one vector: the projections and the feed-forward network are six gemv, each
 * weight read for one multiply-add. Attention reads the cache of all keys and values before this
 * token, again for one multiply-add each. About 2 FLOP for every element that memory gives: text is
 * written at the pace of memory.
 *
 * Several threads share out the rows of each matrix, a cache line of the result at a time, and the
 * heads of attention, each with scores of its own. A norm is a microsecond's work of one thread;
 * the others wait. No sum is split between threads: the bits are those of one.
 *
 *     FLOPs: see mw_block_flops_of
 *     loads  (4·d² + 2·d·ff + (4·d + ff)·p + d·q)·w      the weights, and the vector of each
 * product: p threads that have rows of the d outputs read it, q that have some of the ff
 *            + context·2·d·w + (d + ceil(head·w/256)·heads·context)·w     K, V; q and the weights
 *     stores (5·d + ff)·w + (heads·context + d)·w     (longer contexts in pieces: d more for each)
 *            and the bytes of norms, softmax, gelu and additions
 */
#include <stdlib.h>

#include "params.h"
#include "sample.h"
#include "team.h"
#include "transformer/arrays.h"
#include "transformer/transformer.h"

static const mw_param params[MW_BLOCK_PARAMS] = {
    [MW_BLOCK_TOKENS] = {"past", "elements", "tokens in the cache of keys and values", 0, 1 << 18,
                         512, NULL},
    [MW_BLOCK_D] = {"d", "elements", "elements of a token", 1, 1 << 14, 768, NULL},
    [MW_BLOCK_HEADS] = {"heads", "1", "heads of attention; d is a multiple of it", 1, 256, 12,
                        NULL},
    [MW_BLOCK_FF] = {"ff", "elements", "elements inside the feed-forward network; 0: 4·d", 0,
                     1 << 16, 0, NULL},
    [MW_BLOCK_DTYPE] = MW_PARAM_DTYPE,
    [MW_BLOCK_THREADS] = MW_BLOCK_PARAM_THREADS,
};

/* Rows of V between two tile ends: 4 MiB at most. */
enum { PIECE = 1 << 14 };

static size_t blocks_of_head(const mw_block_sizes *s)
{
    return mw_ceil_div(s->head * s->width, MW_COMBINE_BYTES);
}

/* Outputs that threads share out: a cache line of them, whole groups of rows of gemv. */
static size_t outputs_of_line(const mw_block_sizes *s)
{
    return MW_CACHE_LINE / s->width;
}

/* Threads that have some of `out` outputs. */
static mw_wide readers(const mw_block_sizes *s, size_t out)
{
    return mw_smaller((size_t)s->threads, mw_ceil_div(out, outputs_of_line(s)));
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    mw_block_sizes s = mw_block_sizes_of(kernel, args);
    mw_block_flops flops = mw_block_flops_of(&s);
    mw_block_bytes other = mw_block_other_bytes(&s);
    mw_wide d = s.d, ff = s.ff, scores = (mw_wide)s.heads * s.context;
    mw_wide pieces = mw_ceil_div(s.context, PIECE);
    mw_wide vectors = (4 * d + ff) * readers(&s, s.d) + d * readers(&s, s.ff);
    mw_wide loads = 4 * d * d + 2 * d * ff + vectors + 2 * d * s.context + d +
                    blocks_of_head(&s) * scores + (pieces - 1) * d;
    mw_wide stores = 5 * d + ff + scores + pieces * d;
    return (mw_work){
        .flops = mw_form((mw_wide)flops.projections + flops.attention + flops.ffn + flops.other),
        .load_bytes = mw_form((loads + other.loads) * s.width),
        .store_bytes = mw_form((stores + other.stores) * s.width),
    };
}

static void release(mw_run *run)
{
    mw_block_state *state = run->state;
    if (!state)
        return;
    mw_block_destroy(state);
    free(state);
    run->state = NULL;
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    mw_block_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    mw_status status = mw_block_create(state, run, error);
    if (status != MW_OK) {
        free(state);
        return status;
    }
    run->state = state;
    return MW_OK;
}

/* One thread's part of the row of `out` outputs. */
static mw_gemm_part part_of(const mw_block_sizes *s, size_t out, int thread)
{
    size_t line = outputs_of_line(s);
    mw_range lines = mw_team_share(mw_ceil_div(out, line), thread, s->threads);
    return (mw_gemm_part){
        .rows = {0, 1},
        .columns = {mw_smaller(lines.begin * line, out), mw_smaller(lines.end * line, out)},
    };
}

/* y = A·x with `columns` columns, `lda` apart; x lies in a cache once it was read. */
static bool multiply(mw_block_state *state, mw_gemv_tile whole, mw_tally *tally)
{
    const mw_block_sizes *s = &state->size;
    size_t group = MW_GEMV_STREAMS * whole.columns * s->width;
    size_t step = MW_GEMV_STREAMS * (1 + MW_TILE_BYTES / group);
    tally->pending.load_bytes += whole.columns * s->width;
    for (size_t i = 0; i < whole.rows; i += step) {
        mw_gemv_tile tile = whole;
        tile.a = (const char *)whole.a + i * whole.lda * s->width;
        tile.y = (char *)whole.y + i * s->width;
        tile.rows = mw_smaller(whole.rows - i, step);
        state->gemv.prefetch[s->dtype](&tile);
        size_t elements = tile.rows * tile.columns;
        if (!mw_tally_add(tally, 2 * elements, elements * s->width, tile.rows * s->width))
            return false;
    }
    return true;
}

/* The outputs `own` of W·x; those of all threads begin at y's element `first`. */
static bool linear(mw_block_state *state, mw_block_array w, mw_block_array x, mw_block_array y,
                   size_t first, size_t in, const mw_gemm_part *own, mw_tally *tally)
{
    mw_gemv_tile tile = {
        .a = mw_block_at(state, w, own->columns.begin * in),
        .lda = in,
        .x = mw_block_at(state, x, 0),
        .y = mw_block_at(state, y, first + own->columns.begin),
        .rows = own->columns.end - own->columns.begin,
        .columns = in,
    };
    return tile.rows == 0 || multiply(state, tile, tally);
}

/* weights·V of one head, PIECE rows of V at a time: the sums rest between two pieces. */
static bool combine(mw_block_state *state, size_t head, size_t scores, mw_tally *tally)
{
    const mw_block_sizes *s = &state->size;
    size_t columns = MW_COMBINE_BYTES / s->width;
    for (size_t c = 0; c < s->head; c += columns) {
        for (size_t t = 0; t < s->context; t += PIECE) {
            mw_combination one = {
                .weight = mw_block_at(state, MW_BLOCK_SCORES, scores + t),
                .v = mw_block_at(state, MW_BLOCK_V, t * s->d + head + c),
                .out = mw_block_at(state, MW_BLOCK_MIXED, head + c),
                .rows = mw_smaller(s->context - t, PIECE),
                .ld = s->d,
                .count = mw_smaller(s->head - c, columns),
                .add = t > 0,
            };
            state->bodies.combine[s->dtype](&one);
            size_t elements = one.rows * one.count, again = one.add ? one.count : 0;
            if (!mw_tally_add(tally, 2 * elements, (elements + one.rows + again) * s->width,
                              one.count * s->width))
                return false;
        }
    }
    return true;
}

/* One thread's heads, with the scores in its own row. */
static bool attend(mw_block_state *state, int thread, mw_tally *tally)
{
    const mw_block_sizes *s = &state->size;
    size_t row = (size_t)thread, scores = row * s->stride;
    mw_range heads = mw_team_share(s->heads, thread, s->threads);
    for (size_t head = heads.begin * s->head; head < heads.end * s->head; head += s->head) {
        mw_gemv_tile tile = {
            .a = mw_block_at(state, MW_BLOCK_K, head),
            .lda = s->d,
            .x = mw_block_at(state, MW_BLOCK_Q, head),
            .y = mw_block_at(state, MW_BLOCK_SCORES, scores),
            .rows = s->context,
            .columns = s->head,
        };
        if (!multiply(state, tile, tally) ||
            !mw_block_softmax(state, (mw_range){row, row + 1}, tally) ||
            !combine(state, head, scores, tally))
            return false;
    }
    return true;
}

/* Norms are left to one thread: both are needed whole, and short. */
static bool norm(mw_block_state *t, mw_block_array x, mw_block_array scale, mw_block_array to,
                 int thread, mw_tally *tally)
{
    return thread > 0 || mw_block_norm(t, x, scale, to, (mw_range){0, 1}, tally);
}

static bool do_step(void *context, uint64_t step, int thread, int threads, mw_tally *tally)
{
    (void)threads;
    mw_block_state *t = context;
    size_t d = t->size.d, ff = t->size.ff, new = mw_block_new(&t->size);
    mw_gemm_part own = part_of(&t->size, d, thread), wide = part_of(&t->size, ff, thread);
    switch ((mw_block_step)step) {
    case MW_BLOCK_STEP_NORM1:
        return norm(t, MW_BLOCK_X, MW_BLOCK_SCALE1, MW_BLOCK_NORM1, thread, tally);
    case MW_BLOCK_STEP_PROJECT:
        return linear(t, MW_BLOCK_WQ, MW_BLOCK_NORM1, MW_BLOCK_Q, 0, d, &own, tally) &&
               linear(t, MW_BLOCK_WK, MW_BLOCK_NORM1, MW_BLOCK_K, new, d, &own, tally) &&
               linear(t, MW_BLOCK_WV, MW_BLOCK_NORM1, MW_BLOCK_V, new, d, &own, tally);
    case MW_BLOCK_STEP_ATTEND:
        return attend(t, thread, tally);
    case MW_BLOCK_STEP_OUTPUT:
        return linear(t, MW_BLOCK_WO, MW_BLOCK_MIXED, MW_BLOCK_OUTPUT, 0, d, &own, tally) &&
               mw_block_add(t, MW_BLOCK_X, MW_BLOCK_OUTPUT, MW_BLOCK_Y, &own, tally);
    case MW_BLOCK_STEP_NORM2:
        return norm(t, MW_BLOCK_Y, MW_BLOCK_SCALE2, MW_BLOCK_NORM2, thread, tally);
    case MW_BLOCK_STEP_WIDE:
        return linear(t, MW_BLOCK_W1, MW_BLOCK_NORM2, MW_BLOCK_WIDE, 0, d, &wide, tally) &&
               mw_block_gelu(t, &wide, tally);
    case MW_BLOCK_STEP_NARROW:
        return linear(t, MW_BLOCK_W2, MW_BLOCK_GELU, MW_BLOCK_NARROW, 0, ff, &own, tally) &&
               mw_block_add(t, MW_BLOCK_Y, MW_BLOCK_NARROW, MW_BLOCK_Z, &own, tally);
    case MW_BLOCK_STEPS:
        break;
    }
    return true;
}

static mw_status execute(mw_run *run)
{
    const mw_block_state *state = run->state;
    return mw_team_run_steps(run->ledger, state->size.threads, MW_BLOCK_STEPS, do_step, run->state);
}

/* --- accesses ------------------------------------------------------------------------------- */

typedef struct product {
    uint64_t a, lda, x, y;
    size_t rows, columns;
} product;

/* x once, then row by row. */
static bool trace_product(const mw_block_places *at, product p, mw_trace *trace)
{
    uint32_t w = (uint32_t)at->size.width;
    if (!mw_trace_range(trace, p.x, w, p.columns, w, MW_ACCESS_LOAD))
        return false;
    for (size_t i = 0; i < p.rows; i++) {
        if (!mw_trace_tile(trace, i, p.rows))
            continue;
        if (!mw_trace_range(trace, p.a + i * p.lda * w, w, p.columns, w, MW_ACCESS_LOAD) ||
            !mw_trace_range(trace, p.y + i * w, 0, 1, w, MW_ACCESS_STORE))
            return false;
    }
    return true;
}

static bool trace_linear(const mw_block_places *at, mw_block_array w, mw_block_array x,
                         mw_block_array y, size_t first, size_t out, size_t in, mw_trace *trace)
{
    product p = {at->array[w], in, at->array[x], at->array[y] + first * at->size.width, out, in};
    return trace_product(at, p, trace);
}

static bool trace_combine(const mw_block_places *at, size_t head, mw_trace *trace)
{
    const mw_block_sizes *s = &at->size;
    uint32_t w = (uint32_t)s->width;
    size_t columns = MW_COMBINE_BYTES / s->width;
    for (size_t c = 0; c < s->head; c += columns) {
        size_t count = mw_smaller(s->head - c, columns);
        uint64_t out = at->array[MW_BLOCK_MIXED] + (head + c) * w;
        for (size_t t = 0; t < s->context; t++) {
            uint64_t weight = at->array[MW_BLOCK_SCORES] + t * w;
            uint64_t v = at->array[MW_BLOCK_V] + (t * s->d + head + c) * w;
            const mw_stream sums[] = {{out, w, w, MW_ACCESS_STORE}, {out, w, w, MW_ACCESS_LOAD}};
            if (t > 0 && t % PIECE == 0 &&
                (!mw_trace_loop(trace, sums, 1, count) ||
                 !mw_trace_loop(trace, sums + 1, 1, count)))
                return false;
            if (!mw_trace_range(trace, weight, 0, 1, w, MW_ACCESS_LOAD) ||
                !mw_trace_range(trace, v, w, count, w, MW_ACCESS_LOAD))
                return false;
        }
        if (!mw_trace_range(trace, out, w, count, w, MW_ACCESS_STORE))
            return false;
    }
    return true;
}

static bool trace_attention(const mw_block_places *at, mw_trace *trace)
{
    const mw_block_sizes *s = &at->size;
    for (size_t head = 0; head < s->d; head += s->head) {
        product scores = {at->array[MW_BLOCK_K] + head * s->width,
                          s->d,
                          at->array[MW_BLOCK_Q] + head * s->width,
                          at->array[MW_BLOCK_SCORES],
                          s->context,
                          s->head};
        if (!trace_product(at, scores, trace) || !mw_block_trace_softmax(at, 1, trace) ||
            !trace_combine(at, head, trace))
            return false;
    }
    return true;
}

static mw_status trace_all(const mw_kernel *kernel, const mw_args *args, mw_trace *t)
{
    mw_block_places at = mw_block_place(kernel, args, t);
    size_t d = at.size.d, ff = at.size.ff, first = mw_block_new(&at.size);
    bool done = mw_block_trace_norm(&at, MW_BLOCK_X, MW_BLOCK_SCALE1, MW_BLOCK_NORM1, t) &&
                trace_linear(&at, MW_BLOCK_WQ, MW_BLOCK_NORM1, MW_BLOCK_Q, 0, d, d, t) &&
                trace_linear(&at, MW_BLOCK_WK, MW_BLOCK_NORM1, MW_BLOCK_K, first, d, d, t) &&
                trace_linear(&at, MW_BLOCK_WV, MW_BLOCK_NORM1, MW_BLOCK_V, first, d, d, t) &&
                trace_attention(&at, t) &&
                trace_linear(&at, MW_BLOCK_WO, MW_BLOCK_MIXED, MW_BLOCK_OUTPUT, 0, d, d, t) &&
                mw_block_trace_add(&at, MW_BLOCK_X, MW_BLOCK_OUTPUT, MW_BLOCK_Y, t) &&
                mw_block_trace_norm(&at, MW_BLOCK_Y, MW_BLOCK_SCALE2, MW_BLOCK_NORM2, t) &&
                trace_linear(&at, MW_BLOCK_W1, MW_BLOCK_NORM2, MW_BLOCK_WIDE, 0, ff, d, t) &&
                mw_block_trace_gelu(&at, t) &&
                trace_linear(&at, MW_BLOCK_W2, MW_BLOCK_GELU, MW_BLOCK_NARROW, 0, d, ff, t) &&
                mw_block_trace_add(&at, MW_BLOCK_Y, MW_BLOCK_NARROW, MW_BLOCK_Z, t);
    return done ? MW_OK : MW_CANCELLED;
}

static mw_status sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                        mw_error *error)
{
    mw_status status = mw_block_sample(kernel, shape, args, error);
    return status != MW_OK ? status : MW_SAMPLE({"past", shape->m % 41});
}

static const mw_buffer *result(const mw_run *run)
{
    return &((const mw_block_state *)run->state)->array[MW_BLOCK_V];
}

const mw_kernel mw_decoder_step = {
    .family = "decoder",
    .variant = "step",
    .summary = "one token through a transformer block, with a cache of keys and values",
    .params = params,
    .param_count = MW_BLOCK_PARAMS,
    .check = mw_block_check,
    .work = work,
    .compulsory_bytes = mw_block_compulsory,
    .footprint = mw_block_footprint,
    .prepare = prepare,
    .execute = execute,
    .verify = mw_block_verify,
    .release = release,
    .sample = sample,
    .result = result,
    .trace = trace_all,
    .settle = mw_block_settle,
};
