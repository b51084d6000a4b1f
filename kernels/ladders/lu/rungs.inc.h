/* The loops of both rungs for one element type. */
#include "vector.inc.h"

MW_INLINE void NAME(subtract)(T *restrict row, const T *restrict from, T times, size_t columns)
{
    size_t j = 0;
    for (; j + LANES <= columns; j += LANES)
        STORE(row + j, LOAD(row + j) - times * LOAD(from + j));
    for (; j < columns; j++)
        row[j] -= times * from[j];
}

static void NAME(eliminate)(const mw_lu_rows *rows)
{
    const T *from = rows->from;
    for (size_t i = 0; i < rows->rows; i++) {
        T *row = (T *)rows->row + i * rows->ld;
        if (rows->divide) {
            /* A column of zeros has nothing to eliminate; dividing would only make NaNs of it. */
            row[0] = from[0] != 0 ? row[0] / from[0] : 0;
            NAME(subtract)(row + 1, from + 1, row[0], rows->columns);
        } else {
            NAME(subtract)(row + rows->gap, from, row[0], rows->columns);
        }
    }
}

static size_t NAME(largest)(const void *column, size_t ld, size_t count, double *magnitude)
{
    const T *element = column;
    size_t best = 0;
    T most = element[0] < 0 ? -element[0] : element[0];
    for (size_t i = 1; i < count; i++) {
        T value = element[i * ld];
        T size = value < 0 ? -value : value;
        if (size > most) {
            most = size;
            best = i;
        }
    }
    *magnitude = (double)most;
    return best;
}

static void NAME(swap)(void *one, void *other, size_t columns)
{
    T *a = one, *b = other;
    size_t j = 0;
    for (; j + LANES <= columns; j += LANES) {
        VEC x = LOAD(a + j), y = LOAD(b + j);
        STORE(a + j, y);
        STORE(b + j, x);
    }
    for (; j < columns; j++) {
        T x = a[j], y = b[j];
        a[j] = y;
        b[j] = x;
    }
}

static void NAME(negate)(void *to, const void *from, size_t ld, size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++)
            ((T *)to)[i * columns + j] = -((const T *)from)[i * ld + j];
    }
}

#undef MW_ELEMENT
#undef MW_DTYPE
