/*
 * tiled: the same result without the matrix of scores (FlashAttention, Dao et al. 2022).
 *
 * A block of queries meets the keys a block at a time. The scores of block against block are a tile
 * that stays in a cache; an online softmax turns them into weights against the largest score so
 * far; the weights times the block of V are added to the queries' rows of O. What memory sees is Q,
 * K, V and O. The FLOPs are a little more than before: O is brought to the new largest score after
 * every block.
 *
 * The tile of scores is a private copy and no operand, so it is not counted. With T = ceil(n/block)
 * blocks, w bytes an element:
 *
 *     FLOPs 4·n²·d + (6 + 2·degree)·n² + n·(T-1)·(7 + 2·degree + d) + n·(1 + d)
 *     loads  (n·d·(T + 2·(T-1) + 1) + 2·T·n·d)·w      Q for each block, O to add and to rescale, K,
 * V stores n·d·2·T·w
 */
#include <stdlib.h>

#include "attention/attention.h"
#include "attention/operands.h"
#include "gemm/product.h"
#include "team.h"

/* Bytes of a tile of scores that the second-level cache holds beside the blocks. */
enum { TILE_BYTES = 256 << 10 };

/* FLOPs of a product, and scores that become weights, between two polls: under a millisecond, some
 * where vectors are short. */
enum { STRIP_FLOPS = 1 << 24, STRIP_SCORES = 1 << 16 };

typedef struct tiled_state {
    mw_attention_state operands; /* first: mw_attention_verify finds it there */
    size_t block;
    mw_buffer memory; /* block x block scores, then largest scores and sums of a block */
    mw_gemm_plan plan;
    mw_gemm_workspace workspace;
} tiled_state;

static size_t block_of(const mw_args *args)
{
    mw_attention_sizes s = mw_attention_sizes_of(args);
    size_t block = (size_t)args->value[MW_ATTENTION_BLOCK];
    if (block == 0) {
        for (block = 64; 4 * block * block * s.width <= TILE_BYTES; block *= 2)
            ;
    }
    return mw_smaller(block, s.n);
}

static mw_gemm_plan plan_of(const mw_attention_sizes *s, size_t block)
{
    size_t wide = block > s->d ? block : s->d;
    return mw_gemm_plan_best(s->dtype, block, wide, wide);
}

static uint64_t memory_bytes(const mw_attention_sizes *s, size_t block)
{
    return (uint64_t)(block + 2) * block * s->width;
}

static uint64_t footprint(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_attention_sizes s = mw_attention_sizes_of(args);
    size_t block = block_of(args);
    mw_gemm_plan plan = plan_of(&s, block);
    return mw_attention_footprint(args) + mw_buffer_footprint(memory_bytes(&s, block)) +
           mw_gemm_workspace_bytes(&plan);
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_attention_sizes s = mw_attention_sizes_of(args);
    mw_wide n = s.n, d = s.d, blocks = mw_ceil_div(s.n, block_of(args));
    mw_wide weight = mw_attention_weight_flops(s.dtype);
    return (mw_work){
        .flops = mw_form(4 * n * n * d + n * n * weight + n * (blocks - 1) * (weight + 1 + d) +
                         n * (1 + d)),
        .load_bytes =
            mw_form((n * d * (blocks + 2 * (blocks - 1) + 1) + 2 * blocks * n * d) * s.width),
        .store_bytes = mw_form(n * d * 2 * blocks * s.width),
    };
}

static void release(mw_run *run)
{
    tiled_state *state = run->state;
    if (!state)
        return;
    mw_attention_destroy(&state->operands);
    mw_buffer_destroy(&state->memory);
    mw_gemm_workspace_destroy(&state->workspace);
    free(state);
    run->state = NULL;
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    tiled_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    mw_status status = mw_attention_create(&state->operands, run, error);
    if (status != MW_OK) {
        free(state);
        return status;
    }
    run->state = state;
    const mw_attention_sizes *s = &state->operands.size;
    state->block = block_of(&run->args);
    state->plan = plan_of(s, state->block);
    status =
        mw_buffer_scratch(&state->memory, memory_bytes(s, state->block), 1, run->ledger, error);
    if (status == MW_OK)
        status = mw_gemm_workspace_create(&state->workspace, &state->plan, run->ledger, error);
    if (status != MW_OK)
        release(run);
    return status;
}

