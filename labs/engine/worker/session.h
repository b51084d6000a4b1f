/*
 * session.h: one open lab: inputs go in one by one, records and views come out.
 */
#ifndef MW_WORKER_SESSION_H
#define MW_WORKER_SESSION_H

#include <jansson.h>
#include <stdbool.h>

#include "labs/engine/wire/wire.h"
#include "labs/engine/worker/jobs.h"

typedef struct mw_session mw_session;

/* Where a lab lives; all of it is borrowed and outlives it. */
typedef struct mw_session_place {
    mw_wire *wire;
    mw_jobs *jobs;         /* where its runs go */
    const json_t *kernels; /* {"kernels":[…]} */
} mw_session_place;

/* `request` is the `open` message. Answers it. */
mw_status mw_session_open(mw_session **session, const mw_session_place *place,
                          const json_t *request, mw_error *error);
void mw_session_close(mw_session *session);

/* An `input` message. */
void mw_session_input(mw_session *session, const json_t *message);

/* The front end has taken view `number`. */
void mw_session_ack(mw_session *session, json_int_t number);

/* A run of this lab has ended; `body` is the runner's (stolen, may be NULL). */
void mw_session_result(mw_session *session, const char *run, mw_status status, mw_reason reason,
                       json_t *body);

/* The student wants to wait no longer, and no kernel runs: the open run ends as cancelled. */
void mw_session_give_up(mw_session *session);

/* True while a result waits that no kernel had to be run for; mw_session_step takes one. */
bool mw_session_has_results(const mw_session *session);
void mw_session_step(mw_session *session);

#endif
