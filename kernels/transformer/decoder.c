/*
 * decoder: one token goes through a transformer block.
 *
 * Every product has one vector: the projections and the feed-forward network are six gemv, each
 * weight read for one multiply-add. Attention reads the cache of all keys and values before this
 * token, again for one multiply-add each. About 2 FLOP for every element that memory gives: text is
 * written at the pace of memory.
 *
 *     FLOPs: see mw_block_flops_of
 *     loads  (4·d² + 2·d·ff + 5·d + ff)·w     the weights, and the vector of each product
 *            + context·2·d·w + (d + ceil(head·w/256)·heads·context)·w     K, V; q and the weights
 *     stores (5·d + ff)·w + (heads·context + d)·w     (longer contexts in pieces: d more for each)
 *            and the bytes of norms, softmax, gelu and additions
 */
#include <stdlib.h>

#include "params.h"
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
};

/* Rows of V between two tile ends: 4 MiB at most. */
enum { PIECE = 1 << 14 };

static size_t blocks_of_head(const mw_block_sizes *s)
{
    return mw_ceil_div(s->head * s->width, MW_COMBINE_BYTES);
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    mw_block_sizes s = mw_block_sizes_of(kernel, args);
    mw_block_flops flops = mw_block_flops_of(&s);
    mw_block_bytes other = mw_block_other_bytes(&s);
    mw_wide d = s.d, ff = s.ff, scores = (mw_wide)s.heads * s.context;
    mw_wide pieces = mw_ceil_div(s.context, PIECE);
    mw_wide loads = 4 * d * d + 2 * d * ff + 5 * d + ff + 2 * d * s.context + d +
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

/* y = A·x with `columns` columns, `lda` apart; x lies in a cache once it was read. */
static bool multiply(mw_block_state *state, mw_gemv_tile whole, mw_tally *tally)
{
    const mw_block_sizes *s = &state->size;
    size_t step = MW_GEMV_ROWS * (1 + MW_TILE_BYTES / (MW_GEMV_ROWS * whole.columns * s->width));
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

static bool linear(mw_block_state *state, mw_block_array w, mw_block_array x, mw_block_array y,
                   size_t first, size_t out, size_t in, mw_tally *tally)
{
    mw_gemv_tile tile = {
        .a = mw_block_at(state, w, 0),
        .lda = in,
        .x = mw_block_at(state, x, 0),
        .y = mw_block_at(state, y, first),
        .rows = out,
        .columns = in,
    };
    return multiply(state, tile, tally);
}

/* weights·V of one head, PIECE rows of V at a time: the sums rest between two pieces. */
static bool combine(mw_block_state *state, size_t head, mw_tally *tally)
{
    const mw_block_sizes *s = &state->size;
    size_t columns = MW_COMBINE_BYTES / s->width;
    for (size_t c = 0; c < s->head; c += columns) {
        for (size_t t = 0; t < s->context; t += PIECE) {
            mw_combination one = {
                .weight = mw_block_at(state, MW_BLOCK_SCORES, t),
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

static bool attend(mw_block_state *state, mw_tally *tally)
{
    const mw_block_sizes *s = &state->size;
    for (size_t head = 0; head < s->d; head += s->head) {
        mw_gemv_tile scores = {
            .a = mw_block_at(state, MW_BLOCK_K, head),
            .lda = s->d,
            .x = mw_block_at(state, MW_BLOCK_Q, head),
            .y = mw_block_at(state, MW_BLOCK_SCORES, 0),
            .rows = s->context,
            .columns = s->head,
        };
        if (!multiply(state, scores, tally) || !mw_block_softmax(state, 1, tally) ||
            !combine(state, head, tally))
            return false;
    }
    return true;
}

static bool whole(void *context, int thread, int threads, mw_tally *tally)
{
    (void)thread, (void)threads;
    mw_block_state *t = context;
    size_t d = t->size.d, ff = t->size.ff, first = mw_block_new(&t->size);
    return mw_block_norm(t, MW_BLOCK_X, MW_BLOCK_SCALE1, MW_BLOCK_NORM1, tally) &&
           linear(t, MW_BLOCK_WQ, MW_BLOCK_NORM1, MW_BLOCK_Q, 0, d, d, tally) &&
           linear(t, MW_BLOCK_WK, MW_BLOCK_NORM1, MW_BLOCK_K, first, d, d, tally) &&
           linear(t, MW_BLOCK_WV, MW_BLOCK_NORM1, MW_BLOCK_V, first, d, d, tally) &&
           attend(t, tally) &&
           linear(t, MW_BLOCK_WO, MW_BLOCK_MIXED, MW_BLOCK_OUTPUT, 0, d, d, tally) &&
           mw_block_add(t, MW_BLOCK_X, MW_BLOCK_OUTPUT, MW_BLOCK_Y, tally) &&
           mw_block_norm(t, MW_BLOCK_Y, MW_BLOCK_SCALE2, MW_BLOCK_NORM2, tally) &&
           linear(t, MW_BLOCK_W1, MW_BLOCK_NORM2, MW_BLOCK_WIDE, 0, ff, d, tally) &&
           mw_block_gelu(t, tally) &&
           linear(t, MW_BLOCK_W2, MW_BLOCK_GELU, MW_BLOCK_NARROW, 0, d, ff, tally) &&
           mw_block_add(t, MW_BLOCK_Y, MW_BLOCK_NARROW, MW_BLOCK_Z, tally);
}

static mw_status execute(mw_run *run)
{
    return mw_team_run(run->ledger, 1, whole, run->state);
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
    .trace = trace_all,
};
