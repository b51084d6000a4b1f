/* session.c: feeds the engine, sends what comes out, and follows the run that is open. */
#include "labs/engine/worker/session.h"

#include <stdlib.h>
#include <string.h>

#include "labs/engine/worker/lab.h"
#include "labs/engine/worker/report.h"
#include "labs/engine/worker/say.h"

/* What the caches do is simulated beside each run for so long at most: a slider must not wait. */
#define MODEL_SECONDS 0.3

struct mw_session {
    mw_session_place place;
    mw_lab *lab;
    bool recorded_runs; /* runs are answered from a recording: ask instead of running */
    json_int_t seq;     /* of the last input taken */
    json_int_t backlog; /* inputs that follow at once; effects wait for the last of them */
    json_t *open_run;   /* the run effect still without a result */
    json_t *opening; /* id of the request that opened the lab: it fails when nothing can be shown */
    json_t *results; /* array: results that wait to be taken as inputs */
    json_t *machine; /* the last one that came as an input: its caches are modelled */
    /* Views: `sent` is unacknowledged while sent > acked; `waiting` is the newest not sent. */
    json_int_t sent, acked;
    json_t *waiting;
};

static void bracket(mw_session *session, const char *type, const char *what)
{
    mw_say(session->place.wire, json_pack("{s:s, s:s}", "t", type, "what", what));
}

static void send_view(mw_session *session)
{
    if (!session->waiting || session->sent > session->acked)
        return;
    json_object_set_new(session->waiting, "n", json_integer(++session->sent));
    mw_say(session->place.wire, session->waiting);
    session->waiting = NULL;
}

/* What cannot be shown whole is shown in part: a view is never withheld. */
static void offer_view(mw_session *session, const json_t *view)
{
    mw_error error;
    json_t *shown = mw_view_cut(view, &error);
    if (!shown) {
        mw_say_error(session->place.wire, session->opening, &error);
        return;
    }
    json_decref(session->waiting);
    session->waiting =
        json_pack("{s:s, s:I, s:o}", "t", "view", "after", session->seq, "view", shown);
    send_view(session);
}

/* Shows what was taken so far: after a replay, whatever became of its last record. */
static void show(mw_session *session)
{
    mw_error error;
    json_t *view = NULL;
    bracket(session, "enter", "view");
    mw_status status = mw_lab_view(session->lab, &view, &error);
    bracket(session, "leave", "view");
    if (status != MW_OK)
        mw_say_error(session->place.wire, session->opening, &error);
    else
        offer_view(session, view);
    json_decref(view);
}

mw_status mw_session_open(mw_session **session, const mw_session_place *place,
                          const json_t *request, mw_error *error)
{
    *session = NULL;
    mw_session *made = calloc(1, sizeof *made);
    if (!made)
        return mw_fail(error, MW_NO_MEMORY, "no memory for a lab");
    made->place = *place;
    made->results = json_array();
    made->recorded_runs = json_is_true(json_object_get(request, "recorded"));
    made->backlog = json_integer_value(json_object_get(request, "backlog"));
    const char *scripts = json_string_value(json_object_get(request, "scripts"));

    bracket(made, "enter", "open");
    mw_status status =
        mw_lab_open(&made->lab, request, place->kernels, scripts ? scripts : "", error);
    bracket(made, "leave", "open");
    if (status != MW_OK) {
        mw_session_close(made);
        return status;
    }
    mw_say_answer(place->wire, json_object_get(request, "id"),
                  json_incref((json_t *)mw_lab_about(made->lab)));
    made->opening = json_incref(json_object_get(request, "id"));
    *session = made;
    if (made->backlog == 0)
        show(made);
    return MW_OK;
}

void mw_session_close(mw_session *session)
{
    if (!session)
        return;
    mw_jobs_stop(session->place.jobs);
    mw_lab_close(session->lab);
    json_decref(session->opening);
    json_decref(session->open_run);
    json_decref(session->results);
    json_decref(session->machine);
    json_decref(session->waiting);
    free(session);
}

void mw_session_ack(mw_session *session, json_int_t number)
{
    if (number > session->acked && number <= session->sent)
        session->acked = number;
    send_view(session);
}

/* What the course map shows without opening the lab. */
static json_t *summary_of(const json_t *view)
{
    const json_t *score = json_object_get(view, "score");
    json_t *summary = json_object();
    json_object_set(summary, "step", json_object_get(json_object_get(view, "step"), "id"));
    json_object_set(summary, "earned", json_object_get(score, "earned"));
    json_object_set(summary, "possible", json_object_get(score, "possible"));
    json_object_set(summary, "finished", json_object_get(view, "finished"));
    return summary;
}

static void send_record(mw_session *session, const json_t *event, const json_t *token,
                        const json_t *reply)
{
    json_t *record =
        json_pack("{s:s, s:I, s:O, s:o}", "t", "record", "seq", session->seq, "event",
                  (json_t *)event, "summary", summary_of(json_object_get(reply, "view")));
    const json_t *version = json_object_get(mw_lab_about(session->lab), "version");
    json_t *verdicts = json_object_get(reply, "verdicts");
    if (version)
        json_object_set(record, "version", (json_t *)version);
    if (json_array_size(verdicts))
        json_object_set(record, "verdicts", verdicts);
    if (token)
        json_object_set(record, "token", (json_t *)token);
    mw_say(session->place.wire, record);
}

