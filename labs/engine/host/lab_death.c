/* lab_death.c: what becomes of the input and the run under which a worker died. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/host/lab_state.h"

bool mw_lab_wants_worker(const void *context)
{
    const mw_host_lab *lab = context;
    return !lab->failed;
}

bool mw_lab_is_opening(const void *context)
{
    const mw_host_lab *lab = context;
    return !lab->failed && !lab->about;
}

/* The input under way: number `place` of the transcript, then of what is in flight. */
static const json_t *event_at(const mw_host_lab *lab, size_t place)
{
    size_t records = json_array_size(lab->transcript);
    const json_t *entry = place < records ? json_array_get(lab->transcript, place)
                                          : json_array_get(lab->inflight, place - records);
    return json_object_get(entry, "event");
}

static void close_lab(mw_host_lab *lab, const char *why, const char *reason)
{
    lab->failed = true;
    mw_lab_tell_error(lab, "open", MW_DEAD, "the lab is closed: %s%s", why, reason);
}

/* `entry`: what was in flight, or NULL for a record, which the front end did not send now. */
static void tell_dropped(mw_host_lab *lab, const char *kind, const json_t *entry)
{
    char message[160];
    snprintf(message, sizeof message,
             "the input '%.40s' was left out: the worker died again and again while taking it",
             kind);
    mw_worker_tell(lab->worker, MW_HOST_ERROR,
                   json_pack("{s:s, s:s, s:s, s:O*}", "what", "input", "status",
                             mw_status_name(MW_DEAD), "message", message, "token",
                             json_object_get(entry, "token")));
}

/* `taken` counts the opening too. A worker may die in the callback of an input, or before it could
 * send the record of one whose callback came back. */
static void drop_culprit(mw_host_lab *lab, const char *reason, bool in_callback)
{
    size_t place = lab->taken - 1, records = json_array_size(lab->transcript);
    const char *kind =
        lab->taken ? json_string_value(json_object_get(event_at(lab, place), "e")) : NULL;
    if (!kind || (in_callback &&
                  strncmp(kind, lab->worker->callback, sizeof lab->worker->callback - 1) != 0)) {
        /* The lab itself, or a result that the worker made: nothing can be left out. */
        close_lab(lab, "", reason);
        return;
    }
    tell_dropped(lab, kind,
                 place < records ? NULL : json_array_get(lab->inflight, place - records));
    if (place >= records) {
        json_array_remove(lab->inflight, place - records);
        return;
    }
    if (lab->stored)
        mw_progress_drop(
            lab->progress, lab->attempt.id,
            json_integer_value(json_object_get(json_array_get(lab->transcript, place), "seq")));
    json_array_remove(lab->transcript, place);
}

/* A kernel that takes its worker with it is tried once more; then its death is its result. */
static void settle_run(mw_host_lab *lab, const mw_reason *reason)
{
    const char *run = json_string_value(lab->worker->run.id);
    if (!lab->worker->run.active || !run)
        return;
    bool cancelled = reason->id == MW_REASON_CANCELLED;
    bool again = !cancelled && !(lab->fallen_run && strcmp(lab->fallen_run, run) == 0);
    free(lab->fallen_run);
    lab->fallen_run = strdup(run);
    if (!again)
        mw_lab_put_in_flight(lab,
                             json_pack("{s:s, s:s, s:s, s:o}", "e", "result", "run", run, "status",
                                       mw_status_name(cancelled ? MW_CANCELLED : MW_DEAD), "reason",
                                       mw_reason_to_json(reason)));
}

void mw_lab_mourn(void *context, const mw_worker_death *death)
{
    mw_host_lab *lab = context;
    mw_events_forget_views(lab->worker->events, false);
    if (lab->failed)
        return;
    if (lab->death_place != lab->taken)
        lab->deaths = 0;
    /* A crash may be bad luck three times; what did not return twice in 2 s never will. */
    if (death->in_callback || lab->taken == 0 || event_at(lab, lab->taken - 1))
        lab->deaths += lab->worker->overdue ? 2 : 1;
    lab->death_place = lab->taken;
    lab->restarts++;
    if (lab->worker->early_deaths >= MW_DEATHS_MAX) {
        close_lab(lab, "", death->message);
    } else if (lab->deaths >= MW_DEATHS_MAX) {
        drop_culprit(lab, death->message, death->in_callback);
        lab->deaths = lab->restarts = 0;
    } else if (lab->restarts >= MW_RESTARTS_MAX) {
        close_lab(lab, "its workers ended one after another: ", death->message);
    }
    if (lab->failed)
        return;
    settle_run(lab, &death->run);
    mw_error error;
    if (mw_lab_begin(lab, &error) != MW_OK) {
        lab->failed = true;
        mw_lab_tell_error(lab, "open", error.code, "%s", error.message);
    }
}
