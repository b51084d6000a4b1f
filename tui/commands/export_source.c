/* export_source.c: replays a file or an attempt until the view with the picture comes by. */
#include "tui/commands/export_source.h"

#include <math.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/reason.h"
#include "tui/commands/console.h"
#include "tui/commands/front.h"
#include "tui/view/machine.h"

/* ---- files ---- */

/* A recording is one object with results; a transcript is JSON Lines that end in a summary. */
typedef struct input {
    json_t *recording, *transcript;
    char lab[128], seed[64], measured[32];
} input;

static void input_free(input *in)
{
    json_decref(in->recording);
    json_decref(in->transcript);
}

static void keep_names(const json_t *object, input *in)
{
    snprintf(in->lab, sizeof in->lab, "%s", mw_json_text(object, "lab"));
    snprintf(in->seed, sizeof in->seed, "%s", mw_json_text(object, "seed"));
    snprintf(in->measured, sizeof in->measured, "%s", mw_json_text(object, "measured"));
}

static mw_status take_line(const char *path, int number, const char *line, input *in,
                           mw_error *error)
{
    json_error_t problem;
    json_t *json = json_loads(line, JSON_REJECT_DUPLICATES, &problem);
    if (!json)
        return mw_fail(error, MW_INVALID, "%.300s:%d: not JSON: %.100s", path, number,
                       problem.text);
    const json_t *summary = json_object_get(json, "summary");
    mw_status status = MW_OK;
    if (json_is_object(json_object_get(json, "event")))
        json_array_append(in->transcript, json);
    else if (json_is_object(summary))
        keep_names(summary, in);
    else
        status =
            mw_fail(error, MW_INVALID,
                    "%.300s:%d: neither a recording nor a record of a transcript; 'memwall run "
                    "LAB --record FILE' and 'run LAB --json' write them",
                    path, number);
    json_decref(json);
    return status;
}

static mw_status read_lines(const char *path, char *text, input *in, mw_error *error)
{
    mw_status status = MW_OK;
    int number = 0;
    in->transcript = json_array();
    for (char *line = strsep(&text, "\n"); line && status == MW_OK; line = strsep(&text, "\n")) {
        number++;
        if (line[strspn(line, " \t\r")])
            status = take_line(path, number, line, in, error);
    }
    if (status == MW_OK && json_array_size(in->transcript) == 0)
        status = mw_fail(error, MW_INVALID, "%.300s: the file holds no records", path);
    return status;
}

static mw_status read_input(const char *path, input *in, mw_error *error)
{
    char *text;
    size_t size;
    mw_status status = mw_file_read(path, MW_FILE_NAMED, MW_JSON_NAMED_MOST, &text, &size, error);
    if (status != MW_OK)
        return status;
    if (strlen(text) != size) {
        free(text);
        return mw_fail(error, MW_INVALID, "%.300s: neither a recording nor a transcript", path);
    }
    json_error_t problem = {.line = 0};
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &problem);
    bool one_line = problem.line <= 1 || text[strspn(text, "{ \t\r")] != '\n';
    if (json_is_array(json_object_get(json, "levels")) && !json_object_get(json, "results"))
        status = mw_fail(error, MW_INVALID,
                         "%.300s: this is a machine and no lab: say machine, as in 'memwall export "
                         "roofline machine --from FILE'",
                         path);
    else if (!json && !one_line)
        status = mw_fail(error, MW_INVALID, "%.300s:%d: not JSON: %.100s", path, problem.line,
                         problem.text);
    else if (json_object_get(json, "results") || json_object_get(json, "format")) {
        in->recording = json_incref(json);
        keep_names(in->recording, in);
        status = mw_plain_recording_verify(path, in->recording, error);
    } else {
        status = read_lines(path, text, in, error);
    }
    json_decref(json);
    free(text);
    return status;
}

static void warn(const char *format, ...)
{
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    mw_lines lines;
    mw_lines_open(&lines, stderr);
    mw_lines_print(&lines, "memwall export: %s", text);
}

