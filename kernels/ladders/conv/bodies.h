/* bodies.h: the loops of the conv family as a table, and who fills it. */
#ifndef MW_CONV_BODIES_H
#define MW_CONV_BODIES_H

#include <stddef.h>

#include "by_isa.h"

/* Pixels of a row that conv/direct makes at once, and the bytes of output channels. */
enum { MW_CONV_PIXELS = 4, MW_CONV_LINE = 64 };

/*
 * Up to MW_CONV_LINE bytes of output channels of `pixels` neighbours in a row:
 *
 *     out[x][co] = sum over ky, kx, ci of in[ky][x + kx][ci] * w[ky][kx][ci][co]
 */
typedef struct mw_conv_tile {
    const void *in, *w;
    void *out;
    size_t in_row;        /* elements from one row of the input to the next */
    size_t cin, cout;     /* channels: elements from pixel to pixel */
    size_t edge;          /* of the square of weights */
    size_t pixels, count; /* pixels, and output channels, of this tile */
} mw_conv_tile;

typedef void mw_conv_body(const mw_conv_tile *tile);

typedef struct mw_conv_bodies {
    mw_conv_body *direct[2]; /* by dtype */
} mw_conv_bodies;

MW_BODIES_BY_ISA(mw_conv_bodies)

#endif
