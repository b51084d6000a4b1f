#include "gemm/gemm.h"

#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "form.h"
#include "gemm/operands.h"
#include "params.h"
#include "team.h"

/* A tile covers at most this many elements of one dimension, so that a single sum or row is short.
 */
enum { PIECE = 1 << 16 };

/* Multiply-adds of a tile: tens of microseconds in cache, a few milliseconds where every one
 * misses. */
enum { TILE = 1 << 18 };

enum { BLOCK = MW_GEMM_PARAMS, BLOCKED_PARAMS };

static const mw_param blocked_params[BLOCKED_PARAMS] = {
    [MW_GEMM_M] = MW_PARAM_DIMENSION("m", "rows of A and C", 512),
    [MW_GEMM_N] = MW_PARAM_DIMENSION("n", "columns of B and C", 512),
    [MW_GEMM_K] = MW_PARAM_DIMENSION("k", "columns of A, rows of B", 512),
    [MW_GEMM_LDA] = MW_PARAM_LEADING("lda", "A"),
    [MW_GEMM_LDB] = MW_PARAM_LEADING("ldb", "B"),
    [MW_GEMM_LDC] = MW_PARAM_LEADING("ldc", "C"),
    [MW_GEMM_DTYPE] = MW_PARAM_DTYPE,
    [MW_GEMM_THREADS] = MW_PARAM_THREADS,
    [BLOCK] = {"block", "elements", "edge of the square blocks", 1, 4096, 64, NULL},
};

typedef struct gemm_state {
    mw_gemm_state operands; /* first: mw_gemm_verify finds it there */
    mw_gemm_body *body;
    size_t block;
} gemm_state;

static void release(mw_run *run)
{
    gemm_state *state = run->state;
    if (!state)
        return;
    mw_gemm_destroy(&state->operands);
    free(state);
    run->state = NULL;
}

/* kernel->body is the offset of the rung's pair of bodies in mw_gemm_bodies. */
static mw_status prepare(mw_run *run, mw_error *error)
{
    gemm_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = state;
    run->isa = mw_cpu_isa();
    mw_gemm_bodies bodies;
    mw_gemm_choose(run->isa, &bodies);
    mw_gemm_body *pair[2];
    memcpy(pair, (const char *)&bodies + *(const size_t *)run->kernel->body, sizeof pair);
    mw_status status = mw_gemm_create(&state->operands, run, error);
    if (status != MW_OK) {
        free(state);
        run->state = NULL;
        return status;
    }
    state->body = pair[state->operands.dtype];
    if (mw_param_index(run->kernel, "block") >= 0)
        state->block = (size_t)run->args.value[BLOCK];
    return MW_OK;
}

typedef struct sizes {
    mw_wide m, n, k, w;
} sizes;

static sizes sizes_of(const mw_args *args)
{
    return (sizes){
        .m = (mw_wide)args->value[MW_GEMM_M],
        .n = (mw_wide)args->value[MW_GEMM_N],
        .k = (mw_wide)args->value[MW_GEMM_K],
        .w = mw_dtype_size((mw_dtype)args->value[MW_GEMM_DTYPE]),
    };
}

static mw_gemm_piece tile_at(const gemm_state *state, size_t i, size_t j, size_t p)
{
    const mw_gemm_state *s = &state->operands;
    return (mw_gemm_piece){
        .a = mw_gemm_at(s, &s->a, s->lda, i, p),
        .b = mw_gemm_at(s, &s->b, s->ldb, p, j),
        .c = mw_gemm_at(s, &s->c, s->ldc, i, j),
        .lda = s->lda,
        .ldb = s->ldb,
        .ldc = s->ldc,
        .block = state->block,
    };
}

/* How many units of `each` multiply-adds make a tile: at least one. */
static size_t units(size_t each)
{
    return each < TILE ? TILE / (each ? each : 1) : 1;
}

/* --- ijk: C once per piece of k ------------------------------------------------------------- */

static mw_work ijk_work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    sizes s = sizes_of(args);
    mw_wide pieces = mw_ceil_div((uint64_t)s.k, PIECE);
    return (mw_work){
        .flops = mw_form(2 * s.m * s.n * s.k),
        .load_bytes = mw_form((2 * s.m * s.n * s.k + pieces * s.m * s.n) * s.w),
        .store_bytes = mw_form(pieces * s.m * s.n * s.w),
    };
}

static bool ijk_share(void *context, int thread, int threads, mw_tally *tally)
{
    const gemm_state *state = context;
    const mw_gemm_state *s = &state->operands;
    mw_range rows = mw_team_share(s->m, thread, threads);
    size_t k_step = mw_smaller(s->k, PIECE);
    size_t n_step = mw_smaller(s->n, units(k_step));
    size_t m_step = units(k_step * n_step);
    for (size_t i = rows.begin; i < rows.end; i += m_step) {
        for (size_t j = 0; j < s->n; j += n_step) {
            for (size_t p = 0; p < s->k; p += k_step) {
                mw_gemm_piece tile = tile_at(state, i, j, p);
                tile.m = mw_smaller(rows.end - i, m_step);
                tile.n = mw_smaller(s->n - j, n_step);
                tile.k = mw_smaller(s->k - p, k_step);
                state->body(&tile);
                size_t sums = tile.m * tile.n, steps = sums * tile.k;
                if (!mw_tally_add(tally, 2 * steps, (2 * steps + sums) * s->width, sums * s->width))
                    return false;
            }
        }
    }
    return true;
}

