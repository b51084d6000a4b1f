/* The accesses of product.c to A, B and C; its packed copies are no operands. */
#include "form.h"
#include "gemm/product.h"

/* The block of C [i, i+m) x [j, j+n) against steps [p, p+k). */
typedef struct block {
    uint64_t i, m, j, n, p, k;
    bool add;
} block;

static bool rows_of(mw_trace *trace, uint64_t base, uint64_t ld, uint32_t width, mw_range rows,
                    mw_range columns)
{
    for (uint64_t i = rows.begin; i < rows.end; i++) {
        mw_stream row = mw_gemm_along(base, ld, i, columns.begin, width, MW_ACCESS_LOAD);
        if (!mw_trace_loop(trace, &row, 1, columns.end - columns.begin))
            return false;
    }
    return true;
}

/* A tile of C is loaded and stored row by row; its products need no operand. */
static bool tile_of(mw_trace *trace, const mw_gemm_places *at, mw_range rows, mw_range columns,
                    bool add)
{
    for (uint64_t i = rows.begin; i < rows.end; i++) {
        const mw_stream sums[] = {
            mw_gemm_along(at->c, at->ldc, i, columns.begin, at->width, MW_ACCESS_LOAD),
            mw_gemm_along(at->c, at->ldc, i, columns.begin, at->width, MW_ACCESS_STORE),
        };
        size_t first = add ? 0 : 1;
        if (!mw_trace_loop(trace, sums + first, 2 - first, columns.end - columns.begin))
            return false;
    }
    return true;
}

/* A strip of A against the panels of the block. */
static bool strip_of(mw_trace *trace, const mw_gemm_plan *plan, const mw_gemm_places *at,
                     const block *b, mw_range rows)
{
    mw_range steps = {b->p, b->p + b->k};
    if (b->j == 0 && !rows_of(trace, at->a, at->lda, at->width, rows, steps))
        return false;
    for (uint64_t j = b->j; j < b->j + b->n; j += plan->tile.columns) {
        mw_range columns = {j, j + mw_smaller(b->j + b->n - j, plan->tile.columns)};
        if (rows.begin == b->i &&
            !rows_of(trace, at->b, at->ldb, at->width, at->b_transposed ? columns : steps,
                     at->b_transposed ? steps : columns))
            return false;
        if (!tile_of(trace, at, rows, columns, b->add))
            return false;
    }
    return true;
}

/* Outer tiles are strips of A. */
static bool block_of(mw_trace *trace, const mw_gemm_plan *plan, const mw_gemm_places *at,
                     const block *b)
{
    uint64_t strips = mw_ceil_div(b->m, plan->tile.rows);
    for (uint64_t t = 0; t < strips; t++) {
        mw_range rows = mw_team_share(b->m, (int)t, (int)strips);
        if (!mw_trace_tile(trace, t, strips))
            continue;
        if (!strip_of(trace, plan, at, b, (mw_range){b->i + rows.begin, b->i + rows.end}))
            return false;
    }
    return true;
}

bool mw_gemm_product_trace(const mw_gemm_plan *plan, const mw_gemm_places *at, bool add,
                           mw_trace *trace)
{
    mw_gemm_blocks most = mw_gemm_plan_blocks(plan, at->m, at->n, at->k);
    for (uint64_t i = 0; i < at->m; i += most.mc) {
        for (uint64_t p = 0; p < at->k; p += most.kc) {
            for (uint64_t j = 0; j < at->n; j += most.nc) {
                block b = {
                    i, mw_smaller(at->m - i, most.mc), j,           mw_smaller(at->n - j, most.nc),
                    p, mw_smaller(at->k - p, most.kc), add || p > 0};
                if (!block_of(trace, plan, at, &b))
                    return false;
            }
        }
    }
    return true;
}
