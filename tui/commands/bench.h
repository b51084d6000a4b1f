/*
 * bench.h: the suites of `memwall bench`: each answers {"suite","rows":[…]}, a row being a value,
 * the target in words, and whether it is met, close, missed, too noisy to say, or absent.
 */
#ifndef MW_COMMANDS_BENCH_H
#define MW_COMMANDS_BENCH_H

#include "labs/engine/wire/wire.h"
#include "model/verdict.h"
#include "tui/commands/console.h"
#include "tui/plain/lines.h"

struct mw_bench_session;

typedef struct mw_suite mw_suite;
struct mw_suite {
    const char *name;
    const char *summary;
    /* The body, owned by the caller; NULL with *code set after one line on stderr. A suite without
     * it is made of the targets that name it (bench_targets.h). */
    json_t *(*run)(const mw_suite *suite, mw_host *host, int *code);
    double seconds; /* it takes about so long */
    /* In place of `run`: a long suite, which keeps what it has found in pieces. */
    json_t *(*run_in_pieces)(const mw_suite *suite, struct mw_bench_session *session, int *code);
};

const mw_suite *mw_suite_table(size_t *count);

/* A row of the table: { "label", "value", "target", "verdict", "note"? }. */
json_t *mw_bench_row(const char *label, const mw_number *value, const char *target,
                     mw_verdict verdict, const char *note);

/* Appends a measured row that is met at `most` or less; one whose value there is not. */
void mw_bench_add(json_t *rows, const char *label, double value, mw_unit unit, double most,
                  const char *target, const char *note);
void mw_bench_add_absent(json_t *rows, const char *label, mw_unit unit, const char *target,
                         mw_reason reason);

/* A row whose value there is not. */
json_t *mw_bench_absent(const char *label, mw_unit unit, const char *target, mw_reason reason);

/* "about 3 min left" */
void mw_bench_time_left(double seconds, char *text, size_t size);

/* For qsort: doubles from small to large. */
int mw_bench_by_size(const void *a, const void *b);

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
