/*
 * bench.h: the figures behind `memwall bench` that need more than a measurement: what our own
 * instruments cost, whether two thread pools disturb each other, a kernel beside the roof above it,
 * and this machine's roofs measured once more, for comparison with another program's.
 */
#ifndef MW_METER_BENCH_H
#define MW_METER_BENCH_H

#include "machine/calibration.h"
#include "meter/measure.h"
#include "model/verdict.h"

/* `ratio` is T(B)/T(A), pair by pair: above 1 means that A, the first named, is faster. */
typedef struct mw_bench_row {
    char name[96];
    mw_statistics ratio;
    double target; /* the least ratio wanted */
    mw_verdict verdict;
} mw_bench_row;

enum { MW_BENCH_ROWS = 16 };

/* Metered against unmetered runs of gemv and gemm, n >= 512. Target: 0.995. */
mw_status mw_bench_ledger(mw_ledger *ledger, mw_bench_row *rows, size_t *count, mw_error *error);

/* OpenBLAS right after a kernel of our own thread team, against OpenBLAS after itself, on all CPUs.
 * Target: 0.95. */
mw_status mw_bench_interference(mw_ledger *ledger, mw_bench_row *rows, size_t *count,
                                mw_error *error);

/* References that the cache simulator takes, in millions per second (`ratio` is that rate), one
 * thread, three levels of usual size. Targets: unit stride 500, a strided product 100, uniformly
 * random 25. About ten seconds. */
mw_status mw_bench_simulator(mw_ledger *ledger, mw_bench_row *rows, size_t *count, mw_error *error);

/* One roof measured now, with what another program needs to measure the same. */
typedef struct mw_bench_figure {
    char name[32];        /* "L1 read", "f32 avx512 fma" */
    char likwid_test[40]; /* the same loop in likwid-bench: "load_avx512", … */
    double bytes;         /* working set, a whole number of kB */
    mw_unit unit;         /* B/s or FLOP/s */
    mw_band rate;
} mw_bench_figure;

/* Every level's read roof and both widest peaks, one thread, on `cpu` (-1: where this thread runs;
 * the answer is stored). About a third of a second. */
mw_status mw_bench_machine(const mw_calibration *calibration, mw_ledger *ledger, int *cpu,
                           mw_bench_figure *figures, size_t *count, mw_error *error);

/* What a kernel is held against. */
typedef enum mw_roof_kind {
    MW_ROOF_PEAK,  /* the widest multiply-add chains of the kernel's element type */
    MW_ROOF_READ,  /* loads only, over as many bytes as the kernel's operands */
    MW_ROOF_REDUCE /* loads added into accumulators, over as many bytes */
} mw_roof_kind;

const char *mw_roof_name(mw_roof_kind kind); /* "peak", "read", "reduce" */
bool mw_roof_parse(const char *name, mw_roof_kind *kind);

typedef struct mw_roof_pair {
    mw_unit unit;             /* FLOP/s, or compulsory bytes per second */
    mw_statistics rate, roof; /* of the kernel, of the roof */
    mw_statistics ratio;      /* rate over roof, pair by pair */
    bool noisy;
    mw_reason reason; /* why noisy */
} mw_roof_pair;

/* A one-thread kernel and a roof, sample by sample in turn on one CPU, until the interval of the
 * ratio is narrow or the budget ends. */
mw_status mw_bench_roof(const mw_kernel *kernel, const mw_args *args, mw_roof_kind kind,
                        double budget_seconds, mw_ledger *ledger, mw_roof_pair *pair,
                        mw_error *error);

#endif
