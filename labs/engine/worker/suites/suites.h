/*
 * suites.h: the figures behind `memwall bench` that name kernels: what our own instruments cost,
 * how fast the cache simulator is, and whether two thread pools disturb each other.
 */
#ifndef MW_WORKER_SUITES_H
#define MW_WORKER_SUITES_H

#include "ledger.h"
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

#endif
