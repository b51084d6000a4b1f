/* bodies.h: the loops of the attention family as a table, and who fills it. */
#ifndef MW_ATTENTION_BODIES_H
#define MW_ATTENTION_BODIES_H

#include <stdbool.h>
#include <stddef.h>

#include "by_isa.h"
#include "exp2.h"

/*
 * Rows of scores that become weights. `scale` = log2(e)/sqrt(d): 2^(scale·x) is exp(x/sqrt(d)).
 * For the online form each row has a largest score and a sum so far, and a row of sums `out`, d
 * long; all three are brought to the new largest score. `first`: nothing is so far.
 */
typedef struct mw_attention_rows {
    void *scores;
    size_t ld, rows, columns;
    double scale;
    void *largest, *sum; /* `rows` elements each */
    void *out;
    size_t d;
    bool first;
} mw_attention_rows;

typedef void mw_attention_body(const mw_attention_rows *rows);

typedef struct mw_attention_bodies {
    /* by dtype */
    mw_attention_body *softmax[2]; /* whole rows: weights that sum to 1 */
    mw_attention_body *online[2];  /* a block of them: weights not yet divided by their sum */
    mw_attention_body *divide[2];  /* out /= sum */
} mw_attention_bodies;

MW_BODIES_BY_ISA(mw_attention_bodies)

/* FLOPs of one weight: from the largest score 1, scaled 1, 2^v, into the sum 1. */
static inline unsigned mw_attention_weight_flops(mw_dtype dtype)
{
    return 3 + mw_exp2_flops(dtype);
}

#endif
