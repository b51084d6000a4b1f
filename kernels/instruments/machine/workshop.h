/*
 * workshop.h: the rig that the steps of a calibration share: buffer, pinned CPU, the result so far.
 *
 * Private to machine/. Every step polls the ledger at least every few milliseconds and returns
 * MW_CANCELLED when it was told to stop.
 */
#ifndef MW_MACHINE_WORKSHOP_H
#define MW_MACHINE_WORKSHOP_H

#include "machine/calibration.h"
#include "machine/walk.h"
#include "meter/affinity.h"

typedef struct mw_rig {
    mw_ledger *ledger;
    mw_calibration_progress *progress;
    void *context;
    mw_calibration *result;
    mw_isa isa;
    char *buffer;        /* aligned to 2 MiB, touched by this thread */
    size_t buffer_bytes; /* usable */
    size_t mapped_bytes;
    void *mapping;
    mw_affinity affinity;
    bool may_be_shared;   /* the core, with another of its threads: looked at beside every moment */
    bool core_was_shared; /* too often, with a thread that is not ours */
    double begin;         /* when the clock of the five seconds started */
} mw_rig;

/* What every step answers when its ledger was cancelled. */
static inline mw_status mw_rig_cancelled(mw_error *error)
{
    return mw_fail(error, MW_CANCELLED, "cancelled");
}

/* Whether another thread of this core seems to run now. */
bool mw_rig_core_is_shared(const mw_rig *rig);

/* Maps up to `wanted` bytes, half as many where there are not so many, and again, down to a few
 * MiB; touches them within `seconds` and keeps what was touched by then. */
mw_status mw_rig_buffer(mw_rig *rig, size_t wanted, double seconds, mw_error *error);

/* Releases the buffer. */
void mw_rig_close(mw_rig *rig);

/* The allowed CPU that was least busy over 50 ms. */
int mw_rig_quiet_cpu(mw_ledger *ledger, const cpu_set_t *allowed);

/* Processors that other programs used since, on whichever CPU; the books of the system go by
 * hundredths of a second. More than the limit, and main memory may have been theirs. */
#define MW_OTHERS_LIMIT 0.5

typedef struct mw_others {
    double wall, own, busy;
} mw_others;

mw_others mw_others_begin(void);
double mw_others_processors(const mw_others *since);

/* Seconds spent so far, first touch left out. */
double mw_rig_elapsed(const mw_rig *rig);

/* Why the result is not clean; what was said already and more than MW_CALIBRATION_REASONS are
 * dropped. */
void mw_rig_reason(mw_calibration *result, mw_reason reason);

/* Tells the caller how far the calibration is. */
void mw_rig_tell(const mw_rig *rig, double fraction, const char *what);

/* All allowed CPUs together: total peaks and one working set per level. The calling thread is not
 * pinned when this starts. */
mw_status mw_rig_all_cores(mw_rig *rig, mw_error *error);

/* Whether nothing of the same element type among the first `count` compute roofs is faster: the
 * roof whose sustained and all-core rates count. */
bool mw_rig_is_fastest(const mw_calibration *result, size_t count, const mw_compute *entry);

/* Nominal cache sizes by level (index 0 is L1), from hwloc for `cpu`; zero where unknown. */
void mw_nominal_caches(int cpu, double *bytes, size_t count);

#endif
