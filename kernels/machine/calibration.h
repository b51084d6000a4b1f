/*
 * calibration.h: this machine's roofs, measured in a few seconds.
 *
 * A read sweep with load-only kernels at the widest ISA finds plateaus, which become levels; peak
 * kernels give the compute roofs; short runs at each level give the mix roofs. Roofs are bands
 * [median, max]; nothing is taken from the nominal sizes, which are only shown beside.
 */
#ifndef MW_MACHINE_CALIBRATION_H
#define MW_MACHINE_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel.h"

enum {
    MW_LEVEL_MAX = 8,
    MW_COMPUTE_MAX = 32,
    MW_MIX_MAX = 64,
    MW_SWEEP_MAX = 128,
    MW_REASON_MAX = 8
};

typedef struct mw_band {
    double value, low, high; /* value = the roof; [low, high] its band */
} mw_band;

typedef struct mw_level {
    char name[24]; /* "L1", "L2", "LLC", "DRAM", "largest tested" */
    mw_band bytes_per_second;
    double effective_bytes; /* 0 for the last level */
    double nominal_bytes;   /* 0 when the system does not say */
    mw_band all_cores;      /* total over all allowed CPUs; zero when not measured */
} mw_level;

typedef struct mw_compute {
    const char *isa; /* "scalar", "128", "avx2", "avx512" */
    mw_dtype dtype;
    const char *op; /* "fma", "mul" */
    int threads;
    mw_band flops_per_second;
} mw_compute;

typedef struct mw_mix {
    char level[24];
    const char *op;           /* "read", "reduce", "store", "store_nt", "copy", "update", "triad" */
    mw_band bytes_per_second; /* program bytes */
    double bus_bytes_per_byte; /* modelled bus bytes per program byte (write-allocate) */
} mw_mix;

typedef struct mw_sweep_point {
    double bytes;
    mw_band bytes_per_second; /* value = max, low = min, high = max; median in `median` */
    double median;
} mw_sweep_point;

typedef struct mw_calibration {
    mw_level levels[MW_LEVEL_MAX];
    size_t level_count;
    mw_compute compute[MW_COMPUTE_MAX];
    size_t compute_count;
    mw_mix mix[MW_MIX_MAX];
    size_t mix_count;
    mw_sweep_point sweep[MW_SWEEP_MAX];
    size_t sweep_count;
    bool clean;
    bool unsure; /* fewer than 2 or more than 5 plateaus: draw the curve, not the roofs */
    char reasons[MW_REASON_MAX][160];
    size_t reason_count;
    double seconds, first_touch_seconds;
    double clock_hz;
    int cpus;
    uint64_t buffer_bytes;
} mw_calibration;

/* Told after each finished piece: fraction 0…1, and what was just found (partial result so far). */
typedef void mw_calibration_progress(void *context, double fraction, const char *what,
                                     const mw_calibration *so_far);

/* <= 5 s plus first touch (<= 2 s). MW_CANCELLED when the ledger's flag is raised. */
mw_status mw_calibrate(mw_ledger *ledger, mw_calibration_progress *progress, void *context,
                       mw_calibration *calibration, mw_error *error);

/* Re-measures L1, the last cache level, DRAM and one peak (< 100 ms): the largest relative change
 * beyond a roof's band, and a line that names it. */
mw_status mw_calibration_spot_check(const mw_calibration *calibration, mw_ledger *ledger,
                                    double *largest_change, char *what, size_t size,
                                    mw_error *error);

/* What a cached calibration is keyed by: brand, flags, CPUs, kernel, hypervisor, this version. */
void mw_calibration_key(char *text, size_t size);

/* Bytes a lab or a kernel may allocate here: min(MemAvailable, cgroup limit) / 4. */
uint64_t mw_memory_limit(void);

#endif
