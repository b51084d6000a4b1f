/* The loops of the gemm ladder, compiled once per instruction set. */
#include "bodies.h"

#define MW_ELEMENT float
#define MW_DTYPE   f32
#include "rungs.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#include "rungs.inc.h"

void MW_ISA_NAME(mw_gemm_bodies)(mw_gemm_bodies *bodies)
{
    *bodies = (mw_gemm_bodies){
        .ijk = {ijk_f32, ijk_f64},
        .ikj = {ikj_f32, ikj_f64},
        .blocked = {blocked_f32, blocked_f64},
        .skinny = {skinny_f32, skinny_f64},
        .skinny_pack = {skinny_pack_f32, skinny_pack_f64},
        .skinny_limits = {skinny_limits_f32, skinny_limits_f64},
    };
}
