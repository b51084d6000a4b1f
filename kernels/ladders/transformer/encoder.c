/*
 * encoder: a whole text goes through a transformer block at once.
 *
 * The same block as the decoder's, but every product has as many columns as the text has tokens: a
 * weight that was read serves all of them. What starved as gemv is fed as gemm; only the parts
 * beside the products still do a few FLOP for each byte.
 *
 * Several threads share out each product as near to squares as their number allows: of a short text
 * they share the outputs, since each would otherwise read all weights; of a long one the tokens.
 * What is done to a row of tokens, norms and attention, is shared out by rows, so that all threads
 * work on the scores of one head, and no more of those wait in memory than with one thread. No sum
 * is split: the bits are those of one thread.
 *
 *     FLOPs: see mw_block_flops_of
 *     bytes: those of six products with n tokens, shared out as a grid, of two products per head,
 *     shared out by rows (gemm/shares.h), and of norms, softmax, gelu and additions
 */
#include <stdlib.h>

#include "gemm/shares.h"
#include "params.h"
#include "sample.h"
#include "team.h"
#include "transformer/arrays.h"
#include "transformer/transformer.h"

static const mw_param params[MW_BLOCK_PARAMS] = {
    [MW_BLOCK_TOKENS] = {"n", "elements", "tokens of the text", 1, 1 << 18, 128, NULL},
    [MW_BLOCK_D] = {"d", "elements", "elements of a token", 1, 1 << 14, 768, NULL},
    [MW_BLOCK_HEADS] = {"heads", "1", "heads of attention; d is a multiple of it", 1, 256, 12,
                        NULL},
    [MW_BLOCK_FF] = {"ff", "elements", "elements inside the feed-forward network; 0: 4·d", 0,
                     1 << 16, 0, NULL},
    [MW_BLOCK_DTYPE] = MW_PARAM_DTYPE,
    [MW_BLOCK_THREADS] = MW_BLOCK_PARAM_THREADS,
};

typedef struct encoder_state {
    mw_block_state block; /* first: mw_block_verify finds it there */
    mw_gemm_team team;
} encoder_state;

/* How products are shared out whose operands are weights, and those of attention. */
static const mw_gemm_cut linear_cut = MW_GEMM_BY_GRID, attention_cut = MW_GEMM_BY_ROWS;

static mw_gemm_plan plan_of(const mw_block_sizes *s)
{
    size_t wide = s->d > s->ff ? s->d : s->ff;
    wide = wide > s->rows ? wide : s->rows;
    return mw_gemm_plan_best(s->dtype, s->rows, wide, wide);
}

/* `times` products of all rows with n columns. */
typedef struct products {
    mw_gemm_cut cut;
    size_t n, k, times;
} products;

