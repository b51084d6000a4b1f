/*
 * compute.h: the engine that really computes: products by the best rung of the gemm ladder, cut by
 * columns among the threads, and passes over tensors cut by elements. What is tallied is exactly
 * what the closed forms below say.
 */
#ifndef MW_CHAIN_COMPUTE_H
#define MW_CHAIN_COMPUTE_H

#include "chain/bodies.h"
#include "chain/tape.h"
#include "gemm/shares.h"

typedef struct mw_chain_compute {
    mw_ledger *ledger;
    mw_dtype dtype;
    size_t width;
    int threads;
    mw_chain_bodies bodies;
    mw_gemm_team team;
    double rate; /* of the optimizer */
} mw_chain_compute;

/* The plan that every product of this chain fits. */
mw_gemm_plan mw_chain_gemm_plan(const mw_chain_shape *shape, bool trains);

mw_status mw_chain_compute_open(mw_chain_compute *compute, const mw_chain_shape *shape, bool trains,
                                mw_ledger *ledger, mw_error *error);
void mw_chain_compute_close(mw_chain_compute *compute);

mw_chain_engine mw_chain_compute_engine(mw_chain_compute *compute);

/* First touch and values of a piece: mw_element of the seed times `factor`. */
mw_status mw_chain_fill(mw_chain_compute *compute, void *data, uint64_t bytes, uint32_t seed,
                        double factor);

/* All bits zero, and first touch. */
mw_status mw_chain_zero(mw_chain_compute *compute, void *data, uint64_t bytes);

/* Weights of layer i before the first step: mw_element of this seed times this factor, in the
 * element type. */
uint32_t mw_chain_seed(size_t i);
double mw_chain_factor(const mw_chain_shape *shape, size_t i);

/* The optimizer's rate: so small that the loss falls whatever the shape. */
double mw_chain_rate(const mw_chain_shape *shape);

#endif
