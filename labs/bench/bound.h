/*
 * bound.h: the roofs that a measured kernel stands under, from the remembered machine; the rule is
 * model/machine.h's.
 */
#ifndef MW_BENCH_BOUND_H
#define MW_BENCH_BOUND_H

#include <jansson.h>
#include <stdbool.h>

#include "labs/engine/wire/machine.h"

typedef struct mw_measured_run {
    mw_workload work;
    mw_roofs roofs;
    bool known; /* both roofs are */
} mw_measured_run;

/* `beside` is the other side of a pair, NULL where there is none; `machine` may be NULL. */
void mw_measured_run_read(const json_t *machine, const json_t *measurement, const json_t *beside,
                          mw_measured_run *run);

/* Fills `bound` of a measurement, and reasons.bound when it cannot be told. */
void mw_bound_fill(json_t *measurement, const mw_measured_run *run);

/* Where both roofs meet [FLOP/B]. */
double mw_measured_run_ridge(const mw_measured_run *run);

#endif
