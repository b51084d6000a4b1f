/*
 * rival.h: both sides of one pair, measured once: against another kernel, a roof, another
 * program, or in the cache simulator.
 */
#ifndef MW_BENCH_RIVAL_H
#define MW_BENCH_RIVAL_H

#include <jansson.h>
#include <stdbool.h>

#include "labs/bench/row.h"
#include "labs/bench/suite.h"
#include "labs/bench/targets.h"
#include "labs/engine/host/host.h"
#include "model/status.h"

enum { MW_RUNG_NAME = 64 };

/* By whom, against what and for how long pairs are measured. */
typedef struct mw_pair_setting {
    mw_host *host;
    const json_t *kernels; /* what the worker answers to `kernels` */
    const mw_bench_listener *listener;
    json_t *machine; /* as it was measured; NULL: it was not */
    double budget;   /* seconds of samples in place of the table's; 0: the table's */
} mw_pair_setting;

/* A target on its way: which rungs, with what, and what came of it. */
typedef struct mw_attempt {
    const mw_pair_setting *setting;
    const mw_target *target;
    char kernel[MW_RUNG_NAME], rival[MW_RUNG_NAME]; /* rival: "" when it is no rung */
    json_t *args, *rival_args;
    double budget;
    mw_pair_value value;
    char note[640]; /* both sides in figures, and what disturbed them */
    mw_error error;
} mw_attempt;

/* Asks the worker; NULL with the error. Steals `body`. */
json_t *mw_attempt_ask(mw_attempt *attempt, const char *name, json_t *body);

/* Of `measure`, with the machine, by whose caches products are blocked. */
json_t *mw_attempt_body(const mw_attempt *attempt, const char *kernel, json_t *args, double budget);

/* Fills value and note; false with the error. */
bool mw_attempt_measure(mw_attempt *attempt);

#endif
