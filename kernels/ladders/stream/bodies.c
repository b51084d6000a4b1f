/* The loops of the stream family, compiled once per instruction set. */
#include "bodies.h"

#define MW_ELEMENT float
#define MW_DTYPE   f32
#include "rungs.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#include "rungs.inc.h"

void MW_ISA_NAME(mw_stream_bodies)(mw_stream_bodies *bodies)
{
#define ROW(name)                                                                                  \
    bodies->tile[MW_STREAM_##name][MW_F32] = name##_f32,                                           \
    bodies->tile[MW_STREAM_##name][MW_F64] = name##_f64
    ROW(read);
    ROW(copy);
    ROW(scale);
    ROW(add);
    ROW(triad);
    ROW(update);
    ROW(store);
    ROW(store_nt);
    ROW(copy_nt);
    ROW(triad_nt);
#undef ROW
}