/* A product of which the tally hears nothing, because the tile of scores is no operand: in strips
 * of rows, between which the ledger may say stop. */
static bool multiply(tiled_state *state, const mw_gemm_operands *product, mw_tally *tally)
{
    size_t width = state->operands.size.width;
    size_t step = 1 + STRIP_FLOPS / (2 * product->n * product->k);
    for (size_t i = 0; i < product->m; i += step) {
        mw_gemm_operands strip = *product;
        strip.m = mw_smaller(product->m - i, step);
        strip.a = (const char *)product->a + i * product->lda * width;
        strip.c = (char *)product->c + i * product->ldc * width;
        mw_gemm_product(&state->plan, &state->workspace, &strip, NULL);
        if (!mw_ledger_poll(tally->ledger))
            return false;
    }
    return true;
}

/* The rows of a tile become weights, some of them between two polls. */
static bool weigh(tiled_state *state, const mw_attention_rows *tile, mw_tally *tally)
{
    const mw_attention_sizes *s = &state->operands.size;
    size_t step = 1 + STRIP_SCORES / tile->columns;
    for (size_t i = 0; i < tile->rows; i += step) {
        mw_attention_rows strip = *tile;
        strip.rows = mw_smaller(tile->rows - i, step);
        strip.scores = (char *)tile->scores + i * tile->ld * s->width;
        strip.largest = (char *)tile->largest + i * s->width;
        strip.sum = (char *)tile->sum + i * s->width;
        strip.out = (char *)tile->out + i * tile->d * s->width;
        state->operands.bodies.online[s->dtype](&strip);
        if (!mw_ledger_poll(tally->ledger))
            return false;
    }
    return true;
}

/* `rows` queries from i on and `columns` keys from j on. */
static bool block_pair(tiled_state *state, size_t i, size_t rows, size_t j, size_t columns,
                       mw_tally *tally)
{
    const mw_attention_state *o = &state->operands;
    const mw_attention_sizes *s = &o->size;
    char *scores = state->memory.data;
    bool first = j == 0;
    mw_gemm_operands products[] = {
        {
            .m = rows,
            .n = columns,
            .k = s->d,
            .a = mw_attention_row(o, &o->q, i),
            .b = mw_attention_row(o, &o->k, j),
            .c = scores,
            .lda = s->d,
            .ldb = s->d,
            .ldc = state->block,
            .b_transposed = true,
        },
        {
            .m = rows,
            .n = s->d,
            .k = columns,
            .a = scores,
            .b = mw_attention_row(o, &o->v, j),
            .c = mw_attention_row(o, &o->o, i),
            .lda = state->block,
            .ldb = s->d,
            .ldc = s->d,
            .add = !first,
        },
    };
    mw_attention_rows online = {
        .scores = scores,
        .ld = state->block,
        .rows = rows,
        .columns = columns,
        .scale = o->scale,
        .largest = scores + state->block * state->block * s->width,
        .sum = scores + (state->block + 1) * state->block * s->width,
        .out = mw_attention_row(o, &o->o, i),
        .d = s->d,
        .first = first,
    };
    if (!multiply(state, &products[0], tally))
        return false;
    if (!weigh(state, &online, tally) || !multiply(state, &products[1], tally))
        return false;
    size_t weight = mw_attention_weight_flops(s->dtype), again = first ? 0 : rows * s->d;
    size_t flops = 4 * rows * columns * s->d + rows * columns * weight +
                   (first ? 0 : rows * (weight + 1 + s->d));
    return mw_tally_add(tally, flops, (rows * s->d + 2 * columns * s->d + 2 * again) * s->width,
                        (rows * s->d + again) * s->width);
}