static mw_status ijk_execute(mw_run *run)
{
    gemm_state *state = run->state;
    return mw_team_run(run->ledger, state->operands.threads, ijk_share, state);
}

/* Some sums of row i of C over a piece of k. Outer tiles are rows. */
static bool ijk_row(mw_trace *trace, const mw_gemm_places *at, uint64_t i, uint64_t j, uint64_t n,
                    uint64_t p, uint64_t k)
{
    uint32_t w = at->width;
    for (uint64_t end = j + n; j < end; j++) {
        const mw_stream streams[] = {
            mw_gemm_along(at->a, at->lda, i, p, w, MW_ACCESS_LOAD),
            mw_gemm_down(at->b, at->ldb, p, j, w, MW_ACCESS_LOAD),
        };
        if (!mw_gemm_touch(trace, at->c, at->ldc, i, j, w, MW_ACCESS_LOAD) ||
            !mw_trace_loop(trace, streams, 2, k) ||
            !mw_gemm_touch(trace, at->c, at->ldc, i, j, w, MW_ACCESS_STORE))
            return false;
    }
    return true;
}

static mw_status ijk_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    (void)kernel;
    mw_gemm_places at = mw_gemm_place(args, trace);
    size_t k_step = mw_smaller(at.k, PIECE), n_step = mw_smaller(at.n, units(k_step));
    for (uint64_t i = 0; i < at.m; i++) {
        if (!mw_trace_tile(trace, i, at.m))
            continue;
        for (uint64_t j = 0; j < at.n; j += n_step) {
            for (uint64_t p = 0; p < at.k; p += k_step) {
                if (!ijk_row(trace, &at, i, j, mw_smaller(at.n - j, n_step), p,
                             mw_smaller(at.k - p, k_step)))
                    return MW_CANCELLED;
            }
        }
    }
    return MW_OK;
}

/* --- ikj: rows of at most PIECE columns ----------------------------------------------------- */

static mw_work ikj_work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    sizes s = sizes_of(args);
    mw_wide pieces = mw_ceil_div((uint64_t)s.n, PIECE);
    return (mw_work){
        .flops = mw_form(2 * s.m * s.n * s.k),
        .load_bytes = mw_form((pieces * s.m * s.k + 2 * s.m * s.n * s.k) * s.w),
        .store_bytes = mw_form(s.m * s.n * s.k * s.w),
    };
}

static bool ikj_share(void *context, int thread, int threads, mw_tally *tally)
{
    const gemm_state *state = context;
    const mw_gemm_state *s = &state->operands;
    mw_range rows = mw_team_share(s->m, thread, threads);
    size_t n_step = mw_smaller(s->n, PIECE);
    size_t k_step = mw_smaller(s->k, units(n_step));
    size_t m_step = units(n_step * k_step);
    for (size_t i = rows.begin; i < rows.end; i += m_step) {
        for (size_t j = 0; j < s->n; j += n_step) {
            for (size_t p = 0; p < s->k; p += k_step) {
                mw_gemm_piece tile = tile_at(state, i, j, p);
                tile.m = mw_smaller(rows.end - i, m_step);
                tile.n = mw_smaller(s->n - j, n_step);
                tile.k = mw_smaller(s->k - p, k_step);
                state->body(&tile);
                size_t steps = tile.m * tile.n * tile.k;
                if (!mw_tally_add(tally, 2 * steps, (tile.m * tile.k + 2 * steps) * s->width,
                                  steps * s->width))
                    return false;
            }
        }
    }
    return true;
}

static mw_status ikj_execute(mw_run *run)
{
    gemm_state *state = run->state;
    return mw_team_run(run->ledger, state->operands.threads, ikj_share, state);
}

/* Row i of a block: each A[i][p] along a row of B and of C. */
static bool ikj_row(mw_trace *trace, const mw_gemm_places *at, uint64_t i, uint64_t j, uint64_t n,
                    uint64_t p, uint64_t k)
{
    uint32_t w = at->width;
    for (uint64_t end = p + k; p < end; p++) {
        const mw_stream streams[] = {
            mw_gemm_along(at->b, at->ldb, p, j, w, MW_ACCESS_LOAD),
            mw_gemm_along(at->c, at->ldc, i, j, w, MW_ACCESS_LOAD),
            mw_gemm_along(at->c, at->ldc, i, j, w, MW_ACCESS_STORE),
        };
        if (!mw_gemm_touch(trace, at->a, at->lda, i, p, w, MW_ACCESS_LOAD) ||
            !mw_trace_loop(trace, streams, 3, n))
            return false;
    }
    return true;
}

