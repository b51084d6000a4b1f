/*
 * walk.h: timed walks of a probe over a working set, and timed peaks.
 *
 * A walk remembers where it stopped: samples of a few milliseconds go on round a large working set
 * instead of crossing it whole, so each is short enough to be cancelled and the caches still see
 * one endless cyclic sweep.
 */
#ifndef MW_MACHINE_WALK_H
#define MW_MACHINE_WALK_H

#include "machine/calibration.h"
#include "machine/probes.h"

typedef struct mw_walk {
    mw_stream_probe *probe;
    const mw_stream_shape *shape;
    char *base;    /* aligned to a page */
    size_t stream; /* bytes of each stream */
    size_t position;
} mw_walk;

/* `bytes` is the working set over all streams. False when the probe does not exist here. */
bool mw_walk_init(mw_walk *walk, mw_isa isa, mw_stream_op op, char *base, size_t bytes);

/* Goes on for `seconds`; returns program bytes per second, or 0 when the ledger was cancelled. */
double mw_walk_sample(mw_walk *walk, double seconds, mw_ledger *ledger);

/* Once round the whole working set, untimed. False when cancelled. */
bool mw_walk_round(mw_walk *walk, mw_ledger *ledger);

/*
 * The walk that makes the read roof of a working set, which has then been round once. Far from the
 * core one stream cannot keep enough misses in flight and eight can (half as much again in some
 * guests): a roof is what the better of the two reaches. False when cancelled.
 */
bool mw_walk_read(mw_walk *walk, mw_isa isa, char *base, size_t bytes, mw_ledger *ledger);

/* Bytes of the whole working set. */
size_t mw_walk_bytes(const mw_walk *walk);

/* The peak of an element type that does most at once with that ISA; NULL where there is no probe.
 */
const mw_peak *mw_peak_widest(mw_isa isa, mw_dtype dtype);

/* FLOP/s of one peak with chain count index `chains` over about `seconds`. */
double mw_peak_sample(const mw_peak *peak, int chains, double seconds);

/*
 * The processor's clock over about `seconds`, in slices of less than a tenth of a millisecond: a
 * clock is cycles over time in which they could run, and in most of so short a time they could. All
 * zero where there is no chain of known latency.
 */
typedef struct mw_clock_reading {
    mw_band hz;  /* value = high = best slice, low = median */
    bool steady; /* wall and processor time agree: the clock is what changed, should it have */
} mw_clock_reading;

mw_clock_reading mw_clock_read(double seconds);

/* `values` become a band: value = high = best, low = median. They are sorted in place. */
mw_band mw_band_of(double *values, size_t count);

#endif
