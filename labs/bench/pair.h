/*
 * pair.h: one target of the table, measured.
 */
#ifndef MW_BENCH_PAIR_H
#define MW_BENCH_PAIR_H

#include <jansson.h>

#include "labs/bench/rival.h"
#include "labs/bench/targets.h"
#include "model/reason.h"

/* The row: {"label","value","target","verdict","note"?,"wanted","goal"?,"against","kernel","args",
 * "rival"}. What cannot be measured here is a row too, absent with its reason. NULL only when the
 * listener stopped it. */
json_t *mw_pair_measure(const mw_pair_setting *setting, const mw_target *target);

/* The row of a target that was measured: the median, its interval and the verdict. Exposed for the
 * tests of the arithmetic. */
json_t *mw_pair_row(const mw_target *target, const mw_pair_value *value, const char *note);
json_t *mw_pair_absent(const mw_target *target, mw_reason reason);

#endif
