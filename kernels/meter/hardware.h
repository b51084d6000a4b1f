/*
 * hardware.h: PAPI, both ways: hardware events where there are any, and our own counters exported
 * as Software-Defined Events sde:::MEMWALL::FLOPS, ::LOAD_BYTES, ::STORE_BYTES.
 */
#ifndef MW_METER_HARDWARE_H
#define MW_METER_HARDWARE_H

#include <stdbool.h>
#include <stddef.h>

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
    char reason[160];      /* one line for people, also when present ("PAPI_SP_OPS, PAPI_DP_OPS") */
    char short_reason[32]; /* fits where the number would stand: "no PMU here" */
    char flops_event[64];  /* the event chosen in the fallback order, or "" */
    char bytes_event[64];
} mw_hardware;

/* Probes once per process by add + start; cheap afterwards. Never fails: the state says. */
const mw_hardware *mw_hardware_probe(void);

/* Registers the three events on the process ledger; once per process, never undone. */
mw_status mw_sde_register(mw_error *error);

#endif
