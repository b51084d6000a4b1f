/* formats.c: encoders that are fed row by row, and the sizes of all formats. */
#include "sparse/formats.h"

#include <inttypes.h>
#include <string.h>

#include "form.h"

uint64_t mw_sparse_units(const mw_sparse_layout *layout)
{
    return mw_ceil_div(layout->m, layout->rows);
}

uint64_t mw_sparse_value_bytes(const mw_sparse_layout *layout)
{
    return layout->stored * mw_dtype_size(layout->dtype);
}

static uint64_t steps_of_row(const mw_sparse_layout *layout)
{
    return mw_ceil_div(layout->n, MW_SPARSE_STEP);
}

static uint64_t words_of_row(const mw_sparse_layout *layout)
{
    return mw_ceil_div(layout->n, MW_SPARSE_WORD);
}

uint64_t mw_sparse_index_bytes(const mw_sparse_layout *layout)
{
    switch (layout->format) {
    case MW_SPARSE_CSR32:
        return layout->stored * sizeof(uint32_t);
    case MW_SPARSE_CSR16:
        return layout->stored * sizeof(uint16_t);
    case MW_SPARSE_BITMAP:
        return layout->m * words_of_row(layout) * sizeof(uint64_t);
    case MW_SPARSE_BCSR:
        return layout->stored / (layout->rows * layout->columns) * sizeof(uint32_t);
    default:
        return layout->m * steps_of_row(layout) * sizeof(uint32_t);
    }
}

uint64_t mw_sparse_start_bytes(const mw_sparse_layout *layout)
{
    if (layout->format == MW_SPARSE_2_OF_4)
        return 0;
    return (mw_sparse_units(layout) + 1) * sizeof(uint32_t);
}

double mw_sparse_bytes_per_element(mw_sparse_format format, double v, double density,
                                   unsigned block_elements)
{
    switch (format) {
    case MW_SPARSE_CSR32:
        return density * (v + 4);
    case MW_SPARSE_CSR16:
        return density * (v + 2);
    case MW_SPARSE_BITMAP:
        return density * v + 1.0 / 8;
    case MW_SPARSE_BCSR:
        return density * (v + 4.0 / block_elements);
    default:
        return v / 2 + 1.0 / 8;
    }
}

double mw_sparse_break_even(mw_sparse_format format, double v, unsigned block_elements)
{
    double empty = mw_sparse_bytes_per_element(format, v, 0, block_elements);
    double full = mw_sparse_bytes_per_element(format, v, 1, block_elements);
    return full == empty ? 1 : (v - empty) / (full - empty);
}

/* --- the encoder -------------------------------------------------------------------------- */

static void set_value(mw_sparse *matrix, uint64_t at, double value)
{
    if (matrix->layout.dtype == MW_F32)
        ((float *)matrix->values)[at] = (float)value;
    else
        ((double *)matrix->values)[at] = value;
}

static double value_at(const mw_sparse *matrix, uint64_t at)
{
    return matrix->layout.dtype == MW_F32 ? (double)((const float *)matrix->values)[at]
                                          : ((const double *)matrix->values)[at];
}

/* The places of a group are taken in order; `at` is the one after the last that was taken. */
static void put_2_of_4(mw_sparse *matrix, uint64_t column, double value)
{
    uint64_t steps = steps_of_row(&matrix->layout);
    uint64_t group = matrix->unit * steps * MW_SPARSE_STEP_VALUES + column / 4 * 2;
    uint64_t at = matrix->at > group ? matrix->at : group;
    uint32_t *word = (uint32_t *)matrix->index + matrix->unit * steps + column / MW_SPARSE_STEP;
    *word |= (uint32_t)(column % 4) << at % MW_SPARSE_STEP_VALUES * 2;
    set_value(matrix, at, value);
    matrix->at = at + 1;
}