static bool divide(tiled_state *state, size_t i, size_t rows, mw_tally *tally)
{
    const mw_attention_state *o = &state->operands;
    const mw_attention_sizes *s = &o->size;
    mw_attention_rows last = {
        .rows = rows,
        .sum = (char *)state->memory.data + (state->block + 1) * state->block * s->width,
        .out = mw_attention_row(o, &o->o, i),
        .d = s->d,
    };
    o->bodies.divide[s->dtype](&last);
    size_t elements = rows * s->d;
    return mw_tally_add(tally, rows + elements, elements * s->width, elements * s->width);
}

static bool whole(void *context, int thread, int threads, mw_tally *tally)
{
    (void)thread, (void)threads;
    tiled_state *state = context;
    size_t n = state->operands.size.n;
    for (size_t i = 0; i < n; i += state->block) {
        size_t rows = mw_smaller(n - i, state->block);
        for (size_t j = 0; j < n; j += state->block) {
            if (!block_pair(state, i, rows, j, mw_smaller(n - j, state->block), tally))
                return false;
        }
        if (!divide(state, i, rows, tally))
            return false;
    }
    return true;
}

static mw_status execute(mw_run *run)
{
    return mw_team_run(run->ledger, 1, whole, run->state);
}

/* `rows` whole rows of an operand. */
static bool trace_rows(const mw_attention_places *at, mw_trace *trace, uint64_t operand, size_t row,
                       size_t rows, bool load, bool store)
{
    uint32_t width = (uint32_t)at->size.width;
    uint64_t base = operand + row * at->size.d * width;
    const mw_stream streams[] = {
        {base, width, width, MW_ACCESS_LOAD},
        {base, width, width, MW_ACCESS_STORE},
    };
    size_t first = load ? 0 : 1, last = store ? 2 : 1;
    return mw_trace_loop(trace, streams + first, last - first, rows * at->size.d);
}

static bool trace_pair(const mw_attention_places *at, mw_trace *trace, size_t i, size_t rows,
                       size_t j, size_t columns)
{
    bool again = j > 0;
    return trace_rows(at, trace, at->k, j, columns, true, false) &&
           trace_rows(at, trace, at->q, i, rows, true, false) &&
           (!again || trace_rows(at, trace, at->o, i, rows, true, true)) &&
           trace_rows(at, trace, at->v, j, columns, true, false) &&
           trace_rows(at, trace, at->o, i, rows, again, true);
}

/* Outer tiles are blocks of queries. */
static mw_status trace_all(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    (void)kernel;
    mw_attention_places at = mw_attention_place(args, trace);
    size_t n = at.size.n, block = block_of(args), blocks = mw_ceil_div(n, block);
    for (size_t t = 0; t < blocks; t++) {
        size_t i = t * block, rows = mw_smaller(n - i, block);
        if (!mw_trace_tile(trace, t, blocks))
            continue;
        for (size_t j = 0; j < n; j += block) {
            if (!trace_pair(&at, trace, i, rows, j, mw_smaller(n - j, block)))
                return MW_CANCELLED;
        }
        if (!trace_rows(&at, trace, at.o, i, rows, true, true))
            return MW_CANCELLED;
    }
    return MW_OK;
}

const mw_kernel mw_attention_tiled = {
    .family = "attention",
    .variant = "tiled",
    .summary = "softmax(Q*K'/sqrt(d))*V by blocks with an online softmax",
    .params = mw_attention_params,
    .param_count = MW_ATTENTION_TILED_PARAMS,
    .work = work,
    .compulsory_bytes = mw_attention_compulsory,
    .footprint = footprint,
    .prepare = prepare,
    .execute = execute,
    .verify = mw_attention_verify,
    .release = release,
    .trace = trace_all,
};
