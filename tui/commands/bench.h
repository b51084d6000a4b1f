/*
 * bench.h: the suites of `memwall bench`: each answers {"suite","rows":[…]}, a row being a value,
 * the target in words, and whether it is met, close, missed, too noisy to say, or absent.
 */
#ifndef MW_COMMANDS_BENCH_H
#define MW_COMMANDS_BENCH_H

#include "labs/engine/wire/wire.h"
#include "tui/commands/bench_row.h"
#include "tui/commands/bench_suite.h"
#include "tui/commands/console.h"
#include "tui/plain/lines.h"

const mw_suite *mw_suite_table(size_t *count);

/* Suites that run inside the worker. */
json_t *mw_bench_worker(const mw_suite *suite, mw_host *host, int *code);

/* The read roofs and FMA peaks against likwid-bench, interleaved. */
json_t *mw_bench_machine(const mw_suite *suite, mw_host *host, int *code);

/* Where more users begin to cost, against the model; and our kernel against the library's there. */
json_t *mw_bench_knee(const mw_suite *suite, mw_host *host, int *code);

/* The suites and what each is about, for `memwall bench --help`. */
void mw_bench_more(const mw_lines *lines);

/* From the order to stop to the kernel's end. */
json_t *mw_bench_cancel(const mw_suite *suite, mw_host *host, int *code);

/* A lab that is opened again. */
json_t *mw_bench_replay(const mw_suite *suite, mw_host *host, int *code);

/* The full screen on a pseudo-terminal. */
json_t *mw_bench_ui(const mw_suite *suite, mw_host *host, int *code);

/* Each lab of the course: its first question, and a whole playthrough. */
json_t *mw_bench_labs(const mw_suite *suite, mw_host *host, int *code);

/* Whether clean verdicts are right, on this machine as it is and under a load of our own. */
json_t *mw_bench_verdicts(const mw_suite *suite, struct mw_bench_session *session, int *code);

#endif
