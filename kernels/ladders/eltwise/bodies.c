/* The loops of the eltwise family, compiled once per instruction set. */
#include "bodies.h"

#define MW_ELEMENT float
#define MW_DTYPE   f32
#include "rungs.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#include "rungs.inc.h"

void MW_ISA_NAME(mw_eltwise_bodies)(mw_eltwise_bodies *bodies)
{
    *bodies = (mw_eltwise_bodies){
        .shift = {shift_f32, shift_f64},
        .gelu = {gelu_f32, gelu_f64},
        .add = {add_f32, add_f64},
        .fused = {fused_f32, fused_f64},
    };
}
