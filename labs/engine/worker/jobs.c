/* jobs.c: the line of waiting jobs, their cancelling, and answers to requests. */
#include "labs/engine/worker/jobs.h"

#include <stdio.h>
#include <stdlib.h>

#include "labs/engine/worker/order.h"
#include "labs/engine/worker/say.h"

struct mw_jobs {
    mw_wire *wire;
    mw_runner *runner;
    mw_order *first, **last; /* waiting requests */
    mw_order *lab_next;      /* the lab's waiting run */
    mw_order *lab_cancelled; /* one that was cancelled before it began, until it is taken */
    mw_order *current;
    uint64_t serial;
};

mw_status mw_jobs_open(mw_jobs **jobs, mw_wire *wire, mw_runner *runner, mw_error *error)
{
    mw_jobs *made = calloc(1, sizeof *made);
    *jobs = made;
    if (!made)
        return mw_fail(error, MW_NO_MEMORY, "no memory for the worker");
    made->wire = wire;
    made->runner = runner;
    made->last = &made->first;
    return MW_OK;
}

void mw_jobs_close(mw_jobs *jobs)
{
    if (!jobs)
        return;
    for (mw_order *each = jobs->first, *next; each; each = next) {
        next = each->next;
        mw_order_free(each);
    }
    mw_order_free(jobs->lab_next);
    mw_order_free(jobs->lab_cancelled);
    mw_order_free(jobs->current);
    free(jobs);
}

static void tell_run(mw_jobs *jobs, const mw_order *order, const char *state)
{
    json_t *message =
        json_pack("{s:s, s:O, s:I, s:s, s:s}", "t", "run", "id", order->id, "serial",
                  (json_int_t)order->job.serial, "state", state, "label", order->label);
    if (order->job.kind == MW_JOB_MEASURE) {
        char name[128];
        snprintf(name, sizeof name, "%s/%s", order->job.kernel->family, order->job.kernel->variant);
        json_object_set_new(message, "kernel", json_string(name));
    }
    mw_say(jobs->wire, message);
}

void mw_jobs_start_next(mw_jobs *jobs)
{
    if (jobs->current || mw_runner_busy(jobs->runner))
        return;
    mw_order *next = jobs->lab_next;
    if (next) {
        jobs->lab_next = NULL;
    } else if (jobs->first) {
        next = jobs->first;
        jobs->first = next->next;
        if (!jobs->first)
            jobs->last = &jobs->first;
    } else {
        return;
    }
    next->job.serial = ++jobs->serial;
    jobs->current = next;
    tell_run(jobs, next, "started");
    mw_runner_start(jobs->runner, &next->job);
}

/* ---- requests and the lab's runs ---- */

void mw_jobs_request(mw_jobs *jobs, const json_t *request, mw_job_kind kind, const char *label)
{
    mw_error error = {MW_OK, ""};
    mw_order *made;
    if (mw_order_request(&made, request, kind, label, &error) != MW_OK) {
        mw_say_error(jobs->wire, json_object_get(request, "id"), &error);
        return;
    }
    *jobs->last = made;
    jobs->last = &made->next;
}

mw_status mw_jobs_run(mw_jobs *jobs, const json_t *effect, mw_error *error)
{
    mw_order *made;
    mw_jobs_stop(jobs);
    mw_status status = mw_order_run(&made, effect, error);
    if (status == MW_OK)
        jobs->lab_next = made;
    return status;
}

void mw_jobs_stop(mw_jobs *jobs)
{
    mw_order_free(jobs->lab_next);
    mw_order_free(jobs->lab_cancelled);
    jobs->lab_next = jobs->lab_cancelled = NULL;
    if (jobs->current && jobs->current->lab && !jobs->current->dropped) {
        jobs->current->dropped = true;
        mw_runner_cancel(jobs->runner);
    }
}

bool mw_jobs_has_run(const mw_jobs *jobs)
{
    return jobs->lab_next || (jobs->current && jobs->current->lab);
}

