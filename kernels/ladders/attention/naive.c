/*
 * naive: the formula as it stands, S = Q·K', P = softmax(S/sqrt(d)), O = P·V.
 *
 * Both products are as good as products get. Between them lies S, n x n: with n = 4096 it is 64
 * times the size of Q, K or V with 64 columns. It is written, read and written by the softmax, and
 * read again; the longer the text, the more of the time is spent on moving numbers that nobody
 * asked for.
 *
 * Rows are independent of each other: a thread makes scores, softmax and values of its own rows,
 * and waits for nobody. Each of them reads all of K and V.
 *
 *     FLOPs 4·n²·d + (7 + 2·degree)·n² + n
 *     loads those of both products, shared out by rows (gemm/shares.h), and 3·n²·w
 *     stores those of both products and 2·n²·w
 */
#include <stdlib.h>

#include "attention/attention.h"
#include "attention/operands.h"
#include "gemm/shares.h"
#include "team.h"

typedef struct naive_state {
    mw_attention_state operands; /* first: mw_attention_verify finds it there */
    mw_buffer scores;            /* n x n */
    mw_gemm_team team;
} naive_state;

/* The larger of both products: n x n x d and n x d x n. */
static mw_gemm_plan plan_of(const mw_attention_sizes *s)
{
    size_t wide = s->n > s->d ? s->n : s->d;
    return mw_gemm_plan_best(s->dtype, s->n, wide, wide);
}

static uint64_t footprint(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_attention_sizes s = mw_attention_sizes_of(args);
    mw_gemm_plan plan = plan_of(&s);
    return mw_attention_footprint(args) + mw_buffer_footprint((uint64_t)s.n * s.n * s.width) +
           mw_gemm_team_bytes(&plan, s.threads);
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_attention_sizes s = mw_attention_sizes_of(args);
    mw_gemm_plan plan = plan_of(&s);
    mw_work scores = mw_gemm_team_work(&plan, MW_GEMM_BY_ROWS, s.threads, s.n, s.n, s.d, false);
    mw_work values = mw_gemm_team_work(&plan, MW_GEMM_BY_ROWS, s.threads, s.n, s.d, s.n, false);
    mw_wide all = (mw_wide)s.n * s.n;
    return (mw_work){
        .flops = mw_form((mw_wide)scores.flops + values.flops +
                         all * (mw_attention_weight_flops(s.dtype) + 1) + s.n),
        .load_bytes = mw_form((mw_wide)scores.load_bytes + values.load_bytes + 3 * all * s.width),
        .store_bytes =
            mw_form((mw_wide)scores.store_bytes + values.store_bytes + 2 * all * s.width),
    };
}

static void release(mw_run *run)
{
    naive_state *state = run->state;
    if (!state)
        return;
    mw_attention_destroy(&state->operands);
    mw_buffer_destroy(&state->scores);
    mw_gemm_team_destroy(&state->team);
    free(state);
    run->state = NULL;
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    naive_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    mw_status status = mw_attention_create(&state->operands, run, error);
    if (status != MW_OK) {
        free(state);
        return status;
    }
    run->state = state;
    const mw_attention_sizes *s = &state->operands.size;
    mw_gemm_plan plan = plan_of(s);
    status = mw_buffer_scratch(&state->scores, (uint64_t)s->n * s->n * s->width, s->threads,
                               run->ledger, error);
    if (status == MW_OK)
        status = mw_gemm_team_create(&state->team, &plan, s->threads, run->ledger, error);
    if (status != MW_OK)
        release(run);
    return status;
}

static bool softmax(naive_state *state, mw_range own, mw_tally *tally)
{
    const mw_attention_sizes *s = &state->operands.size;
    size_t step = 1 + (1 << 15) / s->n; /* rows of a tile */
    for (size_t i = own.begin; i < own.end; i += step) {
        mw_attention_rows rows = {
            .scores = (char *)state->scores.data + i * s->n * s->width,
            .ld = s->n,
            .rows = mw_smaller(own.end - i, step),
            .columns = s->n,
            .scale = state->operands.scale,
        };
        state->operands.bodies.softmax[s->dtype](&rows);
        size_t scores = rows.rows * s->n;
        if (!mw_tally_add(tally, scores * (mw_attention_weight_flops(s->dtype) + 1) + rows.rows,
                          3 * scores * s->width, 2 * scores * s->width))
            return false;
    }
    return true;
}

