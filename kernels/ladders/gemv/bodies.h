/* bodies.h: the loops of the gemv ladder as a table, and who fills it. */
#ifndef MW_GEMV_BODIES_H
#define MW_GEMV_BODIES_H

#include <stdbool.h>
#include <stddef.h>

#include "by_isa.h"

/*
 * A tile of y = A·x: `rows` x `columns` of A with `lda` elements from row to row, the piece of x
 * that meets its columns, the piece of y that meets its rows. `add`: y already holds what the
 * columns to the left gave; otherwise y is set.
 */
typedef struct mw_gemv_tile {
    const void *a;
    size_t lda;
    const void *x;
    void *y;
    size_t rows, columns;
    bool add;
} mw_gemv_tile;

typedef void mw_gemv_body(const mw_gemv_tile *tile);

/* Rows that gemv/rows and gemv/prefetch work on at once, and the largest vector x is padded for. */
enum { MW_GEMV_ROWS = 6, MW_GEMV_STREAMS = 8, MW_GEMV_PAD_BYTES = 64 };

typedef struct mw_gemv_bodies {
    /* by dtype */
    mw_gemv_body *reference[2], *column[2], *unrolled[2], *simd[2], *rows[2], *prefetch[2];
} mw_gemv_bodies;

MW_BODIES_BY_ISA(mw_gemv_bodies)

#endif
