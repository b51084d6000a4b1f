/* The loops of the attention family, compiled once per instruction set. */
#include "bodies.h"

#define MW_ELEMENT float
#define MW_DTYPE   f32
#include "rungs.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#include "rungs.inc.h"

void MW_ISA_NAME(mw_attention_bodies)(mw_attention_bodies *bodies)
{
    *bodies = (mw_attention_bodies){
        .softmax = {softmax_f32, softmax_f64},
        .online = {online_f32, online_f64},
        .divide = {divide_f32, divide_f64},
    };
}
