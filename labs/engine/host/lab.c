/* lab.c: sends inputs to the worker and keeps what is in flight. */
#include "labs/engine/host/lab.h"

#include <stdarg.h>
#include <stdio.h>

#include "labs/engine/host/lab_state.h"

enum { INPUT_MAX = 64 * 1024 };

mw_status mw_lab_send_input(mw_host_lab *lab, const json_t *entry, mw_error *error)
{
    return mw_worker_send(lab->worker,
                          json_pack("{s:s, s:O, s:O}", "t", "input", "token",
                                    json_object_get(entry, "token"), "event",
                                    json_object_get(entry, "event")),
                          error);
}

void mw_lab_leave_out(mw_host_lab *lab, size_t place, const char *why)
{
    if (place < 1 || place > json_array_size(lab->transcript))
        return;
    const json_t *record = json_array_get(lab->transcript, place - 1);
    if (lab->left_out++ == 0) /* before the record goes, which may be what holds `why` */
        mw_fail(&lab->left_why, MW_INVALID, "%.300s", why ? why : "");
    if (lab->stored)
        mw_progress_drop(lab->progress, lab->attempt.id,
                         json_integer_value(json_object_get(record, "seq")));
    json_array_remove(lab->transcript, place - 1);
    if (place <= lab->to_replay)
        lab->to_replay--;
    if (place + 1 <= lab->taken) /* it stands in neither list any more */
        lab->taken--;
}

json_t *mw_lab_put_in_flight(mw_host_lab *lab, json_t *event)
{
    json_t *entry = json_pack("{s:I, s:o}", "token", ++lab->last_token, "event", event);
    json_array_append_new(lab->inflight, entry);
    return entry;
}

mw_status mw_lab_begin(mw_host_lab *lab, mw_error *error)
{
    mw_worker *worker = lab->worker;
    mw_status status = mw_worker_ensure(worker, error);
    if (status != MW_OK)
        return status;
    lab->taken = 0;
    lab->to_replay = json_array_size(lab->transcript);
    json_decref(lab->about);
    lab->about = NULL;
    json_decref(lab->view);
    lab->view = NULL;

    size_t index, backlog = json_array_size(lab->transcript) + json_array_size(lab->inflight);
    json_t *each, *message = json_copy(lab->open);
    lab->open_id = ++worker->events->last_id;
    worker->heard_since = mw_now_ms();
    json_object_set_new(message, "id", json_integer(lab->open_id));
    json_object_set_new(message, "backlog", json_integer((json_int_t)backlog));
    status = mw_worker_send(worker, message, error);
    json_array_foreach(lab->transcript, index, each)
    {
        if (status == MW_OK)
            status = mw_worker_send(worker, json_pack("{s:s, s:O}", "t", "input", "recorded", each),
                                    error);
    }
    json_array_foreach(lab->inflight, index, each)
    {
        if (status == MW_OK)
            status = mw_lab_send_input(lab, each, error);
    }
    return status;
}

void mw_lab_tell_error(mw_host_lab *lab, const char *what, mw_status status, const char *format,
                       ...)
{
    mw_error error;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error.message, sizeof error.message, format, arguments);
    va_end(arguments);
    mw_events_tell_error(lab->worker->events, &lab->worker->teller, what, status, "%s",
                         error.message);
}

mw_status mw_lab_input(mw_host_lab *lab, json_t *event, mw_error *error)
{
    if (!lab || lab->failed || !json_is_object(event)) {
        json_decref(event);
        return mw_fail(error, MW_INVALID,
                       !lab          ? "no lab is open"
                       : lab->failed ? "the lab is closed after an error"
                                     : "an input is an object");
    }
    /* Its record carries more than the input, and has to fit a packet too. */
    if (json_dumpb(event, NULL, 0, JSON_COMPACT) > INPUT_MAX) {
        json_decref(event);
        return mw_fail(error, MW_INVALID, "this answer is too long: at most %d KiB are taken",
                       INPUT_MAX / 1024);
    }
    json_t *entry = mw_lab_put_in_flight(lab, event);
    lab->last_input = lab->last_token;
    return lab->worker->process.pid ? mw_lab_send_input(lab, entry, error) : MW_OK;
}

bool mw_lab_refuses(const mw_host_lab *lab, const json_t *error)
{
    const json_t *token = json_object_get(error, "token");
    return lab && json_is_integer(token) && json_integer_value(token) == lab->last_input;
}

const char *mw_lab_seed(const mw_host_lab *lab)
{
    return lab ? lab->attempt.seed : "";
}

const char *mw_lab_measured(const mw_host_lab *lab)
{
    return lab ? lab->measured : "";
}

const json_t *mw_lab_transcript(const mw_host_lab *lab)
{
    return lab ? lab->transcript : NULL;
}
