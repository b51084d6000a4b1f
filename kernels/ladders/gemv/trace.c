/* The accesses of the gemv ladder, for the cache simulator: one thread, tile by tile. */
#include "form.h"
#include "gemv/rung.h"

/* One group of rows: a dot product each, then its element of y. */
static bool trace_group(mw_trace *trace, const mw_gemv_places *at, const mw_gemv_rung *rung,
                        mw_range rows, uint64_t j, uint64_t columns)
{
    mw_stream streams[MW_GEMV_STREAMS + 1];
    uint32_t w = at->width;
    size_t n = 0;
    for (uint64_t i = rows.begin; i < rows.end; i++)
        streams[n++] = (mw_stream){at->a + (i * at->lda + j) * w, w, w, MW_ACCESS_LOAD};
    if (!rung->packs_x)
        streams[n++] = (mw_stream){at->x + j * w, w, w, MW_ACCESS_LOAD};
    if (!mw_trace_loop(trace, streams, n, columns))
        return false;
    mw_stream sums[2] = {{at->y + rows.begin * w, w, w, MW_ACCESS_LOAD},
                         {at->y + rows.begin * w, w, w, MW_ACCESS_STORE}};
    size_t first = j > 0 ? 0 : 1; /* only later pieces of a row find a sum */
    return mw_trace_loop(trace, sums + first, 2 - first, rows.end - rows.begin);
}

/* As mw_gemv_rows_share goes through the tiles; the packed copy of x is no operand. */
mw_status mw_gemv_rows_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    const mw_gemv_rung *rung = kernel->body;
    mw_gemv_places at = mw_gemv_place(args, trace);
    if (rung->packs_x && !mw_trace_range(trace, at.x, at.width, at.n, at.width, MW_ACCESS_LOAD))
        return MW_CANCELLED;
    uint64_t tile_rows = mw_gemv_tile_rows(at.n, rung->group, at.width);
    uint64_t tiles = mw_ceil_div(at.m, tile_rows);
    for (uint64_t tile = 0; tile < tiles; tile++) {
        if (!mw_trace_tile(trace, tile, tiles))
            continue;
        uint64_t begin = tile * tile_rows;
        uint64_t end = at.m - begin < tile_rows ? at.m : begin + tile_rows;
        for (uint64_t j = 0; j < at.n; j += MW_GEMV_COLUMNS_MAX) {
            uint64_t columns = mw_smaller(at.n - j, MW_GEMV_COLUMNS_MAX);
            for (uint64_t i = begin; i < end;) {
                uint64_t left = end - i, rows = rung->group;
                if (left < rows) /* what fills no group comes by fours, twos and ones */
                    rows = left >= 4 ? 4 : left >= 2 ? 2 : 1;
                if (!trace_group(trace, &at, rung, (mw_range){i, i + rows}, j, columns))
                    return MW_CANCELLED;
                i += rows;
            }
        }
    }
    return MW_OK;
}

/* Column j of some rows: x[j] once, then A, y and y again for every row. */
static bool trace_column(mw_trace *trace, const mw_gemv_places *at, mw_range rows, uint64_t j)
{
    uint32_t w = at->width;
    uint64_t y = at->y + rows.begin * w, count = rows.end - rows.begin;
    const mw_stream streams[] = {
        {at->a + (rows.begin * at->lda + j) * w, (int64_t)(at->lda * w), w, MW_ACCESS_LOAD},
        {y, w, w, MW_ACCESS_LOAD},
        {y, w, w, MW_ACCESS_STORE},
    };
    return (j > 0 || mw_trace_range(trace, y, w, count, w, MW_ACCESS_STORE)) &&
           mw_trace_range(trace, at->x + j * w, 0, 1, w, MW_ACCESS_LOAD) &&
           mw_trace_loop(trace, streams, 3, count);
}

mw_status mw_gemv_column_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    (void)kernel;
    mw_gemv_places at = mw_gemv_place(args, trace);
    uint64_t pieces = mw_ceil_div(at.m, MW_GEMV_COLUMN_ROWS_MAX), tiles = pieces * at.n;
    for (uint64_t piece = 0; piece < pieces; piece++) {
        mw_range rows = {piece * MW_GEMV_COLUMN_ROWS_MAX, (piece + 1) * MW_GEMV_COLUMN_ROWS_MAX};
        rows.end = rows.end < at.m ? rows.end : at.m;
        for (uint64_t j = 0; j < at.n; j++) {
            if (mw_trace_tile(trace, piece * at.n + j, tiles) && !trace_column(trace, &at, rows, j))
                return MW_CANCELLED;
        }
    }
    return MW_OK;
}