static mw_status ikj_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    (void)kernel;
    mw_gemm_places at = mw_gemm_place(args, trace);
    size_t n_step = mw_smaller(at.n, PIECE);
    for (uint64_t i = 0; i < at.m; i++) {
        if (!mw_trace_tile(trace, i, at.m))
            continue;
        for (uint64_t j = 0; j < at.n; j += n_step) {
            if (!ikj_row(trace, &at, i, j, mw_smaller(at.n - j, n_step), 0, at.k))
                return MW_CANCELLED;
        }
    }
    return MW_OK;
}

/* --- blocked: the block of C stays while k runs ---------------------------------------------- */

static mw_work blocked_work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    sizes s = sizes_of(args);
    mw_wide blocks = mw_ceil_div((uint64_t)s.n, (uint64_t)args->value[BLOCK]);
    return (mw_work){
        .flops = mw_form(2 * s.m * s.n * s.k),
        .load_bytes = mw_form((blocks * s.m * s.k + 2 * s.m * s.n * s.k) * s.w),
        .store_bytes = mw_form(s.m * s.n * s.k * s.w),
    };
}

/* One block of C: along k in tiles of whole blocks; a block too large for a tile is cut by rows. */
static bool blocked_block(const gemm_state *state, mw_gemm_piece block, size_t i, size_t j,
                          mw_tally *tally)
{
    const mw_gemm_state *s = &state->operands;
    size_t b = state->block;
    size_t k_step = units(block.m * block.n * b) * b;
    size_t m_step = mw_smaller(block.m, units(block.n * mw_smaller(b, s->k)));
    for (size_t p = 0; p < s->k; p += k_step) {
        for (size_t r = 0; r < block.m; r += m_step) {
            mw_gemm_piece tile = tile_at(state, i + r, j, p);
            tile.m = mw_smaller(block.m - r, m_step);
            tile.n = block.n;
            tile.k = mw_smaller(s->k - p, k_step);
            state->body(&tile);
            size_t steps = tile.m * tile.n * tile.k;
            if (!mw_tally_add(tally, 2 * steps, (tile.m * tile.k + 2 * steps) * s->width,
                              steps * s->width))
                return false;
        }
    }
    return true;
}

static bool blocked_share(void *context, int thread, int threads, mw_tally *tally)
{
    const gemm_state *state = context;
    const mw_gemm_state *s = &state->operands;
    size_t b = state->block;
    mw_range blocks = mw_team_share(mw_ceil_div(s->m, b), thread, threads);
    size_t end = mw_smaller(blocks.end * b, s->m);
    for (size_t i = blocks.begin * b; i < end; i += b) {
        for (size_t j = 0; j < s->n; j += b) {
            mw_gemm_piece block = {.m = mw_smaller(end - i, b), .n = mw_smaller(s->n - j, b)};
            if (!blocked_block(state, block, i, j, tally))
                return false;
        }
    }
    return true;
}

static mw_status blocked_execute(mw_run *run)
{
    gemm_state *state = run->state;
    return mw_team_run(run->ledger, state->operands.threads, blocked_share, state);
}

/* One block of C while k runs in whole blocks. */
static bool blocked_c(mw_trace *trace, const mw_gemm_places *at, size_t b, uint64_t i, uint64_t j)
{
    size_t m = mw_smaller(at->m - i, b), n = mw_smaller(at->n - j, b);
    size_t k_step = units(m * n * b) * b, m_step = mw_smaller(m, units(n * mw_smaller(b, at->k)));
    for (uint64_t p = 0; p < at->k; p += k_step) {
        uint64_t p_end = at->k - p < k_step ? at->k : p + k_step;
        for (uint64_t r = 0; r < m; r += m_step) {
            uint64_t r_end = m - r < m_step ? m : r + m_step;
            for (uint64_t q = p; q < p_end; q += b) {
                for (uint64_t row = r; row < r_end; row++) {
                    if (!ikj_row(trace, at, i + row, j, n, q, mw_smaller(p_end - q, b)))
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

/* ------------------------------------------------------------------------------------------ */

#define GEMM(name, text, rung_params, count)                                                       \
    static const size_t name##_body = offsetof(mw_gemm_bodies, name);                              \
    const mw_kernel mw_gemm_##name = {.family = "gemm",                                            \
                                      .variant = #name,                                            \
                                      .summary = (text),                                           \
                                      .params = (rung_params),                                     \
                                      .param_count = (count),                                      \
                                      .check = mw_gemm_check,                                      \
                                      .work = name##_work,                                         \
                                      .compulsory_bytes = mw_gemm_compulsory,                      \
                                      .footprint = mw_gemm_footprint,                              \
                                      .prepare = prepare,                                          \
                                      .execute = name##_execute,                                   \
                                      .verify = mw_gemm_verify,                                    \
                                      .release = release,                                          \
                                      .trace = name##_trace,                                       \
                                      .body = &name##_body}

GEMM(ijk, "C += A*B, one dot product per element", mw_gemm_params, MW_GEMM_PARAMS);
GEMM(ikj, "C += A*B along rows of B and C", mw_gemm_params, MW_GEMM_PARAMS);
GEMM(blocked, "C += A*B in square blocks that fit a cache", blocked_params, BLOCKED_PARAMS);
