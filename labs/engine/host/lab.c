#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "labs/engine/host/recording.h"
#include "labs/engine/host/state.h"

/*
 * The transcript is the truth: the worker can die at any moment, a new one takes the transcript and
 * then what was on its way. An input leaves `inflight` when its record or its refusal comes back.
 */
struct mw_host_lab {
    char *dir, *name; /* name: how the store calls it */
    json_t *open;     /* the `open` message, without id and backlog */
    mw_recording *recording;
    mw_attempt attempt;
    bool stored; /* records go to the store */

    json_t *about; /* the answer to `open`, or NULL */
    long open_id;
    bool failed;
    json_t *transcript;
    json_t *inflight; /* [{"token","event"}] */
    json_int_t last_token;
    int64_t last_seq;

    json_t *view; /* waits until `view_ticket` is committed */
    json_int_t view_number;
    uint64_t ticket, view_ticket;

    size_t taken;       /* callbacks that came back since the worker began */
    size_t death_place; /* `taken` at the last death */
    int deaths;         /* in a row at that place */
    char *fallen_run;   /* the run during which a worker died, to try it once more only */
};

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
    size_t count = json_array_size(lab->transcript);
    if (count)
        lab->last_seq =
            json_integer_value(json_object_get(json_array_get(lab->transcript, count - 1), "seq"));
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

static void send_input(mw_host *host, const json_t *entry)
{
    mw_error error;
    mw_status status = mw_host_send(host,
                                    json_pack("{s:s, s:O, s:O}", "t", "input", "token",
                                              json_object_get(entry, "token"), "event",
                                              json_object_get(entry, "event")),
                                    &error);
    if (status)
        mw_host_tell_error(host, status, "%s", error.message);
}

static json_t *put_in_flight(mw_host_lab *lab, json_t *event)
{
    json_t *entry = json_pack("{s:I, s:o}", "token", ++lab->last_token, "event", event);
    json_array_append_new(lab->inflight, entry);
    return entry;
}

/* Tells a worker everything: the lab, what was recorded, what is on its way. */
static mw_status begin(mw_host *host, mw_error *error)
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
    json_array_foreach(lab->transcript, index, each) if (!status) status =
        mw_host_send(host, json_pack("{s:s, s:O}", "t", "input", "recorded", each), error);
    json_array_foreach(lab->inflight, index, each) if (!status) send_input(host, each);
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
    mw_status status = load_attempt(host, lab, options, error);
    if (!status && options->measurements)
        status = mw_recording_open(&lab->recording, options->measurements, error);
    if (status) {
        lab_free(lab);
        return status;
    }
    lab->stored = host->progress && !mw_progress_readonly(host->progress);
    const char *locale = options->locale ? options->locale : "en";
    lab->open =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "t", "open", "dir", options->dir, "locale",
                  locale, "seed", lab->attempt.seed, "scripts", host->paths.scripts, "readonly",
                  !lab->stored, "recorded", lab->recording != NULL);
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
        put_in_flight(lab, event);
    }
    status = begin(host, error);
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
    json_t *entry = put_in_flight(lab, event);
    if (host->process.pid)
        send_input(host, entry);
    return MW_OK;
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
    if (lab->stored)
        lab->ticket =
            mw_progress_append(host->progress, lab->name, &lab->attempt, lab->last_seq, record,
                               json_string_value(digest), json_object_get(message, "summary"));
}

static void take_view(mw_host *host, const json_t *message)
{
    mw_host_lab *lab = host->lab;
    json_decref(lab->view);
    lab->view = json_incref(json_object_get(message, "view"));
    json_object_set_new(lab->view, "after", json_integer(lab->last_seq));
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
    send_input(host, put_in_flight(lab, event));
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

/* ---- deaths ---- */

bool mw_lab_wants_worker(const mw_host *host)
{
    return host->lab && !host->lab->failed;
}

/* The input under way: number `place` of the transcript, then of what is in flight. */
static const json_t *event_at(const mw_host_lab *lab, size_t place)
{
    size_t records = json_array_size(lab->transcript);
    const json_t *entry = place < records ? json_array_get(lab->transcript, place)
                                          : json_array_get(lab->inflight, place - records);
    return json_object_get(entry, "event");
}

/* `taken` counts the opening too. */
static void drop_culprit(mw_host *host, const char *reason)
{
    mw_host_lab *lab = host->lab;
    size_t place = lab->taken - 1, records = json_array_size(lab->transcript);
    const char *kind =
        lab->taken ? json_string_value(json_object_get(event_at(lab, place), "e")) : NULL;
    if (!kind || strncmp(kind, host->callback, sizeof host->callback - 1) != 0) {
        /* The lab itself, or a result that the worker made: nothing can be left out. */
        lab->failed = true;
        mw_host_tell_error(host, MW_DEAD, "the lab is closed: %s", reason);
        return;
    }
    mw_host_tell_error(
        host, MW_DEAD,
        "the input '%s' was left out: the worker died again and again while taking it", kind);
    if (place >= records) {
        json_array_remove(lab->inflight, place - records);
        return;
    }
    if (lab->stored)
        mw_progress_drop(
            host->progress, lab->attempt.id,
            json_integer_value(json_object_get(json_array_get(lab->transcript, place), "seq")));
    json_array_remove(lab->transcript, place);
}

/* A kernel that takes its worker with it is tried once more; then its death is its result. */
static void settle_run(mw_host *host, const char *reason, bool cancelled)
{
    mw_host_lab *lab = host->lab;
    const char *run = json_string_value(host->run.id);
    if (!host->run.active || !run)
        return;
    bool again = !cancelled && !(lab->fallen_run && strcmp(lab->fallen_run, run) == 0);
    free(lab->fallen_run);
    lab->fallen_run = strdup(run);
    if (!again)
        put_in_flight(lab, json_pack("{s:s, s:s, s:s, s:s}", "e", "result", "run", run, "status",
                                     mw_status_name(cancelled ? MW_CANCELLED : MW_DEAD), "reason",
                                     reason));
}

void mw_lab_worker_died(mw_host *host, const char *reason, bool cancelled, bool in_callback)
{
    mw_host_lab *lab = host->lab;
    if (!mw_lab_wants_worker(host))
        return;
    if (lab->death_place != lab->taken)
        lab->deaths = 0;
    /* A crash may be bad luck three times; what did not return twice in 2 s never will. */
    lab->deaths += host->overdue ? 2 : 1;
    lab->death_place = lab->taken;
    bool stuck = lab->deaths >= MW_DEATHS_MAX;
    if (host->early_deaths >= MW_DEATHS_MAX) {
        lab->failed = true;
        mw_host_tell_error(host, MW_DEAD, "the lab is closed: %s", reason);
        return;
    }
    if (stuck && in_callback) {
        drop_culprit(host, reason);
        lab->deaths = 0;
    }
    if (lab->failed)
        return;
    settle_run(host, reason, cancelled);
    mw_error error;
    if (begin(host, &error)) {
        lab->failed = true;
        mw_host_tell_error(host, error.code, "%s", error.message);
    }
}
