/*
 * tiled: the same result without the matrix of scores (FlashAttention, Dao et al. 2022).
 *
 * A block of queries meets the keys a block at a time, and both the block of K and that of V are
 * packed once for all of them. Then a strip of queries, as many as a register tile has rows, goes
 * all the way: its scores against the block stay in the first-level cache; an online softmax turns
 * them into weights against the largest score so far; the weights times the block of V are added to
 * the queries' rows of O. What memory sees is Q, K, V and O. The FLOPs are a little more than
 * before: O is brought to the new largest score after every block.
 *
 * Queries are independent of each other: each thread takes a share of them, in blocks again, with a
 * strip of scores of its own.
 *
 * The strip of scores is a private copy and no operand, so it is not counted. With T blocks of
 * keys, ceil(n/block), B blocks of queries, the sum over threads of ceil(queries/block), and w
 * bytes an element:
 *
 *     FLOPs 4·n²·d + (6 + 2·degree)·n² + n·(T-1)·(7 + 2·degree + d) + n·(1 + d)
 *     loads (n·d·(T + 2·(T-1) + 1) + 2·B·n·d)·w    Q with each block of keys, O to add and to
 *                                                  rescale; K and V with each block of queries
 *     stores n·d·2·T·w
 */
#include <stdlib.h>

#include "attention/attention.h"
#include "attention/operands.h"
#include "cpu.h"
#include "gemm/shares.h"
#include "team.h"

/* What a block is chosen for: a row of scores, of which the first-level cache holds as many as a
 * register tile has, and a packed block of K or V, of which the second-level cache holds two. */
enum { ROW_BYTES = 2 << 10, BLOCK_BYTES = 512 << 10, LEAST_BLOCK = 64 };

typedef struct tiled_state {
    mw_attention_state operands; /* first: mw_attention_verify finds it there */
    size_t block;
    mw_buffer strips;          /* of every thread, on pages of its own */
    mw_gemm_team keys, values; /* Q·K', and the weights times V */
} tiled_state;

/* One thread at work. */
typedef struct worker {
    const tiled_state *state;
    int thread;
    char *scores;        /* of a strip of queries against a block of keys */
    char *largest, *sum; /* the largest scores and the sums of a block of queries */
    mw_tally *tally;
} worker;

/* `rows` queries from i on against `columns` keys from j on. */
typedef struct pair {
    size_t i, rows, j, columns;
} pair;

static size_t block_of(const mw_args *args)
{
    mw_attention_sizes s = mw_attention_sizes_of(args);
    size_t block = (size_t)args->value[MW_ATTENTION_BLOCK];
    if (block == 0) {
        size_t most = mw_smaller(ROW_BYTES, BLOCK_BYTES / s.d) / s.width;
        for (block = LEAST_BLOCK; 2 * block <= most; block *= 2)
            ;
    }
    return mw_smaller(block, s.n);
}

static void settle(const mw_kernel *kernel, mw_args *args)
{
    (void)kernel;
    args->value[MW_ATTENTION_BLOCK] = (int64_t)block_of(args);
}

/* Products of a strip with all of B as one block, so that its packed copy is there for the next. */
static mw_gemm_plan plan_of(const mw_attention_sizes *s, size_t n, size_t k)
{
    mw_gemm_blocks whole = {.kc = k, .nc = n};
    mw_gemm_plan plan = mw_gemm_plan_of(MW_GEMM_TILE_MICRO, mw_cpu_isa(), s->dtype, 1, n, k, whole);
    plan.m = plan.tile.rows;
    return plan;
}

static mw_gemm_plan keys_plan(const mw_attention_sizes *s, size_t block)
{
    return plan_of(s, block, s->d);
}

static mw_gemm_plan values_plan(const mw_attention_sizes *s, size_t block)
{
    return plan_of(s, s->d, block);
}

/* Elements between two rows of scores: a line more than a block, so that rows do not share sets. */
static size_t scores_ld(const mw_attention_sizes *s, size_t block)
{
    return block + MW_LINE_BYTES / s->width;
}

/* Scores of a strip, then the largest ones and the sums of a block's rows: whole pages. */
static uint64_t strip_bytes(const mw_attention_sizes *s, size_t block)
{
    size_t rows = keys_plan(s, block).tile.rows;
    return mw_buffer_footprint((uint64_t)(rows * scores_ld(s, block) + 2 * block) * s->width);
}

static mw_range queries_of(const mw_attention_sizes *s, size_t block, int thread)
{
    mw_gemm_plan plan = keys_plan(s, block);
    return mw_gemm_part_of(&plan, MW_GEMM_BY_ROWS, s->n, s->d, thread, s->threads).rows;
}

