/* The loops of the transpose ladder, compiled once per instruction set. SQUARE is LANES where the
 * preprocessor can ask for it. */
#include "bodies.h"

#define MW_ELEMENT float
#define MW_DTYPE   f32
#if defined(__AVX512F__)
#define SQUARE 16
#elif defined(__AVX2__)
#define SQUARE 8
#else
#define SQUARE 4
#endif
#include "rungs.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#if defined(__AVX512F__)
#define SQUARE 8
#elif defined(__AVX2__)
#define SQUARE 4
#else
#define SQUARE 2
#endif
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
