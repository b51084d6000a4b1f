/* call.c: requests that are waited for: on top of the host, whose loop they turn. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/host/state.h"
#include "labs/engine/wire/member.h"

/* A request that is waited for: takes its events out of the queue and leaves the others there. */
typedef struct waiting_call {
    long id;
    mw_host_progress *progress;
    void *context;
    bool settled, unwanted;
    json_t *answer;
    mw_status status;
    mw_error *error;
} waiting_call;

static bool belongs(const void *context, const mw_host_event *event)
{
    const waiting_call *call = context;
    const json_t *id = json_object_get(event->body, "id");
    bool of_requests = event->kind == MW_HOST_ANSWER || event->kind == MW_HOST_ERROR ||
                       event->kind == MW_HOST_PROGRESS;
    return of_requests && json_is_integer(id) && json_integer_value(id) == call->id;
}

static void take(void *context, const mw_host_event *event)
{
    waiting_call *call = context;
    const json_t *body = event->body;
    if (event->kind == MW_HOST_PROGRESS) {
        if (call->progress &&
            !call->progress(call->context, json_number_value(json_object_get(body, "fraction")),
                            json_string_value(json_object_get(body, "what")),
                            json_object_get(body, "partial")))
            call->unwanted = true;
        return;
    }
    call->settled = true;
    if (event->kind == MW_HOST_ANSWER) {
        call->answer = json_incref(json_object_get(body, "body"));
        return;
    }
    const char *message = json_string_value(json_object_get(body, "message"));
    call->status = mw_fail(call->error, mw_status_of(json_object_get(body, "status")), "%s",
                           message ? message : "the request failed");
}

/* Sleeps until something happens; false when a signal did. */
static bool sleep_until_news(mw_host *host)
{
    struct pollfd fds[MW_HOST_FDS];
    int timeout = -1;
    size_t count = mw_host_deadlines(host, fds, &timeout);
    return poll(fds, count, timeout) >= 0 || errno != EINTR;
}

mw_status mw_host_wait_hello(mw_host *host, mw_error *error)
{
    const mw_worker *worker = mw_host_lab_worker(host);
    mw_status status = mw_host_start(host, error);
    while (status == MW_OK && !worker->hello) {
        mw_host_pump(host);
        if (!worker->process.pid)
            return mw_fail(error, worker->useless.code ? worker->useless.code : MW_DEAD, "%s",
                           worker->useless.code ? worker->useless.message
                                                : "memwall-worker does not start: see its output");
        if (!worker->hello)
            sleep_until_news(host);
    }
    return status;
}

mw_status mw_host_call_worker(mw_host *host, mw_worker *worker, const char *name, json_t *body,
                              mw_host_progress *progress, void *context, json_t **answer,
                              mw_error *error)
{
    waiting_call call = {.progress = progress, .context = context, .status = MW_OK, .error = error};
    *answer = NULL;
    mw_status status = mw_worker_request(worker, name, body, &call.id, error);
    if (status != MW_OK)
        return status;
    for (;;) {
        mw_host_pump(host);
        mw_events_take_matching(&host->events, belongs, take, &call);
        if (call.settled)
            break;
        if (call.unwanted)
            mw_worker_cancel(worker, call.id);
        if (!sleep_until_news(host))
            call.unwanted = !progress || !progress(context, -1, NULL, NULL);
    }
    *answer = call.answer;
    return call.status;
}

mw_status mw_host_call(mw_host *host, const char *name, json_t *body, mw_host_progress *progress,
                       void *context, json_t **answer, mw_error *error)
{
    return mw_host_call_worker(host, mw_host_lab_worker(host), name, body, progress, context,
                               answer, error);
}

enum { WORKER_REFUSED = 2 }; /* the exit code of a worker that was given something wrong */

void mw_host_explain_death(mw_host *host, mw_error *error)
{
    char said[256] = "";
    bool refused = false;
    mw_host_event event;
    while (mw_host_next(host, &event)) {
        if (event.kind == MW_HOST_LOG)
            snprintf(said, sizeof said, "%s", mw_json_text(event.body, "text"));
        if (event.kind == MW_HOST_DEATH)
            refused = mw_json_number(event.body, "exit", 0) == WORKER_REFUSED;
        json_decref(event.body);
    }
    if (error->code == MW_DEAD && refused && *said)
        mw_fail(error, MW_INVALID, "%s", said);
}
