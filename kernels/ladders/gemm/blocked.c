/* blocked and blocked2: square blocks of C that stay in a cache while k runs. */
#include "form.h"
#include "gemm/gemm.h"
#include "gemm/loops.h"
#include "params.h"
#include "sample.h"

enum { BLOCK = MW_GEMM_PARAMS, INNER, ONE_PARAMS = INNER, TWO_PARAMS };

#define OPERANDS                                                                                   \
    [MW_GEMM_M] = MW_PARAM_DIMENSION("m", "rows of A and C", 512),                                 \
    [MW_GEMM_N] = MW_PARAM_DIMENSION("n", "columns of B and C", 512),                              \
    [MW_GEMM_K] = MW_PARAM_DIMENSION("k", "columns of A, rows of B", 512),                         \
    [MW_GEMM_LDA] = MW_PARAM_LEADING("lda", "A"), [MW_GEMM_LDB] = MW_PARAM_LEADING("ldb", "B"),    \
    [MW_GEMM_LDC] = MW_PARAM_LEADING("ldc", "C"), [MW_GEMM_DTYPE] = MW_PARAM_DTYPE,                \
    [MW_GEMM_THREADS] = MW_PARAM_THREADS

static const mw_param one_params[ONE_PARAMS] = {
    OPERANDS,
    [BLOCK] = {"block", "elements", "edge of the square blocks", 1, 4096, 64, NULL},
};
static const mw_param two_params[TWO_PARAMS] = {
    OPERANDS,
    [BLOCK] = {"block", "elements", "edge of the outer blocks; at least one inner block", 1, 4096,
               256, NULL},
    [INNER] = {"inner", "elements", "edge of the inner blocks", 1, 256, 48, NULL},
};

/* --- blocked ---------------------------------------------------------------------------------- */

static mw_work blocked_work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide m = (mw_wide)args->value[MW_GEMM_M], n = (mw_wide)args->value[MW_GEMM_N];
    mw_wide k = (mw_wide)args->value[MW_GEMM_K];
    mw_wide blocks = mw_ceil_div((uint64_t)n, (uint64_t)args->value[BLOCK]);
    return mw_gemm_loops_work(args, blocks * m * k + 2 * m * n * k, m * n * k);
}

/* A piece done by ikj in blocks, and what it moved. */
static bool ikj_piece(const mw_gemm_loops *loops, const mw_gemm_piece *piece, mw_tally *tally)
{
    size_t width = loops->operands.width, steps = piece->m * piece->n * piece->k;
    loops->body(piece);
    return mw_tally_add(tally, 2 * steps, (piece->m * piece->k + 2 * steps) * width, steps * width);
}

/* One block of C: along k in pieces of whole blocks; a block too large for one is cut by rows. */
static bool blocked_block(const mw_gemm_loops *loops, mw_gemm_piece block, size_t i, size_t j,
                          mw_tally *tally)
{
    size_t k = loops->operands.k, b = loops->block;
    size_t k_step = mw_gemm_units(block.m * block.n * b) * b;
    size_t m_step = mw_smaller(block.m, mw_gemm_units(block.n * mw_smaller(b, k)));
    for (size_t p = 0; p < k; p += k_step) {
        for (size_t r = 0; r < block.m; r += m_step) {
            mw_gemm_piece piece = mw_gemm_piece_at(loops, i + r, j, p);
            piece.m = mw_smaller(block.m - r, m_step);
            piece.n = block.n;
            piece.k = mw_smaller(k - p, k_step);
            if (!ikj_piece(loops, &piece, tally))
                return false;
        }
    }
    return true;
}

static bool blocked_share(void *context, int thread, int threads, mw_tally *tally)
{
    const mw_gemm_loops *loops = context;
    const mw_gemm_state *s = &loops->operands;
    size_t b = loops->block;
    mw_range blocks = mw_team_share(mw_ceil_div(s->m, b), thread, threads);
    size_t end = mw_smaller(blocks.end * b, s->m);
    for (size_t i = blocks.begin * b; i < end; i += b) {
        for (size_t j = 0; j < s->n; j += b) {
            mw_gemm_piece block = {.m = mw_smaller(end - i, b), .n = mw_smaller(s->n - j, b)};
            if (!blocked_block(loops, block, i, j, tally))
                return false;
        }
    }
    return true;
}

