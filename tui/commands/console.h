/*
 * console.h: what every command does at the edges: complain in one line, show progress on a
 * terminal, hear Ctrl-C, print JSON, and open the host.
 */
#ifndef MW_COMMANDS_CONSOLE_H
#define MW_COMMANDS_CONSOLE_H

#include <jansson.h>
#include <stdbool.h>

#include "labs/engine/host/host.h"
#include "labs/engine/wire/machine.h"
#include "model/number.h"
#include "model/reason.h"
#include "model/status.h"
#include "tui/commands/commands.h"

/* One line on stderr ("memwall measure: …") and the exit code that the status means. */
int mw_console_complain(const char *command, const mw_error *error);

/* The same for bad input found here: returns MW_EXIT_USAGE. */
int mw_console_refuse(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* From now on Ctrl-C, SIGTERM and SIGHUP only set a flag; the second one ends the process. */
void mw_console_catch_interrupt(void);
bool mw_console_interrupted(void);

/* An mw_host_progress: one line on stderr that overwrites itself, only on a terminal. Returns false
 * once an interrupt was heard. `context` is not used. */
bool mw_console_progress(void *context, double fraction, const char *what, const json_t *partial);
void mw_console_progress_clear(void);

/* Indented, on stdout, with a line end. */
void mw_console_json(const json_t *json);

/* A new object: the members named in `first` (NULL-terminated) in that order, then the others.
 * Members that are missing become null when `fill` is set. */
json_t *mw_json_ordered(const json_t *object, const char *const *first, bool fill);

/* Paths and host for a command that keeps no progress; false after one line. */
bool mw_console_open_host(const char *command, mw_host **host, int *code);

/* mw_host_call with the progress line, and a complaint when it fails: the answer, or NULL with
 * *code set. Steals `body`. */
json_t *mw_console_call(const char *command, mw_host *host, const char *name, json_t *body,
                        int *code);

/* The remembered machine, or (when there is none, or `fresh`) one measured now with the progress
 * line and then remembered; NULL with *code set when that fails. */
json_t *mw_machine_of(const char *command, mw_host *host, bool fresh, bool *remembered, int *code);

/* Measures a few roofs of a remembered machine again (a tenth of a second): how it compares, and in
 * `what` the reason. */
mw_machine_state mw_machine_compare(mw_host *host, const json_t *machine, mw_reason *what);

/* The same for people, with what to do; nothing of a machine that is as it was. */
void mw_machine_tell(const mw_lines *lines, mw_machine_state state, const mw_reason *what);

#endif
