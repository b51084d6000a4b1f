/* The loops of the transpose ladder, compiled once per instruction set. */
#include "bodies.h"

#define MW_ELEMENT       float
#define MW_DTYPE         f32
#define MW_ELEMENT_BYTES 4
#include "rungs.inc.h"

#define MW_ELEMENT       double
#define MW_DTYPE         f64
#define MW_ELEMENT_BYTES 8
#include "rungs.inc.h"

void MW_ISA_NAME(mw_transpose_bodies)(mw_transpose_bodies *bodies)
{
    *bodies = (mw_transpose_bodies){
        .naive = {naive_f32, naive_f64},
        .turn = {turn_f32, turn_f64},
        .turn_past = {turn_past_f32, turn_past_f64},
        .packed = {packed_f32, packed_f64},
    };
}
