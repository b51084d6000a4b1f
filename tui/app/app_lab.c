/* app_lab.c: what keys do in a lab: fields, controls, steps. */
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/reason.h"
#include "labs/view/pictures.h"
#include "tui/app/app_do.h"
#include "tui/view/view.h"

/* ---- fields ---- */

void mw_do_next_field(mw_app *app)
{
    mw_form_move_focus(&app->model, 1);
}

void mw_do_previous_field(mw_app *app)
{
    mw_form_move_focus(&app->model, -1);
}

void mw_do_leave_field(mw_app *app)
{
    app->model.typing = false;
}

void mw_do_choose(mw_app *app)
{
    mw_form_choose(&app->model);
}

void mw_do_pick(mw_app *app)
{
    if (app->key >= '1' && app->key <= '9')
        mw_form_pick(&app->model, app->key - '1');
}

void mw_do_submit(mw_app *app)
{
    mw_model *model = &app->model;
    if (app->answering)
        return; /* a second Enter, before the first was judged */
    mw_field focus = mw_form_focused(model);
    /* Enter on a marked but not chosen option first chooses it. */
    bool chosen_now = focus.kind && mw_draft_is_blank(focus.draft) && mw_form_choose(model);
    if (mw_form_next_empty(model)) {
        mw_field empty = mw_form_focused(model);
        if (empty.kind->empty)
            mw_app_say(app, "info", "%s", _(empty.kind->empty));
        else if (empty.draft == focus.draft)
            mw_app_say(app, "info", "%s", _("this is still empty; h gives a hint"));
        return;
    }
    if (chosen_now) {
        mw_app_say(app, "info", "%s", _("chosen; Enter again gives the answer"));
        return;
    }
    app->answering = true;
    mw_app_send(app, json_pack("{s:s, s:s, s:o}", "e", "submit", "step", mw_app_step(app), "values",
                               mw_form_values(model)));
}

void mw_app_turn(mw_app *app, int steps)
{
    if (!mw_form_turn(&app->model, steps))
        return;
    mw_field turned = mw_form_focused(&app->model);
    if (turned.control)
        mw_app_turned(app, &turned);
}

void mw_app_push(mw_app *app, int columns, int rows)
{
    double step_x, step_y;
    if (!mw_view_plot_step(&app->model, &app->grid, &step_x, &step_y)) {
        mw_app_say(app, "info", "%s", _("no picture on this screen; type x, y"));
        return;
    }
    if (!mw_form_push(&app->model, columns, rows, step_x, step_y))
        mw_app_say(app, "info", "%s", _("Enter gives what is typed; Backspace takes it back"));
}

/* Sideways: a mark in the picture, or a value. */
static void move_sideways(mw_app *app, int direction)
{
    const mw_field_kind *kind = mw_form_focused(&app->model).kind;
    if (kind && kind->push)
        mw_app_push(app, direction, 0);
    else
        mw_app_turn(app, direction);
}

void mw_do_left(mw_app *app)
{
    move_sideways(app, -1);
}

void mw_do_right(mw_app *app)
{
    move_sideways(app, 1);
}

static void send_step_event(mw_app *app, const char *what)
{
    mw_app_send(app, json_pack("{s:s, s:s}", "e", what, "step", mw_app_step(app)));
}

/* ---- the lab ---- */

void mw_do_run(mw_app *app)
{
    send_step_event(app, "run");
}

void mw_do_wait(mw_app *app)
{
    mw_app_send(app, json_pack("{s:s, s:s, s:b}", "e", "run", "step", mw_app_step(app), "wait", 1));
}

void mw_do_hint(mw_app *app)
{
    send_step_event(app, "hint");
}

void mw_do_undo(mw_app *app)
{
    send_step_event(app, "undo");
}

/* Steps are numbered from 1 in the view. */
static void go_to_step(mw_app *app, int direction)
{
    const json_t *view = app->model.view;
    const json_int_t index =
        json_integer_value(json_object_get(json_object_get(view, "step"), "index"));
    const json_int_t wanted = index - 1 + direction;
    if (wanted < 0)
        return;
    const json_t *step = json_array_get(json_object_get(view, "steps"), (size_t)wanted);
    const char *id = mw_json_text(step, "id");
    if (*id != '\0')
        mw_app_send(app, json_pack("{s:s, s:s}", "e", "goto", "step", id));
}

void mw_do_next(mw_app *app)
{
    go_to_step(app, 1);
}

void mw_do_previous(mw_app *app)
{
    go_to_step(app, -1);
}

void mw_do_cancel(mw_app *app)
{
    mw_host_cancel(app->host);
}

void mw_do_variant(mw_app *app)
{
    if (app->confirm_variant) {
        mw_app_open_lab(app, app->lab_dir, true);
        return;
    }
    app->confirm_variant = true;
    mw_app_say(app, "info", "%s",
               _("v again begins this lab anew with other numbers and leaves this attempt behind"));
}

void mw_do_panel(mw_app *app)
{
    app->model.panel = mw_view_next_panel(&app->model, &app->grid);
}

/* The map's cursor stands on the lab that was left. */
static void go_to_lab(mw_app *app, const char *dir)
{
    const json_t *lab;
    for (int row = 0; (lab = mw_app_lab_at(app, row)); row++)
        if (strcmp(mw_json_text(lab, "dir"), dir) == 0) {
            mw_app_go_to_row(app, row);
            return;
        }
}

void mw_do_leave_lab(mw_app *app)
{
    mw_app_close_lab(app);
    app->model.screen = MW_SCREEN_COURSE;
    mw_app_load_courses(app);
    go_to_lab(app, app->lab_dir);
    app->lab_dir[0] = '\0';
}

/* Compulsory bytes, then those of each level, then all of them at once. */
void mw_do_bytes(mw_app *app)
{
    mw_model *model = &app->model;
    const json_t *picture = mw_view_levelled(model->view);
    const json_t *levels = json_object_get(picture, "levels");
    const char *now = mw_picture_level(picture, model->bytes_level);
    size_t count = json_array_size(levels);
    size_t next = 0;
    while (*now && next < count &&
           strcmp(json_string_value(json_array_get(levels, next)), now) != 0)
        next++;
    next += *now ? 1 : 0;
    const char *level = strcmp(now, "*") == 0 ? ""
                        : next < count        ? json_string_value(json_array_get(levels, next))
                                              : "*";
    snprintf(model->bytes_level, sizeof model->bytes_level, "%s", level ? level : "");
    if (!*model->bytes_level)
        mw_app_say(app, "info", "%s", _("points by compulsory bytes"));
    else if (strcmp(model->bytes_level, "*") == 0)
        mw_app_say(app, "info", "%s", _("the point by the bytes of every level"));
    else
        mw_app_say(app, "info", _("points by the bytes of %s"), mw_level_word(model->bytes_level));
}
