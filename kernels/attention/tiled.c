/*
 * tiled: the same result without the matrix of scores (FlashAttention, Dao et al. 2022).
 *
 * A block of queries meets the keys a block at a time. The scores of block against block are a tile
 * that stays in a cache; an online softmax turns them into weights against the largest score so
 * far; the weights times the block of V are added to the queries' rows of O. What memory sees is Q,
 * K, V and O. The FLOPs are a little more than before: O is brought to the new largest score after
 * every block.
 *
 * Queries are independent of each other: each thread takes a share of them, in blocks again, with a
 * tile of scores of its own.
 *
 * The tile of scores is a private copy and no operand, so it is not counted. With T blocks of keys,
 * ceil(n/block), B blocks of queries, the sum over threads of ceil(queries/block), and w bytes an
 * element:
 *
 *     FLOPs 4·n²·d + (6 + 2·degree)·n² + n·(T-1)·(7 + 2·degree + d) + n·(1 + d)
 *     loads (n·d·(T + 2·(T-1) + 1) + 2·B·n·d)·w    Q with each block of keys, O to add and to
 *                                                  rescale; K and V with each block of queries
 *     stores n·d·2·T·w
 */
#include <stdlib.h>

#include "attention/attention.h"
#include "attention/operands.h"
#include "gemm/shares.h"
#include "team.h"

/* Bytes of a tile of scores that the second-level cache holds beside the blocks. */
enum { TILE_BYTES = 256 << 10 };

/* FLOPs of a product, and scores that become weights, between two polls: under a millisecond, some
 * where vectors are short. */
enum { STRIP_FLOPS = 1 << 24, STRIP_SCORES = 1 << 16 };

typedef struct tiled_state {
    mw_attention_state operands; /* first: mw_attention_verify finds it there */
    size_t block;
    mw_buffer tiles; /* of every thread, on pages of its own */
    mw_gemm_team team;
} tiled_state;

/* One thread at work. */
typedef struct worker {
    const tiled_state *state;
    int thread;
    char *scores;        /* block x block, */
    char *largest, *sum; /* then the largest scores and the sums of a block */
    mw_tally *tally;
} worker;

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

static void settle(const mw_kernel *kernel, mw_args *args)
{
    (void)kernel;
    args->value[MW_ATTENTION_BLOCK] = (int64_t)block_of(args);
}

static mw_gemm_plan plan_of(const mw_attention_sizes *s, size_t block)
{
    size_t wide = block > s->d ? block : s->d;
    return mw_gemm_plan_best(s->dtype, block, wide, wide);
}

/* Scores of a tile, then the largest ones and the sums of its rows: whole pages. */
static uint64_t tile_bytes(const mw_attention_sizes *s, size_t block)
{
    return mw_buffer_footprint((uint64_t)(block + 2) * block * s->width);
}

static mw_range queries_of(const mw_gemm_plan *plan, const mw_attention_sizes *s, int thread)
{
    return mw_gemm_part_of(plan, MW_GEMM_BY_ROWS, s->n, s->d, thread, s->threads).rows;
}

static uint64_t footprint(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_attention_sizes s = mw_attention_sizes_of(args);
    size_t block = block_of(args);
    mw_gemm_plan plan = plan_of(&s, block);
    return mw_attention_footprint(args) + (uint64_t)s.threads * tile_bytes(&s, block) +
           mw_gemm_team_bytes(&plan, s.threads);
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_attention_sizes s = mw_attention_sizes_of(args);
    size_t block = block_of(args);
    mw_gemm_plan plan = plan_of(&s, block);
    mw_wide n = s.n, d = s.d, blocks = mw_ceil_div(s.n, block), query_blocks = 0;
    for (int t = 0; t < s.threads; t++) {
        mw_range own = queries_of(&plan, &s, t);
        query_blocks += mw_ceil_div(own.end - own.begin, block);
    }
    mw_wide weight = mw_attention_weight_flops(s.dtype);
    return (mw_work){
        .flops = mw_form(4 * n * n * d + n * n * weight + n * (blocks - 1) * (weight + 1 + d) +
                         n * (1 + d)),
        .load_bytes =
            mw_form((n * d * (blocks + 2 * (blocks - 1) + 1) + 2 * query_blocks * n * d) * s.width),
        .store_bytes = mw_form(n * d * 2 * blocks * s.width),
    };
}

static void release(mw_run *run)
{
    tiled_state *state = run->state;
    if (!state)
        return;
    mw_attention_destroy(&state->operands);
    mw_buffer_destroy(&state->tiles);
    mw_gemm_team_destroy(&state->team);
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
    mw_gemm_plan plan = plan_of(s, state->block);
    status = mw_buffer_scratch(&state->tiles, (uint64_t)s->threads * tile_bytes(s, state->block),
                               s->threads, run->ledger, error);
    if (status == MW_OK)
        status = mw_gemm_team_create(&state->team, &plan, s->threads, run->ledger, error);
    if (status != MW_OK)
        release(run);
    return status;
}

/* A product of which the tally hears nothing, because the tile of scores is no operand: in strips
 * of rows, between which the ledger may say stop. */
