/* exp2.h: what 2^v costs in the vector loops, and how near vector_exp2.inc.h comes to it. */
#ifndef MW_EXP2_H
#define MW_EXP2_H

#include "dtype.h"

/* Rounding v to a whole number takes 2 FLOP, the rest 1, and a polynomial of this degree 2 each.
 * Taking the smaller of two and adding to an exponent are no FLOPs. */
enum { MW_EXP2_DEGREE_F32 = 7, MW_EXP2_DEGREE_F64 = 13, MW_EXP2_FLOPS_BESIDE = 3 };

/* Largest v; -v is the smallest. All powers between are normal numbers. */
#define MW_EXP2_LIMIT_F32 125
#define MW_EXP2_LIMIT_F64 1021

/*
 * Largest error, in units of the last place of 2^v, of which f32 and f64 have as many. The last
 * addition errs by 1/2; where 2^v is smallest in its binade, |f| is 1/2 and the product before that
 * addition errs by 1/4, as does half of what comes out of the addition before; the degree leaves
 * out 1/11 at most. With FMAs the product errs by nothing, and it is 1.
 */
#define MW_EXP2_ULPS 1.25

static inline unsigned mw_exp2_flops(mw_dtype dtype)
{
    return MW_EXP2_FLOPS_BESIDE +
           2 * (unsigned)(dtype == MW_F64 ? MW_EXP2_DEGREE_F64 : MW_EXP2_DEGREE_F32);
}

#endif
