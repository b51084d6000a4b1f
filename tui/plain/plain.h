/*
 * plain.h: a lab as linear lines, for screen readers, pipes and scripts.
 *
 * The same view models, inputs and verdicts as on the full screen; nothing moves, nothing is drawn.
 * With answers from a file the lab runs by itself.
 */
#ifndef MW_PLAIN_PLAIN_H
#define MW_PLAIN_PLAIN_H

#include <jansson.h>
#include <stdbool.h>

#include "labs/engine/host/host.h"
#include "labs/engine/wire/json_file.h"
#include "model/status.h"

typedef struct mw_plain_options {
    const char *command; /* whose complaints these are: "run" */
    const char *dir;     /* of the lab, as mw_host_find_lab gives it */
    const char *locale;  /* "en", "zh_CN" */
    const char *seed;    /* NULL: the stored one, else fresh */
    const json_t *machine;
    const json_t *answers;      /* {"step": {"field": value}}, or NULL: ask on standard input */
    const char *answers_name;   /* how to call them in a complaint */
    const json_t *measurements; /* a recording to replay, or NULL */
    const char *record;         /* where to write the recording, or NULL */
    bool fresh;
    bool json;     /* JSON Lines on stdout instead of text */
    bool terminal; /* standard input is a terminal: prompts are shown, leaving is no failure */
    bool (*interrupted)(void);                 /* whether Ctrl-C was heard */
    bool silent;                               /* nothing is printed: somebody else watches */
    void (*seen)(void *context, json_t *view); /* told every view, or NULL */
    void *seen_context;
} mw_plain_options;

typedef enum mw_plain_end {
    MW_PLAIN_FINISHED,   /* every step done, and no marked answer left wrong */
    MW_PLAIN_LEFT,       /* by its reader, at a terminal */
    MW_PLAIN_UNFINISHED, /* the input or the answers ended too early, or an answer is still wrong */
    MW_PLAIN_REFUSED,    /* bad input: see the error */
    MW_PLAIN_INTERRUPTED,
    MW_PLAIN_FAILED /* see the error */
} mw_plain_end;

mw_plain_end mw_plain_run(mw_host *host, const mw_plain_options *options, mw_error *error);

/* Reads {"step": {"field": value}}; MW_INVALID says where the file is wrong. */
mw_status mw_plain_answers_load(const char *path, mw_file_origin origin, json_t **answers,
                                mw_error *error);

/* Reads a recording; MW_INVALID says what is missing. */
mw_status mw_plain_recording_load(const char *path, json_t **recording, mw_error *error);

/* The same of what was read already: `path` is for the complaint. */
mw_status mw_plain_recording_verify(const char *path, const json_t *recording, mw_error *error);

/* Whether a recording can be written to `path`; asked before a lab begins, which takes long. */
mw_status mw_plain_recording_check(const char *path, mw_error *error);

/* The machine and the results in a transcript, as a recording. */
json_t *mw_plain_recording_of(const json_t *transcript);

/* Writes through a neighbour file and a rename, so that a reader never sees half of it. */
mw_status mw_plain_recording_save(const char *path, const json_t *recording, mw_error *error);

#endif
