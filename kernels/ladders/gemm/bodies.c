/* The loops of the gemm ladder, compiled once per instruction set. */
#include "bodies.h"

/* MW_SUFFIX: of the intrinsics that take this type. */
#define MW_ELEMENT       float
#define MW_DTYPE         f32
#define MW_SUFFIX        ps
#define MW_ELEMENT_BYTES 4
#include "rungs.inc.h"

#define MW_ELEMENT       double
#define MW_DTYPE         f64
#define MW_SUFFIX        pd
#define MW_ELEMENT_BYTES 8
#include "rungs.inc.h"

void MW_ISA_NAME(mw_gemm_bodies)(mw_gemm_bodies *bodies)
{
    *bodies = (mw_gemm_bodies)
    {
        .ijk = {ijk_f32, ijk_f64}, .jik = {jik_f32, jik_f64}, .jki = {jki_f32, jki_f64},
        .kji = {kji_f32, kji_f64}, .kij = {kij_f32, kij_f64}, .ikj = {ikj_f32, ikj_f64},
        .blocked = {blocked_f32, blocked_f64}, .blocked2 = {blocked2_f32, blocked2_f64},
        .packed = {packed_f32, packed_f64},
        .tile = {{tile_f32, tile_f64}, {tile_limits_f32, tile_limits_f64}},
#if defined(__AVX2__)
        .micro = {{micro_f32, micro_f64}, {micro_limits_f32, micro_limits_f64}},
#else
        .micro = {{tile_f32, tile_f64}, {tile_limits_f32, tile_limits_f64}},
#endif
        .pack_rows = {pack_rows_f32, pack_rows_f64}, .pack_panel = {pack_panel_f32, pack_panel_f64},
        .pack_panel_transposed = {pack_panel_transposed_f32, pack_panel_transposed_f64},
        .skinny = {skinny_f32, skinny_f64}, .skinny_pack = {skinny_pack_f32, skinny_pack_f64},
        .skinny_limits = {skinny_limits_f32, skinny_limits_f64},
    };
}
