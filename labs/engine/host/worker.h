/*
 * worker.h: one supervised worker, of which a host can have several; inside the host only.
 *
 * worker.c starts it and speaks to it, request.c has its requests, ladder.c the steps of
 * cancelling, worker_hear.c hears what it says, worker_end.c tells its death, and worker_watch.c on
 * top of them holds it to its deadlines. A worker knows nothing of the others, and of a lab only
 * what its owner wants to hear.
 */
#ifndef MW_HOST_WORKER_H
#define MW_HOST_WORKER_H

#include <stdint.h>

#include "labs/engine/host/events.h"
#include "labs/engine/host/process.h"
#include "labs/engine/wire/wire.h"
#include "model/reason.h"

enum {
    MW_HELLO_MS = 20000,   /* loading OpenBLAS on a loaded machine takes its time */
    MW_CALLBACK_MS = 2000, /* one Lua callback */
    MW_ANSWER_MS = 5000,   /* a student's worker that owes an answer, its callback included */
    MW_TERMINATE_MS = 500,
    MW_KILL_MS = 1500,
    MW_OPEN_MS = 20000, /* from hello to the lab that was asked for, callbacks aside */
    MW_DEATHS_MAX = 3,  /* at the same place, before the host gives up on it */
};

typedef struct mw_pending {
    struct mw_pending *next;
    long id;
} mw_pending;

/* The run that the worker last said to have started. */
typedef struct mw_worker_run {
    bool active;
    json_int_t serial;
    json_t *id;
    char label[128], kernel[128];
} mw_worker_run;

typedef enum mw_ladder_stage { MW_LADDER_NONE, MW_ASKED, MW_TERMINATED, MW_KILLED } mw_ladder_stage;

typedef struct mw_ladder {
    mw_ladder_stage stage;
    int64_t since;
    long request; /* or 0: the run with this serial */
    json_int_t serial;
} mw_ladder;

/* How a worker ended. `run`: why the run under way has no result; MW_REASON_CANCELLED when it was
 * told to. */
typedef struct mw_worker_death {
    const char *message;
    mw_reason run;
    bool in_callback;
} mw_worker_death;

/* What a worker works for besides its requests: a lab. */
typedef struct mw_worker_owner {
    void *context; /* NULL: nothing */
    /* Hears a message; true: nobody else has to. */
    bool (*hear)(void *context, const char *type, json_t *message);
    bool (*wants_worker)(const void *context); /* another one, when this one dies */
    bool (*is_opening)(const void *context);   /* it was asked for, and nothing came back yet */
    void (*mourn)(void *context, const mw_worker_death *death);
} mw_worker_owner;

struct mw_worker {
    const char *program; /* borrowed */
    mw_worker_role role;
    mw_events *events; /* where it tells what it hears */
    mw_teller teller;
    mw_worker_owner owner;

    mw_process process;
    bool ended;             /* its stream has, and nobody was told yet */
    json_t *hello;          /* its first word, or NULL while it has not answered */
    int64_t hello_since;    /* ms; 0 when not waiting */
    int64_t heard_since;    /* when it was last heard */
    int64_t owes_since;     /* when it began to owe the next answer */
    int64_t callback_since; /* 0 when no callback runs */
    char callback[32];
    int early_deaths;       /* in a row, before its hello */
    char fatal[512];        /* why it was ended by us or gave up itself, or "" */
    mw_status fatal_status; /* what requests fail with then */
    mw_error useless;       /* why it is not started any more, or MW_OK */
    bool overdue;           /* it was ended because a callback did not return */

    mw_pending *pending;
    mw_worker_run run;
    mw_ladder ladder;
};

int64_t mw_now_ms(void);

/* worker.c. What is told comes from this worker. */
mw_worker *mw_worker_make(const char *program, mw_worker_role role, int number, mw_events *events);
void mw_worker_free(mw_worker *worker); /* of an ended one; drops what waits of its events */
void mw_worker_tell(mw_worker *worker, mw_host_event_kind kind, json_t *body);

/* Starts it when it does not run, and says hello. */
mw_status mw_worker_ensure(mw_worker *worker, mw_error *error);

/* Sends a message (stolen); a dead peer shows itself when it is heard. */
mw_status mw_worker_send(mw_worker *worker, json_t *message, mw_error *error);

/* Kills it; and starts no other, which would do no better. */
void mw_worker_end_by_force(mw_worker *worker, const char *why);
void mw_worker_give_up(mw_worker *worker, mw_status status, const char *why);
void mw_worker_forget_run(mw_worker *worker);
void mw_worker_drain_output(mw_worker *worker); /* lines that it printed become events */

/* Says quit; and ends what was told so, with some patience. Its requests fail without a word. */
void mw_worker_dismiss(mw_worker *worker);
void mw_worker_end(mw_worker *worker);

/* request.c */
void mw_worker_settle(mw_worker *worker, long id); /* answered or failed: no longer pending */
bool mw_worker_is_pending(const mw_worker *worker, long id);
void mw_worker_fail_requests(mw_worker *worker, mw_status status, const char *message);
mw_status mw_status_of(const json_t *word); /* MW_INTERNAL for an unknown one */

/* ladder.c: the next step when it is time. */
void mw_worker_climb(mw_worker *worker, int64_t now);

/* worker_hear.c: takes what it has said, within bounds. */
void mw_worker_hear(mw_worker *worker);

/* worker_end.c: its stream has ended: says how, fails its requests, and tells its owner. */
void mw_worker_bury(mw_worker *worker);

/* worker_watch.c: its end when it has ended; else its writes and its deadlines. */
void mw_worker_watch(mw_worker *worker);

/* Lowers *timeout_ms to its next deadline; adds its descriptors, at most two. */
size_t mw_worker_fds(const mw_worker *worker, struct pollfd *fds, int *timeout_ms);

#endif
