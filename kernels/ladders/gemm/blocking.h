/*
 * blocking.h: how large the blocks of a packed matrix product are, from the sizes of the caches.
 *
 * The model is that of Low, Igual, Smith and Quintana-Ortí, "Analytical Modeling Is Enough for
 * High-Performance BLIS" (TOMS 43(2), 2016), with the roles of A and B exchanged, because C lies in
 * rows here: a strip of A (rows x kc) stays in the first level, a block of B (kc x nc) in the
 * second and a slab of A (mc x kc) in the last.
 */
#ifndef MW_GEMM_BLOCKING_H
#define MW_GEMM_BLOCKING_H

#include "cachesim/geometry.h"
#include "gemm/bodies.h"

typedef struct mw_gemm_blocks {
    size_t mc, kc, nc;
} mw_gemm_blocks;

/*
 * The caches that the model assumes, nearest first. Until somebody who measured them says
 * otherwise these are what the system names, without a last level that is larger than a core can
 * hope for: in a guest it is often the whole socket's. A level that was not found stays what the
 * system names: a slab of A that lies further out is fetched in time, but with a small one B is
 * packed again and again. Any thread may call it, but not between the `prepare` and the `release`
 * of a run: the blocks of its plan and its closed forms would part.
 */
void mw_gemm_caches_set(const mw_cache_geometry *levels, size_t count);

/*
 * The caches of a hypothetical machine: what is not among them is like in many machines
 * (L1 32 KiB, L2 1 MiB, last level 16 MiB), and nothing is this machine's, so that the same request
 * gives the same blocks everywhere. mw_gemm_caches_set(NULL, 0) goes back to what the system names.
 */
void mw_gemm_caches_set_hypothetical(const mw_cache_geometry *levels, size_t count);

/* The model's blocks for a register tile. */
mw_gemm_blocks mw_gemm_blocks_model(const mw_micro_limits *tile, size_t width);

#endif
