/*
 * The loops around packed.inc.h: for every block of columns and of k, B's block is copied once; for
 * every block of rows A's. A thread takes rows of blocks and copies for itself.
 */
#include <string.h>

#include "form.h"
#include "gemm/gemm.h"
#include "gemm/loops.h"
#include "params.h"
#include "sample.h"

enum { BLOCK = MW_GEMM_PARAMS, PARAMS };

static const mw_param params[PARAMS] = {
    [MW_GEMM_M] = MW_PARAM_DIMENSION("m", "rows of A and C", 512),
    [MW_GEMM_N] = MW_PARAM_DIMENSION("n", "columns of B and C", 512),
    [MW_GEMM_K] = MW_PARAM_DIMENSION("k", "columns of A, rows of B", 512),
    [MW_GEMM_LDA] = MW_PARAM_LEADING("lda", "A"),
    [MW_GEMM_LDB] = MW_PARAM_LEADING("ldb", "B"),
    [MW_GEMM_LDC] = MW_PARAM_LEADING("ldc", "C"),
    [MW_GEMM_DTYPE] = MW_PARAM_DTYPE,
    [MW_GEMM_THREADS] = MW_PARAM_THREADS,
    [BLOCK] = {"block", "elements", "edge of the square blocks", 1, 256, 96, NULL},
};

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide m = (mw_wide)args->value[MW_GEMM_M], n = (mw_wide)args->value[MW_GEMM_N];
    mw_wide k = (mw_wide)args->value[MW_GEMM_K];
    size_t b = (size_t)args->value[BLOCK];
    mw_wide blocks = mw_ceil_div((uint64_t)n, b);
    mw_wide copies = mw_smaller((size_t)args->value[MW_GEMM_THREADS], mw_ceil_div((uint64_t)m, b));
    return mw_gemm_loops_work(args, blocks * m * k + copies * k * n + m * n * k, m * n * k);
}

/* Both copies of one thread, whole cache lines. */
static size_t copies_bytes(size_t block, size_t width)
{
    return mw_ceil_div(2 * block * block * width, MW_LINE_BYTES) * MW_LINE_BYTES;
}

static uint64_t footprint(const mw_kernel *kernel, const mw_args *args)
{
    size_t width = mw_dtype_size((mw_dtype)args->value[MW_GEMM_DTYPE]);
    uint64_t each = copies_bytes((size_t)args->value[BLOCK], width);
    return mw_gemm_footprint(kernel, args) +
           mw_buffer_footprint(each * (uint64_t)args->value[MW_GEMM_THREADS]);
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    mw_status status = mw_gemm_loops_prepare(run, offsetof(mw_loop_bodies, packed), error);
    if (status != MW_OK)
        return status;
    mw_gemm_loops *loops = run->state;
    const mw_gemm_state *s = &loops->operands;
    status =
        mw_buffer_scratch(&loops->packed, copies_bytes(loops->block, s->width) * (size_t)s->threads,
                          s->threads, run->ledger, error);
    if (status != MW_OK)
        mw_gemm_loops_release(run);
    return status;
}

/* Copies a block of rows, `ld` apart, to rows `block` apart. */
static bool pack(const mw_gemm_loops *loops, void *to, const void *from, size_t ld, size_t rows,
                 size_t columns, mw_tally *tally)
{
    size_t width = loops->operands.width;
    for (size_t r = 0; r < rows; r++)
        memcpy((char *)to + r * loops->block * width, (const char *)from + r * ld * width,
               columns * width);
    return mw_tally_add(tally, 0, rows * columns * width, 0);
}

/* Blocks of rows [begin, end) of C against one block of B, packed in `b`. */
static bool multiply_rows(const mw_gemm_loops *loops, mw_range rows, size_t j, size_t p,
                          mw_gemm_piece size, char *copies, mw_tally *tally)
{
    size_t block = loops->block, width = loops->operands.width;
    char *a = copies, *b = copies + block * block * width;
    for (size_t i = rows.begin; i < rows.end; i += block) {
        mw_gemm_piece piece = mw_gemm_piece_at(loops, i, j, p);
        piece.m = mw_smaller(rows.end - i, block);
        piece.n = size.n;
        piece.k = size.k;
        if (!pack(loops, a, piece.a, piece.lda, piece.m, piece.k, tally))
            return false;
        piece.a = a;
        piece.b = b;
        piece.lda = piece.ldb = block;
        loops->body(&piece);
        size_t steps = piece.m * piece.n * piece.k;
        if (!mw_tally_add(tally, 2 * steps, steps * width, steps * width))
            return false;
    }
    return true;
}

