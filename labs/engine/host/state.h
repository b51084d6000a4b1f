/*
 * state.h: what the files of the host share; nobody else includes it.
 *
 * queue.c has the events that wait for the front end, worker.c the worker from its start to its
 * end, ladder.c the steps of cancelling, request.c the requests, lab.c, lab_hear.c and lab_death.c
 * the open lab, progress.c the file; host.c on top of them hears what the worker says.
 */
#ifndef MW_HOST_STATE_H
#define MW_HOST_STATE_H

#include <stdint.h>

#include "labs/engine/host/host.h"
#include "labs/engine/host/process.h"
#include "labs/engine/host/progress.h"
#include "labs/engine/wire/wire.h"

enum {
    MW_HELLO_MS = 20000,   /* loading OpenBLAS on a loaded machine takes its time */
    MW_CALLBACK_MS = 2000, /* one Lua callback */
    MW_TERMINATE_MS = 500,
    MW_KILL_MS = 1500,
    MW_OPEN_MS = 20000,      /* from hello to the lab that was asked for, callbacks aside */
    MW_LOG_LINES_MAX = 1000, /* of a worker's output that wait for the front end */
    MW_EVENTS_MAX = 20000,   /* of all kinds: more is no worker's business */
    MW_DEATHS_MAX = 3,       /* at the same place, before the host gives up on it */
    MW_RESTARTS_MAX = 10,    /* without a new record in between, wherever the workers died */
};

typedef struct mw_host_queued {
    struct mw_host_queued *next;
    mw_host_event event;
    json_int_t view; /* number to acknowledge when it is taken, or 0 */
} mw_host_queued;

typedef struct mw_host_pending {
    struct mw_host_pending *next;
    long id;
} mw_host_pending;

/* The run that the worker last said to have started. */
typedef struct mw_host_run {
    bool active;
    json_int_t serial;
    json_t *id;
    char label[128], kernel[128];
} mw_host_run;

typedef enum mw_ladder_stage { MW_LADDER_NONE, MW_ASKED, MW_TERMINATED, MW_KILLED } mw_ladder_stage;

typedef struct mw_host_ladder {
    mw_ladder_stage stage;
    int64_t since;
    long request; /* or 0: the run with this serial */
    json_int_t serial;
} mw_host_ladder;

typedef struct mw_host_lab mw_host_lab;

struct mw_host {
    mw_paths paths;
    mw_process process;
    json_t *hello;          /* the worker's, or NULL while it has not answered */
    json_t *key;            /* the first worker's word for this machine, or NULL */
    int64_t hello_since;    /* ms; 0 when not waiting */
    int64_t heard_since;    /* ms: when the worker was last heard */
    int64_t callback_since; /* 0 when no callback runs */
    char callback[32];
    int early_deaths;       /* in a row, before the worker's hello */
    char fatal[512];        /* why the worker was ended by us or gave up itself, or "" */
    mw_status fatal_status; /* what requests fail with then */
    mw_error useless;       /* why no worker is started any more, or MW_OK */
    bool overdue;           /* it was ended because a callback did not return */

    mw_host_queued *first, **last;
    int queued, queued_lines; /* events in the queue, and how many of them are lines */
    int lines_lost;           /* since the last one that was queued */
    mw_host_pending *pending;
    long last_id;
    mw_host_run run;
    mw_host_ladder ladder;
    mw_host_lab *lab;
    mw_progress *progress; /* or NULL: not kept, not read */
};

int64_t mw_host_now_ms(void);

/* worker.c: starts a worker when there is none and says hello. */
mw_status mw_host_ensure_worker(mw_host *host, mw_error *error);

/* Sends a message (stolen); a dead peer shows itself in the next pump. */
mw_status mw_host_send(mw_host *host, json_t *message, mw_error *error);

/* Kills the worker; and starts no other, which would do no better. */
void mw_host_end_by_force(mw_host *host, const char *why);
void mw_host_give_up(mw_host *host, mw_status status, const char *why);

/* Its stream has ended: says how, fails the requests, and begins again when a lab is open. */
void mw_host_worker_died(mw_host *host);
void mw_host_forget_run(mw_host *host);
void mw_host_drain_output(mw_host *host); /* lines that it printed become events */

/* queue.c: appends an event; steals `body`. */
void mw_host_tell(mw_host *host, mw_host_event_kind kind, json_t *body);
void mw_host_tell_view(mw_host *host, json_t *view, json_int_t number);

/* The views in the queue are of another worker (nothing is acknowledged), or of another lab (drop).
 */
void mw_host_forget_views(mw_host *host, bool drop);
void mw_host_tell_error(mw_host *host, const char *what, mw_status status, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ladder.c: mw_host_cancel for one request (0: the run); and the next step when it is time. */
void mw_host_cancel_request(mw_host *host, long id);
void mw_host_climb(mw_host *host, int64_t now);

/* request.c; the first waits for the hello of a worker that is started when there is none. */
mw_status mw_host_wait_hello(mw_host *host, mw_error *error);
mw_status mw_host_status_of(const json_t *word); /* MW_INTERNAL for an unknown one */
void mw_host_settle(mw_host *host, long id);     /* answered or failed: no longer pending */
bool mw_host_is_pending(const mw_host *host, long id);
void mw_host_fail_requests(mw_host *host, mw_status status, const char *message);

/* lab.c: what the worker said about the lab, and its death. */
bool mw_lab_message(mw_host *host, const char *type,
                    json_t *message); /* true: it was for the lab */
void mw_lab_commits(mw_host *host);
bool mw_lab_wants_worker(const mw_host *host);
bool mw_lab_is_opening(const mw_host *host); /* it was asked for, and nothing came back yet */
/* `message` says how it ended, `run` why the run under way has no result: MW_REASON_CANCELLED when
 * it was told to. */
void mw_lab_worker_died(mw_host *host, const char *message, mw_reason run, bool in_callback);

#endif
