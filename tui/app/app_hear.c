/* app_hear.c: what the host tells becomes the model. */
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/machine.h"
#include "labs/engine/wire/member.h"
#include "labs/locale/reason.h"
#include "labs/locale/utf8.h"
#include "tui/app/app_state.h"
#include "tui/view/view.h"

static void add_log(mw_model *model, const char *text)
{
    if (model->log_count == MW_LOG_LINES) {
        memmove(model->log[0], model->log[1], sizeof model->log - sizeof model->log[0]);
        model->log_count--;
    }
    char *line = model->log[model->log_count++];
    snprintf(line, sizeof model->log[0], "%s", text);
    /* Cut between characters. */
    size_t length = strlen(line);
    if (length + 1 == sizeof model->log[0])
        line[mw_utf8_before(line, length)] = '\0';
}

/* ---- the lab ---- */

static void update_running(mw_app *app)
{
    const json_t *run = json_object_get(app->model.view, "run");
    bool running =
        app->lab_open && (app->run_active || strcmp(mw_json_text(run, "state"), "running") == 0);
    if (running && !app->model.running)
        app->sampled_ms = 0;
    if (!running)
        app->model.cancel_stage = NULL;
    app->model.running = running;
}

/* An attempt of another version of the lab may go on; the notices of the step say so, and this line
 * where they lie below its end. What was just said, that records were left out, is not to be
 * missed. */
static void offer_anew(mw_app *app)
{
    const json_t *attempt = json_object_get(app->model.view, "attempt");
    if (!app->model.message_tone && json_is_true(json_object_get(attempt, "offer")) &&
        !mw_view_asked_fits(&app->model, &app->grid))
        mw_app_say(app, "info", _("begun with version %.40s: go on, or v twice begins anew"),
                   mw_json_text(attempt, "version"));
}

static void hear_view(mw_app *app, json_t *view)
{
    char before[64];
    app->answering = false;
    if (!app->lab_open)
        return;
    snprintf(before, sizeof before, "%s", mw_app_step(app));
    bool first = !app->model.view;
    mw_form_take_view(&app->model, json_incref(view));
    if (first)
        offer_anew(app);
    app->model.lab_problem[0] = '\0';
    if (strcmp(before, mw_app_step(app)) != 0) {
        app->model.panel = MW_PANEL_AUTO;
        app->model.bytes_level[0] = '\0'; /* asked for one picture, not for all to come */
        app->confirm_variant = false;
        app->urgent = true;
    }
    update_running(app);
}

static void hear_run(mw_app *app, const json_t *body)
{
    app->run_active = strcmp(mw_json_text(body, "state"), "started") == 0;
    if (app->run_active) {
        app->history_count = 0;
        app->model.have_counters = false;
        app->model.rate_flops = 0;
    } else if (app->died) {
        app->died = false;
        mw_app_say(app, "info", "%s",
                   _("The worker had to be replaced; what it ran was run again."));
    }
    update_running(app);
}

static void hear_death(mw_app *app, const json_t *body)
{
    const char *message = mw_json_text(body, "message");
    bool ran = app->run_active;
    app->run_active = false;
    update_running(app);
    add_log(&app->model, message);
    app->died = ran && !json_is_true(json_object_get(body, "cancelled"));
    if (!json_is_true(json_object_get(body, "cancelled")))
        mw_app_say(app, "warning", "%s", message);
    else if (ran) /* else it had stopped just before, and what was said then holds */
        mw_app_say(app, "info", "%s", _("stopped; the worker had to be ended and is new"));
}

static void hear_cancel(mw_app *app, const json_t *body)
{
    static const char *const stages[] = {"asked", "terminated", "killed"};
    const char *stage = mw_json_text(body, "stage");
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        if (strcmp(stages[i], stage) == 0)
            app->model.cancel_stage = stages[i];
    }
}

/* ---- the machine ---- */

static void hear_progress(mw_app *app, const json_t *body)
{
    mw_model *model = &app->model;
    if (app->calibrate_id == 0 ||
        json_integer_value(json_object_get(body, "id")) != app->calibrate_id)
        return;
    model->calibration_fraction = json_number_value(json_object_get(body, "fraction"));
    model->calibration_seconds = (double)(mw_app_now_ms() - app->calibrate_started_ms) / 1e3;
    snprintf(model->calibration_what, sizeof model->calibration_what, "%s",
             mw_json_text(body, "what"));
    json_t *partial = json_object_get(body, "partial");
    if (json_is_object(partial)) {
        json_decref(model->machine);
        model->machine = json_incref(partial);
    }
}

/* After the measurement failed or was stopped: what was remembered, else the nominal roofs. */
static void settle_machine(mw_app *app)
{
    json_t *machine = mw_host_machine_load(app->host, NULL);
    app->model.machine_known = machine != NULL;
    app->model.machine_age = mw_host_machine_age(app->host);
    if (!machine)
        machine = mw_host_machine_nominal(app->host);
    if (machine) {
        json_decref(app->model.machine);
        app->model.machine = machine;
    }
}

static void hear_machine(mw_app *app, json_t *machine)
{
    mw_error error;
    json_decref(app->model.machine);
    app->model.machine = json_incref(machine);
    app->model.calibrating = false;
    app->model.machine_known = true;
    app->model.machine_age = 0;
    app->calibrate_id = 0;
    if (mw_host_machine_store(app->host, machine, &error) != MW_OK)
        mw_app_say(app, "warning", "%s", error.message);
    if (app->lab_open)
        mw_app_send(app, json_pack("{s:s, s:O}", "e", "machine", "machine", machine));
    mw_app_machine_known(app);
}

