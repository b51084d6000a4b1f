/*
 * bench_pair.h: one target of the table, measured.
 */
#ifndef MW_COMMANDS_BENCH_PAIR_H
#define MW_COMMANDS_BENCH_PAIR_H

#include <jansson.h>
#include <stdbool.h>

#include "labs/engine/host/host.h"
#include "model/reason.h"
#include "tui/commands/bench_targets.h"

typedef struct mw_pair_setting {
    mw_host *host;
    const json_t *kernels; /* what the worker answers to `kernels` */
    json_t *machine;       /* as it was measured; NULL: it was not */
    double budget;         /* seconds of samples in place of the table's; 0: the table's */
} mw_pair_setting;

/* The row: {"label","value","target","verdict","note"?,"wanted","goal"?,"against","kernel","args",
 * "rival"}. What cannot be measured here is a row too, absent with its reason. NULL only when an
 * interrupt was heard. */
json_t *mw_pair_measure(const mw_pair_setting *setting, const mw_target *target);

/* The row of a target that was measured: the median, its interval and the verdict. Exposed for the
 * tests of the arithmetic. */
typedef struct mw_pair_value {
    double median, low, high;
    bool noisy;
} mw_pair_value;
json_t *mw_pair_row(const mw_target *target, const mw_pair_value *value, const char *note);
json_t *mw_pair_absent(const mw_target *target, mw_reason reason);

/* Median and 95 % interval of a handful of values, sorted in place: with fewer than six of them
 * nothing narrower than their range is known. */
mw_pair_value mw_pair_median(double *values, size_t count);

#endif
