/* Register tiles and the packers that serve them, compiled once per instruction set. */
#include "bodies.h"

/* MW_SUFFIX: of the intrinsics that take this type. */
#define MW_ELEMENT       float
#define MW_DTYPE         f32
#define MW_SUFFIX        ps
#define MW_ELEMENT_BYTES 4
#include "rungs_micro.inc.h"

#define MW_ELEMENT       double
#define MW_DTYPE         f64
#define MW_SUFFIX        pd
#define MW_ELEMENT_BYTES 8
#include "rungs_micro.inc.h"

void MW_ISA_NAME(mw_micro_bodies)(mw_micro_bodies *bodies)
{
    *bodies = (mw_micro_bodies){
        .tile = {{tile_f32, tile_f64}, {tile_limits_f32, tile_limits_f64}},
        .pack_rows = {pack_rows_f32, pack_rows_f64},
        .pack_panel = {pack_panel_f32, pack_panel_f64},
        .pack_panel_transposed = {pack_panel_transposed_f32, pack_panel_transposed_f64},
    };
#if defined(__AVX2__)
    bodies->micro = (mw_micro){{micro_f32, micro_f64}, {micro_limits_f32, micro_limits_f64}};
#else
    bodies->micro = bodies->tile;
#endif
}