static mw_status blocked_execute(mw_run *run)
{
    mw_gemm_loops *loops = run->state;
    return mw_team_run(run->ledger, loops->operands.threads, blocked_share, loops);
}

/* One block of C while k runs in whole blocks. */
static bool blocked_c(mw_trace *trace, const mw_gemm_places *at, size_t b, uint64_t i, uint64_t j)
{
    size_t m = mw_smaller(at->m - i, b), n = mw_smaller(at->n - j, b);
    size_t k_step = mw_gemm_units(m * n * b) * b;
    size_t m_step = mw_smaller(m, mw_gemm_units(n * mw_smaller(b, at->k)));
    for (uint64_t p = 0; p < at->k; p += k_step) {
        uint64_t p_end = at->k - p < k_step ? at->k : p + k_step;
        for (uint64_t r = 0; r < m; r += m_step) {
            uint64_t r_end = m - r < m_step ? m : r + m_step;
            for (uint64_t q = p; q < p_end; q += b) {
                for (uint64_t row = r; row < r_end; row++) {
                    if (!mw_gemm_trace_row(trace, at, i + row, (mw_range){j, j + n},
                                           (mw_range){q, q + mw_smaller(p_end - q, b)}))
                        return false;
                }
            }
        }
    }
    return true;
}

/* Outer tiles are rows of blocks. */
static mw_status blocked_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    (void)kernel;
    mw_gemm_places at = mw_gemm_place(args, trace);
    size_t b = (size_t)args->value[BLOCK];
    uint64_t tiles = mw_ceil_div(at.m, b);
    for (uint64_t tile = 0; tile < tiles; tile++) {
        if (!mw_trace_tile(trace, tile, tiles))
            continue;
        for (uint64_t j = 0; j < at.n; j += b) {
            if (!blocked_c(trace, &at, b, tile * b, j))
                return MW_CANCELLED;
        }
    }
    return MW_OK;
}

static mw_status blocked_prepare(mw_run *run, mw_error *error)
{
    return mw_gemm_loops_prepare(run, offsetof(mw_loop_bodies, blocked), error);
}

/* --- blocked2 --------------------------------------------------------------------------------- */

/* The outer edge in whole inner blocks. */
static size_t outer_edge(size_t block, size_t inner)
{
    return mw_ceil_div(block, inner) * inner;
}

static mw_work blocked2_work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide m = (mw_wide)args->value[MW_GEMM_M], n = (mw_wide)args->value[MW_GEMM_N];
    mw_wide k = (mw_wide)args->value[MW_GEMM_K];
    mw_wide blocks = mw_ceil_div((uint64_t)n, (uint64_t)args->value[INNER]);
    return mw_gemm_loops_work(args, blocks * m * k + 2 * m * n * k, m * n * k);
}

/* Inner blocks of the outer block [i, i_end) x [j, j_end) against [p, p_end), and who takes them.
 */
typedef struct box {
    size_t i, i_end, j, j_end, p, p_end, inner;
} box;

typedef bool box_visitor(void *context, const box *inner);

static bool walk_inner(const box *outer, box_visitor *visit, void *context)
{
    size_t step = outer->inner;
    for (size_t i = outer->i; i < outer->i_end; i += step) {
        for (size_t j = outer->j; j < outer->j_end; j += step) {
            for (size_t p = outer->p; p < outer->p_end; p += step) {
                box inner = {i, i + mw_smaller(outer->i_end - i, step),
                             j, j + mw_smaller(outer->j_end - j, step),
                             p, p + mw_smaller(outer->p_end - p, step),
                             0};
                if (!visit(context, &inner))
                    return false;
            }
        }
    }
    return true;
}

/* A row of outer blocks: rows [i, i_end) of C, all of n and k. */
static bool walk_row(box row, size_t outer, size_t n, size_t k, box_visitor *visit, void *context)
{
    for (row.j = 0; row.j < n; row.j += outer) {
        row.j_end = row.j + mw_smaller(n - row.j, outer);
        for (row.p = 0; row.p < k; row.p += outer) {
            row.p_end = row.p + mw_smaller(k - row.p, outer);
            if (!walk_inner(&row, visit, context))
                return false;
        }
    }
    return true;
}

typedef struct multiplication {
    const mw_gemm_loops *loops;
    mw_tally *tally;
} multiplication;

