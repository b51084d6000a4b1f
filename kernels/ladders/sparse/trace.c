/* The accesses of the sparse products, for the cache simulator: one thread, unit by unit. */
#include "form.h"
#include "sparse/gemv.h"

/* Nonzeros whose columns are told at once. */
enum { CHUNK = 64, FOUR = sizeof(uint32_t) };

typedef struct walk {
    const mw_sparse_sizes *sizes;
    mw_sparse_place a;
    uint64_t x, y, unit;
    uint32_t w;
    uint64_t next; /* bitmap: the first nonzero that no word has had */
} walk;

static bool load(mw_trace *trace, uint64_t base, uint64_t count, uint32_t size)
{
    return mw_trace_range(trace, base, size, count, size, MW_ACCESS_LOAD);
}

/* Some nonzeros of a row: values, and the x that they gather. */
static bool trace_nonzeros(mw_trace *trace, const walk *at, uint64_t first, uint64_t count)
{
    const mw_sparse_sizes *s = at->sizes;
    uint32_t column[CHUNK];
    for (uint64_t i = 0; i < count; i++)
        column[i] = (uint32_t)mw_sparse_column(s, at->unit, first + i);
    return load(trace, at->a.values + (at->unit * s->nonzeros + first) * at->w, count, at->w) &&
           mw_trace_indexed(trace, at->x, column, count, at->w, MW_ACCESS_LOAD);
}

static bool trace_csr(mw_trace *trace, walk *at, uint64_t first, uint64_t count)
{
    const mw_sparse_sizes *s = at->sizes;
    uint32_t size = (uint32_t)s->item_index;
    for (uint64_t i = first; i < first + count; i += CHUNK) {
        uint64_t some = mw_smaller(first + count - i, CHUNK);
        if (!load(trace, at->a.index + (at->unit * s->items + i) * size, some, size) ||
            !trace_nonzeros(trace, at, i, some))
            return false;
    }
    return true;
}

static bool trace_bitmap(mw_trace *trace, walk *at, uint64_t first, uint64_t count)
{
    const mw_sparse_sizes *s = at->sizes;
    if (first == 0)
        at->next = 0;
    for (uint64_t word = first; word < first + count; word++) {
        uint64_t begin = at->next, end = (word + 1) * MW_SPARSE_WORD;
        while (at->next < s->nonzeros && mw_sparse_column(s, at->unit, at->next) < end)
            at->next++;
        if (!load(trace, at->a.index + (at->unit * s->items + word) * sizeof(uint64_t), 1,
                  sizeof(uint64_t)) ||
            !trace_nonzeros(trace, at, begin, at->next - begin))
            return false;
    }
    return true;
}

static bool trace_bcsr(mw_trace *trace, walk *at, uint64_t first, uint64_t count)
{
    const mw_sparse_sizes *s = at->sizes;
    for (uint64_t i = first; i < first + count; i++) {
        uint64_t block = at->unit * s->items + i;
        uint64_t column = mw_sparse_slot(s->pattern, at->unit, i) * s->layout.columns;
        if (!load(trace, at->a.index + block * FOUR, 1, FOUR) ||
            !load(trace, at->x + column * at->w, s->layout.columns, at->w) ||
            !load(trace, at->a.values + block * s->item_values * at->w, s->item_values, at->w))
            return false;
    }
    return true;
}

static bool trace_2_of_4(mw_trace *trace, walk *at, uint64_t first, uint64_t count)
{
    const mw_sparse_sizes *s = at->sizes;
    for (uint64_t i = first; i < first + count; i++) {
        uint64_t step = at->unit * s->items + i;
        if (!load(trace, at->a.index + step * FOUR, 1, FOUR) ||
            !load(trace, at->x + i * MW_SPARSE_STEP * at->w, MW_SPARSE_STEP, at->w) ||
            !load(trace, at->a.values + step * s->item_values * at->w, s->item_values, at->w))
            return false;
    }
    return true;
}

typedef bool items_trace(mw_trace *trace, walk *at, uint64_t first, uint64_t count);

/* Which beginnings of rows a piece loads. */
static uint64_t starts_of(mw_sparse_format format, bool add)
{
    if (format == MW_SPARSE_2_OF_4 || (format == MW_SPARSE_BITMAP && add))
        return 0;
    return format == MW_SPARSE_BITMAP ? 1 : 2;
}

static bool trace_unit(mw_trace *trace, walk *at, items_trace *items)
{
    const mw_sparse_sizes *s = at->sizes;
    uint64_t row = at->unit * s->layout.rows;
    uint64_t rows = mw_smaller(s->layout.m - row, s->layout.rows);
    for (uint64_t first = 0; first < s->items; first += s->piece) {
        bool add = first > 0;
        if (!load(trace, at->a.start + at->unit * FOUR, starts_of(s->layout.format, add), FOUR) ||
            !items(trace, at, first, mw_smaller(s->items - first, s->piece)))
            return false;
        uint64_t y = at->y + row * at->w;
        if ((add && !load(trace, y, rows, at->w)) ||
            !mw_trace_range(trace, y, at->w, rows, at->w, MW_ACCESS_STORE))
            return false;
    }
    return true;
}

mw_status mw_sparse_gemv_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    static items_trace *const traces[] = {[MW_SPARSE_CSR32] = trace_csr,
                                          [MW_SPARSE_CSR16] = trace_csr,
                                          [MW_SPARSE_BITMAP] = trace_bitmap,
                                          [MW_SPARSE_BCSR] = trace_bcsr,
                                          [MW_SPARSE_2_OF_4] = trace_2_of_4};
    mw_sparse_sizes s = mw_sparse_gemv_sizes(kernel, args);
    walk at = {.sizes = &s, .w = (uint32_t)s.width};
    at.a = mw_sparse_place_make(&s, trace);
    at.x = mw_trace_place(trace, mw_ceil_div(s.layout.n, MW_SPARSE_PAD) * MW_SPARSE_PAD * s.width);
    at.y = mw_trace_place(trace, s.layout.m * s.width);
    for (at.unit = 0; at.unit < s.units; at.unit++) {
        if (mw_trace_tile(trace, at.unit, s.units) &&
            !trace_unit(trace, &at, traces[s.layout.format]))
            return MW_CANCELLED;
    }
    return MW_OK;
}