/* Names of the entries of a list of roofs whose rate is none. */
static void name_flat(const json_t *roofs, const char *rate, const char *const name[2], char *names,
                      size_t size)
{
    size_t i;
    json_t *roof;
    json_array_foreach(roofs, i, roof)
    {
        double value = mw_json_number(roof, rate, 0);
        size_t used = strlen(names);
        if (value > 0 && isfinite(value))
            continue;
        snprintf(names + used, size - used, "%s%.40s%s%.20s", used ? ", " : "",
                 mw_json_text(roof, name[0]), name[1] ? " " : "",
                 name[1] ? mw_json_text(roof, name[1]) : "");
    }
}

/* A roof of 0 has no place in a picture; that it is left out is said. */
static void warn_of_roofs(const json_t *machine)
{
    static const char *const level[] = {"name", NULL}, *const compute[] = {"isa", "dtype"};
    char names[256] = "";
    name_flat(json_object_get(machine, "levels"), "bytes_per_second", level, names, sizeof names);
    name_flat(json_object_get(machine, "compute"), "flops_per_second", compute, names,
              sizeof names);
    if (*names)
        warn("roofs that are not above 0 are left out: %s", names);
}

/* The machine that a file is about: a recording's, or the last one of a transcript. */
static const json_t *machine_in(const input *in)
{
    const json_t *machine = json_object_get(in->recording, "machine");
    size_t i;
    json_t *record;
    json_array_foreach(in->transcript, i, record)
    {
        const json_t *other = json_object_get(json_object_get(record, "event"), "machine");
        machine = other ? other : machine;
    }
    return machine;
}

/* ---- what views there are ---- */

static bool is_counters(const mw_export_source *source)
{
    return strcmp(source->figure, MW_FIGURE_COUNTERS) == 0;
}

typedef struct finder {
    const mw_export_source *source;
    json_t *found, *last; /* the newest view that fits, and the newest of all */
    json_t *shown;        /* of the latest step that only shows what an earlier one ran */
    char having[512];     /* steps that have the figure */
} finder;

static void keep(json_t **slot, json_t *view)
{
    json_decref(*slot);
    *slot = json_incref(view);
}

static json_int_t place_of(const json_t *view)
{
    return json_integer_value(json_object_get(json_object_get(view, "step"), "index"));
}

/* What to draw; the caller's. */
static json_t *finish(finder *f)
{
    json_t *view = f->found ? f->found : f->shown;
    json_decref(f->last);
    if (view != f->shown)
        json_decref(f->shown);
    return view;
}

static void note_having(finder *f, const char *step)
{
    const char *at = strstr(f->having, step);
    size_t used = strlen(f->having), length = strlen(step);
    bool known = at && (at[length] == ',' || !at[length]) && (at == f->having || at[-1] == ' ');
    if (!known)
        snprintf(f->having + used, sizeof f->having - used, "%s%s", used ? ", " : "", step);
}

static void consider(void *context, json_t *view)
{
    finder *f = context;
    const char *step = mw_json_text(json_object_get(view, "step"), "id");
    keep(&f->last, view);
    if (!mw_figure_present(f->source->figure, view))
        return;
    note_having(f, step);
    if (f->source->step ? strcmp(f->source->step, step) == 0
                        : mw_figure_own(f->source->figure, view))
        keep(&f->found, view);
    else if (!f->source->step && place_of(view) >= place_of(f->shown))
        keep(&f->shown, view);
}

static bool is_step(const json_t *view, const char *step)
{
    const json_t *steps = json_object_get(view, "steps");
    for (size_t i = 0; i < json_array_size(steps); i++)
        if (strcmp(mw_json_text(json_array_get(steps, i), "id"), step) == 0)
            return true;
    return false;
}

static int complain_missing(const finder *f)
{
    const char *name = f->source->figure, *step = f->source->step;
    if (step && f->last && !is_step(f->last, step)) {
        char known[512] = "";
        const json_t *steps = json_object_get(f->last, "steps");
        for (size_t i = 0; i < json_array_size(steps); i++) {
            size_t used = strlen(known);
            snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                     mw_json_text(json_array_get(steps, i), "id"));
        }
        return mw_console_refuse(
            "export", "--step '%.60s' is no step of this lab; its steps are %s", step, known);
    }
    if (!*f->having)
        return mw_console_refuse("export", "no step reached so far has %s%s",
                                 is_counters(f->source) ? "" : "a ", name);
    return mw_console_refuse("export", "step '%.60s' has no %s; look in %s", step ? step : "", name,
                             f->having);
}

