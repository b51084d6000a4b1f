/* The loops of the lu family, compiled once per instruction set. */
#include "bodies.h"

#define MW_ELEMENT float
#define MW_DTYPE   f32
#include "rungs.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#include "rungs.inc.h"

void MW_ISA_NAME(mw_lu_bodies)(mw_lu_bodies *bodies)
{
    *bodies = (mw_lu_bodies){
        .eliminate = {eliminate_f32, eliminate_f64},
        .largest = {largest_f32, largest_f64},
        .swap = {swap_f32, swap_f64},
        .negate = {negate_f32, negate_f64},
    };
}
