#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "labs/engine/host/lab_state.h"

enum { INPUT_MAX = 64 * 1024 };

static void pack_into(json_t *object, const char *key, const json_t *value)
{
    if (value)
        json_object_set(object, key, (json_t *)value);
}

/* ---- opening ---- */

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
        json_t *course = json_load_file(path, 0, NULL);
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
        bits = (uint64_t)mw_host_now_ms();
    snprintf(seed, 64, "%016" PRIx64, bits);
}

/* What is looked at must have been recorded. */
static mw_status load_records(mw_host *host, mw_host_lab *lab, const mw_lab_options *options,
                              mw_error *error)
{
    mw_status status = MW_OK;
    if (options->transcript) {
        lab->attempt.records = json_deep_copy(options->transcript);
        snprintf(lab->attempt.seed, sizeof lab->attempt.seed, "%s",
                 options->seed ? options->seed : "");
    } else if (host->progress) {
        status = mw_progress_load(host->progress, lab->name, &lab->attempt, error);
    }
    if (!status && json_array_size(lab->attempt.records) == 0) {
        json_decref(lab->attempt.records);
        status = mw_fail(error, MW_INVALID, "nothing is recorded of %.300s yet", lab->name);
    }
    if (!status)
        lab->transcript = lab->attempt.records;
    lab->attempt.records = NULL;
    return status;
}

static mw_status load_attempt(mw_host *host, mw_host_lab *lab, const mw_lab_options *options,
                              mw_error *error)
{
    mw_status status = MW_OK;
    if (host->progress && !options->fresh)
        status = mw_progress_load(host->progress, lab->name, &lab->attempt, error);
    if (status)
        return status;
    /* Another seed is another variant, so another attempt. */
    bool other_seed =
        options->seed && lab->attempt.id && strcmp(options->seed, lab->attempt.seed) != 0;
    if (!lab->attempt.id || other_seed) {
        json_decref(lab->attempt.records);
        memset(&lab->attempt, 0, sizeof lab->attempt);
        if (host->progress)
            lab->attempt.id = mw_progress_new_attempt(host->progress);
        if (options->seed)
            snprintf(lab->attempt.seed, sizeof lab->attempt.seed, "%s", options->seed);
        else
            fresh_seed(lab->attempt.seed);
    }
    lab->transcript = lab->attempt.records ? lab->attempt.records : json_array();
    lab->attempt.records = NULL;
    return MW_OK;
}

