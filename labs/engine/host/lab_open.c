/* lab_open.c: finds the attempt to go on with, and replays it into a worker. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "labs/engine/host/lab_state.h"
#include "labs/engine/wire/json_file.h"

static void pack_into(json_t *object, const char *key, const json_t *value)
{
    if (value)
        json_object_set(object, key, (json_t *)value);
}

/* "course/folder" inside a course, else the whole path: what progress is filed under. */
static char *lab_name(const char *dir)
{
    char *full = realpath(dir, NULL);
    if (!full)
        return strdup(dir);
    char *name = NULL, *folder = strrchr(full, '/');
    char path[4200];
    if (folder && folder > full) {
        snprintf(path, sizeof path, "%.*s/course.json", (int)(folder - full), full);
        json_t *course = mw_json_read(path, MW_FILE_FOUND, NULL);
        const char *id = json_string_value(json_object_get(course, "id"));
        if (id && asprintf(&name, "%s%s", id, folder) < 0)
            name = NULL;
        json_decref(course);
    }
    if (!name)
        return full;
    free(full);
    return name;
}

static void fresh_seed(char seed[64])
{
    uint64_t bits = 0;
    if (getrandom(&bits, sizeof bits, 0) != (ssize_t)sizeof bits)
        bits = (uint64_t)mw_now_ms();
    snprintf(seed, 64, "%016" PRIx64, bits);
}

/* What is looked at must have been recorded. */
static mw_status load_records(mw_host_lab *lab, const mw_lab_options *options, mw_error *error)
{
    mw_status status = MW_OK;
    if (options->transcript) {
        lab->attempt.records = json_deep_copy(options->transcript);
        snprintf(lab->attempt.seed, sizeof lab->attempt.seed, "%s",
                 options->seed ? options->seed : "");
        lab->attempt.last_seq = (int64_t)json_array_size(lab->attempt.records);
    } else if (lab->progress) {
        status = mw_progress_load(lab->progress, lab->name, &lab->attempt, error);
    }
    if (status == MW_OK && json_array_size(lab->attempt.records) == 0) {
        json_decref(lab->attempt.records);
        status = mw_fail(error, MW_INVALID, "nothing is recorded of %.300s yet", lab->name);
    }
    if (status == MW_OK)
        lab->transcript = lab->attempt.records;
    lab->attempt.records = NULL;
    return status;
}

static mw_status load_attempt(mw_host_lab *lab, const mw_lab_options *options, mw_error *error)
{
    mw_status status = MW_OK;
    if (lab->progress && !options->fresh)
        status = mw_progress_load(lab->progress, lab->name, &lab->attempt, error);
    if (status != MW_OK)
        return status;
    /* Another seed is another variant, so another attempt. */
    bool other_seed =
        options->seed && lab->attempt.id && strcmp(options->seed, lab->attempt.seed) != 0;
    if (!lab->attempt.id || other_seed) {
        json_decref(lab->attempt.records);
        memset(&lab->attempt, 0, sizeof lab->attempt);
        if (lab->progress)
            lab->attempt.id = mw_progress_new_attempt(lab->progress);
        if (options->seed)
            snprintf(lab->attempt.seed, sizeof lab->attempt.seed, "%s", options->seed);
        else
            fresh_seed(lab->attempt.seed);
    }
    lab->transcript = lab->attempt.records ? lab->attempt.records : json_array();
    lab->attempt.records = NULL;
    return MW_OK;
}

static void lab_free(mw_host_lab *lab)
{
    if (!lab)
        return;
    free(lab->dir);
    free(lab->name);
    free(lab->fallen_run);
    json_decref(lab->open);
    json_decref(lab->about);
    json_decref(lab->transcript);
    json_decref(lab->inflight);
    json_decref(lab->view);
    mw_recording_close(lab->recording);
    free(lab);
}

/* What the store, or a file, has in the place of a record. */
static void leave_out_unfit(mw_host_lab *lab)
{
    for (size_t i = 0; i < json_array_size(lab->transcript);) {
        const json_t *record = json_array_get(lab->transcript, i);
        const char *why = json_string_value(json_object_get(record, "unfit"));
        /* Those of a file did not come through the store, which has looked already. */
        if (!why && lab->replay_only && json_dumpb(record, NULL, 0, JSON_COMPACT) > MW_RECORD_MOST)
            why = "it is longer than a record can be";
        if (why)
            mw_lab_leave_out(lab, i + 1, why);
        else
            i++;
    }
}