static uint64_t footprint(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_attention_sizes s = mw_attention_sizes_of(args);
    size_t block = block_of(args);
    mw_gemm_plan keys = keys_plan(&s, block), values = values_plan(&s, block);
    return mw_attention_footprint(args) + (uint64_t)s.threads * strip_bytes(&s, block) +
           mw_gemm_team_bytes(&keys, s.threads) + mw_gemm_team_bytes(&values, s.threads);
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_attention_sizes s = mw_attention_sizes_of(args);
    size_t block = block_of(args);
    mw_wide n = s.n, d = s.d, blocks = mw_ceil_div(s.n, block), query_blocks = 0;
    for (int t = 0; t < s.threads; t++) {
        mw_range own = queries_of(&s, block, t);
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
    mw_buffer_destroy(&state->strips);
    mw_gemm_team_destroy(&state->keys);
    mw_gemm_team_destroy(&state->values);
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
    mw_gemm_plan keys = keys_plan(s, state->block), values = values_plan(s, state->block);
    status = mw_buffer_scratch(&state->strips, (uint64_t)s->threads * strip_bytes(s, state->block),
                               s->threads, run->ledger, error);
    if (status == MW_OK)
        status = mw_gemm_team_create(&state->keys, &keys, s->threads, run->ledger, error);
    if (status == MW_OK)
        status = mw_gemm_team_create(&state->values, &values, s->threads, run->ledger, error);
    if (status != MW_OK)
        release(run);
    return status;
}

/* A product of which the tally hears nothing, because the strip of scores is no operand. */
static void multiply(const mw_gemm_team *team, int thread, const mw_gemm_operands *product)
{
    mw_gemm_product(&team->plan, &team->workspaces[thread], product, NULL);
}

/* `rows` queries from `first` of the pair on; those before them have left both blocks packed. */
static void strip(const worker *w, const pair *p, size_t first, size_t rows)
{
    const mw_attention_state *o = &w->state->operands;
    const mw_attention_sizes *s = &o->size;
    size_t i = p->i + first, ld = scores_ld(s, w->state->block);
    mw_gemm_operands scores = {
        .m = rows,
        .n = p->columns,
        .k = s->d,
        .a = mw_attention_row(o, &o->q, i),
        .b = mw_attention_row(o, &o->k, p->j),
        .c = w->scores,
        .lda = s->d,
        .ldb = s->d,
        .ldc = ld,
        .b_transposed = true,
        .b_kept = first > 0,
    };
    mw_attention_rows online = {
        .scores = w->scores,
        .ld = ld,
        .rows = rows,
        .columns = p->columns,
        .scale = o->scale,
        .largest = w->largest + first * s->width,
        .sum = w->sum + first * s->width,
        .out = mw_attention_row(o, &o->o, i),
        .d = s->d,
        .first = p->j == 0,
    };
    mw_gemm_operands values = {
        .m = rows,
        .n = s->d,
        .k = p->columns,
        .a = w->scores,
        .b = mw_attention_row(o, &o->v, p->j),
        .c = mw_attention_row(o, &o->o, i),
        .lda = ld,
        .ldb = s->d,
        .ldc = s->d,
        .add = p->j > 0,
        .a_in_place = true,
        .b_kept = first > 0,
    };
    multiply(&w->state->keys, w->thread, &scores);
    o->bodies.online[s->dtype](&online);
    multiply(&w->state->values, w->thread, &values);
}

static bool block_pair(const worker *w, const pair *p)
{
    const mw_attention_sizes *s = &w->state->operands.size;
    size_t strips = mw_ceil_div(p->rows, w->state->keys.plan.tile.rows);
    for (size_t t = 0; t < strips; t++) {
        mw_range rows = mw_team_share(p->rows, (int)t, (int)strips);
        strip(w, p, rows.begin, rows.end - rows.begin);
        if (!mw_ledger_poll(w->tally->ledger))
            return false;
    }
    bool first = p->j == 0;
    size_t weight = mw_attention_weight_flops(s->dtype), again = first ? 0 : p->rows * s->d;
    size_t flops = 4 * p->rows * p->columns * s->d + p->rows * p->columns * weight +
                   (first ? 0 : p->rows * (weight + 1 + s->d));
    return mw_tally_add(w->tally, flops,
                        (p->rows * s->d + 2 * p->columns * s->d + 2 * again) * s->width,
                        (p->rows * s->d + again) * s->width);
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
    char *scores = (char *)state->strips.data + (uint64_t)thread * strip_bytes(s, block);
    char *largest = scores + state->keys.plan.tile.rows * scores_ld(s, block) * s->width;
    worker w = {
        .state = state,
        .thread = thread,
        .scores = scores,
        .largest = largest,
        .sum = largest + block * s->width,
        .tally = tally,
    };
    mw_range own = queries_of(s, block, thread);
    for (size_t i = own.begin; i < own.end; i += block) {
        pair p = {.i = i, .rows = mw_smaller(own.end - i, block)};
        for (; p.j < s->n; p.j += block) {
            p.columns = mw_smaller(s->n - p.j, block);
            if (!block_pair(&w, &p))
                return false;
        }
        if (!divide(&w, i, p.rows))
            return false;
    }
    return true;
}

static mw_status execute(mw_run *run)
{
    const tiled_state *state = run->state;
    return mw_team_run(run->ledger, state->keys.threads, share, run->state);
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
    .sample = mw_attention_sample,
    .result = mw_attention_result,
    .trace = trace_all,
    .settle = settle,
};