static bool multiply_box(void *context, const box *inner)
{
    const multiplication *m = context;
    mw_gemm_piece piece = mw_gemm_piece_at(m->loops, inner->i, inner->j, inner->p);
    piece.m = inner->i_end - inner->i;
    piece.n = inner->j_end - inner->j;
    piece.k = inner->p_end - inner->p;
    return ikj_piece(m->loops, &piece, m->tally);
}

static bool blocked2_share(void *context, int thread, int threads, mw_tally *tally)
{
    const mw_gemm_loops *loops = context;
    const mw_gemm_state *s = &loops->operands;
    size_t outer = outer_edge(loops->block, loops->inner);
    multiplication work = {loops, tally};
    mw_range rows = mw_team_share(mw_ceil_div(s->m, loops->inner), thread, threads);
    size_t end = mw_smaller(rows.end * loops->inner, s->m);
    for (size_t i = rows.begin * loops->inner; i < end; i += outer) {
        box row = {.i = i, .i_end = i + mw_smaller(end - i, outer), .inner = loops->inner};
        if (!walk_row(row, outer, s->n, s->k, multiply_box, &work))
            return false;
    }
    return true;
}

static mw_status blocked2_execute(mw_run *run)
{
    mw_gemm_loops *loops = run->state;
    return mw_team_run(run->ledger, loops->operands.threads, blocked2_share, loops);
}

typedef struct tracing {
    mw_trace *trace;
    const mw_gemm_places *at;
} tracing;

static bool trace_box(void *context, const box *inner)
{
    const tracing *t = context;
    for (size_t i = inner->i; i < inner->i_end; i++) {
        if (!mw_gemm_trace_row(t->trace, t->at, i, (mw_range){inner->j, inner->j_end},
                               (mw_range){inner->p, inner->p_end}))
            return false;
    }
    return true;
}

/* Outer tiles are rows of outer blocks. */
static mw_status blocked2_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    (void)kernel;
    mw_gemm_places at = mw_gemm_place(args, trace);
    size_t inner = (size_t)args->value[INNER];
    size_t outer = outer_edge((size_t)args->value[BLOCK], inner);
    tracing to = {trace, &at};
    uint64_t tiles = mw_ceil_div(at.m, outer);
    for (uint64_t tile = 0; tile < tiles; tile++) {
        if (!mw_trace_tile(trace, tile, tiles))
            continue;
        size_t i = tile * outer;
        box row = {.i = i, .i_end = i + mw_smaller(at.m - i, outer), .inner = inner};
        if (!walk_row(row, outer, at.n, at.k, trace_box, &to))
            return MW_CANCELLED;
    }
    return MW_OK;
}

static mw_status blocked2_prepare(mw_run *run, mw_error *error)
{
    return mw_gemm_loops_prepare(run, offsetof(mw_loop_bodies, blocked2), error);
}

static mw_status blocked_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                                mw_error *error)
{
    mw_status status = mw_gemm_sample(kernel, shape, args, error);
    return status != MW_OK ? status : MW_SAMPLE({"block", shape->block});
}

static mw_status blocked2_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                                 mw_error *error)
{
    mw_status status = mw_gemm_sample(kernel, shape, args, error);
    return status != MW_OK ? status
                           : MW_SAMPLE({"block", shape->block}, {"inner", shape->block / 3});
}

/* ------------------------------------------------------------------------------------------ */

#define GEMM(name, text, rung_params, count)                                                       \
    const mw_kernel mw_gemm_##name = {.family = "gemm",                                            \
                                      .variant = #name,                                            \
                                      .summary = (text),                                           \
                                      .params = (rung_params),                                     \
                                      .param_count = (count),                                      \
                                      .check = mw_gemm_check,                                      \
                                      .work = name##_work,                                         \
                                      .compulsory_bytes = mw_gemm_compulsory,                      \
                                      .footprint = mw_gemm_footprint,                              \
                                      .prepare = name##_prepare,                                   \
                                      .execute = name##_execute,                                   \
                                      .verify = mw_gemm_verify,                                    \
                                      .release = mw_gemm_loops_release,                            \
                                      .sample = name##_sample,                                     \
                                      .result = mw_gemm_result,                                    \
                                      .trace = name##_trace}

GEMM(blocked, "C += A*B in square blocks that fit a cache", one_params, ONE_PARAMS);
GEMM(blocked2, "C += A*B in blocks within blocks, one size for each of two caches", two_params,
     TWO_PARAMS);