static int64_t last_seq(const json_t *transcript)
{
    size_t count = json_array_size(transcript);
    return count ? json_integer_value(json_object_get(json_array_get(transcript, count - 1), "seq"))
                 : 0;
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

static mw_status send_input(mw_host *host, const json_t *entry, mw_error *error)
{
    return mw_host_send(host,
                        json_pack("{s:s, s:O, s:O}", "t", "input", "token",
                                  json_object_get(entry, "token"), "event",
                                  json_object_get(entry, "event")),
                        error);
}

json_t *mw_lab_put_in_flight(mw_host_lab *lab, json_t *event)
{
    json_t *entry = json_pack("{s:I, s:o}", "token", ++lab->last_token, "event", event);
    json_array_append_new(lab->inflight, entry);
    return entry;
}

mw_status mw_lab_begin(mw_host *host, mw_error *error)
{
    mw_host_lab *lab = host->lab;
    mw_status status = mw_host_ensure_worker(host, error);
    if (status)
        return status;
    lab->taken = 0;
    json_decref(lab->about);
    lab->about = NULL;
    json_decref(lab->view);
    lab->view = NULL;

    size_t index, backlog = json_array_size(lab->transcript) + json_array_size(lab->inflight);
    json_t *each, *message = json_copy(lab->open);
    lab->open_id = ++host->last_id;
    json_object_set_new(message, "id", json_integer(lab->open_id));
    json_object_set_new(message, "backlog", json_integer((json_int_t)backlog));
    status = mw_host_send(host, message, error);
    json_array_foreach(lab->transcript, index, each)
    {
        if (!status)
            status =
                mw_host_send(host, json_pack("{s:s, s:O}", "t", "input", "recorded", each), error);
    }
    json_array_foreach(lab->inflight, index, each)
    {
        if (!status)
            status = send_input(host, each, error);
    }
    return status;
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

mw_status mw_host_lab_open(mw_host *host, const mw_lab_options *options, mw_error *error)
{
    mw_host_lab_close(host);
    mw_host_lab *lab = calloc(1, sizeof *lab);
    if (!lab)
        return mw_fail(error, MW_NO_MEMORY, "no memory for the lab");
    lab->dir = strdup(options->dir);
    lab->name = lab_name(options->dir);
    lab->inflight = json_array();
    lab->look = options->look;
    mw_status status = (options->look ? load_records : load_attempt)(host, lab, options, error);
    lab->last_seq = last_seq(lab->transcript);
    if (!status && options->measurements)
        status = mw_recording_open(&lab->recording, options->measurements, error);
    const char *measured = json_string_value(json_object_get(options->measurements, "measured"));
    measured = measured ? measured : options->measured;
    if (measured)
        snprintf(lab->measured, sizeof lab->measured, "%s", measured);
    else
        mw_date_write(lab->attempt.measured_at, lab->measured);
    if (status) {
        lab_free(lab);
        return status;
    }
    lab->stored = !options->look && host->progress && !mw_progress_readonly(host->progress);
    const char *locale = options->locale ? options->locale : "en";
    lab->open =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "t", "open", "dir", options->dir, "locale",
                  locale, "seed", lab->attempt.seed, "scripts", host->paths.scripts, "readonly",
                  !lab->stored, "recorded", options->look || lab->recording != NULL);
    if (!lab->open) {
        lab_free(lab);
        return mw_fail(error, MW_INVALID, "the lab's folder, locale or seed is not UTF-8");
    }
    pack_into(lab->open, "machine", options->machine);
    host->lab = lab;

    /* The first input of an attempt is the machine; a machine measured anew is an input too. */
    const json_t *known = last_machine(lab);
    if (!known || (options->machine && !is_same_machine(known, options->machine))) {
        json_t *event = json_pack("{s:s}", "e", "machine");
        json_object_set_new(event, "machine",
                            options->machine ? json_incref((json_t *)options->machine)
                                             : json_object());
        mw_lab_put_in_flight(lab, event);
    }
    status = mw_lab_begin(host, error);
    if (status)
        mw_host_lab_close(host);
    return status;
}

void mw_host_lab_close(mw_host *host)
{
    if (!host->lab)
        return;
    lab_free(host->lab);
    host->lab = NULL;
    mw_host_forget_views(host, true);
    if (host->process.pid)
        mw_host_send(host, json_pack("{s:s}", "t", "close"), NULL);
}

mw_status mw_host_input(mw_host *host, json_t *event, mw_error *error)
{
    mw_host_lab *lab = host->lab;
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
    return host->process.pid ? send_input(host, entry, error) : MW_OK;
}

const char *mw_host_seed(const mw_host *host)
{
    return host->lab ? host->lab->attempt.seed : "";
}

const char *mw_host_measured(const mw_host *host)
{
    return host->lab ? host->lab->measured : "";
}

const json_t *mw_host_transcript(const mw_host *host)
{
    return host->lab ? host->lab->transcript : NULL;
}

/* ---- what the worker says ---- */

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

/* What comes from a recording was measured when that was made. */
static void note_measured(mw_host_lab *lab, const json_t *event, int64_t now)
{
    const char *what = json_string_value(json_object_get(event, "e"));
    if (what && strcmp(what, "result") == 0 && !lab->recording)
        mw_date_write(now, lab->measured);
}

static void take_record(mw_host *host, const json_t *message)
{
    mw_host_lab *lab = host->lab;
    land(lab, json_object_get(message, "token"));
    const json_t *digest = json_object_get(lab->about, "digest");
    json_t *record = json_pack("{s:I, s:O}", "seq", (json_int_t)++lab->last_seq, "event",
                               json_object_get(message, "event"));
    pack_into(record, "version", json_object_get(message, "version"));
    pack_into(record, "verdicts", json_object_get(message, "verdicts"));
    pack_into(record, "digest", digest);
    json_array_append_new(lab->transcript, record);
    lab->deaths = 0;
    int64_t now = mw_date_now();
    note_measured(lab, json_object_get(message, "event"), now);
    if (lab->stored)
        lab->ticket =
            mw_progress_append(host->progress, lab->name, &lab->attempt, lab->last_seq, now, record,
                               json_string_value(digest), json_object_get(message, "summary"));
}

static void take_view(mw_host *host, const json_t *message)
{
    mw_host_lab *lab = host->lab;
    json_decref(lab->view);
    lab->view = json_incref(json_object_get(message, "view"));
    json_object_set_new(lab->view, "after", json_integer(lab->last_seq));
    json_object_set_new(lab->view, "measured",
                        *lab->measured ? json_string(lab->measured) : json_null());
    lab->view_number = json_integer_value(json_object_get(message, "n"));
    lab->view_ticket = lab->ticket;
    mw_lab_commits(host);
}

static uint64_t committed_now(mw_host *host)
{
    if (!host->progress)
        return UINT64_MAX;
    bool kept = !mw_progress_failed(host->progress);
    uint64_t committed = mw_progress_committed(host->progress);
    if (kept && mw_progress_failed(host->progress))
        mw_host_tell_error(host, MW_IO, "%s", mw_progress_notice(host->progress));
    return committed;
}

void mw_lab_commits(mw_host *host)
{
    mw_host_lab *lab = host->lab;
    uint64_t committed = committed_now(host);
    if (lab && lab->view && (!lab->stored || committed >= lab->view_ticket)) {
        mw_host_tell_view(host, lab->view, lab->view_number);
        lab->view = NULL;
    }
}

/* A run that the recording answers. */
static void take_need(mw_host *host, const json_t *message)
{
    mw_host_lab *lab = host->lab;
    if (lab->look)
        return; /* what was still to run stays so */
    const json_t *run = json_object_get(message, "run");
    json_t *event = lab->recording ? mw_recording_answer(lab->recording, run) : NULL;
    if (!event) {
        char reason[320];
        char *args = json_dumps(json_object_get(run, "args"), JSON_COMPACT | JSON_SORT_KEYS);
        const char *id = json_string_value(json_object_get(run, "id"));
        const char *kernel = json_string_value(json_object_get(run, "kernel"));
        snprintf(reason, sizeof reason, "the recording has no measurement of %s %s (run '%s')",
                 kernel ? kernel : "?", args ? args : "", id ? id : "?");
        free(args);
        mw_host_tell_error(host, MW_INVALID, "%s", reason);
        event = json_pack("{s:s, s:s, s:s, s:s}", "e", "result", "run", id ? id : "", "status",
                          "absent", "reason", reason);
    }
    send_input(host, mw_lab_put_in_flight(lab, event), NULL);
}

/* A recorded input that this version of the lab refuses: said, and not replayed again. */
static void forget_record(mw_host_lab *lab, json_int_t place)
{
    if (place >= 1 && (size_t)place <= json_array_size(lab->transcript))
        json_array_remove(lab->transcript, (size_t)place - 1);
}

static bool take_error(mw_host *host, json_t *message)
{
    mw_host_lab *lab = host->lab;
    const json_t *id = json_object_get(message, "id"), *seq = json_object_get(message, "seq");
    bool opening = json_is_integer(id) && json_integer_value(id) == lab->open_id;
    if (!opening && !json_object_get(message, "event"))
        return false;
    if (opening) {
        lab->failed = true;
        json_object_set_new(message, "what", json_string("open"));
    } else {
        json_object_set_new(message, "what", json_string("input"));
        land(lab, json_object_get(message, "token"));
        lab->taken--; /* it stands in neither list any more */
        if (json_is_integer(seq))
            forget_record(lab, json_integer_value(seq));
    }
    json_object_del(message, "t");
    mw_host_tell(host, MW_HOST_ERROR, json_incref(message));
    return true;
}

static void take_leave(mw_host *host, const json_t *message)
{
    (void)message;
    host->lab->taken++;
}

static bool is_open_answer(const mw_host_lab *lab, const json_t *message)
{
    const json_t *id = json_object_get(message, "id");
    return json_is_integer(id) && json_integer_value(id) == lab->open_id;
}

/* Everything before the answer to our `open` is about a lab that was closed. */
bool mw_lab_message(mw_host *host, const char *type, json_t *message)
{
    mw_host_lab *lab = host->lab;
    if (lab && strcmp(type, "error") == 0)
        return take_error(host, message);
    if (lab && strcmp(type, "answer") == 0 && is_open_answer(lab, message)) {
        json_decref(lab->about);
        lab->about = json_incref(json_object_get(message, "body"));
        lab->taken = 1;
        json_object_del(message, "t");
        json_object_set_new(message, "what", json_string("open"));
        mw_host_tell(host, MW_HOST_ANSWER, json_incref(message));
        return true;
    }
    static const struct {
        const char *type;
        void (*take)(mw_host *host, const json_t *message);
    } takers[] = {
        {"record", take_record}, {"view", take_view}, {"need", take_need}, {"leave", take_leave}};
    for (size_t i = 0; i < sizeof takers / sizeof *takers; i++) {
        if (strcmp(type, takers[i].type) == 0) {
            if (lab && lab->about)
                takers[i].take(host, message);
            return true;
        }
    }
    return false;
}