static bool share(void *context, int thread, int threads, mw_tally *tally)
{
    naive_state *state = context;
    const mw_attention_state *o = &state->operands;
    const mw_attention_sizes *s = &o->size;
    mw_gemm_operands scores = {
        .m = s->n,
        .n = s->n,
        .k = s->d,
        .a = o->q.data,
        .b = o->k.data,
        .c = state->scores.data,
        .lda = s->d,
        .ldb = s->d,
        .ldc = s->n,
        .b_transposed = true,
    };
    mw_gemm_operands values = {
        .m = s->n,
        .n = s->d,
        .k = s->n,
        .a = state->scores.data,
        .b = o->v.data,
        .c = o->o.data,
        .lda = s->n,
        .ldb = s->d,
        .ldc = s->d,
    };
    const mw_gemm_team *team = &state->team;
    mw_gemm_part own = mw_gemm_part_of(&team->plan, MW_GEMM_BY_ROWS, s->n, s->d, thread, threads);
    return mw_gemm_team_product(team, MW_GEMM_BY_ROWS, &scores, thread, tally) &&
           softmax(state, own.rows, tally) &&
           mw_gemm_team_product(team, MW_GEMM_BY_ROWS, &values, thread, tally);
}

static mw_status execute(mw_run *run)
{
    const naive_state *state = run->state;
    return mw_team_run(run->ledger, state->team.threads, share, run->state);
}

/* Each row: for the largest score, then to weights, then divided by their sum. */
static bool trace_softmax(const mw_attention_sizes *s, uint64_t scores, mw_trace *trace)
{
    uint32_t width = (uint32_t)s->width;
    for (size_t i = 0; i < s->n; i++) {
        if (!mw_trace_tile(trace, i, s->n))
            continue;
        uint64_t row = scores + i * s->n * width;
        const mw_stream change[] = {
            {row, width, width, MW_ACCESS_LOAD},
            {row, width, width, MW_ACCESS_STORE},
        };
        if (!mw_trace_loop(trace, change, 1, s->n) || !mw_trace_loop(trace, change, 2, s->n) ||
            !mw_trace_loop(trace, change, 2, s->n))
            return false;
    }
    return true;
}

static mw_status trace_all(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    (void)kernel;
    mw_attention_places at = mw_attention_place(args, trace);
    const mw_attention_sizes *s = &at.size;
    uint64_t matrix = mw_trace_place(trace, (uint64_t)s->n * s->n * s->width);
    mw_gemm_plan plan = plan_of(s);
    mw_gemm_places scores = {
        .m = s->n,
        .n = s->n,
        .k = s->d,
        .lda = s->d,
        .ldb = s->d,
        .ldc = s->n,
        .a = at.q,
        .b = at.k,
        .c = matrix,
        .width = (uint32_t)s->width,
        .b_transposed = true,
    };
    mw_gemm_places values = {
        .m = s->n,
        .n = s->d,
        .k = s->n,
        .lda = s->n,
        .ldb = s->d,
        .ldc = s->d,
        .a = matrix,
        .b = at.v,
        .c = at.o,
        .width = (uint32_t)s->width,
    };
    return mw_gemm_product_trace(&plan, &scores, false, trace) && trace_softmax(s, matrix, trace) &&
                   mw_gemm_product_trace(&plan, &values, false, trace)
               ? MW_OK
               : MW_CANCELLED;
}

const mw_kernel mw_attention_naive = {
    .family = "attention",
    .variant = "naive",
    .summary = "softmax(Q*K'/sqrt(d))*V with all scores written out",
    .params = mw_attention_params,
    .param_count = MW_ATTENTION_PARAMS,
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
};
