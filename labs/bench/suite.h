/* suite.h: what a suite of `memwall bench` is, and who listens while it runs. */
#ifndef MW_BENCH_SUITE_H
#define MW_BENCH_SUITE_H

#include <jansson.h>
#include <stdbool.h>

#include "labs/engine/host/host.h"
#include "model/status.h"

struct mw_bench_session;

/* Whoever asked for the figures: hears how far they are, and may stop them. */
typedef struct mw_bench_listener {
    mw_host_progress *progress;     /* false: stop. A fraction below 0 only asks whether to go on */
    void (*settled)(void *context); /* nothing is on its way any more; may be NULL */
    void (*notice)(void *context, const char *text); /* a line beside the figures; may be NULL */
    void *context;                                   /* of all three */
} mw_bench_listener;

typedef struct mw_suite mw_suite;
struct mw_suite {
    const char *name;
    const char *summary;
    /* The body, owned by the caller; NULL with the error, MW_CANCELLED when the listener stopped
     * it. A suite without it is made of the targets that name it (targets.h). */
    json_t *(*run)(const mw_suite *suite, struct mw_bench_session *session, mw_error *error);
    double seconds; /* it takes about so long */
};

/* Whether the listener wants no more. */
bool mw_bench_stopped(const mw_bench_listener *listener);

/* Suites that run inside the worker. */
json_t *mw_bench_worker(const mw_suite *suite, struct mw_bench_session *session, mw_error *error);

/* The read roofs and FMA peaks against likwid-bench, interleaved. */
json_t *mw_bench_machine(const mw_suite *suite, struct mw_bench_session *session, mw_error *error);

/* Where more users begin to cost, against the model; and our kernel against the library's there. */
json_t *mw_bench_knee(const mw_suite *suite, struct mw_bench_session *session, mw_error *error);

/* From the order to stop to the kernel's end. */
json_t *mw_bench_cancel(const mw_suite *suite, struct mw_bench_session *session, mw_error *error);

/* A lab that is opened again. */
json_t *mw_bench_replay(const mw_suite *suite, struct mw_bench_session *session, mw_error *error);

/* Whether clean verdicts are right, on this machine as it is and under a load of our own. */
json_t *mw_bench_verdicts(const mw_suite *suite, struct mw_bench_session *session, mw_error *error);

#endif
