/*
 * lab.h: the lab that is open, and the worker it lives in; inside the host only.
 */
#ifndef MW_HOST_LAB_H
#define MW_HOST_LAB_H

#include "labs/engine/host/progress.h"
#include "labs/engine/host/worker.h"

typedef struct mw_host_lab mw_host_lab;

/* Where a lab lives; all of it is borrowed and outlives it. */
typedef struct mw_lab_place {
    mw_worker *worker; /* which works for it from now on */
    mw_progress *progress;
    const char *scripts;
} mw_lab_place;

mw_status mw_lab_open(mw_host_lab **lab, const mw_lab_place *place, const mw_lab_options *options,
                      mw_error *error);
void mw_lab_close(mw_host_lab *lab);

/* As mw_host_input and mw_host_refuses. */
mw_status mw_lab_input(mw_host_lab *lab, json_t *event, mw_error *error);
bool mw_lab_refuses(const mw_host_lab *lab, const json_t *error);

/* Hands out the view that waits when the records that it reflects are committed. */
void mw_lab_commits(mw_host_lab *lab);

const char *mw_lab_seed(const mw_host_lab *lab);
const char *mw_lab_measured(const mw_host_lab *lab);
const json_t *mw_lab_transcript(const mw_host_lab *lab); /* borrowed */

#endif
