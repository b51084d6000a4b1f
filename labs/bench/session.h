/*
 * session.h: one run of `memwall bench`: which suites, how far it is, and what it keeps so
 * that an interruption costs no more than the row that was being measured.
 */
#ifndef MW_BENCH_SESSION_H
#define MW_BENCH_SESSION_H

#include "labs/bench/keep.h"
#include "labs/bench/pair.h"
#include "labs/bench/suite.h"

typedef struct mw_bench_session {
    mw_pair_setting setting; /* host, listener and budget come from the caller */
    const char *only;        /* a part of the labels that are wanted, or NULL */
    bool fresh;              /* what an earlier run kept is not looked at */
    /* Private. */
    mw_keep *keep;
    json_t *kernels;
    double begin;        /* when the first row of this process began */
    double spent, total; /* seconds by the table: rows behind us, all rows of this process */
    size_t kept;         /* rows that are in the file now */
    bool warned;         /* that nothing can be kept */
} mw_bench_session;

/* MW_INVALID when another bench runs. Gives notice of what is taken over from an interrupted run.
 */
mw_status mw_bench_begin(mw_bench_session *session, const mw_suite *const *chosen, size_t count,
                         mw_error *error);

/* The body of a suite, row by row from what was kept or from now; NULL with the error, which is
 * MW_CANCELLED when the listener stopped it. */
json_t *mw_bench_suite(mw_bench_session *session, const mw_suite *suite, mw_error *error);

/* For a suite that runs in pieces: what was kept of a piece, borrowed, or NULL; to keep it; and to
 * forget it once the suite is whole. Whoever wrote the file, a piece may look like anything. */
json_t *mw_bench_piece(const mw_bench_session *session, const mw_suite *suite, const char *name);
void mw_bench_piece_keep(mw_bench_session *session, const mw_suite *suite, const char *name,
                         json_t *piece);
void mw_bench_piece_drop(mw_bench_session *session, const mw_suite *suite, const char *name);

/* Everything was shown: these rows need not be kept any more. */
void mw_bench_finish(mw_bench_session *session, const mw_suite *const *chosen, size_t count);

/* What is to be said of an interrupted run: how much of it is kept. */
void mw_bench_interrupted(const mw_bench_session *session, mw_error *error);

void mw_bench_end(mw_bench_session *session);

/* ---- for suites ---- */

/* Asks the worker while the listener watches; NULL with the error. Steals `body`. */
json_t *mw_bench_ask(const mw_bench_session *session, const char *name, json_t *body,
                     mw_error *error);

/* The remembered machine, or one that is measured now and remembered; NULL with the error. */
json_t *mw_bench_machine_of(const mw_bench_session *session, mw_error *error);

/* Tells the listener how far it is, 0 to 1; false when it wants no more. */
bool mw_bench_tell(const mw_bench_session *session, double fraction, const char *what);
void mw_bench_settled(const mw_bench_session *session);

#endif