/* ---- cancelling ---- */

static void cancel_waiting(mw_jobs *jobs, const json_t *id)
{
    mw_error error = {MW_OK, ""};
    for (mw_order **link = &jobs->first; *link; link = &(*link)->next) {
        mw_order *each = *link;
        if (!json_equal(each->id, id))
            continue;
        *link = each->next;
        if (jobs->last == &each->next)
            jobs->last = link;
        mw_fail(&error, MW_CANCELLED, "cancelled before it began");
        mw_say_error(jobs->wire, each->id, &error);
        mw_order_free(each);
        break;
    }
}

void mw_jobs_cancel(mw_jobs *jobs, const json_t *id)
{
    if (jobs->current && (!id || json_equal(jobs->current->id, id)))
        mw_runner_cancel(jobs->runner);
    if (id) {
        cancel_waiting(jobs, id);
    } else if (jobs->lab_next) {
        mw_order_free(jobs->lab_cancelled);
        jobs->lab_cancelled = jobs->lab_next;
        jobs->lab_next = NULL;
    }
}

/* ---- progress and ends ---- */

void mw_jobs_tell_progress(mw_jobs *jobs)
{
    json_t *news = mw_runner_progress(jobs->runner);
    /* A front end that is behind gets the next one. */
    if (!news || !jobs->current || mw_wire_pending(jobs->wire)) {
        json_decref(news);
        return;
    }
    json_object_set_new(news, "t", json_string("progress"));
    json_object_set(news, "id", jobs->current->id);
    mw_say(jobs->wire, news);
}

/* A pair as a request prints it: the measurement with the ratio and the other side inside. */
static json_t *flatten(json_t *body)
{
    json_t *flat = json_incref(json_object_get(body, "measurement"));
    if (!flat)
        return body;
    json_t *beside = json_object_get(body, "beside");
    if (beside) {
        json_object_set(flat, "vs", beside);
        json_object_set(flat, "ratio", json_object_get(body, "ratio"));
    }
    json_decref(body);
    return flat;
}

static void answer(mw_jobs *jobs, const mw_order *order, mw_outcome *outcome)
{
    outcome->error.code = outcome->status;
    if (outcome->status != MW_OK)
        mw_say_error(jobs->wire, order->id, &outcome->error);
    else
        mw_say_answer(jobs->wire, order->id, flatten(outcome->body));
}

static mw_run_end end_of(const mw_order *order, const mw_outcome *outcome)
{
    mw_reason reason = outcome->status == MW_CANCELLED ? mw_reason_of(MW_REASON_CANCELLED, NULL)
                                                       : mw_reason_told(outcome->error.message);
    return (mw_run_end){json_incref(order->id), outcome->status, reason, outcome->body};
}

/* The job under way has ended. */
static bool finish(mw_jobs *jobs, mw_outcome *outcome, mw_run_end *end)
{
    mw_order *order = jobs->current;
    bool lab = order->lab && !order->dropped;
    jobs->current = NULL;
    tell_run(jobs, order,
             outcome->status == MW_OK          ? "done"
             : outcome->status == MW_CANCELLED ? "cancelled"
                                               : "failed");
    if (lab)
        *end = end_of(order, outcome);
    else if (order->dropped)
        json_decref(outcome->body);
    else
        answer(jobs, order, outcome);
    mw_order_free(order);
    return lab;
}

bool mw_jobs_take(mw_jobs *jobs, mw_run_end *end)
{
    mw_outcome outcome;
    if (jobs->lab_cancelled) {
        mw_outcome cancelled = {.status = MW_CANCELLED};
        *end = end_of(jobs->lab_cancelled, &cancelled);
        mw_order_free(jobs->lab_cancelled);
        jobs->lab_cancelled = NULL;
        return true;
    }
    bool lab = mw_runner_take(jobs->runner, &outcome) && finish(jobs, &outcome, end);
    if (mw_runner_cancelling(jobs->runner))
        mw_runner_cancel(jobs->runner);
    return lab;
}
