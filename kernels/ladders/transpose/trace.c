/* The accesses of one tile of a transpose, for the cache simulator. */
#include "transpose/operands.h"

enum { VECTOR = 64 };

static bool range(mw_trace *trace, mw_transpose_place at, uint64_t row, uint64_t column,
                  uint64_t count, uint32_t w, mw_access access)
{
    return mw_trace_range(trace, at.base + (row * at.ld + column) * w, w, count, w, access);
}

static bool trace_square(mw_trace *trace, mw_transpose_place from, mw_transpose_place to, size_t i,
                         size_t j, size_t lanes, uint32_t w, mw_access store)
{
    for (size_t r = 0; r < lanes; r++) {
        if (!range(trace, from, i + r, j, lanes, w, MW_ACCESS_LOAD))
            return false;
    }
    for (size_t r = 0; r < lanes; r++) {
        if (!range(trace, to, j + r, i, lanes, w, store))
            return false;
    }
    return true;
}

bool mw_transpose_trace_tile(mw_trace *trace, mw_transpose_place from, mw_transpose_place to,
                             size_t m, size_t n, uint32_t w, mw_access store)
{
    size_t lanes = VECTOR / w, rows = m / lanes * lanes, columns = n / lanes * lanes;
    for (size_t j = 0; j < columns; j += lanes) {
        for (size_t i = 0; i < rows; i += lanes) {
            if (!trace_square(trace, from, to, i, j, lanes, w, store))
                return false;
        }
    }
    for (size_t i = 0; i < m; i++) {
        size_t j = i < rows ? columns : 0;
        const mw_stream rest[] = {
            {from.base + (i * from.ld + j) * w, w, w, MW_ACCESS_LOAD},
            {to.base + (j * to.ld + i) * w, (int64_t)(to.ld * w), w, MW_ACCESS_STORE},
        };
        if (!mw_trace_loop(trace, rest, 2, n - j))
            return false;
    }
    return true;
}
