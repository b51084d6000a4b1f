/* The loops of the conv family, compiled once per instruction set. */
#include "bodies.h"

#define MW_ELEMENT float
#define MW_DTYPE   f32
#include "rungs.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#include "rungs.inc.h"

void MW_ISA_NAME(mw_conv_bodies)(mw_conv_bodies *bodies)
{
    *bodies = (mw_conv_bodies){.direct = {direct_f32, direct_f64}};
}
