/*
 * lab_state.h: the open lab as the host keeps it. lab.c begins it in a worker and takes inputs,
 * lab_hear.c hears what the worker says, lab_death.c goes on after its death, and lab_open.c on top
 * of them opens and closes it.
 */
#ifndef MW_HOST_LAB_STATE_H
#define MW_HOST_LAB_STATE_H

#include "labs/engine/host/date.h"
#include "labs/engine/host/lab.h"
#include "labs/engine/host/recording.h"

enum { MW_RESTARTS_MAX = 10 }; /* without a new record in between, wherever the workers died */

/*
 * The transcript is the truth: the worker can die at any moment, a new one takes the transcript and
 * then what was on its way. An input leaves `inflight` when its record or its refusal comes back.
 */
struct mw_host_lab {
    mw_worker *worker;     /* borrowed */
    mw_progress *progress; /* or NULL: not kept, not read */
    char *dir, *name;      /* name: how the store calls it */
    json_t *open;          /* the `open` message, without id and backlog */
    mw_recording *recording;
    mw_attempt attempt;
    bool stored;                 /* records go to the store */
    bool replay_only;            /* nothing runs */
    char measured[MW_DATE_TEXT]; /* when its newest result was, or "" */

    json_t *about; /* the answer to `open`, or NULL */
    long open_id;
    bool failed;
    json_t *transcript;
    json_t *inflight;                  /* [{"token","event"}] */
    json_int_t last_token, last_input; /* given out; of what the front end sent last */
    int64_t last_seq;

    json_t *view; /* waits until `view_ticket` is committed */
    json_int_t view_number;
    uint64_t ticket, view_ticket;

    /* Taken since the worker began: the opening, then inputs; what comes next is under way. */
    size_t taken;
    size_t to_replay;   /* how many of them are records */
    size_t death_place; /* `taken` at the last death */
    int deaths;         /* in a row at that place */
    int restarts;       /* since the last new record */
    char *fallen_run;   /* the run during which a worker died, to try it once more only */

    int left_out; /* records that do not fit any more and were not told yet */
    mw_error left_why;
};

/* Tells a worker everything: the lab, what was recorded, what is on its way. */
mw_status mw_lab_begin(mw_host_lab *lab, mw_error *error);

/* Record number `place` (from 1) of the transcript does not fit any more: it is not replayed again,
 * now or later, and the front end hears so before the next view. */
void mw_lab_leave_out(mw_host_lab *lab, size_t place, const char *why);

/* Sends what is in flight. */
mw_status mw_lab_send_input(mw_host_lab *lab, const json_t *entry, mw_error *error);

/* Appends an input (stolen) to what is on its way; the entry is borrowed. */
json_t *mw_lab_put_in_flight(mw_host_lab *lab, json_t *event);

/* lab_hear.c, lab_death.c: what a worker's owner has to do; `context` is the lab. */
bool mw_lab_hear(void *context, const char *type, json_t *message);
bool mw_lab_wants_worker(const void *context);
bool mw_lab_is_opening(const void *context);
void mw_lab_mourn(void *context, const mw_worker_death *death);

/* An error event of the lab's worker. */
void mw_lab_tell_error(mw_host_lab *lab, const char *what, mw_status status, const char *format,
                       ...) __attribute__((format(printf, 4, 5)));

#endif
