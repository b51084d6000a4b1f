/* lab_hear.c: records, views and runs from the worker; each record is kept before its view. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/host/committed.h"
#include "labs/engine/host/date.h"
#include "labs/engine/host/lab_state.h"
#include "labs/engine/wire/wire.h"

static bool land(mw_host_lab *lab, const json_t *token)
{
    size_t index;
    json_t *entry;
    json_array_foreach(lab->inflight, index, entry)
    {
        if (token && json_equal(json_object_get(entry, "token"), token)) {
            json_array_remove(lab->inflight, index);
            return true;
        }
    }
    return false;
}

static void pack_into(json_t *object, const char *key, const json_t *value)
{
    if (value)
        json_object_set(object, key, (json_t *)value);
}

/* What comes from a recording was measured when that was made. */
static void note_measured(mw_host_lab *lab, const json_t *event, int64_t now)
{
    const char *what = json_string_value(json_object_get(event, "e"));
    if (what && strcmp(what, "result") == 0 && !lab->recording)
        mw_date_write(now, lab->measured);
}

static void take_record(mw_host_lab *lab, const json_t *message)
{
    land(lab, json_object_get(message, "token"));
    const json_t *digest = json_object_get(lab->about, "digest");
    json_t *record = json_pack("{s:I, s:O}", "seq", (json_int_t)++lab->last_seq, "event",
                               json_object_get(message, "event"));
    pack_into(record, "version", json_object_get(message, "version"));
    pack_into(record, "verdicts", json_object_get(message, "verdicts"));
    pack_into(record, "digest", digest);
    json_array_append_new(lab->transcript, record);
    lab->taken++;
    lab->deaths = lab->restarts = 0;
    int64_t now = mw_date_now();
    note_measured(lab, json_object_get(message, "event"), now);
    if (lab->stored)
        lab->ticket =
            mw_progress_append(lab->progress, lab->name, &lab->attempt, lab->last_seq, now, record,
                               json_string_value(digest), json_object_get(message, "summary"));
}

/* Once for all records that did not fit, before the view that does without them. */
static void tell_left_out(mw_host_lab *lab)
{
    if (lab->left_out > 0)
        mw_worker_tell(lab->worker, MW_HOST_ERROR,
                       json_pack("{s:s, s:s, s:s, s:i}", "what", "input", "status",
                                 mw_status_name(MW_INVALID), "message", lab->left_why.message,
                                 "left_out", lab->left_out));
    lab->left_out = 0;
}

static void take_view(mw_host_lab *lab, const json_t *message)
{
    json_decref(lab->view);
    lab->view = json_incref(json_object_get(message, "view"));
    json_object_set_new(lab->view, "after", json_integer(lab->last_seq));
    json_object_set_new(lab->view, "measured",
                        *lab->measured ? json_string(lab->measured) : json_null());
    lab->view_number = json_integer_value(json_object_get(message, "n"));
    lab->view_ticket = lab->ticket;
    tell_left_out(lab);
    mw_lab_commits(lab);
}

void mw_lab_commits(mw_host_lab *lab)
{
    mw_worker *worker = lab->worker;
    uint64_t committed = mw_committed(lab->progress, worker->events, &worker->teller);
    if (lab->view && (!lab->stored || committed >= lab->view_ticket)) {
        mw_events_tell_view(worker->events, &worker->teller, lab->view, lab->view_number);
        lab->view = NULL;
    }
}

/* A run that the recording answers. */
static void take_need(mw_host_lab *lab, const json_t *message)
{
    if (lab->replay_only)
        return; /* what was still to run stays so */
    const json_t *run = json_object_get(message, "run");
    json_t *event = lab->recording ? mw_recording_answer(lab->recording, run) : NULL;
    if (!event) {
        char text[MW_REASON_TEXT];
        char *args = json_dumps(json_object_get(run, "args"), JSON_COMPACT | JSON_SORT_KEYS);
        const char *id = json_string_value(json_object_get(run, "id"));
        const char *kernel = json_string_value(json_object_get(run, "kernel"));
        mw_reason reason = MW_BECAUSE(NOT_RECORDED, {.word = kernel ? kernel : "?"},
                                      {.word = args ? args : ""}, {.word = id ? id : "?"});
        free(args);
        mw_lab_tell_error(lab, "input", MW_INVALID, "%s", mw_reason_english(&reason, text));
        event = json_pack("{s:s, s:s, s:s, s:o}", "e", "result", "run", id ? id : "", "status",
                          "absent", "reason", mw_reason_to_json(&reason));
    }
    mw_lab_send_input(lab, mw_lab_put_in_flight(lab, event), NULL);
}

static bool take_error(mw_host_lab *lab, json_t *message)
{
    const json_t *id = json_object_get(message, "id"), *seq = json_object_get(message, "seq");
    const char *why = json_string_value(json_object_get(message, "message"));
    const json_t *token = json_object_get(message, "token");
    bool opening = json_is_integer(id) && json_integer_value(id) == lab->open_id;
    if (!opening && !token && !json_object_get(message, "event"))
        return false;
    json_object_del(message, "t");
    if (opening) {
        lab->failed = true;
        json_object_set_new(message, "what", json_string("open"));
    } else if (json_is_integer(seq)) {
        mw_lab_leave_out(lab, (size_t)json_integer_value(seq), why);
        return true;
    } else {
        json_object_set_new(message, "what", json_string("input"));
        land(lab, token);
    }
    mw_worker_tell(lab->worker, MW_HOST_ERROR, json_incref(message));
    return true;
}

/* A record that is replayed has no answer of its own: it was taken when its callback came back. */
static void take_leave(mw_host_lab *lab, const json_t *message)
{
    (void)message;
    if (lab->taken >= 1 && lab->taken - 1 < lab->to_replay)
        lab->taken++;
}

static bool is_open_answer(const mw_host_lab *lab, const json_t *message)
{
    const json_t *id = json_object_get(message, "id");
    return json_is_integer(id) && json_integer_value(id) == lab->open_id;
}

/* Everything before the answer to our `open` is about a lab that was closed. */
bool mw_lab_hear(void *context, const char *type, json_t *message)
{
    mw_host_lab *lab = context;
    if (strcmp(type, "error") == 0)
        return take_error(lab, message);
    if (strcmp(type, "answer") == 0 && is_open_answer(lab, message)) {
        json_decref(lab->about);
        lab->about = json_incref(json_object_get(message, "body"));
        lab->taken = 1;
        json_object_del(message, "t");
        json_object_set_new(message, "what", json_string("open"));
        mw_worker_tell(lab->worker, MW_HOST_ANSWER, json_incref(message));
        return true;
    }
    static const struct {
        const char *type;
        void (*take)(mw_host_lab *lab, const json_t *message);
    } takers[] = {
        {"record", take_record}, {"view", take_view}, {"need", take_need}, {"leave", take_leave}};
    for (size_t i = 0; i < sizeof takers / sizeof *takers; i++) {
        if (strcmp(type, takers[i].type) == 0) {
            if (lab->about)
                takers[i].take(lab, message);
            return true;
        }
    }
    return false;
}
