/*
 * calibration.h: this machine's roofs, measured in a few seconds.
 *
 * A read sweep with load-only kernels at the widest ISA finds plateaus, which become levels; peak
 * kernels, run in between in the same seconds, give the compute roofs; short runs at each level
 * give the mix roofs. Roofs are bands from the median of the samples that ran undisturbed to the
 * best of all; nothing is taken from the nominal sizes, which are only shown beside. A row that its
 * samples do not prove is unsure. At the end each row is held against the others, and what cannot
 * be is marked and used for nothing.
 */
#ifndef MW_MACHINE_CALIBRATION_H
#define MW_MACHINE_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel.h"
#include "model/reason.h"

enum {
    MW_LEVEL_MAX = 8,
    MW_COMPUTE_MAX = 32,
    MW_MIX_MAX = 64,
    MW_SWEEP_MAX = 128,
    MW_CALIBRATION_REASONS = 12
};

typedef struct mw_band {
    double value, low, high; /* value = the roof; [low, high] its band */
} mw_band;

/* What the rows say of one another. */
typedef enum mw_row_verdict {
    MW_ROW_GOOD = 0,
    MW_ROW_UNSURE,          /* the largest sizes scatter: the best of the last octave */
    MW_ROW_SHARED,          /* unsure: other programs ran, and may have used the same memory */
    MW_ROW_FEW,             /* unsure: hardly any try ran undisturbed */
    MW_ROW_ALONE,           /* unsure: no try at another moment comes near the best */
    MW_ROW_GAP,             /* unsure: a level may be missing before it, and its name be wrong */
    MW_ROW_ABOVE_OWN_SIZES, /* impossible: more than its own working sets reached */
    MW_ROW_BELOW_NEXT,      /* impossible: slower than the level behind it */
    MW_ROW_BELOW_ONE_CORE,  /* impossible: all cores together, less than one of them */
    MW_ROW_VERDICTS
} mw_row_verdict;

/* "good", "unsure" or "impossible", and why (MW_REASON_NONE for good). */
const char *mw_row_verdict_name(mw_row_verdict verdict);
mw_reason_id mw_row_verdict_reason(mw_row_verdict verdict);

/* Back from both; good when nothing is said, as rows had no verdict once. Rows that were remembered
 * before reasons had ids are known by what they told. */
mw_row_verdict mw_row_verdict_parse(const char *name, const mw_reason *reason);

/* Whether a roof may be taken from a row of this verdict. */
static inline bool mw_row_usable(mw_row_verdict verdict)
{
    return verdict < MW_ROW_ABOVE_OWN_SIZES;
}

typedef struct mw_level {
    char name[24]; /* "L1", "L2", "LLC", "DRAM", "largest tested", "main memory" */
    mw_band bytes_per_second;
    mw_row_verdict verdict;
    double begin, end;      /* working sets it was found on, in bytes; 0 when remembered */
    double effective_bytes; /* 0 for the last level */
    double nominal_bytes;   /* 0 when the system does not say */
    mw_band all_cores;      /* total over all allowed CPUs; zero when not measured */
    mw_row_verdict all_cores_verdict;
} mw_level;

typedef struct mw_compute {
    const char *isa; /* "scalar", "128", "avx2", "avx512" */
    mw_dtype dtype;
    const char *op; /* "fma", "mul" */
    int threads;
    mw_band flops_per_second; /* of bursts of milliseconds */
    mw_row_verdict verdict;
    mw_band sustained; /* of a run without a pause; zero when not measured */
    mw_row_verdict sustained_verdict;
} mw_compute;

typedef struct mw_mix {
    char level[24];
    const char *op;           /* "read", "reduce", "store", "store_nt", "copy", "update", "triad" */
    mw_band bytes_per_second; /* program bytes */
    mw_row_verdict verdict;
    double bus_bytes_per_byte; /* modelled bus bytes per program byte (write-allocate) */
} mw_mix;

typedef struct mw_sweep_point {
    double bytes;
    mw_band bytes_per_second; /* value = max, low = min, high = max; median in `median` */
    double median;
    mw_row_verdict verdict;
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
    bool unsure; /* fewer than 2 or more than 5 plateaus, or the largest sizes are on none: the
                    curve says more than the named roofs */
    mw_reason reasons[MW_CALIBRATION_REASONS];
    size_t reason_count;
    double seconds, first_touch_seconds;
    double clock_hz;
    mw_band clock; /* of short slices; clock_hz is its value */
    int cpus;
    double cpu_quota; /* processors at a time that the control group allows; 0: no quota */
    uint64_t buffer_bytes;
} mw_calibration;

/* Told after each finished piece: fraction 0…1, and what was just found (partial result so far). */
typedef void mw_calibration_progress(void *context, double fraction, const char *what,
                                     const mw_calibration *so_far);

/* <= 5 s plus first touch (<= 2 s) on a quiet machine. Where others take the processor away, some
 * is left out and said, and 8 s in all hold as long as a try gets to its end in half a second.
 * MW_CANCELLED when the ledger's flag is raised. */
mw_status mw_calibrate(mw_ledger *ledger, mw_calibration_progress *progress, void *context,
                       mw_calibration *calibration, mw_error *error);

/* What a cached calibration is keyed by: brand, flags, CPUs, kernel, hypervisor, this version. */
void mw_calibration_key(char *text, size_t size);

/* Holds every row against the others and fills the verdicts of levels and compute roofs. */
void mw_calibration_check(mw_calibration *calibration);

/*
 * A level is as sure as the working sets it was found on: three of them have tries that agree, and
 * come near the roof. Where sizes before a level are steady nowhere for too long, or a sure one of
 * its own is faster by far, a level may hide there, and those behind it bear a wrong name, as their
 * mixes do.
 * `others_ran`: what a cache or a unit of one core gives shows in the moments between other
 * programs; main memory is shared with whatever runs elsewhere at the same time, in every try, and
 * a flat row proves nothing then.
 */
void mw_calibration_doubt(mw_calibration *calibration, bool others_ran);

#endif
