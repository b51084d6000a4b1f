/* worker_hear.c: takes each message to the lab, the requests or the front end. */
#include <stdio.h>
#include <string.h>

#include "labs/engine/host/worker.h"

/* Messages taken at a time, so that a flood cannot starve the front end. */
enum { MESSAGES_AT_ONCE = 1000 };

static void take_hello(mw_worker *worker, json_t *message)
{
    json_int_t version = json_integer_value(json_object_get(message, "version"));
    worker->hello_since = 0;
    if (version != MW_WIRE_VERSION) {
        char why[160];
        snprintf(why, sizeof why,
                 "memwall-worker speaks version %lld and memwall version %d: install both from "
                 "the same release",
                 (long long)version, MW_WIRE_VERSION);
        mw_worker_give_up(worker, MW_DEAD, why);
        return;
    }
    json_decref(worker->hello);
    worker->hello = json_incref(message);
    worker->owes_since = mw_now_ms();
}

/* A worker that is not the right one may only say why. */
static void take_before_hello(mw_worker *worker, const json_t *message, const char *type)
{
    const char *why = json_string_value(json_object_get(message, "message"));
    if (strcmp(type, "error") == 0 && why && !worker->fatal[0]) {
        snprintf(worker->fatal, sizeof worker->fatal, "%s", why);
        worker->fatal_status = mw_status_of(json_object_get(message, "status"));
    }
}

static void take_enter(mw_worker *worker, json_t *message)
{
    const char *what = json_string_value(json_object_get(message, "what"));
    worker->callback_since = mw_now_ms();
    snprintf(worker->callback, sizeof worker->callback, "%s", what ? what : "");
}

static void pass(mw_worker *worker, mw_host_event_kind kind, json_t *message)
{
    json_object_del(message, "t");
    mw_worker_tell(worker, kind, json_incref(message));
}

/* Student code has no kernels. */
static void take_run(mw_worker *worker, json_t *message)
{
    const char *state = json_string_value(json_object_get(message, "state"));
    if (worker->role == MW_WORKER_STUDENT)
        return;
    mw_worker_forget_run(worker);
    if (state && strcmp(state, "started") == 0) {
        const char *label = json_string_value(json_object_get(message, "label"));
        const char *kernel = json_string_value(json_object_get(message, "kernel"));
        worker->run.active = true;
        worker->run.serial = json_integer_value(json_object_get(message, "serial"));
        worker->run.id = json_incref(json_object_get(message, "id"));
        snprintf(worker->run.label, sizeof worker->run.label, "%s", label ? label : "");
        snprintf(worker->run.kernel, sizeof worker->run.kernel, "%s", kernel ? kernel : "");
    }
    pass(worker, MW_HOST_RUN, message);
}

/* A worker speaks of its own requests only: what another was asked it cannot answer. */
static void take_reply(mw_worker *worker, json_t *message, mw_host_event_kind kind)
{
    const json_t *id = json_object_get(message, "id");
    if (json_is_integer(id) && !mw_worker_is_pending(worker, (long)json_integer_value(id)))
        return;
    if (json_is_integer(id) && kind != MW_HOST_PROGRESS)
        mw_worker_settle(worker, (long)json_integer_value(id));
    pass(worker, kind, message);
}

static void take_after_hello(mw_worker *worker, json_t *message, const char *type)
{
    const char *text = json_string_value(json_object_get(message, "text"));
    if (strcmp(type, "enter") == 0)
        take_enter(worker, message);
    else if (strcmp(type, "leave") == 0)
        worker->callback_since = 0;
    if (worker->owner.context && worker->owner.hear(worker->owner.context, type, message))
        return;
    if (strcmp(type, "run") == 0)
        take_run(worker, message);
    else if (strcmp(type, "progress") == 0)
        take_reply(worker, message, MW_HOST_PROGRESS);
    else if (strcmp(type, "answer") == 0)
        take_reply(worker, message, MW_HOST_ANSWER);
    else if (strcmp(type, "error") == 0)
        take_reply(worker, message, MW_HOST_ERROR);
    else if (strcmp(type, "log") == 0 && text)
        mw_worker_tell(worker, MW_HOST_LOG, json_pack("{s:s}", "text", text));
    /* Anything else is from a newer worker and may be ignored. */
}

static void take_message(mw_worker *worker, json_t *message)
{
    const char *type = json_string_value(json_object_get(message, "t"));
    worker->heard_since = mw_now_ms();
    if (strcmp(type, "hello") == 0)
        take_hello(worker, message);
    else if (!worker->hello)
        take_before_hello(worker, message, type);
    else
        take_after_hello(worker, message, type);
}

void mw_worker_hear(mw_worker *worker)
{
    mw_error error = {MW_OK, ""};
    for (int i = 0; worker->process.pid && !worker->ended && i < MESSAGES_AT_ONCE; i++) {
        json_t *message;
        mw_status status = mw_wire_receive(worker->process.wire, &message, &error);
        if (status == MW_PROTOCOL) {
            mw_events_tell_error(worker->events, &worker->teller, "wire", status,
                                 "from the worker: %s", error.message);
            continue;
        }
        worker->ended = status != MW_OK;
        if (!message)
            break;
        take_message(worker, message);
        json_decref(message);
    }
    if (worker->process.pid)
        mw_worker_drain_output(worker);
}