void mw_sparse_put(mw_sparse *matrix, uint64_t column, double value)
{
    const mw_sparse_layout *layout = &matrix->layout;
    if (layout->format == MW_SPARSE_2_OF_4) {
        put_2_of_4(matrix, column, value);
        return;
    }
    if (layout->format == MW_SPARSE_CSR32)
        ((uint32_t *)matrix->index)[matrix->at] = (uint32_t)column;
    else if (layout->format == MW_SPARSE_CSR16)
        ((uint16_t *)matrix->index)[matrix->at] = (uint16_t)column;
    else
        ((uint64_t *)
             matrix->index)[matrix->unit * words_of_row(layout) + column / MW_SPARSE_WORD] |=
            (uint64_t)1 << column % MW_SPARSE_WORD;
    set_value(matrix, matrix->at++, value);
}

void mw_sparse_put_block(mw_sparse *matrix, uint64_t block_column, const double *elements)
{
    uint64_t count = matrix->layout.rows * matrix->layout.columns;
    ((uint32_t *)matrix->index)[matrix->at / count] = (uint32_t)block_column;
    for (uint64_t i = 0; i < count; i++)
        set_value(matrix, matrix->at++, elements[i]);
}

void mw_sparse_end_unit(mw_sparse *matrix)
{
    const mw_sparse_layout *layout = &matrix->layout;
    matrix->unit++;
    if (matrix->start)
        matrix->start[matrix->unit] = (uint32_t)(matrix->at / (layout->rows * layout->columns));
}

/* --- from and to dense -------------------------------------------------------------------- */

enum { BLOCK_ELEMENTS_MAX = 256 };

/* Elements of one block, zeros outside of the matrix; false: all of them are zero. */
static bool take_block(const double *dense, const mw_sparse_layout *layout, uint64_t unit,
                       uint64_t block, double *elements)
{
    bool any = false;
    for (uint64_t r = 0; r < layout->rows; r++) {
        for (uint64_t c = 0; c < layout->columns; c++) {
            uint64_t i = unit * layout->rows + r, j = block * layout->columns + c;
            double value = i < layout->m && j < layout->n ? dense[i * layout->n + j] : 0;
            elements[r * layout->columns + c] = value;
            any |= value != 0;
        }
    }
    return any;
}

static mw_status count_2_of_4(const double *dense, mw_sparse_layout *layout, mw_error *error)
{
    for (uint64_t i = 0; i < layout->m; i++) {
        for (uint64_t j = 0; j < layout->n; j += 4) {
            int nonzeros = 0;
            for (uint64_t c = j; c < j + 4 && c < layout->n; c++)
                nonzeros += dense[i * layout->n + c] != 0;
            if (nonzeros > 2)
                return mw_fail(error, MW_INVALID,
                               "row %" PRIu64 " has %d nonzeros in the group of four at column "
                               "%" PRIu64 ", and 2-of-4 holds two: prune the matrix first",
                               i, nonzeros, j);
        }
    }
    layout->stored = layout->m * steps_of_row(layout) * MW_SPARSE_STEP_VALUES;
    return MW_OK;
}

mw_status mw_sparse_count(const double *dense, mw_sparse_layout *layout, mw_error *error)
{
    if (layout->format == MW_SPARSE_2_OF_4)
        return count_2_of_4(dense, layout, error);
    if (layout->format == MW_SPARSE_CSR16 && layout->n > MW_SPARSE_CSR16_COLUMNS)
        return mw_fail(error, MW_INVALID,
                       "%" PRIu64 " columns cannot be numbered by 16 bits: at most %d can",
                       layout->n, MW_SPARSE_CSR16_COLUMNS);
    layout->stored = 0;
    if (layout->format == MW_SPARSE_BCSR) {
        double elements[BLOCK_ELEMENTS_MAX];
        uint64_t size = layout->rows * layout->columns;
        if (size == 0 || size > BLOCK_ELEMENTS_MAX)
            return mw_fail(error, MW_INVALID, "a block has 1 to %d elements, not %" PRIu64,
                           BLOCK_ELEMENTS_MAX, size);
        for (uint64_t unit = 0; unit < mw_sparse_units(layout); unit++) {
            for (uint64_t b = 0; b < mw_ceil_div(layout->n, layout->columns); b++)
                layout->stored += take_block(dense, layout, unit, b, elements) ? size : 0;
        }
    } else {
        for (uint64_t i = 0; i < layout->m * layout->n; i++)
            layout->stored += dense[i] != 0;
    }
    return MW_OK;
}

