/*
 * state.h: the host as its own files see it; nobody else includes it.
 *
 * A host is what stands on top: events.h has what waits for the front end, worker.h a supervised
 * worker, lab.h the lab that is open, progress.h what is kept. host.c drives them; call.c waits for
 * answers above it, and machine.c and courses.c read what is remembered.
 */
#ifndef MW_HOST_STATE_H
#define MW_HOST_STATE_H

#include "labs/engine/host/events.h"
#include "labs/engine/host/lab.h"
#include "labs/engine/host/progress.h"
#include "labs/engine/host/worker.h"

struct mw_host {
    mw_paths paths;
    mw_events events;
    mw_teller teller;                    /* the host's own word */
    mw_worker *workers[MW_HOST_WORKERS]; /* the lab's first; NULL where there is none */
    int last_number;                     /* of a worker */
    mw_host_lab *lab;                    /* or NULL */
    mw_progress *progress;               /* or NULL: not kept, not read */
    json_t *key;                         /* the first worker's word for this machine, or NULL */
};

/* As mw_host_fds, but events that wait do not keep the caller awake. */
size_t mw_host_deadlines(mw_host *host, struct pollfd fds[MW_HOST_FDS], int *timeout_ms);

/* call.c: waits for the hello of the lab's worker, which is started when it does not run. */
mw_status mw_host_wait_hello(mw_host *host, mw_error *error);

#endif