/* ---- looking at records ---- */

typedef struct looker {
    mw_host *host;
    finder *finder;
    bool opened;     /* a view came since it was last cleared */
    bool refused;    /* or an input was not taken */
    mw_error *error; /* set when the lab cannot be looked at */
    bool failed;
} looker;

/* Only "open" ends the looking. */
static void hear_error(looker *l, const json_t *body)
{
    const char *what = mw_json_text(body, "what");
    char said[MW_REASON_TEXT];
    mw_reason_of_error(body, said);
    if (strcmp(what, "open") == 0) {
        l->failed = true;
        mw_fail(l->error, MW_INVALID, "%s", said);
        return;
    }
    if (json_object_get(body, "left_out") || strcmp(what, "input") != 0)
        warn("%s", said);
    else
        l->refused = true;
}

static void hear(looker *l, const mw_host_event *event)
{
    switch (event->kind) {
    case MW_HOST_VIEW:
        consider(l->finder, mw_view_said(event->body));
        l->opened = true;
        break;
    case MW_HOST_ERROR:
        hear_error(l, event->body);
        break;
    case MW_HOST_DEATH:
        if (json_is_true(json_object_get(event->body, "restarting")))
            break;
        l->failed = true;
        mw_fail(l->error, MW_DEAD, "%s", mw_json_text(event->body, "message"));
        break;
    default:
        break;
    }
}

/* Until a view came or an input was refused. */
static bool wait_view(looker *l)
{
    l->opened = l->refused = false;
    while (!l->opened && !l->refused && !l->failed) {
        struct pollfd fds[MW_HOST_FDS];
        int timeout = -1;
        size_t count = mw_host_fds(l->host, fds, MW_HOST_FDS, &timeout);
        poll(fds, (nfds_t)count, timeout);
        mw_host_pump(l->host);
        mw_host_event event;
        while (mw_host_next(l->host, &event)) {
            hear(l, &event);
            json_decref(event.body);
        }
    }
    return l->opened && !l->failed;
}

/* The first view is that of the last record; earlier steps are looked at by going back to them,
 * from the last one on, until one has the figure. */
static void walk(looker *l)
{
    finder *f = l->finder;
    wait_view(l);
    const char *attempt = mw_json_text(json_object_get(f->last, "attempt"), "text");
    if (*attempt)
        warn("%s", attempt);
    json_t *steps = json_incref(json_object_get(f->last, "steps"));
    for (size_t i = json_array_size(steps); !f->found && !l->failed && i-- > 0;) {
        const char *id = mw_json_text(json_array_get(steps, i), "id");
        if (strcmp(id, mw_json_text(json_object_get(f->last, "step"), "id")) == 0)
            continue;
        mw_error error = {0};
        if (mw_host_input(l->host, json_pack("{s:s, s:s}", "e", "goto", "step", id), &error) !=
            MW_OK)
            break;
        wait_view(l);
    }
    json_decref(steps);
}

static json_t *look(const mw_export_source *source, const input *in, int *code)
{
    mw_error error = {0};
    mw_host *host = NULL;
    mw_paths paths;
    char dir[4096];
    finder f = {.source = source};
    const char *lab = source->lab ? source->lab : *in->lab ? in->lab : NULL;
    mw_host_options options = {.paths = &paths, .keep_progress = !in->transcript};
    mw_lab_options lab_options = {.dir = dir,
                                  .locale = source->language,
                                  .seed = source->seed ? source->seed : in->seed,
                                  .replay_only = true,
                                  .transcript = in->transcript,
                                  .measured = *in->measured ? in->measured : NULL};
    mw_status status = mw_paths_find(&paths, &error);
    if (status == MW_OK)
        status = mw_host_open(&host, &options, &error);
    if (status == MW_OK)
        status = lab ? mw_host_find_lab(host, lab, dir, sizeof dir, &error)
                     : mw_host_last_lab(host, dir, sizeof dir, &error);
    if (status == MW_OK)
        status = mw_host_lab_open(host, &lab_options, &error);
    if (status == MW_OK) {
        looker l = {.host = host, .finder = &f, .error = &error};
        walk(&l);
        status = l.failed ? error.code : MW_OK;
    }
    if (host)
        mw_host_close(host);
    if (status != MW_OK)
        *code = mw_console_complain("export", &error);
    else if (!f.found && !f.shown)
        *code = complain_missing(&f);
    return finish(&f);
}

