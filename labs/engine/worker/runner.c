/* runner.c: the kernel thread: waits for a job, runs it, signals its end by a descriptor. */
#include "labs/engine/worker/runner.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "gemm/blocking.h"
#include "labs/engine/wire/wire.h"
#include "labs/engine/worker/bench.h"
#include "labs/engine/worker/report.h"
#include "ledger.h"
#include "machine/caches.h"
#include "machine/spot_check.h"

typedef enum runner_stage { IDLE, WAITING, RUNNING, FINISHED } runner_stage;

struct mw_runner {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    int event;
    mw_block *block;
    /* Under the lock. */
    runner_stage stage;
    bool cancelling, quit;
    mw_job job; /* the thread's own while RUNNING */
    mw_outcome outcome;
    json_t *progress;
};

static void signal_event(mw_runner *runner)
{
    uint64_t one = 1;
    while (write(runner->event, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

static void calibration_progress(void *context, double fraction, const char *what,
                                 const mw_calibration *so_far)
{
    mw_runner *runner = context;
    json_t *news = json_pack("{s:f, s:s}", "fraction", fraction, "what", what ? what : "");
    if (so_far)
        json_object_set_new(news, "partial", mw_report_machine(so_far));
    pthread_mutex_lock(&runner->lock);
    json_decref(runner->progress);
    runner->progress = news;
    pthread_mutex_unlock(&runner->lock);
    signal_event(runner);
}

static void model_progress(void *context, double fraction, const char *what)
{
    calibration_progress(context, fraction, what, NULL);
}

/* The measurement as JSON, with what it moves between the levels when that was asked for. */
static mw_status report(const mw_job *job, const mw_measurement *measurement, mw_ledger *ledger,
                        json_t **body, mw_error *error)
{
    *body = mw_report_measurement(measurement);
    if (!(job->links.within > 0))
        return MW_OK;
    json_t *links = NULL;
    mw_status status = mw_links_report(&job->links, measurement, ledger, &links, error);
    if (status != MW_OK) {
        json_decref(*body);
        *body = NULL;
        return status;
    }
    json_object_set_new(*body, "links", links);
    return MW_OK;
}

/* Blocked products go by the caches as they were measured. */
static void use_measured_caches(const mw_cache_geometry *levels, size_t count, const char *source)
{
    if (count && source && strcmp(source, "effective") == 0)
        mw_gemm_caches_set(levels, count);
}

/* In caches that are given a product is cut for these, not for this machine's. */
static mw_status run_model(mw_runner *runner, const mw_model_order *order, mw_ledger *ledger,
                           json_t **body, mw_error *error)
{
    bool given = strcmp(order->source, "given") == 0;
    if (given)
        mw_gemm_caches_set_hypothetical(order->levels, order->count);
    else
        use_measured_caches(order->own, order->own_count, order->own_source);
    mw_status status = mw_model_run(order, ledger, model_progress, runner, body, error);
    if (given)
        mw_gemm_caches_set(NULL, 0);
    return status;
}

static mw_status run_measure(const mw_job *job, mw_ledger *ledger, json_t **body, mw_error *error)
{
    use_measured_caches(job->links.levels, job->links.count, job->links.source);
    mw_status status;
    json_t *first = NULL, *second = NULL;
    if (!job->beside) {
        mw_measurement measurement;
        status = mw_measure(job->kernel, &job->args, &job->options, ledger, &measurement, error);
        if (status == MW_OK)
            status = report(job, &measurement, ledger, &first, error);
        if (status == MW_OK)
            *body = json_pack("{s:o}", "measurement", first);
        return status;
    }
    mw_pair pair;
    status = mw_measure_pair(job->kernel, &job->args, job->beside, &job->beside_args, &job->options,
                             ledger, &pair, error);
    if (status == MW_OK)
        status = report(job, &pair.kernel, ledger, &first, error);
    if (status == MW_OK && job->links.beside)
        status = report(job, &pair.beside, ledger, &second, error);
    else if (status == MW_OK)
        second = mw_report_measurement(&pair.beside);
    if (status == MW_OK)
        *body = json_pack("{s:o, s:o, s:o}", "measurement", first, "beside", second, "ratio",
                          mw_report_ratio(&pair.ratio));
    else
        json_decref(first);
    return status;
}

static mw_status run_calibrate(mw_runner *runner, mw_ledger *ledger, json_t **body, mw_error *error)
{
    mw_calibration *calibration = malloc(sizeof *calibration);
    if (!calibration)
        return mw_fail(error, MW_NO_MEMORY, "no memory for the calibration");
    mw_status status = mw_calibrate(ledger, calibration_progress, runner, calibration, error);
    if (status == MW_OK) {
        mw_cache_geometry levels[MW_CACHE_LEVELS];
        const char *source;
        size_t count = mw_caches_effective(calibration, levels, &source);
        use_measured_caches(levels, count, source);
        *body = mw_report_machine(calibration);
    }
    free(calibration);
    return status;
}

static mw_status run_job(mw_runner *runner, const mw_job *job, json_t **body, mw_error *error)
{
    mw_ledger *ledger = mw_ledger_process();
    mw_ledger_attach(ledger, runner->block, job->serial);
    switch (job->kind) {
    case MW_JOB_MEASURE:
        return run_measure(job, ledger, body, error);
    case MW_JOB_CALIBRATE:
        return run_calibrate(runner, ledger, body, error);
    case MW_JOB_SPOT_CHECK: {
        mw_spot_check check;
        mw_status status = mw_calibration_spot_check(&job->machine, ledger, &check, error);
        if (status == MW_OK)
            *body = json_pack("{s:s, s:o}", "state", mw_spot_state_name(check.state), "what",
                              mw_reason_to_json(&check.what));
        return status;
    }
    case MW_JOB_BENCH:
        return mw_bench(job, ledger, body, error);
    case MW_JOB_MODEL:
        return run_model(runner, &job->model, ledger, body, error);
    case MW_JOB_DOCTOR:
        *body = mw_report_doctor();
        return MW_OK;
    }
    return mw_fail(error, MW_INTERNAL, "a job of an unknown kind");
}

static void *runner_main(void *context)
{
    mw_runner *runner = context;
    pthread_mutex_lock(&runner->lock);
    for (;;) {
        while (runner->stage != WAITING && !runner->quit)
            pthread_cond_wait(&runner->wake, &runner->lock);
        if (runner->quit)
            break;
        mw_outcome outcome = {MW_OK, {MW_OK, ""}, NULL};
        if (runner->cancelling) {
            outcome.status = mw_fail(&outcome.error, MW_CANCELLED, "cancelled before it began");
        } else {
            runner->stage = RUNNING;
            mw_ledger_rearm(mw_ledger_process());
            pthread_mutex_unlock(&runner->lock);
            outcome.status = run_job(runner, &runner->job, &outcome.body, &outcome.error);
            pthread_mutex_lock(&runner->lock);
        }
        runner->outcome = outcome;
        runner->stage = FINISHED;
        signal_event(runner);
    }
    pthread_mutex_unlock(&runner->lock);
    return NULL;
}

mw_status mw_runner_open(mw_runner **runner, mw_block *block, mw_error *error)
{
    *runner = NULL;
    mw_runner *made = calloc(1, sizeof *made);
    if (!made)
        return mw_fail(error, MW_NO_MEMORY, "no memory for the kernel thread");
    made->block = block;
    made->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&made->lock, NULL);
    pthread_cond_init(&made->wake, NULL);
    int code = made->event < 0 ? errno : pthread_create(&made->thread, NULL, runner_main, made);
    if (code) {
        if (made->event >= 0)
            close(made->event);
        free(made);
        return mw_fail(error, MW_IO, "the kernel thread could not start: %s", strerror(code));
    }
    *runner = made;
    return MW_OK;
}

void mw_runner_close(mw_runner *runner)
{
    if (!runner)
        return;
    pthread_mutex_lock(&runner->lock);
    runner->quit = true;
    while (runner->stage == RUNNING) {
        pthread_mutex_unlock(&runner->lock);
        mw_ledger_cancel(mw_ledger_process());
        usleep(5000);
        pthread_mutex_lock(&runner->lock);
    }
    pthread_cond_signal(&runner->wake);
    pthread_mutex_unlock(&runner->lock);
    pthread_join(runner->thread, NULL);
    json_decref(runner->outcome.body);
    json_decref(runner->progress);
    pthread_mutex_destroy(&runner->lock);
    pthread_cond_destroy(&runner->wake);
    close(runner->event);
    free(runner);
}

int mw_runner_fd(const mw_runner *runner)
{
    return runner->event;
}

static runner_stage stage_now(const mw_runner *runner)
{
    mw_runner *mutable = (mw_runner *)runner;
    pthread_mutex_lock(&mutable->lock);
    runner_stage now = runner->stage;
    pthread_mutex_unlock(&mutable->lock);
    return now;
}

bool mw_runner_busy(const mw_runner *runner)
{
    return stage_now(runner) != IDLE;
}

void mw_runner_start(mw_runner *runner, const mw_job *job)
{
    pthread_mutex_lock(&runner->lock);
    runner->job = *job;
    runner->stage = WAITING;
    runner->cancelling = false;
    pthread_cond_signal(&runner->wake);
    pthread_mutex_unlock(&runner->lock);
}

void mw_runner_cancel(mw_runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    if (runner->stage == WAITING || runner->stage == RUNNING) {
        runner->cancelling = true;
        if (runner->stage == RUNNING)
            mw_ledger_cancel(mw_ledger_process());
    }
    pthread_mutex_unlock(&runner->lock);
}

bool mw_runner_cancelling(const mw_runner *runner)
{
    mw_runner *mutable = (mw_runner *)runner;
    pthread_mutex_lock(&mutable->lock);
    bool cancelling = runner->cancelling && (runner->stage == WAITING || runner->stage == RUNNING);
    pthread_mutex_unlock(&mutable->lock);
    return cancelling;
}

static void clear_event(mw_runner *runner)
{
    uint64_t count;
    while (read(runner->event, &count, sizeof count) < 0 && errno == EINTR)
        ;
}

bool mw_runner_take(mw_runner *runner, mw_outcome *outcome)
{
    clear_event(runner);
    pthread_mutex_lock(&runner->lock);
    bool finished = runner->stage == FINISHED;
    if (finished) {
        *outcome = runner->outcome;
        memset(&runner->outcome, 0, sizeof runner->outcome);
        runner->stage = IDLE;
        runner->cancelling = false;
    }
    pthread_mutex_unlock(&runner->lock);
    return finished;
}

json_t *mw_runner_progress(mw_runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    json_t *news = runner->progress;
    runner->progress = NULL;
    pthread_mutex_unlock(&runner->lock);
    return news;
}
