/* bodies.h: the loops of the lu family as a table, and who fills it. */
#ifndef MW_LU_BODIES_H
#define MW_LU_BODIES_H

#include <stdbool.h>
#include <stddef.h>

#include "by_isa.h"

/*
 * Rows of a matrix with `ld` elements from row to row, each of which loses a multiple of `from`:
 *
 *     divide:   row[0] /= from[0]; row[1 + j] -= row[0] * from[1 + j]      j < columns
 *     not:      row[gap + j] -= row[0] * from[j]
 */
typedef struct mw_lu_rows {
    void *row;
    const void *from;
    size_t ld, rows, columns, gap;
    bool divide;
} mw_lu_rows;

typedef struct mw_lu_bodies {
    void (*eliminate[2])(const mw_lu_rows *rows); /* by dtype */
    /* Which of `count` elements, `ld` apart, is the first of the largest, and its magnitude. */
    size_t (*largest[2])(const void *column, size_t ld, size_t count, double *magnitude);
    /* Every element loaded and stored, also when both rows are one. */
    void (*swap[2])(void *a, void *b, size_t columns);
    /* to[i][j] = -from[i][j], rows of `to` side by side. */
    void (*negate[2])(void *to, const void *from, size_t ld, size_t rows, size_t columns);
} mw_lu_bodies;

MW_BODIES_BY_ISA(mw_lu_bodies)

#endif