static bool share(void *context, int thread, int threads, mw_tally *tally)
{
    const mw_gemm_loops *loops = context;
    const mw_gemm_state *s = &loops->operands;
    size_t block = loops->block;
    mw_range rows = mw_team_share(mw_ceil_div(s->m, block), thread, threads);
    if (rows.begin == rows.end)
        return true;
    rows = (mw_range){rows.begin * block, mw_smaller(rows.end * block, s->m)};
    char *copies = (char *)loops->packed.data + (size_t)thread * copies_bytes(block, s->width);
    for (size_t j = 0; j < s->n; j += block) {
        for (size_t p = 0; p < s->k; p += block) {
            mw_gemm_piece size = {.n = mw_smaller(s->n - j, block),
                                  .k = mw_smaller(s->k - p, block)};
            void *b = copies + block * block * s->width;
            if (!pack(loops, b, mw_gemm_at(s, &s->b, s->ldb, p, j), s->ldb, size.k, size.n, tally))
                return false;
            if (!multiply_rows(loops, rows, j, p, size, copies, tally))
                return false;
        }
    }
    return true;
}

static mw_status execute(mw_run *run)
{
    mw_gemm_loops *loops = run->state;
    return mw_team_run(run->ledger, loops->operands.threads, share, loops);
}

static bool trace_block(mw_trace *trace, uint64_t base, uint64_t ld, uint32_t width, mw_range rows,
                        mw_range columns)
{
    for (uint64_t r = rows.begin; r < rows.end; r++) {
        mw_stream row = mw_gemm_along(base, ld, r, columns.begin, width, MW_ACCESS_LOAD);
        if (!mw_trace_loop(trace, &row, 1, columns.end - columns.begin))
            return false;
    }
    return true;
}

/* Rows of C pass once for every step of k; the copies of A and B are no operands. */
static bool trace_rows(mw_trace *trace, const mw_gemm_places *at, mw_range rows, mw_range columns,
                       uint64_t steps)
{
    for (uint64_t i = rows.begin; i < rows.end; i++) {
        const mw_stream sums[] = {
            mw_gemm_along(at->c, at->ldc, i, columns.begin, at->width, MW_ACCESS_LOAD),
            mw_gemm_along(at->c, at->ldc, i, columns.begin, at->width, MW_ACCESS_STORE),
        };
        for (uint64_t p = 0; p < steps; p++) {
            if (!mw_trace_loop(trace, sums, 2, columns.end - columns.begin))
                return false;
        }
    }
    return true;
}

/* Outer tiles are rows of blocks, for every block of B. */
static bool trace_against(mw_trace *trace, const mw_gemm_places *at, size_t b, mw_range columns,
                          mw_range steps)
{
    if (!trace_block(trace, at->b, at->ldb, at->width, steps, columns))
        return false;
    uint64_t tiles = mw_ceil_div(at->m, b);
    for (uint64_t tile = 0; tile < tiles; tile++) {
        if (!mw_trace_tile(trace, tile, tiles))
            continue;
        mw_range rows = {tile * b, tile * b + mw_smaller(at->m - tile * b, b)};
        if (!trace_block(trace, at->a, at->lda, at->width, rows, steps) ||
            !trace_rows(trace, at, rows, columns, steps.end - steps.begin))
            return false;
    }
    return true;
}

static mw_status trace(const mw_kernel *kernel, const mw_args *args, mw_trace *to)
{
    (void)kernel;
    mw_gemm_places at = mw_gemm_place(args, to);
    size_t b = (size_t)args->value[BLOCK];
    for (uint64_t j = 0; j < at.n; j += b) {
        for (uint64_t p = 0; p < at.k; p += b) {
            mw_range columns = {j, j + mw_smaller(at.n - j, b)};
            if (!trace_against(to, &at, b, columns, (mw_range){p, p + mw_smaller(at.k - p, b)}))
                return MW_CANCELLED;
        }
    }
    return MW_OK;
}

static mw_status sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                        mw_error *error)
{
    mw_status status = mw_gemm_sample(kernel, shape, args, error);
    return status != MW_OK ? status : MW_SAMPLE({"block", shape->block});
}

const mw_kernel mw_gemm_packed = {
    .family = "gemm",
    .variant = "packed",
    .summary = "C += A*B in blocks that are copied together first",
    .params = params,
    .param_count = PARAMS,
    .check = mw_gemm_check,
    .work = work,
    .compulsory_bytes = mw_gemm_compulsory,
    .footprint = footprint,
    .prepare = prepare,
    .execute = execute,
    .verify = mw_gemm_verify,
    .release = mw_gemm_loops_release,
    .sample = sample,
    .result = mw_gemm_result,
    .trace = trace,
};
