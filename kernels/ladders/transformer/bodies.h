/* bodies.h: the loops that a transformer block has beside products, softmax and gelu. */
#ifndef MW_TRANSFORMER_BODIES_H
#define MW_TRANSFORMER_BODIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "by_isa.h"

/* y = (x - mean)/sqrt(variance + 1e-5)·scale + shift, of each of `rows` rows of d elements. */
typedef struct mw_layernorm_rows {
    const void *x, *scale, *shift;
    void *y;
    size_t rows, d;
} mw_layernorm_rows;

/* FLOPs of a row: sum d, mean 1, squares of differences 3·d, variance to factor 4, the rest 4·d. */
static inline uint64_t mw_layernorm_flops(uint64_t d)
{
    return 8 * d + 5;
}

/* out[c] = sum over t of weight[t]·v[t·ld + c]: `count` columns of `rows` rows of V. `add`: to what
 * the rows before gave. */
typedef struct mw_combination {
    const void *weight, *v;
    void *out;
    size_t rows, ld, count;
    bool add;
} mw_combination;

/* Columns that share one reading of the weights. */
enum { MW_COMBINE_BYTES = 256 };

typedef struct mw_transformer_bodies {
    /* by dtype */
    void (*layernorm[2])(const mw_layernorm_rows *rows);
    void (*combine[2])(const mw_combination *one);
} mw_transformer_bodies;

MW_BODIES_BY_ISA(mw_transformer_bodies)

#endif