static bool multiply(const worker *w, const mw_gemm_operands *product)
{
    const mw_gemm_team *team = &w->state->team;
    size_t width = team->plan.width;
    size_t step = 1 + STRIP_FLOPS / (2 * product->n * product->k);
    for (size_t i = 0; i < product->m; i += step) {
        mw_gemm_operands strip = *product;
        strip.m = mw_smaller(product->m - i, step);
        strip.a = (const char *)product->a + i * product->lda * width;
        strip.c = (char *)product->c + i * product->ldc * width;
        mw_gemm_product(&team->plan, &team->workspaces[w->thread], &strip, NULL);
        if (!mw_ledger_poll(w->tally->ledger))
            return false;
    }
    return true;
}

/* The rows of a tile become weights, some of them between two polls. */
static bool weigh(const worker *w, const mw_attention_rows *tile)
{
    const mw_attention_state *o = &w->state->operands;
    size_t width = o->size.width, step = 1 + STRIP_SCORES / tile->columns;
    for (size_t i = 0; i < tile->rows; i += step) {
        mw_attention_rows strip = *tile;
        strip.rows = mw_smaller(tile->rows - i, step);
        strip.scores = (char *)tile->scores + i * tile->ld * width;
        strip.largest = (char *)tile->largest + i * width;
        strip.sum = (char *)tile->sum + i * width;
        strip.out = (char *)tile->out + i * tile->d * width;
        o->bodies.online[o->size.dtype](&strip);
        if (!mw_ledger_poll(w->tally->ledger))
            return false;
    }
    return true;
}

/* `rows` queries from i on and `columns` keys from j on. */
static bool block_pair(const worker *w, size_t i, size_t rows, size_t j, size_t columns)
{
    const mw_attention_state *o = &w->state->operands;
    const mw_attention_sizes *s = &o->size;
    bool first = j == 0;
    mw_gemm_operands scores = {
        .m = rows,
        .n = columns,
        .k = s->d,
        .a = mw_attention_row(o, &o->q, i),
        .b = mw_attention_row(o, &o->k, j),
        .c = w->scores,
        .lda = s->d,
        .ldb = s->d,
        .ldc = w->state->block,
        .b_transposed = true,
    };
    mw_gemm_operands values = {
        .m = rows,
        .n = s->d,
        .k = columns,
        .a = w->scores,
        .b = mw_attention_row(o, &o->v, j),
        .c = mw_attention_row(o, &o->o, i),
        .lda = w->state->block,
        .ldb = s->d,
        .ldc = s->d,
        .add = !first,
    };
    mw_attention_rows online = {
        .scores = w->scores,
        .ld = w->state->block,
        .rows = rows,
        .columns = columns,
        .scale = o->scale,
        .largest = w->largest,
        .sum = w->sum,
        .out = mw_attention_row(o, &o->o, i),
        .d = s->d,
        .first = first,
    };
    if (!multiply(w, &scores) || !weigh(w, &online) || !multiply(w, &values))
        return false;
    size_t weight = mw_attention_weight_flops(s->dtype), again = first ? 0 : rows * s->d;
    size_t flops = 4 * rows * columns * s->d + rows * columns * weight +
                   (first ? 0 : rows * (weight + 1 + s->d));
    return mw_tally_add(w->tally, flops, (rows * s->d + 2 * columns * s->d + 2 * again) * s->width,
                        (rows * s->d + again) * s->width);
}

static bool divide(const worker *w, size_t i, size_t rows)
{
    const mw_attention_state *o = &w->state->operands;
    const mw_attention_sizes *s = &o->size;
    mw_attention_rows last = {
        .rows = rows,
        .sum = w->sum,
        .out = mw_attention_row(o, &o->o, i),
        .d = s->d,
    };
    o->bodies.divide[s->dtype](&last);
    size_t elements = rows * s->d;
    return mw_tally_add(w->tally, rows + elements, elements * s->width, elements * s->width);
}

static bool share(void *context, int thread, int threads, mw_tally *tally)
{
    (void)threads;
    const tiled_state *state = context;
    const mw_attention_sizes *s = &state->operands.size;
    size_t block = state->block;
    char *scores = (char *)state->tiles.data + (uint64_t)thread * tile_bytes(s, block);
    worker w = {
        .state = state,
        .thread = thread,
        .scores = scores,
        .largest = scores + block * block * s->width,
        .sum = scores + (block + 1) * block * s->width,
        .tally = tally,
    };
    mw_range own = queries_of(&state->team.plan, s, thread);
    for (size_t i = own.begin; i < own.end; i += block) {
        size_t rows = mw_smaller(own.end - i, block);
        for (size_t j = 0; j < s->n; j += block) {
            if (!block_pair(&w, i, rows, j, mw_smaller(s->n - j, block)))
                return false;
        }
        if (!divide(&w, i, rows))
            return false;
    }
    return true;
}

static mw_status execute(mw_run *run)
{
    const tiled_state *state = run->state;
    return mw_team_run(run->ledger, state->team.threads, share, run->state);
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
    .settle = settle,
};
