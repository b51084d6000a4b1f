/*
 * bench.h: the figures behind `memwall bench meter` and `memwall bench machine`: what our own
 * instruments cost, whether two thread pools disturb each other, and this machine's roofs measured
 * once more, for comparison with another program's.
 */
#ifndef MW_METER_BENCH_H
#define MW_METER_BENCH_H

#include "machine/calibration.h"
#include "meter/measure.h"

typedef enum mw_bench_verdict {
    MW_BENCH_MET,   /* the median reaches the target */
    MW_BENCH_CLOSE, /* it does not, but its 95 % interval does */
    MW_BENCH_MISSED
} mw_bench_verdict;

/* "met", "close", "missed" */
const char *mw_bench_verdict_name(mw_bench_verdict verdict);

/* `ratio` is T(B)/T(A), pair by pair: above 1 means that A, the first named, is faster. */
typedef struct mw_bench_row {
    char name[96];
    mw_statistics ratio;
    double target; /* the least ratio wanted */
    mw_bench_verdict verdict;
} mw_bench_row;

enum { MW_BENCH_ROWS = 16 };

/* Metered against unmetered runs of gemv and gemm, n >= 512. Target: 0.995. */
mw_status mw_bench_ledger(mw_ledger *ledger, mw_bench_row *rows, size_t *count, mw_error *error);

/* OpenBLAS right after a kernel of our own thread team, against OpenBLAS after itself, on all CPUs.
 * Target: 0.95. */
mw_status mw_bench_interference(mw_ledger *ledger, mw_bench_row *rows, size_t *count,
                                mw_error *error);

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

#endif
