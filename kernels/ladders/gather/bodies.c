/* The loops of the gather family, compiled once per instruction set. */
#include "bodies.h"

#define MW_ELEMENT float
#define MW_DTYPE   f32
#include "rungs.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#include "rungs.inc.h"

void MW_ISA_NAME(mw_gather_bodies)(mw_gather_bodies *bodies)
{
    *bodies = (mw_gather_bodies){.bag = {bag_f32, bag_f64}};
}
