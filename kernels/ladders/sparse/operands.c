/* operands.c: which elements are not zero, by a hash, and the encoder fed with them. */
#include "sparse/operands.h"

#include <inttypes.h>

#include "form.h"

/* Pieces of a unit: at most a few milliseconds each, however far away x is. */
static const uint64_t piece_items[] = {
    [MW_SPARSE_CSR32] = 1 << 16, [MW_SPARSE_CSR16] = 1 << 16,  [MW_SPARSE_BITMAP] = 1 << 10,
    [MW_SPARSE_BCSR] = 1 << 12,  [MW_SPARSE_2_OF_4] = 1 << 11,
};

mw_sparse_sizes mw_sparse_sizes_make(mw_sparse_format format, uint64_t m, uint64_t n,
                                     uint64_t density, uint64_t rows, uint64_t columns,
                                     mw_dtype dtype)
{
    mw_sparse_sizes s = {
        .layout =
            {.format = format, .dtype = dtype, .m = m, .n = n, .rows = rows, .columns = columns},
        .piece = piece_items[format],
        .width = mw_dtype_size(dtype),
    };
    s.units = mw_sparse_units(&s.layout);
    if (format == MW_SPARSE_2_OF_4) {
        s.items = mw_ceil_div(n, MW_SPARSE_STEP);
        s.item_values = MW_SPARSE_STEP_VALUES;
        s.item_index = sizeof(uint32_t);
        s.nonzeros = s.items * s.item_values;
    } else {
        s.pattern = mw_sparse_pattern_make(mw_ceil_div(n, columns), density);
        s.items = s.pattern.kept;
        s.item_values = rows * columns;
        s.item_index = format == MW_SPARSE_CSR16 ? sizeof(uint16_t) : sizeof(uint32_t);
        s.nonzeros = s.items * s.item_values;
        if (format == MW_SPARSE_BITMAP) {
            s.items = mw_ceil_div(n, MW_SPARSE_WORD);
            s.item_values = 0;
            s.item_index = sizeof(uint64_t);
        }
    }
    s.layout.stored = s.units * s.nonzeros;
    s.pieces = mw_ceil_div(s.items, s.piece);
    return s;
}

mw_status mw_sparse_sizes_check(const mw_kernel *kernel, const mw_sparse_sizes *sizes,
                                const char *columns, mw_error *error)
{
    const mw_sparse_layout *layout = &sizes->layout;
    if (layout->format == MW_SPARSE_CSR16 && layout->n > MW_SPARSE_CSR16_COLUMNS)
        return mw_fail(error, MW_INVALID,
                       "%s/%s: %s=%" PRIu64 " columns cannot be numbered by 16 bits: %s may be 1 "
                       "to %d, or take 32-bit columns",
                       kernel->family, kernel->variant, columns, layout->n, columns,
                       MW_SPARSE_CSR16_COLUMNS);
    if (layout->format != MW_SPARSE_2_OF_4 && layout->stored > UINT32_MAX)
        return mw_fail(error, MW_INVALID,
                       "%s/%s: %" PRIu64 " nonzeros cannot be numbered by 32 bits: lower m, %s or "
                       "density",
                       kernel->family, kernel->variant, layout->stored, columns);
    return MW_OK;
}

uint64_t mw_sparse_footprint(const mw_sparse_sizes *sizes)
{
    return mw_buffer_footprint(mw_sparse_value_bytes(&sizes->layout)) +
           mw_buffer_footprint(mw_sparse_index_bytes(&sizes->layout)) +
           mw_buffer_footprint(mw_sparse_start_bytes(&sizes->layout));
}

/* --- elements ----------------------------------------------------------------------------- */

uint64_t mw_sparse_nonzeros_of_row(const mw_sparse_sizes *sizes)
{
    return sizes->nonzeros / sizes->layout.rows;
}