static const json_t *last_machine(const mw_host_lab *lab)
{
    for (size_t i = json_array_size(lab->transcript); i-- > 0;) {
        const json_t *event = json_object_get(json_array_get(lab->transcript, i), "event");
        const char *kind = json_string_value(json_object_get(event, "e"));
        if (kind && strcmp(kind, "machine") == 0)
            return json_object_get(event, "machine");
    }
    return NULL;
}

/* What the worker added to a machine when it took it (memory and counters of that day) does not
 * make it another one. */
static bool is_same_machine(const json_t *known, const json_t *offered)
{
    json_t *plain = json_copy((json_t *)known);
    static const char *const added[] = {"memory_limit_bytes", "hardware"};
    for (size_t i = 0; i < sizeof added / sizeof *added; i++)
        if (!json_object_get(offered, added[i]))
            json_object_del(plain, added[i]);
    bool same = json_equal(plain, offered);
    json_decref(plain);
    return same;
}

/* What is played, and when it was measured. */
static mw_status load(mw_host_lab *lab, const mw_lab_options *options, mw_error *error)
{
    mw_status status = (options->replay_only ? load_records : load_attempt)(lab, options, error);
    lab->last_seq = lab->attempt.last_seq;
    if (status == MW_OK && options->measurements)
        status = mw_recording_open(&lab->recording, options->measurements, error);
    const char *measured = json_string_value(json_object_get(options->measurements, "measured"));
    measured = measured ? measured : options->measured;
    if (measured)
        snprintf(lab->measured, sizeof lab->measured, "%s", measured);
    else
        mw_date_write(lab->attempt.measured_at, lab->measured);
    return status;
}

static mw_status pack_open(mw_host_lab *lab, const mw_lab_place *place,
                           const mw_lab_options *options, mw_error *error)
{
    const char *locale = options->locale ? options->locale : "en";
    lab->open =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "t", "open", "dir", options->dir, "locale",
                  locale, "seed", lab->attempt.seed, "scripts", place->scripts, "readonly",
                  !lab->stored, "recorded", options->replay_only || lab->recording != NULL);
    if (!lab->open)
        return mw_fail(error, MW_INVALID, "the lab's folder, locale or seed is not UTF-8");
    pack_into(lab->open, "machine", options->machine);
    return MW_OK;
}

/* The first input of an attempt is the machine; a machine measured anew is an input too. */
static void put_machine(mw_host_lab *lab, const json_t *machine)
{
    const json_t *known = last_machine(lab);
    if (known && (!machine || is_same_machine(known, machine)))
        return;
    json_t *event = json_pack("{s:s}", "e", "machine");
    json_object_set_new(event, "machine", machine ? json_incref((json_t *)machine) : json_object());
    mw_lab_put_in_flight(lab, event);
}

mw_status mw_lab_open(mw_host_lab **lab, const mw_lab_place *place, const mw_lab_options *options,
                      mw_error *error)
{
    mw_host_lab *made = calloc(1, sizeof *made);
    *lab = NULL;
    if (!made)
        return mw_fail(error, MW_NO_MEMORY, "no memory for the lab");
    made->worker = place->worker;
    made->progress = place->progress;
    made->dir = strdup(options->dir);
    made->name = lab_name(options->dir);
    made->inflight = json_array();
    made->replay_only = options->replay_only;
    mw_status status = load(made, options, error);
    made->stored = !options->replay_only && made->progress && !mw_progress_readonly(made->progress);
    if (status == MW_OK)
        status = pack_open(made, place, options, error);
    if (status != MW_OK) {
        lab_free(made);
        return status;
    }
    made->worker->owner =
        (mw_worker_owner){made, mw_lab_hear, mw_lab_wants_worker, mw_lab_is_opening, mw_lab_mourn};
    leave_out_unfit(made);
    put_machine(made, options->machine);
    status = mw_lab_begin(made, error);
    if (status != MW_OK)
        mw_lab_close(made);
    else
        *lab = made;
    return status;
}

void mw_lab_close(mw_host_lab *lab)
{
    if (!lab)
        return;
    mw_worker *worker = lab->worker;
    worker->owner = (mw_worker_owner){0};
    lab_free(lab);
    mw_events_forget_views(worker->events, true);
    if (worker->process.pid)
        mw_worker_send(worker, json_pack("{s:s}", "t", "close"), NULL);
}
