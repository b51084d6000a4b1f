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

static bool panel_of(mw_trace *trace, const mw_gemm_plan *plan, const mw_gemm_places *at,
                     const block *b, mw_range columns)
{
    mw_range steps = {b->p, b->p + b->k};
    if (b->i == 0 && !rows_of(trace, at->b, at->ldb, at->width, at->b_transposed ? columns : steps,
                              at->b_transposed ? steps : columns))
        return false;
    uint64_t tiles = mw_ceil_div(b->m, plan->tile.rows);
    for (uint64_t t = 0; t < tiles; t++) {
        mw_range rows = mw_team_share(b->m, (int)t, (int)tiles);
        rows = (mw_range){b->i + rows.begin, b->i + rows.end};
        if (!tile_of(trace, at, rows, columns, b->add))
            return false;
    }
    return true;
}

/* Outer tiles are panels of B. */
static bool block_of(mw_trace *trace, const mw_gemm_plan *plan, const mw_gemm_places *at,
                     const block *b)
{
    mw_range rows = {b->i, b->i + b->m}, steps = {b->p, b->p + b->k};
    if (!rows_of(trace, at->a, at->lda, at->width, rows, steps))
        return false;
    uint64_t panels = mw_ceil_div(b->n, plan->tile.columns);
    for (uint64_t panel = 0; panel < panels; panel++) {
        if (!mw_trace_tile(trace, panel, panels))
            continue;
        uint64_t begin = b->j + panel * plan->tile.columns;
        uint64_t columns = mw_smaller(b->j + b->n - begin, plan->tile.columns);
        if (!panel_of(trace, plan, at, b, (mw_range){begin, begin + columns}))
            return false;
    }
    return true;
}

bool mw_gemm_product_trace(const mw_gemm_plan *plan, const mw_gemm_places *at, bool add,
                           mw_trace *trace)
{
    mw_gemm_blocks most = mw_gemm_plan_blocks(plan, at->m, at->n, at->k);
    for (uint64_t j = 0; j < at->n; j += most.nc) {
        for (uint64_t p = 0; p < at->k; p += most.kc) {
            for (uint64_t i = 0; i < at->m; i += most.mc) {
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
