/* The loops of the transformer blocks, compiled once per instruction set. */
#include "bodies.h"

#include <math.h>

#define MW_ELEMENT float
#define MW_DTYPE   f32
#include "rungs.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#include "rungs.inc.h"

void MW_ISA_NAME(mw_transformer_bodies)(mw_transformer_bodies *bodies)
{
    *bodies = (mw_transformer_bodies){
        .layernorm = {layernorm_f32, layernorm_f64},
        .combine = {combine_f32, combine_f64},
    };
}
