/* The loops of sparse products, compiled once per instruction set. */
#include "bodies.h"

#define MW_ELEMENT float
#define MW_DTYPE   f32
#define BITS       vector_u32
#define LANE       uint32_t
#include "rungs.inc.h"

#define MW_ELEMENT double
#define MW_DTYPE   f64
#define BITS       vector_u64
#define LANE       uint64_t
#include "rungs.inc.h"

void MW_ISA_NAME(mw_sparse_bodies)(mw_sparse_bodies *bodies)
{
    *bodies = (mw_sparse_bodies){
        .csr32 = {csr32_f32, csr32_f64},
        .csr16 = {csr16_f32, csr16_f64},
        .bitmap = {bitmap_f32, bitmap_f64},
        .bcsr = {[MW_SPARSE_4X1] = {bcsr4x1_f32, bcsr4x1_f64},
                 [MW_SPARSE_4X4] = {bcsr4x4_f32, bcsr4x4_f64},
                 [MW_SPARSE_8X8] = {bcsr8x8_f32, bcsr8x8_f64}},
        .two_of_four = {two_of_four_f32, two_of_four_f64},
        .spmm = {spmm_f32, spmm_f64},
    };
}
