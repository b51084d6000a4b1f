/* bodies.h: the passes over a tensor that stand between the products of a chain, as a table. */
#ifndef MW_CHAIN_BODIES_H
#define MW_CHAIN_BODIES_H

#include <stddef.h>

#include "by_isa.h"

/* Rows of x that a transposed copy takes at once: one or two lines of its target. */
enum { MW_CHAIN_BLOCK = 16 };

/* A part of x[rows][columns] and of its transposed copy s[columns][rows]. */
typedef struct mw_chain_part {
    const void *x;
    void *s;
    size_t rows, columns;
    size_t row_begin, row_end, column_begin, column_end;
} mw_chain_part;

/* Weights w, their gradients g, what the optimizer remembers of them, and its constants. */
typedef struct mw_chain_move {
    void *w, *first, *second;
    const void *g;
    size_t count;
    double rate;
} mw_chain_move;

#define MW_CHAIN_DECAY        0.9
#define MW_CHAIN_SQUARE_DECAY 0.999
#define MW_CHAIN_TINY         1e-8

typedef struct mw_chain_bodies {
    void (*relu[2])(const void *x, void *s, size_t count); /* all by dtype */
    void (*relu_transposed[2])(const mw_chain_part *part);
    void (*mask[2])(const void *x, void *g, size_t count);
    void (*scale[2])(void *x, double factor, size_t count);
    void (*sgd[2])(const mw_chain_move *move);
    void (*momentum[2])(const mw_chain_move *move);
    void (*adam[2])(const mw_chain_move *move);
} mw_chain_bodies;

MW_BODIES_BY_ISA(mw_chain_bodies)

#endif
