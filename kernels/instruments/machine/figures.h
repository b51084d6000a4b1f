/* figures.h: this machine's roofs measured once more, for comparison with another program's. */
#ifndef MW_MACHINE_FIGURES_H
#define MW_MACHINE_FIGURES_H

#include "ledger.h"
#include "machine/calibration.h"
#include "model/number.h"

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
