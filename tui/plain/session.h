/* session.h: the state of one plain run, shared by the files of this folder. */
#ifndef MW_PLAIN_SESSION_H
#define MW_PLAIN_SESSION_H

#include "tui/plain/lines.h"
#include "tui/plain/plain.h"
#include "tui/plain/reader.h"

typedef struct mw_plain {
    const mw_plain_options *options;
    mw_host *host;
    mw_lines out; /* for people; writes nothing under --json */
    mw_reader in;
    json_t *view;     /* the newest, or NULL */
    json_int_t after; /* the last record that the view reflects */
    size_t told;      /* records already printed */
    char step[64];    /* whose text was printed last, and that text */
    char *said;
    char run[96]; /* what was last said about the run in progress, and when */
    double said_at;
    json_t *draft;    /* values typed for the present step, not yet submitted */
    json_t *notices;  /* as they were last said */
    double log_since; /* lines of the worker are told so many a second, from then on */
    int log_told, log_lost;
    char log[200]; /* the worker's last line before there was a view: why a lab cannot open */
    bool not_kept; /* it was said that progress is no longer kept */
    bool refused;  /* the last input was answered by an error */
    bool anew;     /* the last command was `anew`: once more means it */
    bool stop;     /* the session is over; `end` says how */
    mw_plain_end end;
    mw_error *error;
} mw_plain;

/* plain.c: opens the lab (a new attempt when `fresh`) and says what it is, as far as its first
 * view; false when the session stopped instead. */
bool mw_plain_open(mw_plain *plain, bool fresh);

/* events.c: talking to the host. */

/* Until there is a first view, or the session stopped. */
void mw_plain_wait_view(mw_plain *plain);

/* The next line of input (the caller's); false at its end or when the session stopped. */
bool mw_plain_wait_line(mw_plain *plain, char **line);

/* Until nothing runs any more; false when the session stopped. */
bool mw_plain_settle(mw_plain *plain);

/* Sends one input (stolen) and waits until a view reflects it and nothing runs. False when it was
 * refused or the session stopped. */
bool mw_plain_send(mw_plain *plain, json_t *event);

/* tell.c: saying what the view holds. */
void mw_plain_tell_step(mw_plain *plain, bool again);
void mw_plain_tell_records(mw_plain *plain);
void mw_plain_tell_feedback(mw_plain *plain);
void mw_plain_tell_figures(mw_plain *plain);
void mw_plain_tell_steps(mw_plain *plain);
void mw_plain_tell_hints(mw_plain *plain);
void mw_plain_tell_end(mw_plain *plain);

/* words.c: commands. */

/* Runs a line that is a command; false when it is none. */
bool mw_plain_command(mw_plain *plain, char *line);
void mw_plain_tell_unknown(const mw_plain *plain, const char *text);

/* What Enter stands for where nothing is asked. */
void mw_plain_start_run(mw_plain *plain, char *rest);
void mw_plain_go_next(mw_plain *plain, char *rest);
void mw_plain_leave(mw_plain *plain, char *rest);

/* ask.c: prompts and fields at standard input. */
void mw_plain_ask(mw_plain *plain);

/* script.c: the same from a file of answers. False when the file names a step that the lab does not
 * have: the session is over then. */
bool mw_plain_script_check(mw_plain *plain);
void mw_plain_script(mw_plain *plain);

/* Parts of the view. */
const json_t *mw_plain_step(const mw_plain *plain);
const char *mw_plain_step_id(const mw_plain *plain);
bool mw_plain_can(const mw_plain *plain, const char *action);
/* The valid one of "run", "sweep", "compare", or NULL. */
const char *mw_plain_run_action(const mw_plain *plain);
/* How the session ends when its input does, or on `quit`. */
mw_plain_end mw_plain_end_now(const mw_plain *plain);
/* Id of the step before (-1) or after (+1) the present one, or NULL. */
const char *mw_plain_neighbour(const mw_plain *plain, int direction);
const json_t *mw_plain_by_id(const json_t *list, const char *id);

/* Events about the present step: {"e","step"}. */
json_t *mw_plain_event(const mw_plain *plain, const char *name);

#endif