void mw_sparse_encode(const double *dense, mw_sparse *matrix)
{
    const mw_sparse_layout *layout = &matrix->layout;
    double elements[BLOCK_ELEMENTS_MAX];
    for (uint64_t unit = 0; unit < mw_sparse_units(layout); unit++) {
        if (layout->format == MW_SPARSE_BCSR) {
            for (uint64_t b = 0; b < mw_ceil_div(layout->n, layout->columns); b++) {
                if (take_block(dense, layout, unit, b, elements))
                    mw_sparse_put_block(matrix, b, elements);
            }
        } else {
            for (uint64_t j = 0; j < layout->n; j++) {
                if (dense[unit * layout->n + j] != 0)
                    mw_sparse_put(matrix, j, dense[unit * layout->n + j]);
            }
        }
        mw_sparse_end_unit(matrix);
    }
}

static void decode_block(const mw_sparse *matrix, uint64_t unit, uint64_t block, double *dense)
{
    const mw_sparse_layout *layout = &matrix->layout;
    uint64_t column = (uint64_t)((const uint32_t *)matrix->index)[block] * layout->columns;
    uint64_t at = block * layout->rows * layout->columns;
    for (uint64_t r = 0; r < layout->rows; r++) {
        for (uint64_t c = 0; c < layout->columns; c++, at++) {
            uint64_t i = unit * layout->rows + r, j = column + c;
            if (i < layout->m && j < layout->n)
                dense[i * layout->n + j] = value_at(matrix, at);
        }
    }
}

static void decode_row(const mw_sparse *matrix, uint64_t i, double *row)
{
    const mw_sparse_layout *layout = &matrix->layout;
    if (layout->format == MW_SPARSE_2_OF_4) {
        uint64_t steps = steps_of_row(layout), first = i * steps * MW_SPARSE_STEP_VALUES;
        for (uint64_t v = 0; v < steps * MW_SPARSE_STEP_VALUES; v++) {
            uint32_t word =
                ((const uint32_t *)matrix->index)[i * steps + v / MW_SPARSE_STEP_VALUES];
            uint64_t j = v / 2 * 4 + (word >> v % MW_SPARSE_STEP_VALUES * 2 & 3);
            if (value_at(matrix, first + v) != 0)
                row[j] = value_at(matrix, first + v);
        }
    } else if (layout->format == MW_SPARSE_BITMAP) {
        const uint64_t *words = (const uint64_t *)matrix->index + i * words_of_row(layout);
        uint64_t at = matrix->start[i];
        for (uint64_t j = 0; j < layout->n; j++) {
            if (words[j / MW_SPARSE_WORD] >> j % MW_SPARSE_WORD & 1)
                row[j] = value_at(matrix, at++);
        }
    } else {
        for (uint64_t at = matrix->start[i]; at < matrix->start[i + 1]; at++) {
            uint64_t j = layout->format == MW_SPARSE_CSR32 ? ((const uint32_t *)matrix->index)[at]
                                                           : ((const uint16_t *)matrix->index)[at];
            row[j] = value_at(matrix, at);
        }
    }
}

void mw_sparse_decode(const mw_sparse *matrix, double *dense)
{
    const mw_sparse_layout *layout = &matrix->layout;
    memset(dense, 0, layout->m * layout->n * sizeof *dense);
    for (uint64_t unit = 0; unit < mw_sparse_units(layout); unit++) {
        if (layout->format != MW_SPARSE_BCSR) {
            decode_row(matrix, unit, dense + unit * layout->n);
            continue;
        }
        for (uint64_t b = matrix->start[unit]; b < matrix->start[unit + 1]; b++)
            decode_block(matrix, unit, b, dense);
    }
}
