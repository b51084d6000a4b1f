/*
 * hardware.h: PAPI, both ways: hardware events where there are any, and our own counters exported
 * as Software-Defined Events sde:::MEMWALL::FLOPS, ::LOAD_BYTES, ::STORE_BYTES.
 */
#ifndef MW_METER_HARDWARE_H
#define MW_METER_HARDWARE_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel.h"
#include "meter/events.h"
#include "model/number.h"

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
    mw_reason reason; /* why in full; when present, the events that were found */
    mw_reason brief;  /* fits where the number would stand: "no PMU here"; none when present */
    char event[MW_EVENT_QUANTITIES][48]; /* the recipe chosen for each quantity, or "" */
} mw_hardware;

/* Probes once per process by add + start; cheap afterwards. Never fails: the state says. */
const mw_hardware *mw_hardware_probe(void);

/* Sets the state with both reasons; `brief` has no figures. */
void mw_hardware_say(mw_hardware *hardware, mw_hardware_state state, mw_reason_id brief,
                     mw_reason reason);

/* What a plain perf_event_open for user-mode cycles, with its errno (0: it opened), tells about
 * this machine; `paranoid` is kernel.perf_event_paranoid. Fills state and both reasons. */
void mw_hardware_classify(int open_errno, int paranoid, mw_hardware *hardware);

/* Measured by hardware events, each absent with its reason when it is not. Bytes are lines on the
 * link below a level: last-level misses of this core, or what the socket's memory controllers moved
 * (then the traffic of others is in it). */
typedef struct mw_hardware_counts {
    mw_number flops, l1_bytes, l2_bytes, dram_bytes;
} mw_hardware_counts;

mw_hardware_counts mw_hardware_none(const mw_reason *reason);

/* Executes a prepared one-thread run once more for each quantity. */
void mw_hardware_measure(mw_run *run, mw_hardware_counts *counts);

/* Registers the three events on the process ledger; once per process, never undone. Why they are
 * not, or no reason. */
mw_reason mw_sde_register(void);

#endif
