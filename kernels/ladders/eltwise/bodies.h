/* bodies.h: the loops of the eltwise family as a table, and who fills it. */
#ifndef MW_ELTWISE_BODIES_H
#define MW_ELTWISE_BODIES_H

#include <stddef.h>

#include "by_isa.h"
#include "exp2.h"

/*
 * GELU in its tanh form (Hendrycks and Gimpel 2016), z/2·(1 + tanh(sqrt(2/pi)·(z + 0.044715·z^3))),
 * which is z / (1 + 2^v) with v = -z·(MW_GELU_LINEAR + MW_GELU_CUBIC·z^2): no tanh is left.
 */
#define MW_GELU_LINEAR 2.30220819814432488913 /* 2·sqrt(2/pi)·log2(e) */
#define MW_GELU_CUBIC  0.10294323958002348742 /* 0.044715 times that */

/*
 * FLOPs of gelu for one element, as the loop does them: z^2 1, v 3, 2^v, 1 + 2^v 1, the division 1.
 */
enum { MW_GELU_FLOPS_BESIDE = 6 };

static inline unsigned mw_gelu_flops(mw_dtype dtype)
{
    return MW_GELU_FLOPS_BESIDE + mw_exp2_flops(dtype);
}

/* `count` elements of y from those of x, and of r where the pass has one. */
typedef void mw_eltwise_pass(void *y, const void *x, const void *r, double b, size_t count);

typedef struct mw_eltwise_bodies {
    /* by dtype */
    mw_eltwise_pass *shift[2]; /* y = x + b */
    mw_eltwise_pass *gelu[2];  /* y = gelu(x) */
    mw_eltwise_pass *add[2];   /* y = x + r */
    mw_eltwise_pass *fused[2]; /* y = gelu(x + b) + r */
} mw_eltwise_bodies;

MW_BODIES_BY_ISA(mw_eltwise_bodies)

#endif
