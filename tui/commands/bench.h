/*
 * bench.h: `memwall bench`: the table of suites, what they found in words, and the suites that
 * drive this very program. Each answers {"suite","rows":[…]}, a row being a value, the target in
 * words, and whether it is met, close, missed, too noisy to say, or absent.
 */
#ifndef MW_COMMANDS_BENCH_H
#define MW_COMMANDS_BENCH_H

#include "labs/bench/session.h"
#include "tui/plain/lines.h"

const mw_suite *mw_suite_table(size_t *count);

/* The suites and what each is about, for `memwall bench --help`. */
void mw_bench_more(const mw_lines *lines);

/* The full screen on a pseudo-terminal. */
json_t *mw_bench_ui(const mw_suite *suite, mw_bench_session *session, mw_error *error);

/* Each lab of the course: its first question, and a whole playthrough. */
json_t *mw_bench_labs(const mw_suite *suite, mw_bench_session *session, mw_error *error);

#endif
