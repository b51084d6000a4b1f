/* The accesses of gemv over encoded weights: a block is one access. */
#include "form.h"
#include "gemv/quantized/operands.h"

typedef struct places {
    uint64_t codes, x, y, scale, zero;
} places;

/* In the order in which prepare makes them; a codebook lies in registers, and comes from the place
 * of a scale. */
static places place(const mw_quantized_shape *s, mw_trace *trace)
{
    places at = {0};
    uint64_t zero = s->format == MW_FORMAT_INT8_ASYMMETRIC ? 4 * s->scalings : 0;
    at.codes = mw_trace_place(trace, s->m * s->row_bytes);
    at.x = mw_trace_place(trace, 4 * s->n);
    at.y = mw_trace_place(trace, 4 * s->m);
    at.scale = s->scalings ? mw_trace_place(trace, s->scalings * s->scaling_bytes - zero) : 0;
    at.zero = zero ? mw_trace_place(trace, zero) : 0;
    return at;
}

/* Scaling `own`: its scale or levels, and its zero. */
static bool trace_scaling(mw_trace *trace, const mw_quantized_shape *s, const places *at,
                          uint64_t own)
{
    uint32_t zero = at->zero ? 4 : 0, scale = (uint32_t)s->scaling_bytes - zero;
    return mw_trace_range(trace, at->scale + own * scale, 0, 1, scale, MW_ACCESS_LOAD) &&
           (!zero || mw_trace_range(trace, at->zero + own * 4, 0, 1, 4, MW_ACCESS_LOAD));
}

/* Some rows, `apart` rows from one to the next, over one piece: their blocks side by side, then
 * what ends the rows. */
static bool trace_group(mw_trace *trace, const mw_quantized_shape *s, const places *at,
                        uint64_t first, uint64_t apart, uint64_t rows, uint64_t j)
{
    const mw_format_layout *layout = mw_format_layout_of(s->format);
    uint64_t columns = mw_smaller(s->n - j, MW_QUANTIZED_COLUMNS_MAX);
    mw_stream streams[MW_QUANTIZED_ROWS];
    for (uint64_t r = 0; r < rows; r++)
        streams[r] = (mw_stream){at->codes + (first + r * apart) * s->row_bytes +
                                     mw_format_bytes(s->format, j),
                                 layout->block_bytes, layout->block_bytes, MW_ACCESS_LOAD};
    if (!mw_trace_loop(trace, streams, rows, mw_ceil_div(columns, layout->block_elements)))
        return false;
    for (uint64_t r = 0; r < rows; r++) {
        uint64_t i = first + r * apart, y = at->y + 4 * i;
        if ((s->by_row && s->scalings && !trace_scaling(trace, s, at, i)) ||
            (j > 0 && !mw_trace_range(trace, y, 0, 1, 4, MW_ACCESS_LOAD)) ||
            !mw_trace_range(trace, y, 0, 1, 4, MW_ACCESS_STORE))
            return false;
    }
    return true;
}

mw_status mw_quantized_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    mw_quantized_shape s = mw_quantized_shape_of(kernel, args);
    places at = place(&s, trace);
    if (!mw_trace_range(trace, at.x, 4, s.n, 4, MW_ACCESS_LOAD) ||
        (!s.by_row && s.scalings && !trace_scaling(trace, &s, &at, 0)))
        return MW_CANCELLED;
    uint64_t tile_rows = mw_quantized_tile_rows(&s), tiles = mw_ceil_div(s.m, tile_rows);
    for (uint64_t tile = 0; tile < tiles; tile++) {
        if (!mw_trace_tile(trace, tile, tiles))
            continue;
        uint64_t begin = tile * tile_rows, end = begin + mw_smaller(s.m - begin, tile_rows);
        for (uint64_t j = 0; j < s.n; j += MW_QUANTIZED_COLUMNS_MAX) {
            uint64_t each = (end - begin) / MW_QUANTIZED_ROWS;
            for (uint64_t i = begin; i < begin + each; i++) {
                if (!trace_group(trace, &s, &at, i, each, MW_QUANTIZED_ROWS, j))
                    return MW_CANCELLED;
            }
            for (uint64_t i = begin + each * MW_QUANTIZED_ROWS; i < end; i++) {
                if (!trace_group(trace, &s, &at, i, 1, 1, j))
                    return MW_CANCELLED;
            }
        }
    }
    return MW_OK;
}
