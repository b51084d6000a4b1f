/* bodies.h: the loops of sparse products as a table, and who fills it. */
#ifndef MW_SPARSE_BODIES_H
#define MW_SPARSE_BODIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "by_isa.h"

/* What a unit consists of: nonzeros, words of a bitmap, blocks, or words of positions. A tile is
 * some units whole, or a piece of one: items [first, first + count) of each unit. */
typedef struct mw_sparse_tile {
    const void *values, *index; /* of the whole matrix */
    const uint32_t *start;
    size_t unit, units;
    size_t items; /* of a unit; the nonzeros of one may be fewer */
    size_t first, count;
    size_t at; /* bitmap: the first value of a later piece */
    const void *x;
    void *y;     /* of the first unit */
    size_t rows; /* of y from there on, where the last row of blocks is cut */
    bool add;    /* y already holds what the pieces before gave */
} mw_sparse_tile;

/* Returns the value after the last one. */
typedef size_t mw_sparse_body(const mw_sparse_tile *tile);

/* Values are asked for so many bytes ahead: a row is a single stream, and the hardware's prefetcher
 * alone does not keep enough lines of one on their way. */
enum { MW_SPARSE_AHEAD = 2048 };

/* Sides of the blocks of bcsr. */
enum { MW_SPARSE_4X1, MW_SPARSE_4X4, MW_SPARSE_8X8, MW_SPARSE_BLOCKS };

/* C[0 ... columns) = (add: C +) a row of A times rows of B, which are `n` elements long. Columns
 * come to at most MW_SPMM_PIECE_BYTES. */
typedef struct mw_spmm_tile {
    const void *values;
    const uint32_t *column;
    size_t count, columns, n;
    const void *b;
    void *c;
    bool add;
} mw_spmm_tile;

enum { MW_SPMM_PIECE_BYTES = 256 };

typedef void mw_spmm_body(const mw_spmm_tile *tile);

typedef struct mw_sparse_bodies {
    /* by dtype */
    mw_sparse_body *csr32[2], *csr16[2], *bitmap[2], *bcsr[MW_SPARSE_BLOCKS][2], *two_of_four[2];
    mw_spmm_body *spmm[2];
} mw_sparse_bodies;

MW_BODIES_BY_ISA(mw_sparse_bodies)

#endif
