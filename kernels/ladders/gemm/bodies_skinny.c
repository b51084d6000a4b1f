/* The tiles of gemm/skinny, one for each shape, compiled once per instruction set. */
#include "bodies.h"

#define MW_ELEMENT float
#define MW_DTYPE   f32
#include "rungs_skinny.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#include "rungs_skinny.inc.h"

void MW_ISA_NAME(mw_skinny_bodies)(mw_skinny_bodies *bodies)
{
    *bodies = (mw_skinny_bodies){
        .body = {skinny_f32, skinny_f64},
        .pack = {skinny_pack_f32, skinny_pack_f64},
        .limits = {skinny_limits_f32, skinny_limits_f64},
    };
}
