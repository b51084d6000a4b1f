/*
 * hardware.h: PAPI, both ways: hardware events where there are any, and our own counters exported
 * as Software-Defined Events sde:::MEMWALL::FLOPS, ::LOAD_BYTES, ::STORE_BYTES.
 */
#ifndef MW_METER_HARDWARE_H
#define MW_METER_HARDWARE_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel.h"
#include "model/number.h"
#include "model/status.h"

typedef enum mw_hardware_state {
    MW_HARDWARE_PRESENT,
    MW_HARDWARE_NO_PMU,      /* ENOENT: no PMU in this (virtual) machine */
    MW_HARDWARE_PARANOID,    /* kernel.perf_event_paranoid refuses */
    MW_HARDWARE_SECCOMP,     /* a container's filter refuses */
    MW_HARDWARE_UNKNOWN_CPU, /* PAPI does not know this CPU */
    MW_HARDWARE_NOT_BUILT,   /* perf is not in the kernel, or memwall was built without PAPI */
    MW_HARDWARE_FAILED
} mw_hardware_state;

typedef struct mw_hardware {
    mw_hardware_state state;
    char reason[160];      /* one line for people, also when present ("PAPI_SP_OPS, PAPI_L3_TCM") */
    char short_reason[32]; /* fits where the number would stand: "no PMU here" */
    char flops_event[64];  /* the events chosen in the fallback order, joined by "+", or "" */
    char bytes_event[64];
} mw_hardware;

/* Probes once per process by add + start; cheap afterwards. Never fails: the state says. */
const mw_hardware *mw_hardware_probe(void);

/* What a plain perf_event_open for user-mode cycles, with its errno (0: it opened), tells about
 * this machine; `paranoid` is kernel.perf_event_paranoid. Fills state and both reasons. */
void mw_hardware_classify(int open_errno, int paranoid, mw_hardware *hardware);

/* Executes a prepared one-thread run once more under the chosen events. Each number is measured, or
 * absent with the reason. Bytes are lines fetched or written at the memory controllers or, where
 * those are closed to us, last-level misses of this core. */
void mw_hardware_measure(mw_run *run, mw_number *flops, mw_number *bytes);

/* Registers the three events on the process ledger; once per process, never undone. */
mw_status mw_sde_register(mw_error *error);

#endif
