/*
 * judge.h: a run of a chain against sums in wider arithmetic, step by step.
 *
 * A step is compared with what it should have made of the tensors that it really read, so that no
 * error of an earlier step counts twice and relu's corner does no harm. That it read the right
 * tensors is known from fingerprints: x_i must be the same bits whenever it is used, however often
 * it was computed again, and a gradient must be the one that the layer above left.
 */
#ifndef MW_CHAIN_JUDGE_H
#define MW_CHAIN_JUDGE_H

#include "chain/tape.h"

typedef struct mw_chain_judge {
    mw_chain_shape shape;
    mw_ledger *ledger;
    mw_verification *result;
    size_t steps;                            /* that one run takes: they share the effort */
    uint64_t input[MW_CHAIN_LAYERS_MAX + 1]; /* fingerprints of x_i, the output included */
    bool seen[MW_CHAIN_LAYERS_MAX + 1];
    uint64_t gradient;
    long double *want, *magnitude; /* one row of any result */
} mw_chain_judge;

mw_status mw_chain_judge_open(mw_chain_judge *judge, const mw_chain_shape *shape, size_t steps,
                              mw_ledger *ledger, mw_verification *result, mw_error *error);
void mw_chain_judge_close(mw_chain_judge *judge);

/* The first input must be the batch. */
mw_status mw_chain_judge_batch(mw_chain_judge *judge, const void *batch);

/* One step; MW_CANCELLED when the ledger says so. Its findings go to the verification. */
mw_status mw_chain_judge_step(void *judge, const mw_chain_event *event);

/* Two quantities that must be equal. */
void mw_chain_judge_equal(mw_chain_judge *judge, uint64_t got, uint64_t want, const char *what);

#endif
