/* bench_suite.h: what a suite of `memwall bench` is. */
#ifndef MW_COMMANDS_BENCH_SUITE_H
#define MW_COMMANDS_BENCH_SUITE_H

#include <jansson.h>

#include "labs/engine/host/host.h"

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

#endif
