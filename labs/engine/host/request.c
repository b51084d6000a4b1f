#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/host/state.h"

void mw_host_settle(mw_host *host, long id)
{
    for (mw_host_pending **link = &host->pending; *link; link = &(*link)->next) {
        mw_host_pending *each = *link;
        if (each->id == id) {
            *link = each->next;
            free(each);
            return;
        }
    }
}

bool mw_host_is_pending(const mw_host *host, long id)
{
    for (const mw_host_pending *each = host->pending; each; each = each->next)
        if (each->id == id)
            return true;
    return false;
}

void mw_host_fail_requests(mw_host *host, mw_status status, const char *message)
{
    while (host->pending) {
        long id = host->pending->id;
        mw_host_settle(host, id);
        mw_host_tell(host, MW_HOST_ERROR,
                     json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "status",
                               mw_status_name(status), "message", message));
    }
}

mw_status mw_host_request(mw_host *host, const char *name, json_t *body, long *id, mw_error *error)
{
    mw_host_pending *pending = calloc(1, sizeof *pending);
    json_t *message = body ? body : json_object();
    mw_status status = pending ? mw_host_ensure_worker(host, error)
                               : mw_fail(error, MW_NO_MEMORY, "no memory for a request");
    if (status) {
        free(pending);
        json_decref(message);
        return status;
    }
    pending->id = ++host->last_id;
    pending->next = host->pending;
    host->pending = pending;
    *id = pending->id;
    json_object_set_new(message, "t", json_string(name));
    json_object_set_new(message, "id", json_integer(pending->id));
    status = mw_host_send(host, message, error);
    if (status)
        mw_host_settle(host, *id);
    return status;
}

mw_status mw_host_status_of(const json_t *word)
{
    const char *name = json_string_value(word);
    for (mw_status status = MW_OK; name && status <= MW_INTERNAL; status++)
        if (strcmp(mw_status_name(status), name) == 0)
            return status;
    return MW_INTERNAL;
}

/* Takes the events of one call out of the queue; the others stay, in their order. */
typedef struct waiting_call {
    long id;
    mw_host_progress *progress;
    void *context;
    bool settled, unwanted;
    json_t *answer;
    mw_status status;
    mw_error *error;
} waiting_call;

static bool belongs(const waiting_call *call, const mw_host_event *event)
{
    const json_t *id = json_object_get(event->body, "id");
    bool of_requests = event->kind == MW_HOST_ANSWER || event->kind == MW_HOST_ERROR ||
                       event->kind == MW_HOST_PROGRESS;
    return of_requests && json_is_integer(id) && json_integer_value(id) == call->id;
}

static void take(waiting_call *call, const mw_host_event *event)
{
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
    call->status = mw_fail(call->error, mw_host_status_of(json_object_get(body, "status")), "%s",
                           message ? message : "the request failed");
}

static void sift(mw_host *host, waiting_call *call)
{
    for (mw_host_queued **link = &host->first; *link;) {
        mw_host_queued *each = *link;
        if (!belongs(call, &each->event)) {
            link = &each->next;
            continue;
        }
        *link = each->next;
        if (host->last == &each->next)
            host->last = link;
        host->queued--;
        take(call, &each->event);
        json_decref(each->event.body);
        free(each);
    }
}

/* Sleeps until something happens. Events that wait for the front end must not keep us awake. */
static bool sleep_until_news(mw_host *host)
{
    struct pollfd fds[4];
    int timeout = -1;
    mw_host_queued *kept = host->first;
    host->first = NULL;
    size_t count = mw_host_fds(host, fds, 4, &timeout);
    host->first = kept;
    return poll(fds, count, timeout) >= 0 || errno != EINTR;
}

mw_status mw_host_wait_hello(mw_host *host, mw_error *error)
{
    mw_status status = mw_host_ensure_worker(host, error);
    while (!status && !host->hello) {
        mw_host_pump(host);
        if (!host->process.pid)
            return mw_fail(error, host->useless.code ? host->useless.code : MW_DEAD, "%s",
                           host->useless.code ? host->useless.message
                                              : "memwall-worker does not start: see its output");
        if (!host->hello)
            sleep_until_news(host);
    }
    return status;
}

mw_status mw_host_call(mw_host *host, const char *name, json_t *body, mw_host_progress *progress,
                       void *context, json_t **answer, mw_error *error)
{
    waiting_call call = {.progress = progress, .context = context, .status = MW_OK, .error = error};
    *answer = NULL;
    mw_status status = mw_host_request(host, name, body, &call.id, error);
    if (status)
        return status;
    for (;;) {
        mw_host_pump(host);
        sift(host, &call);
        if (call.settled)
            break;
        if (call.unwanted)
            mw_host_cancel_request(host, call.id);
        if (!sleep_until_news(host))
            call.unwanted = !progress || !progress(context, -1, NULL, NULL);
    }
    *answer = call.answer;
    return call.status;
}
