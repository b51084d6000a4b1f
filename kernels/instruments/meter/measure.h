/*
 * measure.h: from a kernel and its arguments to a measurement with its spread and verdict.
 *
 * prepare and first touch lie outside the clock; then a warm-up, then samples until the 95 %
 * interval of the median is <= 2 % of it, a tenth of the budget at least, or the budget ends.
 * Samples in which something else ran are left out while there are enough others. Seconds are wall
 * time (CLOCK_MONOTONIC) of one execution. With a companion (`beside`) the two are interleaved
 * sample by sample.
 */
#ifndef MW_METER_MEASURE_H
#define MW_METER_MEASURE_H

#include "kernel.h"
#include "meter/hardware.h"
#include "model/quantity.h"

typedef struct mw_statistics {
    double median, low, high; /* 95 % interval of the median (order statistics) */
    double min, max;
    size_t samples;
} mw_statistics;

/* `values` is sorted in place. count >= 1. */
mw_statistics mw_statistics_of(double *values, size_t count);

typedef struct mw_measure_options {
    double budget_seconds; /* for the samples of this measurement; 0: 2 s */
    size_t max_samples;    /* 0: 1000 */
    double interval;       /* wanted relative half width; 0: 0.02 */
    bool verify;           /* verify after the samples */
    bool interactive;      /* see mw_run.interactive */
    double wait_seconds;   /* first wait for a quiet moment, so long at most; 0: begin at once */
} mw_measure_options;

/* One side of a measurement. Absent numbers carry the reason. */
typedef struct mw_measurement {
    const mw_kernel *kernel;
    mw_args args;
    mw_isa isa;
    int threads_asked, threads_had; /* had: the fewest that the system gave an execution */
    mw_statistics seconds;
    /* Of one execution: what was counted (a closed form for a library rung, whose bytes are
     * absent) and the compulsory bytes. The rest is for who reports to work out. */
#define MW_TALLIED_NUMBER(ID, field) mw_number field;
    MW_TALLIES(MW_TALLIED_NUMBER)
    mw_number compulsory_bytes;
    mw_hardware_counts hardware;
    bool has_memory; /* the kernel keeps a memory ledger */
    mw_memory memory;
    bool verified, verify_asked;
    double worst_error; /* of verify: error over bound */
    double prepare_seconds;
    long involuntary_switches;
    double
        wall_over_cpu; /* wall seconds / thread CPU seconds inside the clock; all cores: per core */
    long steal_ticks;
    bool noisy;
    bool disturbed;   /* something else ran; else noisy means that the interval stayed wide */
    mw_reason reason; /* why noisy */
} mw_measurement;

/*
 * T(beside) / T(kernel), pair by pair: above 1 means that kernel is faster. A time is clean on a
 * quiet machine only; what falls on both sides alike leaves their ratio as it is, so that it has a
 * verdict of its own: of the pairs in which nothing else ran.
 */
typedef struct mw_ratio {
    mw_statistics value; /* of the undisturbed pairs; of all when those are too few */
    size_t pairs, disturbed_pairs;
    bool noisy;       /* cannot be told now */
    bool disturbed;   /* for another reason than a wide interval */
    mw_reason reason; /* why noisy */
} mw_ratio;

typedef struct mw_pair {
    mw_measurement kernel, beside;
    mw_ratio ratio;
} mw_pair;

mw_status mw_measure(const mw_kernel *kernel, const mw_args *args,
                     const mw_measure_options *options, mw_ledger *ledger,
                     mw_measurement *measurement, mw_error *error);

/* Interleaves kernel and beside: A B A B …; both sides are prepared first. */
mw_status mw_measure_pair(const mw_kernel *kernel, const mw_args *args, const mw_kernel *beside,
                          const mw_args *beside_args, const mw_measure_options *options,
                          mw_ledger *ledger, mw_pair *pair, mw_error *error);

#endif
