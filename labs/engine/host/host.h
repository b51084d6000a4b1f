/*
 * host.h: the front end's side of the engine: it starts workers, talks to them, keeps what was
 * said.
 *
 * Everything is driven by one thread that polls mw_host_fds() and calls mw_host_pump(); SQLite
 * writes happen on a thread of their own, and a view is handed out only after the records that it
 * reflects are committed. Workers die with that thread.
 */
#ifndef MW_HOST_H
#define MW_HOST_H

#include <jansson.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/block.h"
#include "model/status.h"

typedef struct mw_host mw_host;
typedef struct mw_worker mw_worker;

/* The lab's worker and those beside it; and the most descriptors that a host polls. */
enum { MW_HOST_WORKERS = 8, MW_HOST_FDS = 2 * MW_HOST_WORKERS + 1 };

/* Where things are: an installed prefix, or a build tree; environment overrides win. */
typedef struct mw_paths {
    char worker[4096];  /* memwall-worker */
    char student[4096]; /* memwall-worker-student */
    char scripts[4096]; /* scripts-lua */
    char courses[4096]; /* labs: one folder per course */
    char assets[4096];
    /* Of the student; "" where no home is known, and then nothing is kept. */
    char data[4096];  /* $XDG_DATA_HOME/memwall */
    char cache[4096]; /* $XDG_CACHE_HOME/memwall */
    char config[4096];
} mw_paths;

mw_status mw_paths_find(mw_paths *paths, mw_error *error);

/* What pump hands to the front end, oldest first. */
typedef enum mw_host_event_kind {
    MW_HOST_VIEW,     /* body = view model, with "after": `seq` of the last record it reflects */
    MW_HOST_RUN,      /* body = {"id","serial","state","label","kernel"?} */
    MW_HOST_PROGRESS, /* body = {"id","fraction","what","partial"} */
    MW_HOST_ANSWER,   /* body = {"id","body"}: to a request; {"what":"open",…}: what the lab is */
    MW_HOST_ERROR, /* body = {"id"?,"status","message","what"?,"left_out"?}: of a request (id), or
                      what = "open": the lab is closed, or cannot be opened; only this ends it
                      "input": the lab refused `event`, which was sent with `token`; with
                        left_out: so many records of an older version do not fit any more, the
                        first because of the message
                      "progress": it is no longer kept, for now
                      "wire": one of the two processes heard what is no message; it answers nothing
                    */
    MW_HOST_LOG,   /* body = {"text"} : one line of a worker's output, already made harmless */
    MW_HOST_DEATH, /* body = {"signal"?,"exit"?,"run"?,"kernel"?,"counters"?,"message","cancelled",
                      "restarting","lab"}; cancelled: the ladder had to end the worker; lab: one
                      was open, and when it does not begin anew the error "open" follows. Else the
                      next request or lab starts another worker */
    MW_HOST_KEPT,  /* body = {"message"?}: progress is kept again, all that could not be written
                      meanwhile too; the message says what became of a file that was damaged */
    MW_HOST_CANCEL /* body = {"stage":"asked"|"terminated"|"killed"}: a step of the ladder */
} mw_host_event_kind;

typedef struct mw_host_event {
    mw_host_event_kind kind;
    json_t *body; /* owned by the receiver */
    int worker;   /* who tells it: 0 for the lab's worker and the host, else its number */
} mw_host_event;

typedef struct mw_host_options {
    const mw_paths *paths;
    bool keep_progress; /* false: nothing is written (previews, demonstration, --no-progress) */
} mw_host_options;

mw_status mw_host_open(mw_host **host, const mw_host_options *options, mw_error *error);
void mw_host_close(mw_host *host); /* ends the workers, finishes the writes */

/* Fills up to `capacity` descriptors to poll, MW_HOST_FDS at most, and returns how many;
 * *timeout_ms is lowered to the host's own next deadline (cancel ladder, callback deadline), and
 * to 0 while an event waits. */
size_t mw_host_fds(mw_host *host, struct pollfd *fds, size_t capacity, int *timeout_ms);
void mw_host_pump(mw_host *host);
bool mw_host_next(mw_host *host, mw_host_event *event);

/* Why progress is not kept ("unwritable: …", "another memwall is open: read-only", "the file was
 * damaged and moved to …"), or NULL. */
const char *mw_host_notice(const mw_host *host);
bool mw_host_readonly(const mw_host *host);

/* Starts a worker when there is none; and whether it has yet to say hello. Until then what asks for
 * the key, and for the remembered machine, waits. */
mw_status mw_host_start(mw_host *host, mw_error *error);
bool mw_host_is_starting(const mw_host *host);

/* Whether no worker could do anything for us, so that none is started any more: it is of another
 * version, or never speaks. */
bool mw_host_is_useless(const mw_host *host);

/* Requests by message name ("kernels", "doctor", "measure", "bench", "calibrate", "spot-check", …);
 * `body` is stolen; *id names the answer. A worker is started when there is none. */
mw_status mw_host_request(mw_host *host, const char *name, json_t *body, long *id, mw_error *error);

/* The same, waiting (for commands): pumps until the answer or the error comes. `progress` returns
 * false to cancel; a signal makes it be asked with a fraction of -1 and without words. When it is
 * NULL any signal cancels. Cancelling climbs the ladder: MW_CANCELLED at the latest after 1.5 s. */
typedef bool mw_host_progress(void *context, double fraction, const char *what,
                              const json_t *partial);
mw_status mw_host_call(mw_host *host, const char *name, json_t *body, mw_host_progress *progress,
                       void *context, json_t **answer, mw_error *error);

/* After such a call failed: a worker that ended before it was ready has written why (MEMWALL_ISA,
 * for one), which becomes the error. Takes what else is in the queue. */
