/* chain.h: training a chain of layers x ↦ relu(x)·W under a schedule that decides what is kept. */
#ifndef MW_CHAIN_CHAIN_H
#define MW_CHAIN_CHAIN_H

#include "chain/compute.h"

extern const mw_kernel mw_chain_forward, mw_chain_train;

/* A prepared run; it lies in run->state. */
typedef struct mw_chain_state {
    mw_schedule schedule;  /* no steps: forward only */
    mw_schedule_cost cost; /* as planned; sizes in bytes */
    mw_account *account;
    mw_buffer batch;
    mw_chain_tape tape;
    mw_chain_compute compute;
} mw_chain_state;

/*
 * Lets a prepared chain/train run under another schedule, one written by hand perhaps: checks it,
 * takes its memory, and copies it. On failure the run keeps the schedule it had. `limit`: bytes
 * that the layer inputs may take; 0: any.
 */
mw_status mw_chain_use(mw_run *run, const mw_schedule *schedule, uint64_t limit, mw_error *error);

#endif
