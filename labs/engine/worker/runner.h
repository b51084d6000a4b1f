/*
 * runner.h: the thread on which kernels run, one job at a time.
 *
 * The main thread starts a job, polls mw_runner_fd and takes the outcome. The thread lives as long
 * as the process, so that the OpenMP pool behind it is made once.
 */
#ifndef MW_WORKER_RUNNER_H
#define MW_WORKER_RUNNER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernel.h"
#include "labs/engine/worker/links.h"
#include "labs/engine/worker/model.h"
#include "machine/calibration.h"
#include "machine/roof_pair.h"
#include "meter/measure.h"
#include "model/status.h"

typedef enum mw_job_kind {
    MW_JOB_MEASURE,
    MW_JOB_CALIBRATE,
    MW_JOB_SPOT_CHECK,
    MW_JOB_BENCH,
    MW_JOB_MODEL,
    MW_JOB_DOCTOR
} mw_job_kind;

typedef struct mw_job {
    mw_job_kind kind;
    uint64_t serial; /* `run` in the counter block */

    const mw_kernel *kernel; /* MEASURE; BENCH: what stands under `roof`, or NULL */
    mw_args args;
    const mw_kernel *beside; /* or NULL */
    mw_args beside_args;
    mw_measure_options options;
    mw_links_order links;

    mw_calibration machine; /* SPOT_CHECK and BENCH: the remembered one */
    char suite[32];         /* BENCH */
    mw_roof_kind roof;
    mw_model_order model; /* MODEL */
} mw_job;

/*
 * MEASURE: {"measurement", "beside"?, "ratio"?}; CALIBRATE: the machine; SPOT_CHECK:
 * {"state", "what"}; BENCH, MODEL and DOCTOR: their report.
 */
typedef struct mw_outcome {
    mw_status status;
    mw_error error;
    json_t *body; /* NULL unless MW_OK; the receiver's */
} mw_outcome;

typedef struct mw_runner mw_runner;

/* `block` may be NULL: then nothing is published. */
mw_status mw_runner_open(mw_runner **runner, mw_block *block, mw_error *error);
void mw_runner_close(mw_runner *runner); /* cancels and joins */

/* Readable when an outcome or news wait. */
int mw_runner_fd(const mw_runner *runner);

/* True from start until the outcome is taken. */
bool mw_runner_busy(const mw_runner *runner);
void mw_runner_start(mw_runner *runner, const mw_job *job); /* not while busy */

/* Asks the job to stop. Call again every few milliseconds until the outcome comes: a kernel that
 * is just about to start lowers the flag once. */
void mw_runner_cancel(mw_runner *runner);
bool mw_runner_cancelling(const mw_runner *runner);

bool mw_runner_take(mw_runner *runner, mw_outcome *outcome);

/* The newest {"fraction","what","partial"?}, or NULL; older ones are lost. */
json_t *mw_runner_progress(mw_runner *runner);

#endif
