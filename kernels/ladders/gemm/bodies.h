/* bodies.h: the loops of the gemm ladder as tables, one for each file that fills one: the plain
 * loops, the register tiles with their packers, and the tiles of gemm/skinny. */
#ifndef MW_GEMM_BODIES_H
#define MW_GEMM_BODIES_H

#include <stdbool.h>
#include <stddef.h>

#include "by_isa.h"

/* A tile of C += A·B: m x k of A, k x n of B, m x n of C, each with its leading dimension. */
typedef struct mw_gemm_piece {
    const void *a, *b;
    void *c;
    size_t lda, ldb, ldc;
    size_t m, n, k;
    size_t block; /* gemm/blocked: edge of the blocks along k */
} mw_gemm_piece;

typedef void mw_gemm_body(const mw_gemm_piece *tile);

enum { MW_LINE_BYTES = 64 };

/*
 * A tile of gemm/skinny: rows of W against one panel of X (skinny.inc.h tells its layout). `k`
 * columns of W are read in place, whole cache lines of them; then, when `tail` is given, one more
 * line per row from there: what is left of the rows, padded with zeros.
 */
typedef struct mw_skinny_tile {
    const void *w;
    size_t lda;
    const void *tail;
    const void *panel;
    size_t k;
    size_t rows; /* as many as the limits say for these vectors, or 1 */
    size_t vectors, group;
    void *c;
    size_t ldc;
    size_t columns; /* of C that the panel makes */
    bool add;       /* C holds what the columns of W to the left gave; otherwise it is set */
} mw_skinny_tile;

typedef void mw_skinny_body(const mw_skinny_tile *tile);

/* `steps` rows of X, of which the first `k` exist, and `columns` columns, of which the first `n`
 * exist, into their place in a panel; the rest becomes zero. `steps` is a multiple of the group. */
typedef struct mw_skinny_packing {
    const void *x;
    size_t ldx, k, n;
    void *panel;
    size_t steps, columns, group;
} mw_skinny_packing;

typedef void mw_skinny_packer(const mw_skinny_packing *packing);

/* Vectors of a tile at most, and when one holds several steps of k. */
enum { MW_SKINNY_VECTORS = 4, MW_SKINNY_GROUPED = 3 };

/* What the registers of an instruction set allow: elements of a vector, vectors of a tile, and the
 * rows of a tile of so many vectors. */
typedef struct mw_skinny_limits {
    size_t lanes, vectors;
    size_t rows[MW_SKINNY_VECTORS + 1];
} mw_skinny_limits;

/*
 * A register tile: C[rows][columns] += or = A·B, with `rows` of A, k long and lda apart, and k rows
 * of B, ldb apart. While it works it asks for what is needed next: with every line of A for a
 * line of `ahead`.
 *
 * A is a packed strip and B a packed panel, as wide as the limits say, unless the tile packs: then
 * the strip is made from `loose`, A itself, rows loose_ld apart, before it is used; and b may be B
 * itself, all columns of it, of which a copy is left in `panel`.
 */
typedef struct mw_micro_tile {
    void *a;
    const void *b;
    void *c;
    size_t lda, ldb, ldc;
    size_t rows, columns, k;
    bool add;          /* C holds a sum already; otherwise it is set */
    const void *loose; /* NULL: the strip is there */
    size_t loose_ld;
    void *panel;       /* NULL: no copy */
    const char *ahead; /* NULL: nothing is asked for */
} mw_micro_tile;

typedef void mw_micro_body(const mw_micro_tile *tile);

typedef struct mw_micro_limits {
    size_t rows, columns; /* of C that the registers hold */
    bool packs;           /* leaves copies of A and B when told to */
} mw_micro_limits;

/* `rows` x `columns` elements, rows `ld` apart, to rows `to_ld` apart. */
typedef struct mw_packing {
    const void *from;
    void *to;
    size_t ld, to_ld, rows, columns;
} mw_packing;

typedef void mw_packer(const mw_packing *packing);

/* A register tile and the packers that serve it, by dtype. */
typedef struct mw_micro {
    mw_micro_body *body[2];
    mw_micro_limits limits[2];
} mw_micro;

/* Each by dtype. */
typedef struct mw_loop_bodies {
    mw_gemm_body *ijk[2], *jik[2], *jki[2], *kji[2], *kij[2], *ikj[2];
    mw_gemm_body *blocked[2], *blocked2[2], *packed[2];
} mw_loop_bodies;

typedef struct mw_micro_bodies {
    mw_micro tile, micro; /* micro: by intrinsics; the same as `tile` where there are none */
    mw_packer *pack_rows[2], *pack_panel[2], *pack_panel_transposed[2];
} mw_micro_bodies;

typedef struct mw_skinny_bodies {
    mw_skinny_body *body[2];
    mw_skinny_packer *pack[2];
    mw_skinny_limits limits[2];
} mw_skinny_bodies;

MW_BODIES_BY_ISA(mw_loop_bodies)
MW_BODIES_BY_ISA(mw_micro_bodies)
MW_BODIES_BY_ISA(mw_skinny_bodies)

#endif
