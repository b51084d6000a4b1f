/* order.c: reads the members of a request for each kind of job. */
#include "labs/engine/worker/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/worker/report.h"

static mw_order *order_new(const json_t *id, mw_job_kind kind, const char *label)
{
    mw_order *made = calloc(1, sizeof *made);
    if (!made)
        return NULL;
    made->id = json_incref((json_t *)id);
    made->job.kind = kind;
    snprintf(made->label, sizeof made->label, "%s", label);
    return made;
}

static mw_status fill_measure(mw_order *order, const json_t *request, const char *beside_key,
                              mw_error *error)
{
    mw_job *job = &order->job;
    const char *name = json_string_value(json_object_get(request, "kernel"));
    mw_status status =
        mw_report_request(name, json_object_get(request, "args"), &job->kernel, &job->args, error);
    if (status != MW_OK)
        return status;
    if (!order->label[0])
        snprintf(order->label, sizeof order->label, "%s", name);

    /* A request says "vs" and "vs_args"; a lab says "beside": {"kernel", "args"}. */
    const json_t *beside = json_object_get(request, beside_key);
    const json_t *beside_args = json_object_get(request, "vs_args");
    const char *beside_name = json_string_value(beside);
    if (json_is_object(beside)) {
        beside_name = json_string_value(json_object_get(beside, "kernel"));
        beside_args = json_object_get(beside, "args");
    }
    if (beside && !json_is_null(beside)) {
        status =
            mw_report_request(beside_name, beside_args, &job->beside, &job->beside_args, error);
        if (status != MW_OK)
            return status;
    }
    const json_t *budget = json_object_get(request, "budget");
    if (json_is_number(budget))
        job->options.budget_seconds = json_number_value(budget);
    if (!(job->options.budget_seconds >= 0 && job->options.budget_seconds <= 600))
        return mw_fail(error, MW_INVALID, "budget is %g s: 0 to 600 s are allowed",
                       job->options.budget_seconds);
    /* 0 leaves the preset. */
    job->options.interval = json_number_value(json_object_get(request, "interval"));
    if (!(job->options.interval >= 0 && job->options.interval <= 1))
        return mw_fail(error, MW_INVALID, "interval is %g: 0 to 1, a share of the median",
                       job->options.interval);
    job->options.wait_seconds = json_number_value(json_object_get(request, "wait"));
    if (!(job->options.wait_seconds >= 0 && job->options.wait_seconds <= 60))
        return mw_fail(error, MW_INVALID, "wait is %g s: 0 to 60 s are allowed",
                       job->options.wait_seconds);
    status = mw_links_read(request, &job->links, error);
    if (status != MW_OK)
        return status;
    /* In a lab the other side may only be the roof beside a sample. */
    job->links.beside =
        !json_is_object(beside) || json_is_true(json_object_get(request, "compare"));
    job->options.verify = json_is_true(json_object_get(request, "verify"));
    job->options.interactive = json_is_true(json_object_get(request, "interactive"));
    return MW_OK;
}

static mw_status fill_bench(mw_order *order, const json_t *request, mw_error *error)
{
    const char *suite = json_string_value(json_object_get(request, "suite"));
    const char *roof = json_string_value(json_object_get(request, "roof"));
    const json_t *machine = json_object_get(request, "machine");
    snprintf(order->job.suite, sizeof order->job.suite, "%s", suite ? suite : "");
    if (roof && !mw_roof_parse(roof, &order->job.roof))
        return mw_fail(error, MW_INVALID, "no roof '%.32s': peak, read, reduce", roof);
    if (json_object_get(request, "kernel"))
        return fill_measure(order, request, "vs", error);
    return machine ? mw_report_machine_read(machine, &order->job.machine, error) : MW_OK;
}

static mw_status fill_order(mw_order *order, const json_t *request, mw_error *error)
{
    switch (order->job.kind) {
    case MW_JOB_MEASURE:
        return fill_measure(order, request, "vs", error);
    case MW_JOB_SPOT_CHECK:
        return mw_report_machine_read(json_object_get(request, "machine"), &order->job.machine,
                                      error);
    case MW_JOB_BENCH:
        return fill_bench(order, request, error);
    case MW_JOB_MODEL:
        return mw_model_read(request, &order->job.model, error);
    case MW_JOB_CALIBRATE:
    case MW_JOB_DOCTOR:
        return MW_OK;
    }
    return MW_OK;
}

/* Frees what was not filled in. */
static mw_status hand_over(mw_order **order, mw_order *made, mw_status status)
{
    if (status != MW_OK) {
        mw_order_free(made);
        made = NULL;
    }
    *order = made;
    return status;
}

mw_status mw_order_request(mw_order **order, const json_t *request, mw_job_kind kind,
                           const char *label, mw_error *error)
{
    mw_order *made = order_new(json_object_get(request, "id"), kind, label);
    mw_status status = made ? fill_order(made, request, error)
                            : mw_fail(error, MW_NO_MEMORY, "no memory for a request");
    return hand_over(order, made, status);
}

mw_status mw_order_run(mw_order **order, const json_t *effect, mw_error *error)
{
    const char *label = json_string_value(json_object_get(effect, "label"));
    mw_order *made = order_new(json_object_get(effect, "id"), MW_JOB_MEASURE, label ? label : "");
    mw_status status = made ? fill_measure(made, effect, "beside", error)
                            : mw_fail(error, MW_NO_MEMORY, "no memory for a run");
    if (made)
        made->lab = true;
    return hand_over(order, made, status);
}

void mw_order_free(mw_order *order)
{
    if (order)
        json_decref(order->id);
    free(order);
}