/* The worker's probe of the hardware counters, in one line for the machine screen. */
static void hear_doctor(mw_app *app, const json_t *answer)
{
    size_t i;
    json_t *check;
    json_array_foreach(json_object_get(answer, "checks"), i, check)
    {
        if (strcmp(mw_json_text(check, "id"), "papi-hardware") != 0)
            continue;
        bool present = strcmp(mw_json_text(check, "state"), "ok") == 0;
        char said[MW_REASON_TEXT];
        snprintf(app->model.hardware, sizeof app->model.hardware, "%s: %s",
                 present ? _("present") : _("absent"),
                 mw_json_said(json_object_get(check, present ? "value" : "note"), said));
    }
}

static void hear_answer(mw_app *app, const json_t *body)
{
    json_int_t id = json_integer_value(json_object_get(body, "id"));
    json_t *answer = json_object_get(body, "body");
    if (app->calibrate_id != 0 && id == app->calibrate_id) {
        hear_machine(app, answer);
    } else if (app->doctor_id != 0 && id == app->doctor_id) {
        app->doctor_id = 0;
        hear_doctor(app, answer);
    } else if (app->spot_id != 0 && id == app->spot_id) {
        char said[MW_REASON_TEXT];
        mw_reason what;
        app->spot_id = 0;
        if (mw_machine_state_from_json(answer, &what) == MW_MACHINE_CHANGED)
            mw_app_say(app, "info", _("%s; m, then c measures again"), mw_reason_said(&what, said));
    }
}

static void hear_error(mw_app *app, const json_t *body)
{
    json_int_t id = json_integer_value(json_object_get(body, "id"));
    char said[MW_REASON_TEXT];
    const char *message = mw_reason_of_error(body, said), *what = mw_json_text(body, "what");
    if (app->calibrate_id != 0 && id == app->calibrate_id) {
        app->calibrate_id = 0;
        app->model.calibrating = false;
        settle_machine(app);
        if (strcmp(mw_json_text(body, "status"), "cancelled") != 0)
            mw_app_say(app, "warning", "%s", message);
        mw_app_machine_known(app);
        return;
    }
    if (app->doctor_id != 0 && id == app->doctor_id) {
        app->doctor_id = 0;
        return;
    }
    if (app->spot_id != 0 && id == app->spot_id) {
        app->spot_id = 0;
        return; /* a check that could not be made says nothing about the roofs */
    }
    if (mw_host_refuses(app->host, body))
        app->answering = false;
    if (strcmp(what, "open") == 0)
        snprintf(app->model.lab_problem, sizeof app->model.lab_problem, "%s", message);
    else
        mw_app_say(app, "warning", "%s", message);
    add_log(&app->model, message);
}

/* What became of a damaged file is the more important of the two. */
static void hear_kept(mw_app *app, const json_t *body)
{
    const char *kept = _("Progress is kept again, and what you did meanwhile.");
    const char *message = mw_json_text(body, "message");
    add_log(&app->model, kept);
    if (*message)
        add_log(&app->model, message);
    mw_app_say(app, *message ? "warning" : "good", "%s", *message ? message : kept);
}

void mw_app_hear(mw_app *app, mw_host_event *event)
{
    switch (event->kind) {
    case MW_HOST_VIEW:
        hear_view(app, mw_view_said(event->body));
        break;
    case MW_HOST_RUN:
        hear_run(app, event->body);
        break;
    case MW_HOST_PROGRESS:
        hear_progress(app, event->body);
        break;
    case MW_HOST_ANSWER:
        hear_answer(app, event->body);
        break;
    case MW_HOST_ERROR:
        hear_error(app, event->body);
        break;
    case MW_HOST_LOG:
        add_log(&app->model, mw_json_text(event->body, "text"));
        break;
    case MW_HOST_DEATH:
        hear_death(app, event->body);
        break;
    case MW_HOST_KEPT:
        hear_kept(app, event->body);
        break;
    case MW_HOST_CANCEL:
        hear_cancel(app, event->body);
        break;
    }
    json_decref(event->body);
    app->dirty = true;
}

/* ---- live counters ---- */

/* FLOP/s over the last half second of publications, by the kernel's own clock. */
static double recent_rate(const mw_app *app)
{
    unsigned count = app->history_count < MW_HISTORY ? app->history_count : MW_HISTORY;
    if (count < 2)
        return 0;
    const mw_counters *last = &app->history[(app->history_count - 1) % MW_HISTORY];
    const mw_counters *first = &app->history[(app->history_count - count) % MW_HISTORY];
    if (last->kernel_ns <= first->kernel_ns || last->flops < first->flops)
        return app->model.rate_flops;
    return 1e9 * (double)(last->flops - first->flops) /
           (double)(last->kernel_ns - first->kernel_ns);
}

void mw_app_sample(mw_app *app)
{
    mw_counters counters;
    if (!mw_host_counters(app->host, &counters))
        return;
    mw_model *model = &app->model;
    if (model->have_counters && memcmp(&counters, &model->counters, sizeof counters) == 0)
        return;
    if (model->have_counters && counters.run != model->counters.run)
        app->history_count = 0;
    model->counters = counters;
    model->have_counters = true;
    app->history[app->history_count++ % MW_HISTORY] = counters;
    model->rate_flops = recent_rate(app);
    app->dirty = true;
}
