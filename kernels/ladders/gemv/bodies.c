/* The loops of the gemv ladder, compiled once per instruction set. */
#include "bodies.h"

#define MW_ELEMENT float
#define MW_DTYPE   f32
#include "rungs.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#include "rungs.inc.h"

void MW_ISA_NAME(mw_gemv_bodies)(mw_gemv_bodies *bodies)
{
    *bodies = (mw_gemv_bodies){
        .reference = {reference_f32, reference_f64},
        .column = {column_f32, column_f64},
        .unrolled = {unrolled_f32, unrolled_f64},
        .simd = {simd_f32, simd_f64},
        .rows = {rows_f32, rows_f64},
        .prefetch = {prefetch_f32, prefetch_f64},
    };
}
