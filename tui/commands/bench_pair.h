/*
 * bench_pair.h: one target of the table, measured.
 */
#ifndef MW_COMMANDS_BENCH_PAIR_H
#define MW_COMMANDS_BENCH_PAIR_H

#include <jansson.h>

#include "model/reason.h"
#include "tui/commands/bench_rival.h"
#include "tui/commands/bench_targets.h"

/* The row: {"label","value","target","verdict","note"?,"wanted","goal"?,"against","kernel","args",
 * "rival"}. What cannot be measured here is a row too, absent with its reason. NULL only when an
 * interrupt was heard. */
json_t *mw_pair_measure(const mw_pair_setting *setting, const mw_target *target);

/* The row of a target that was measured: the median, its interval and the verdict. Exposed for the
 * tests of the arithmetic. */
json_t *mw_pair_row(const mw_target *target, const mw_pair_value *value, const char *note);
json_t *mw_pair_absent(const mw_target *target, mw_reason reason);

#endif
