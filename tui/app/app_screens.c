/* app_screens.c: from one screen to another: the course map, a lab, the machine. */
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/engine/wire/verdict.h"
#include "tui/app/app_state.h"

json_t *mw_app_lab_at(const mw_app *app, int row)
{
    size_t i, j;
    json_t *course, *lab;
    json_array_foreach(app->model.courses, i, course)
    {
        json_array_foreach(json_object_get(course, "labs"), j, lab)
        {
            if (row-- == 0)
                return lab;
        }
    }
    return NULL;
}

int mw_app_lab_count(const mw_app *app)
{
    size_t i, count = 0;
    json_t *course;
    json_array_foreach(app->model.courses, i, course)
    {
        count += json_array_size(json_object_get(course, "labs"));
    }
    return (int)count;
}

void mw_app_go_to_row(mw_app *app, int row)
{
    int count = mw_app_lab_count(app);
    app->model.course_row = row < 0 ? 0 : row >= count ? count - 1 : row;
    if (app->model.course_row < 0)
        app->model.course_row = 0;
}

/* The first lab that waits for the student. */
static int next_lab_row(const mw_app *app)
{
    int count = mw_app_lab_count(app);
    int first_new = -1;
    for (int row = 0; row < count; row++) {
        const char *state = mw_json_text(mw_app_lab_at(app, row), "state");
        if (strcmp(state, "open") == 0)
            return row;
        if (first_new < 0 && strcmp(state, "new") == 0)
            first_new = row;
    }
    return first_new < 0 ? 0 : first_new;
}

void mw_app_load_courses(mw_app *app)
{
    mw_error error = {.code = MW_OK};
    json_t *courses = mw_host_courses(app->host, app->model.locale, &error);
    if (!courses) {
        mw_app_say(app, "warning", "%s", error.message);
        return;
    }
    if (error.code != MW_OK)
        mw_app_say(app, "warning", "%s", error.message);
    bool first = app->model.courses == NULL;
    json_decref(app->model.courses);
    app->model.courses = courses;
    if (first)
        app->model.course_row = next_lab_row(app);
    app->dirty = true;
}

void mw_app_open_lab(mw_app *app, const char *dir, bool fresh)
{
    mw_error error = {0};
    mw_model *model = &app->model;
    if (dir != app->lab_dir)
        snprintf(app->lab_dir, sizeof app->lab_dir, "%s", dir);
    mw_app_close_lab(app);
    mw_lab_options options = {.dir = app->lab_dir,
                              .locale = model->locale,
                              .seed = app->seed,
                              .machine = model->machine,
                              .measurements = app->options->measurements,
                              .fresh = fresh};
    app->seed =
        NULL; /* it was meant for the lab that was named with it, and for its first opening */
    model->screen = MW_SCREEN_LAB;
    app->dirty = app->urgent = true;
    app->fresh = fresh;
    if (app->waiting_since)
        return; /* start() opens it */
    app->lab_open = true;
    if (mw_host_lab_open(app->host, &options, &error) != MW_OK) {
        snprintf(model->lab_problem, sizeof model->lab_problem, "%s", error.message);
        app->lab_open = false;
    }
}

void mw_app_close_lab(mw_app *app)
{
    mw_model *model = &app->model;
    mw_app_flush(app, true);
    if (app->lab_open)
        mw_host_lab_close(app->host);
    app->lab_open = app->run_active = app->confirm_variant = app->answering = false;
    mw_form_close(model);
    model->running = model->have_counters = false;
    model->cancel_stage = NULL;
    model->lab_problem[0] = '\0';
    model->text_scroll = 0;
    model->panel = MW_PANEL_AUTO;
}

void mw_app_calibrate(mw_app *app)
{
    mw_error error = {0};
    mw_model *model = &app->model;
    if (mw_host_request(app->host, "calibrate", NULL, &app->calibrate_id, &error) != MW_OK) {
        mw_app_say(app, "warning", "%s", error.message);
        app->calibrate_id = 0;
        return;
    }
    model->calibrating = true;
    model->calibration_fraction = model->calibration_seconds = 0;
    app->calibrate_started_ms = mw_app_now_ms();
    model->calibration_what[0] = '\0';
    model->screen = MW_SCREEN_MACHINE;
}

void mw_app_machine_known(mw_app *app)
{
    mw_model *model = &app->model;
    if (!model->first_start)
        return;
    /* The roofs stay on the screen of a student who came to see them; a lab that was named opens.
     */
    model->first_start = false;
    model->came_from = MW_SCREEN_COURSE;
    if (app->lab_dir[0] != '\0')
        mw_app_open_lab(app, app->lab_dir, app->fresh);
    else if (mw_json_has_run_verdict(model->machine, MW_RUN_NOMINAL))
        mw_app_say(app, "info", "%s",
                   _("These roofs are nominal; c measures them. q leads to the labs."));
    else if (!model->message_tone)
        mw_app_say(app, "good", "%s", _("This is your machine. q leads to the labs."));
}