void mw_host_explain_death(mw_host *host, mw_error *error);

/*
 * Workers beside the lab's. Each has its own process, requests, deadlines and cancelling: when one
 * dies, its requests fail with the reason, and nothing of another is touched. Its events carry its
 * number. A worker of role student runs a student's code in a box (`load`, `call`): it has to come
 * back from a callback within 2 s and answer within 5 s, else it is ended.
 */
typedef enum mw_worker_role { MW_WORKER_LAB, MW_WORKER_STUDENT } mw_worker_role;

/* A place for one; its first request starts it, and starts another when it died. MW_INVALID when
 * there are MW_HOST_WORKERS. It is the host's, which ends it at the latest when it is closed;
 * mw_host_worker_remove ends it sooner: what it told and nobody took is dropped, and what it was
 * asked has no answer. */
mw_status mw_host_worker_add(mw_host *host, mw_worker_role role, mw_worker **worker,
                             mw_error *error);
void mw_host_worker_remove(mw_host *host, mw_worker *worker);
int mw_worker_number(const mw_worker *worker); /* from 1; unlike that of any other of this host */

/* The lab's own, for what follows. Borrowed. */
mw_worker *mw_host_lab_worker(mw_host *host);

/* As mw_host_request, mw_host_call, mw_host_cancel and mw_host_counters, which are those of the
 * lab's worker. `id` 0 cancels its run. No worker hears the answer to a request of another. */
mw_status mw_worker_request(mw_worker *worker, const char *name, json_t *body, long *id,
                            mw_error *error);
mw_status mw_host_call_worker(mw_host *host, mw_worker *worker, const char *name, json_t *body,
                              mw_host_progress *progress, void *context, json_t **answer,
                              mw_error *error);
void mw_worker_cancel(mw_worker *worker, long id);
bool mw_worker_counters(const mw_worker *worker, mw_counters *counters);

/* Courses and labs on disk, with progress: [{"id","title","labs":[{"id","number","title","unit",
 * "minutes","core","state":"new"|"open"|"done"|"absent"|"unknown","dir"?,"step"?,"earned"?,"possible"?}]}].
 * Absent labs are announced by the course and come with a later version; unknown is the state of a
 * lab whose progress cannot be read. The caller owns it. A course.json that cannot be read is left
 * out: then the error says why, and it is NULL when no other course is there. */
json_t *mw_host_courses(mw_host *host, const char *locale, mw_error *error);

/* Finds a lab by id, number or folder: its directory. MW_INVALID names the nearest ones. */
mw_status mw_host_find_lab(mw_host *host, const char *name, char *dir, size_t size,
                           mw_error *error);

/* The lab that was worked on last: its directory. MW_INVALID when nothing is recorded yet. */
mw_status mw_host_last_lab(mw_host *host, char *dir, size_t size, mw_error *error);

typedef struct mw_lab_options {
    const char *dir;
    const char *locale;         /* "en", "zh_CN" */
    const char *seed;           /* NULL: the stored one, else fresh from the system */
    const json_t *machine;      /* as `machine --json` */
    const json_t *measurements; /* a recording to replay instead of running kernels, or NULL */
    bool fresh;                 /* start a new attempt instead of resuming */
    bool replay_only; /* what is recorded, and no further: no kernel runs and nothing is kept */
    const json_t *transcript; /* with `replay_only`: these records instead of the stored ones */
    const char *measured;     /* when those were measured, as mw_host_measured says it, or NULL */
} mw_lab_options;

/* Opens a lab (one at a time) and replays its stored records; views arrive as events, and so does
 * the error of a lab that cannot be opened. */
mw_status mw_host_lab_open(mw_host *host, const mw_lab_options *options, mw_error *error);
void mw_host_lab_close(mw_host *host);

/* Sends one input (stolen). */
mw_status mw_host_input(mw_host *host, json_t *event, mw_error *error);

/* Whether the body of an error refuses the input that was sent last; no other error answers it. */
bool mw_host_refuses(const mw_host *host, const json_t *error);

/* The transcript so far: [{"seq","event","version","verdicts"}]; borrowed. */
const json_t *mw_host_transcript(const mw_host *host);

/* What the open lab's variant was drawn from; "" when no lab is open. */
const char *mw_host_seed(const mw_host *host);

/* When the open lab's newest result was measured, "2026-11-30T18:02:11Z", or "" where nobody knows.
 * Views have it as "measured", null where nobody knows. */
const char *mw_host_measured(const mw_host *host);

/* Cancels what runs: flag and message, SIGTERM after 0.5 s, SIGKILL after 1.5 s. */
void mw_host_cancel(mw_host *host);
bool mw_host_running(const mw_host *host);

/* A snapshot of the hot counters; false when nothing was published yet. */
bool mw_host_counters(const mw_host *host, mw_counters *counters);

/* What measurements of this machine are filed under: it changes with the processor, the kernel and
 * the system. Waits for the first message of the first worker; NULL with the error. */
const char *mw_host_key(mw_host *host, mw_error *error);

/* The remembered machine, or NULL; storing a new one. */
json_t *mw_host_machine_load(mw_host *host, mw_error *error);
mw_status mw_host_machine_store(mw_host *host, const json_t *machine, mw_error *error);

/* Seconds since the remembered machine was stored; negative when none is remembered. */
double mw_host_machine_age(mw_host *host);

/* When that was, as mw_host_measured says it; "" when none is remembered. */
void mw_host_machine_measured(mw_host *host, char text[32]);

/* The machine as the system describes it when nothing was measured: roofs marked nominal. */
json_t *mw_host_machine_nominal(mw_host *host);

#endif