static void add_products(mw_work *sum, const mw_gemm_plan *plan, int threads, products p)
{
    mw_wide times = p.times;
    mw_work one = mw_gemm_team_work(plan, p.cut, threads, plan->m, p.n, p.k, false);
    sum->load_bytes = mw_form((mw_wide)sum->load_bytes + times * one.load_bytes);
    sum->store_bytes = mw_form((mw_wide)sum->store_bytes + times * one.store_bytes);
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    mw_block_sizes s = mw_block_sizes_of(kernel, args);
    mw_block_flops flops = mw_block_flops_of(&s);
    mw_block_bytes other = mw_block_other_bytes(&s);
    mw_gemm_plan plan = plan_of(&s);
    mw_work sum = {
        .flops = mw_form((mw_wide)flops.projections + flops.attention + flops.ffn + flops.other),
        .load_bytes = mw_form(other.loads * s.width),
        .store_bytes = mw_form(other.stores * s.width),
    };
    const products all[] = {
        {linear_cut, s.d, s.d, 4},
        {attention_cut, s.context, s.head, s.heads},
        {attention_cut, s.head, s.context, s.heads},
        {linear_cut, s.ff, s.d, 1},
        {linear_cut, s.d, s.ff, 1},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        add_products(&sum, &plan, s.threads, all[i]);
    return sum;
}

static uint64_t footprint(const mw_kernel *kernel, const mw_args *args)
{
    mw_block_sizes s = mw_block_sizes_of(kernel, args);
    mw_gemm_plan plan = plan_of(&s);
    return mw_form((mw_wide)mw_block_footprint(kernel, args) +
                   mw_gemm_team_bytes(&plan, s.threads));
}

static void release(mw_run *run)
{
    encoder_state *state = run->state;
    if (!state)
        return;
    mw_block_destroy(&state->block);
    mw_gemm_team_destroy(&state->team);
    free(state);
    run->state = NULL;
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    encoder_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    mw_status status = mw_block_create(&state->block, run, error);
    if (status != MW_OK) {
        free(state);
        return status;
    }
    run->state = state;
    const mw_block_sizes *s = &state->block.size;
    mw_gemm_plan plan = plan_of(s);
    status = mw_gemm_team_create(&state->team, &plan, s->threads, run->ledger, error);
    if (status != MW_OK)
        release(run);
    return status;
}

/* One thread's part of y = x·W'; which that is. */
static bool linear(encoder_state *e, mw_block_array w, mw_block_array x, mw_block_array y,
                   size_t out, size_t in, int thread, mw_tally *tally)
{
    mw_gemm_operands product = {
        .m = e->block.size.rows,
        .n = out,
        .k = in,
        .a = mw_block_at(&e->block, x, 0),
        .b = mw_block_at(&e->block, w, 0),
        .c = mw_block_at(&e->block, y, 0),
        .lda = in,
        .ldb = in,
        .ldc = out,
        .b_transposed = true,
    };
    return mw_gemm_team_product(&e->team, linear_cut, &product, thread, tally);
}

static mw_gemm_part part_of(const encoder_state *e, size_t out, int thread)
{
    return mw_gemm_part_of(&e->team.plan, linear_cut, e->block.size.rows, out, thread,
                           e->team.threads);
}

/* All heads of one thread's rows. */
static bool attend(encoder_state *e, int thread, mw_tally *tally)
{
    mw_block_state *t = &e->block;
    const mw_block_sizes *s = &t->size;
    const mw_gemm_team *team = &e->team;
    mw_gemm_part own =
        mw_gemm_part_of(&team->plan, attention_cut, s->rows, s->head, thread, team->threads);
    for (size_t head = 0; head < s->d; head += s->head) {
        mw_gemm_operands scores = {
            .m = s->rows,
            .n = s->context,
            .k = s->head,
            .a = mw_block_at(t, MW_BLOCK_Q, head),
            .b = mw_block_at(t, MW_BLOCK_K, head),
            .c = mw_block_at(t, MW_BLOCK_SCORES, 0),
            .lda = s->d,
            .ldb = s->d,
            .ldc = s->stride,
            .b_transposed = true,
        };
        mw_gemm_operands values = {
            .m = s->rows,
            .n = s->head,
            .k = s->context,
            .a = mw_block_at(t, MW_BLOCK_SCORES, 0),
            .b = mw_block_at(t, MW_BLOCK_V, head),
            .c = mw_block_at(t, MW_BLOCK_MIXED, head),
            .lda = s->stride,
            .ldb = s->d,
            .ldc = s->d,
        };
        if (!mw_gemm_team_product(team, attention_cut, &scores, thread, tally) ||
            !mw_block_softmax(t, own.rows, tally) ||
            !mw_gemm_team_product(team, attention_cut, &values, thread, tally))
            return false;
    }
    return true;
}

static bool do_step(void *context, uint64_t step, int thread, int threads, mw_tally *tally)
{
    encoder_state *e = context;
    mw_block_state *t = &e->block;
    size_t d = t->size.d, ff = t->size.ff;
    mw_range rows = mw_team_share(t->size.rows, thread, threads);
    mw_gemm_part own = part_of(e, d, thread), wide = part_of(e, ff, thread);
    switch ((mw_block_step)step) {
    case MW_BLOCK_STEP_NORM1:
        return mw_block_norm(t, MW_BLOCK_X, MW_BLOCK_SCALE1, MW_BLOCK_NORM1, rows, tally);
    case MW_BLOCK_STEP_PROJECT:
        return linear(e, MW_BLOCK_WQ, MW_BLOCK_NORM1, MW_BLOCK_Q, d, d, thread, tally) &&
               linear(e, MW_BLOCK_WK, MW_BLOCK_NORM1, MW_BLOCK_K, d, d, thread, tally) &&
               linear(e, MW_BLOCK_WV, MW_BLOCK_NORM1, MW_BLOCK_V, d, d, thread, tally);
    case MW_BLOCK_STEP_ATTEND:
        return attend(e, thread, tally);
    case MW_BLOCK_STEP_OUTPUT:
        return linear(e, MW_BLOCK_WO, MW_BLOCK_MIXED, MW_BLOCK_OUTPUT, d, d, thread, tally) &&
               mw_block_add(t, MW_BLOCK_X, MW_BLOCK_OUTPUT, MW_BLOCK_Y, &own, tally);
    case MW_BLOCK_STEP_NORM2:
        return mw_block_norm(t, MW_BLOCK_Y, MW_BLOCK_SCALE2, MW_BLOCK_NORM2, rows, tally);
    case MW_BLOCK_STEP_WIDE:
        return linear(e, MW_BLOCK_W1, MW_BLOCK_NORM2, MW_BLOCK_WIDE, ff, d, thread, tally) &&
               mw_block_gelu(t, &wide, tally);
    case MW_BLOCK_STEP_NARROW:
        return linear(e, MW_BLOCK_W2, MW_BLOCK_GELU, MW_BLOCK_NARROW, d, ff, thread, tally) &&
               mw_block_add(t, MW_BLOCK_Y, MW_BLOCK_NARROW, MW_BLOCK_Z, &own, tally);
    case MW_BLOCK_STEPS:
        break;
    }
    return true;
}

static mw_status execute(mw_run *run)
{
    const encoder_state *e = run->state;
    return mw_team_run_steps(run->ledger, e->team.threads, MW_BLOCK_STEPS, do_step, run->state);
}

/* --- accesses ------------------------------------------------------------------------------- */

static bool trace_linear(const mw_block_places *at, const mw_gemm_plan *plan, mw_block_array w,
                         mw_block_array x, mw_block_array y, size_t out, size_t in, mw_trace *trace)
{
    mw_gemm_places product = {
        .m = at->size.rows,
        .n = out,
        .k = in,
        .lda = in,
        .ldb = in,
        .ldc = out,
        .a = at->array[x],
        .b = at->array[w],
        .c = at->array[y],
        .width = (uint32_t)at->size.width,
        .b_transposed = true,
    };
    return mw_gemm_product_trace(plan, &product, false, trace);
}

static bool trace_attention(const mw_block_places *at, const mw_gemm_plan *plan, mw_trace *trace)
{
    const mw_block_sizes *s = &at->size;
    for (size_t head = 0; head < s->d; head += s->head) {
        mw_gemm_places scores = {
            .m = s->rows,
            .n = s->context,
            .k = s->head,
            .lda = s->d,
            .ldb = s->d,
            .ldc = s->context,
            .a = at->array[MW_BLOCK_Q] + head * s->width,
            .b = at->array[MW_BLOCK_K] + head * s->width,
            .c = at->array[MW_BLOCK_SCORES],
            .width = (uint32_t)s->width,
            .b_transposed = true,
        };
        mw_gemm_places values = {
            .m = s->rows,
            .n = s->head,
            .k = s->context,
            .lda = s->context,
            .ldb = s->d,
            .ldc = s->d,
            .a = at->array[MW_BLOCK_SCORES],
            .b = at->array[MW_BLOCK_V] + head * s->width,
            .c = at->array[MW_BLOCK_MIXED] + head * s->width,
            .width = (uint32_t)s->width,
        };
        if (!mw_gemm_product_trace(plan, &scores, false, trace) ||
            !mw_block_trace_softmax(at, s->rows, trace) ||
            !mw_gemm_product_trace(plan, &values, false, trace))
            return false;
    }
    return true;
}

static mw_status trace_all(const mw_kernel *kernel, const mw_args *args, mw_trace *t)
{
    mw_block_places at = mw_block_place(kernel, args, t);
    mw_gemm_plan plan = plan_of(&at.size);
    size_t d = at.size.d, ff = at.size.ff;
    bool done = mw_block_trace_norm(&at, MW_BLOCK_X, MW_BLOCK_SCALE1, MW_BLOCK_NORM1, t) &&
                trace_linear(&at, &plan, MW_BLOCK_WQ, MW_BLOCK_NORM1, MW_BLOCK_Q, d, d, t) &&
                trace_linear(&at, &plan, MW_BLOCK_WK, MW_BLOCK_NORM1, MW_BLOCK_K, d, d, t) &&
                trace_linear(&at, &plan, MW_BLOCK_WV, MW_BLOCK_NORM1, MW_BLOCK_V, d, d, t) &&
                trace_attention(&at, &plan, t) &&
                trace_linear(&at, &plan, MW_BLOCK_WO, MW_BLOCK_MIXED, MW_BLOCK_OUTPUT, d, d, t) &&
                mw_block_trace_add(&at, MW_BLOCK_X, MW_BLOCK_OUTPUT, MW_BLOCK_Y, t) &&
                mw_block_trace_norm(&at, MW_BLOCK_Y, MW_BLOCK_SCALE2, MW_BLOCK_NORM2, t) &&
                trace_linear(&at, &plan, MW_BLOCK_W1, MW_BLOCK_NORM2, MW_BLOCK_WIDE, ff, d, t) &&
                mw_block_trace_gelu(&at, t) &&
                trace_linear(&at, &plan, MW_BLOCK_W2, MW_BLOCK_GELU, MW_BLOCK_NARROW, d, ff, t) &&
                mw_block_trace_add(&at, MW_BLOCK_Y, MW_BLOCK_NARROW, MW_BLOCK_Z, t);
    return done ? MW_OK : MW_CANCELLED;
}

static mw_status sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                        mw_error *error)
{
    mw_status status = mw_block_sample(kernel, shape, args, error);
    return status != MW_OK ? status : MW_SAMPLE({"n", shape->m % 37});
}

static const mw_buffer *result(const mw_run *run)
{
    return &((const mw_block_state *)run->state)->array[MW_BLOCK_Z];
}

const mw_kernel mw_encoder_block = {
    .family = "encoder",
    .variant = "block",
    .summary = "a whole text through a transformer block",
    .params = params,
    .param_count = MW_BLOCK_PARAMS,
    .check = mw_block_check,
    .work = work,
    .compulsory_bytes = mw_block_compulsory,
    .footprint = footprint,
    .prepare = prepare,
    .execute = execute,
    .verify = mw_block_verify,
    .release = release,
    .sample = sample,
    .result = result,
    .trace = trace_all,
    .settle = mw_block_settle,
};