uint64_t mw_sparse_column(const mw_sparse_sizes *sizes, uint64_t row, uint64_t number)
{
    const mw_sparse_layout *layout = &sizes->layout;
    uint64_t column;
    if (layout->format == MW_SPARSE_2_OF_4) {
        uint64_t pair[2];
        mw_sparse_pair(row, number / 2, pair);
        column = pair[number % 2];
    } else {
        uint64_t slot =
            mw_sparse_slot(sizes->pattern, row / layout->rows, number / layout->columns);
        column = slot * layout->columns + number % layout->columns;
    }
    return column < layout->n ? column : UINT64_MAX;
}

double mw_sparse_value(const mw_sparse_sizes *sizes, uint64_t row, uint64_t column)
{
    return mw_element(MW_SPARSE_SEED_A, row * sizes->layout.n + column);
}

/* --- memory ------------------------------------------------------------------------------- */

void mw_sparse_operand_destroy(mw_sparse_operand *a)
{
    mw_buffer_destroy(&a->values);
    mw_buffer_destroy(&a->index);
    mw_buffer_destroy(&a->start);
}

static void put_block(mw_sparse *matrix, const mw_sparse_sizes *sizes, uint64_t number)
{
    const mw_sparse_layout *layout = &sizes->layout;
    double elements[8 * 8];
    uint64_t block = mw_sparse_slot(sizes->pattern, matrix->unit, number);
    for (uint64_t e = 0; e < layout->rows * layout->columns; e++) {
        uint64_t i = matrix->unit * layout->rows + e / layout->columns;
        uint64_t j = block * layout->columns + e % layout->columns;
        elements[e] = i < layout->m && j < layout->n ? mw_sparse_value(sizes, i, j) : 0;
    }
    mw_sparse_put_block(matrix, block, elements);
}

static mw_status encode(mw_sparse *matrix, const mw_sparse_sizes *sizes, mw_ledger *ledger)
{
    enum { POLL = 1 << 12 };
    bool blocks = sizes->layout.format == MW_SPARSE_BCSR;
    uint64_t count = blocks ? sizes->items : sizes->nonzeros, done = 0;
    while (matrix->unit < sizes->units) {
        uint64_t row = matrix->unit;
        for (uint64_t i = 0; i < count; i++) {
            if (++done % POLL == 0 && !mw_ledger_poll(ledger))
                return MW_CANCELLED;
            if (blocks) {
                put_block(matrix, sizes, i);
                continue;
            }
            uint64_t column = mw_sparse_column(sizes, row, i);
            if (column < UINT64_MAX)
                mw_sparse_put(matrix, column, mw_sparse_value(sizes, row, column));
        }
        mw_sparse_end_unit(matrix);
    }
    return MW_OK;
}

mw_status mw_sparse_operand_make(mw_sparse_operand *a, const mw_sparse_sizes *sizes, int threads,
                                 mw_ledger *ledger, mw_error *error)
{
    mw_buffer *const buffers[] = {&a->values, &a->index, &a->start};
    const uint64_t bytes[] = {mw_sparse_value_bytes(&sizes->layout),
                              mw_sparse_index_bytes(&sizes->layout),
                              mw_sparse_start_bytes(&sizes->layout)};
    for (int i = 0; i < 3; i++) {
        mw_status status = mw_buffer_scratch(buffers[i], bytes[i], threads, ledger, error);
        if (status != MW_OK)
            return status;
    }
    mw_sparse matrix = {.layout = sizes->layout,
                        .values = a->values.data,
                        .index = a->index.data,
                        .start = bytes[2] ? a->start.data : NULL};
    return encode(&matrix, sizes, ledger);
}

mw_sparse_place mw_sparse_place_make(const mw_sparse_sizes *sizes, mw_trace *trace)
{
    mw_sparse_place at;
    at.values = mw_trace_place(trace, mw_sparse_value_bytes(&sizes->layout));
    at.index = mw_trace_place(trace, mw_sparse_index_bytes(&sizes->layout));
    at.start = mw_trace_place(trace, mw_sparse_start_bytes(&sizes->layout));
    return at;
}