/* ---- playing a recording ---- */

static json_t *play(const mw_export_source *source, const input *in, int *code)
{
    finder f = {.source = source};
    mw_front front = {.command = "export",
                      .language = source->language,
                      .measurements = source->from,
                      .recording = in->recording,
                      .seed = source->seed,
                      .fresh = true,
                      .demonstrate = true,
                      .silent = true,
                      .seen = consider,
                      .seen_context = &f};
    int ended = mw_front_plain(&front, source->lab ? source->lab : in->lab);
    if (ended != MW_EXIT_OK)
        *code = ended;
    else if (!f.found && !f.shown)
        *code = complain_missing(&f);
    json_t *view = finish(&f);
    if (ended == MW_EXIT_OK)
        return view;
    json_decref(view);
    return NULL;
}

/* ---- the machine ---- */

/* A file is `machine --json`, or a recording, which holds one. */
static json_t *load_machine(const mw_export_source *source, char measured[32], int *code)
{
    measured[0] = '\0';
    if (strcmp(source->from, "last") != 0) {
        mw_error error = {0};
        json_t *json = mw_json_read(source->from, MW_FILE_NAMED, &error);
        json_t *machine = json_object_get(json, "machine");
        machine = json_incref(machine ? machine : json);
        snprintf(measured, 32, "%s", mw_json_text(json, "measured"));
        if (!json)
            *code = mw_console_complain("export", &error);
        json_decref(json);
        return machine;
    }
    mw_host *host = NULL;
    if (!mw_console_open_host("export", &host, code))
        return NULL;
    json_t *machine = mw_host_machine_load(host, NULL);
    mw_host_machine_measured(host, measured);
    mw_host_close(host);
    if (!machine)
        *code = mw_console_refuse("export",
                                  "no roofs are remembered yet; 'memwall machine' measures them");
    return machine;
}

static json_t *machine_view(const mw_export_source *source, int *code)
{
    if (source->step) {
        *code = mw_console_refuse("export", "--step is for labs; the machine has none");
        return NULL;
    }
    char measured[32];
    json_t *machine = load_machine(source, measured, code);
    if (!machine)
        return NULL;
    if (strcmp(source->from, "last") != 0)
        warn_of_roofs(machine);
    json_t *view = mw_machine_view(machine);
    if (*measured)
        json_object_set_new(view, "measured", json_string(measured));
    json_decref(machine);
    if (mw_figure_present(source->figure, view))
        return view;
    if (is_counters(source))
        *code = mw_console_refuse("export", "a machine has no counters: it has a roofline and a "
                                            "sweep; counters are those of a lab");
    else
        *code = mw_console_refuse("export", "%.300s has no %s of a machine",
                                  strcmp(source->from, "last") == 0 ? "memwall" : source->from,
                                  source->figure);
    json_decref(view);
    return NULL;
}

json_t *mw_export_view(const mw_export_source *source, int *code)
{
    input in = {0};
    mw_error error = {0};
    json_t *view = NULL;
    *code = MW_EXIT_FAILED;
    if (source->lab && strcmp(source->lab, "machine") == 0)
        return machine_view(source, code);
    bool last = strcmp(source->from, "last") == 0;
    if (!last && read_input(source->from, &in, &error) != MW_OK)
        *code = mw_console_complain("export", &error);
    else if (!last && !source->lab && !*in.lab)
        *code = mw_console_refuse("export", "%.300s does not say which lab it is of; name the lab",
                                  source->from);
    else {
        warn_of_roofs(machine_in(&in));
        view = in.recording ? play(source, &in, code) : look(source, &in, code);
    }
    input_free(&in);
    return view;
}
