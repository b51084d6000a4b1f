/* The passes of a chain, compiled once per instruction set. */
#include "bodies.h"

#include <math.h>

#define MW_ELEMENT float
#define MW_DTYPE   f32
#define ROOT       sqrtf
#include "rungs.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#define ROOT       sqrt
#include "rungs.inc.h"

void MW_ISA_NAME(mw_chain_bodies)(mw_chain_bodies *bodies)
{
    *bodies = (mw_chain_bodies){
        .relu = {relu_f32, relu_f64},
        .relu_transposed = {relu_transposed_f32, relu_transposed_f64},
        .mask = {mask_f32, mask_f64},
        .scale = {scale_f32, scale_f64},
        .sgd = {sgd_f32, sgd_f64},
        .momentum = {momentum_f32, momentum_f64},
        .adam = {adam_f32, adam_f64},
    };
}