static void carry_out(mw_session *session)
{
    json_t *effect = session->open_run;
    if (!effect)
        return;
    if (session->recorded_runs) {
        mw_say(session->place.wire, json_pack("{s:s, s:O}", "t", "need", "run", effect));
        return;
    }
    mw_error error;
    json_t *order = json_copy(effect);
    json_object_set_new(order, "model", json_real(MODEL_SECONDS));
    json_object_set(order, "machine", session->machine);
    mw_status status = mw_jobs_run(session->place.jobs, order, &error);
    json_decref(order);
    if (status != MW_OK)
        mw_session_result(session, json_string_value(json_object_get(effect, "id")), status,
                          mw_reason_told(error.message), NULL);
}

/* The last run effect without a result is what is still open; `new_effect` tells that it changed.
 */
static bool follow_effects(mw_session *session, const json_t *event, const json_t *effects)
{
    const char *name = json_string_value(json_object_get(event, "e"));
    const json_t *open_id = json_object_get(session->open_run, "id");
    if (name && strcmp(name, "result") == 0 && open_id &&
        json_equal(json_object_get(event, "run"), open_id)) {
        json_decref(session->open_run);
        session->open_run = NULL;
    }
    bool new_effect = false;
    size_t index;
    json_t *effect;
    json_array_foreach(effects, index, effect)
    {
        const char *kind = json_string_value(json_object_get(effect, "effect"));
        if (!kind)
            continue;
        bool run = strcmp(kind, "run") == 0;
        if (!run && strcmp(kind, "cancel") != 0)
            continue;
        json_decref(session->open_run);
        session->open_run = run ? json_incref(effect) : NULL;
        if (!run)
            mw_jobs_stop(session->place.jobs);
        new_effect = run;
    }
    return new_effect;
}

/* A measurement that the lab chokes on must not leave it waiting for ever. */
static void replace_result(mw_session *session, const json_t *event, const char *reason)
{
    const char *name = json_string_value(json_object_get(event, "e"));
    const char *how = json_string_value(json_object_get(event, "status"));
    if (name && strcmp(name, "result") == 0 && how && strcmp(how, "ok") == 0)
        mw_session_result(session, json_string_value(json_object_get(event, "run")), MW_INVALID,
                          mw_reason_told(reason), NULL);
}

static void tell_refusal(mw_session *session, const json_t *event, const json_t *recorded,
                         const json_t *token, const mw_error *error)
{
    json_t *message =
        json_pack("{s:s, s:s, s:s, s:O}", "t", "error", "status", mw_status_name(error->code),
                  "message", error->message, "event", (json_t *)event);
    if (token)
        json_object_set(message, "token", (json_t *)token);
    if (recorded)
        json_object_set_new(message, "seq", json_integer(session->seq + 1));
    mw_say(session->place.wire, message);
    if (!recorded)
        replace_result(session, event, error->message);
}

/* Feeds one input; `recorded` marks replay. */
static void take(mw_session *session, const json_t *event, const json_t *recorded,
                 const json_t *token)
{
    mw_error error = {MW_OK, ""};
    json_t *reply = NULL;
    const char *name = json_string_value(json_object_get(event, "e"));
    bracket(session, "enter", name ? name : "input");
    mw_status status = mw_lab_input(session->lab, event, recorded, &reply, &error);
    bracket(session, "leave", name ? name : "input");

    const json_t *machine = json_object_get(event, "machine");
    if (status == MW_OK && machine && name && strcmp(name, "machine") == 0) {
        json_decref(session->machine);
        session->machine = json_incref((json_t *)machine);
    }
    bool replaying = session->backlog > 0;
    if (replaying)
        session->backlog--;
    bool caught_up = replaying && session->backlog == 0;
    if (status != MW_OK) {
        tell_refusal(session, event, recorded, token, &error);
    } else {
        session->seq++;
        if (!recorded)
            send_record(session, event, token, reply);
    }
    bool new_effect =
        status == MW_OK && follow_effects(session, event, json_object_get(reply, "effects"));
    json_t *view = json_object_get(reply, "view");
    if (view && session->backlog == 0)
        offer_view(session, view);
    else if (caught_up)
        show(session);
    if (session->backlog == 0 && (new_effect || caught_up))
        carry_out(session);
    json_decref(reply);
}

void mw_session_input(mw_session *session, const json_t *message)
{
    const json_t *event = json_object_get(message, "event");
    const json_t *recorded = json_object_get(message, "recorded");
    if (recorded && !event)
        event = json_object_get(recorded, "event");
    json_t *machine = json_object_get(event, "machine");
    if (!recorded && json_is_object(machine))
        mw_report_machine_complete(machine);
    take(session, event, recorded, json_object_get(message, "token"));
}

void mw_session_result(mw_session *session, const char *run, mw_status status, mw_reason reason,
                       json_t *body)
{
    json_t *event = body ? body : json_object();
    json_object_set_new(event, "e", json_string("result"));
    json_object_set_new(event, "run", json_string(run ? run : ""));
    json_object_set_new(event, "status", json_string(mw_status_name(status)));
    if (status != MW_OK && mw_reason_is(&reason))
        json_object_set_new(event, "reason", mw_reason_to_json(&reason));
    json_array_append_new(session->results, event);
}

void mw_session_give_up(mw_session *session)
{
    if (session->open_run && json_array_size(session->results) == 0)
        mw_session_result(session, json_string_value(json_object_get(session->open_run, "id")),
                          MW_CANCELLED, mw_reason_of(MW_REASON_CANCELLED, NULL), NULL);
}

bool mw_session_has_results(const mw_session *session)
{
    return json_array_size(session->results) > 0;
}

void mw_session_step(mw_session *session)
{
    json_t *event = json_incref(json_array_get(session->results, 0));
    json_array_remove(session->results, 0);
    take(session, event, NULL, NULL);
    json_decref(event);
}
