/*
 * jobs.h: the kernel jobs that the worker was asked for, one at a time.
 *
 * Requests wait in line, and are answered from here; the run of a lab replaces the lab's previous
 * one and goes before waiting requests. How it ended is for whoever takes it.
 */
#ifndef MW_WORKER_JOBS_H
#define MW_WORKER_JOBS_H

#include <jansson.h>
#include <stdbool.h>

#include "labs/engine/wire/wire.h"
#include "labs/engine/worker/runner.h"

typedef struct mw_jobs mw_jobs;

/* How a run of the lab ended. */
typedef struct mw_run_end {
    json_t *run; /* id of the effect; the receiver's */
    mw_status status;
    mw_reason reason;
    json_t *body; /* the runner's, or NULL; the receiver's */
} mw_run_end;

/* Borrows both; they outlive it. */
mw_status mw_jobs_open(mw_jobs **jobs, mw_wire *wire, mw_runner *runner, mw_error *error);
void mw_jobs_close(mw_jobs *jobs); /* of a runner that does nothing any more */

/* Puts a request in line. One that is refused at once (unknown kernel, out of range) is answered
 * so.
 */
void mw_jobs_request(mw_jobs *jobs, const json_t *request, mw_job_kind kind, const char *label);

/* Puts a `run` effect of the lab in front; the error when it is refused at once. */
mw_status mw_jobs_run(mw_jobs *jobs, const json_t *effect, mw_error *error);

/* Drops the lab's run without an end: the lab itself wanted so. */
void mw_jobs_stop(mw_jobs *jobs);

/* A run of the lab is under way or waits. */
bool mw_jobs_has_run(const mw_jobs *jobs);

/* Cancels a request, or without an id whatever runs and the lab's waiting run. */
void mw_jobs_cancel(mw_jobs *jobs, const json_t *id);

/* Tells how the job under way gets on; starts the next one when none is. */
void mw_jobs_tell_progress(mw_jobs *jobs);
void mw_jobs_start_next(mw_jobs *jobs);

/* Takes what has ended. True when it was a run of the lab; a request is answered. */
bool mw_jobs_take(mw_jobs *jobs, mw_run_end *end);

#endif
