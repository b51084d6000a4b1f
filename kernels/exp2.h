/* exp2.h: what 2^v costs in the vector loops, as vector_exp2.inc.h makes it. */
#ifndef MW_EXP2_H
#define MW_EXP2_H

#include "kernel.h"

/* Rounding v to a whole number takes 2 FLOP, the rest 1, and a polynomial of this degree 2 each.
 * Taking the smaller of two and adding to an exponent are no FLOPs. */
enum { MW_EXP2_DEGREE_F32 = 7, MW_EXP2_DEGREE_F64 = 13, MW_EXP2_FLOPS_BESIDE = 3 };

static inline unsigned mw_exp2_flops(mw_dtype dtype)
{
    return MW_EXP2_FLOPS_BESIDE +
           2 * (unsigned)(dtype == MW_F64 ? MW_EXP2_DEGREE_F64 : MW_EXP2_DEGREE_F32);
}

#endif
