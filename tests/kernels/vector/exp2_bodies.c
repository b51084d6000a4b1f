/* 2^v, compiled once per instruction set. */
#include "exp2_bodies.h"

#include "exp2.h"

#define MW_ELEMENT float
#define MW_DTYPE   f32
#include "exp2_loops.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#include "exp2_loops.inc.h"

void MW_ISA_NAME(mw_exp2_bodies)(mw_exp2_bodies *bodies)
{
    *bodies = (mw_exp2_bodies){
        .bare = {bare_f32, bare_f64},
        .within = {clamped_f32, clamped_f64},
    };
}
