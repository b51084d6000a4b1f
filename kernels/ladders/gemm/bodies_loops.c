/* The six orders of the loops and their blocks, compiled once per instruction set. */
#include "bodies.h"

#define MW_ELEMENT float
#define MW_DTYPE   f32
#include "rungs_loops.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#include "rungs_loops.inc.h"

void MW_ISA_NAME(mw_loop_bodies)(mw_loop_bodies *bodies)
{
    *bodies = (mw_loop_bodies){
        .ijk = {ijk_f32, ijk_f64},
        .jik = {jik_f32, jik_f64},
        .jki = {jki_f32, jki_f64},
        .kji = {kji_f32, kji_f64},
        .kij = {kij_f32, kij_f64},
        .ikj = {ikj_f32, ikj_f64},
        .blocked = {blocked_f32, blocked_f64},
        .blocked2 = {blocked2_f32, blocked2_f64},
        .packed = {packed_f32, packed_f64},
    };
}
