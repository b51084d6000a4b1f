/* bodies.h: the loops of the transpose family as a table, and who fills it. */
#ifndef MW_TRANSPOSE_BODIES_H
#define MW_TRANSPOSE_BODIES_H

#include <stddef.h>

#include "by_isa.h"

/* Element (i, j) of `rows` x `columns` of `from` becomes element (j, i) of `to`. */
typedef struct mw_transpose_tile {
    const void *from;
    size_t from_ld; /* elements from row to row */
    void *to;
    size_t to_ld;
    size_t rows, columns;
    void *buffer; /* for a turned block, where a rung wants one: `columns` rows */
    size_t buffer_ld;
} mw_transpose_tile;

typedef void mw_transpose_body(const mw_transpose_tile *tile);

typedef struct mw_transpose_bodies {
    mw_transpose_body *naive[2], *turn[2], *turn_past[2], *packed[2]; /* by dtype */
} mw_transpose_bodies;

MW_BODIES_BY_ISA(mw_transpose_bodies)

#endif
