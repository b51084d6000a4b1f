/* app_do.c: what keys do. One handler per action of the table. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tui/app_state.h"
#include "tui/edit.h"
#include "tui/utf8.h"
#include "tui/view/view.h"

typedef void handler(mw_app *app, mw_key key);

static void send_step_event(mw_app *app, const char *what)
{
    mw_app_send(app, json_pack("{s:s, s:s}", "e", what, "step", mw_app_step(app)));
}

/* ---- overlays ---- */

static void do_help(mw_app *app, mw_key key)
{
    (void)key;
    app->model.overlay = MW_OVERLAY_HELP;
    app->model.overlay_scroll = 0;
}

static void do_log(mw_app *app, mw_key key)
{
    (void)key;
    app->model.overlay = MW_OVERLAY_LOG;
    app->model.overlay_scroll = 0;
}

static void do_palette(mw_app *app, mw_key key)
{
    (void)key;
    app->model.overlay = MW_OVERLAY_PALETTE;
    app->model.palette_text[0] = '\0';
    app->model.palette_row = 0;
}

static void do_close(mw_app *app, mw_key key)
{
    (void)key;
    app->model.overlay = MW_OVERLAY_NONE;
}

static void perform(mw_app *app, mw_action_id id, mw_key key);

static void do_accept(mw_app *app, mw_key key)
{
    mw_action_id ids[MW_ACTION_COUNT];
    const size_t count = mw_action_palette(&app->model, ids, MW_ACTION_COUNT);
    const int row = app->model.palette_row;
    app->model.overlay = MW_OVERLAY_NONE;
    if (row >= 0 && (size_t)row < count)
        perform(app, ids[row], key);
}

/* ---- course map ---- */

static void go_to_row(mw_app *app, int row)
{
    const int count = mw_app_lab_count(app);
    app->model.course_row = row < 0 ? 0 : row >= count ? count - 1 : row;
    if (app->model.course_row < 0)
        app->model.course_row = 0;
}

/* ASCII letters without case, other characters as they are. */
static bool title_holds(const json_t *lab, const char *wanted)
{
    const char *title = mw_app_text(lab, "title");
    const size_t length = strlen(wanted);
    for (; *title != '\0'; title++) {
        size_t i = 0;
        while (i < length && tolower((unsigned char)title[i]) == tolower((unsigned char)wanted[i]))
            i++;
        if (i == length)
            return true;
    }
    return strcmp(mw_app_text(lab, "id"), wanted) == 0;
}

/* The next match from `start` on, around the end. */
static void find_from(mw_app *app, int start, int direction)
{
    const int count = mw_app_lab_count(app);
    mw_model *model = &app->model;
    if (count == 0 || model->search[0] == '\0')
        return;
    for (int i = 0; i < count; i++) {
        const int row = ((start + i * direction) % count + count) % count;
        if (title_holds(mw_app_lab_at(app, row), model->search)) {
            model->course_row = row;
            return;
        }
    }
}

static void do_find(mw_app *app, mw_key key)
{
    (void)key;
    app->model.searching = true;
    app->model.search[0] = '\0';
}

static void do_find_done(mw_app *app, mw_key key)
{
    (void)key;
    app->model.searching = false;
}

static void do_find_cancel(mw_app *app, mw_key key)
{
    (void)key;
    app->model.searching = false;
    app->model.search[0] = '\0';
}

static void do_find_next(mw_app *app, mw_key key)
{
    (void)key;
    find_from(app, app->model.course_row + 1, 1);
}

static void do_find_previous(mw_app *app, mw_key key)
{
    (void)key;
    find_from(app, app->model.course_row - 1, -1);
}

static void do_open(mw_app *app, mw_key key)
{
    (void)key;
    const json_t *lab = mw_app_lab_at(app, app->model.course_row);
    const char *dir = mw_app_text(lab, "dir");
    if (*dir == '\0')
        mw_app_say(
            app, "info", "%s",
            lab ? _("this lab comes with a later version")
                : _("there is no lab here; 'memwall doctor' says where labs are looked for"));
    else
        mw_app_open_lab(app, dir, false);
}

/* ---- fields ---- */

static void do_next_field(mw_app *app, mw_key key)
{
    (void)key;
    mw_form_move_focus(&app->model, 1);
}

static void do_previous_field(mw_app *app, mw_key key)
{
    (void)key;
    mw_form_move_focus(&app->model, -1);
}

static void do_leave_field(mw_app *app, mw_key key)
{
    (void)key;
    app->model.typing = false;
}

static void do_choose(mw_app *app, mw_key key)
{
    (void)key;
    mw_form_choose(&app->model);
}

static void do_pick(mw_app *app, mw_key key)
{
    if (key >= '1' && key <= '9')
        mw_form_pick(&app->model, key - '1');
}

static bool read_places(mw_app *app)
{
    mw_model *model = &app->model;
    size_t at;
    json_t *field;
    json_array_foreach(json_object_get(model->view, "fields"), at, field)
    {
        const char *reason = NULL;
        if (strcmp(mw_app_text(field, "kind"), "place") != 0 || at >= (size_t)model->draft_count ||
            json_is_true(json_object_get(field, "locked")))
            continue;
        if (!mw_form_read_place(&model->drafts[at], &reason)) {
            mw_form_focus_at(model, (int)at);
            mw_app_say(app, "info", "%s", reason);
            return false;
        }
    }
    return true;
}

static void do_submit(mw_app *app, mw_key key)
{
    (void)key;
    mw_model *model = &app->model;
    if (app->answering)
        return; /* a second Enter, before the first was judged */
    const mw_form_focus focus = mw_form_focused(model);
    /* Enter on a marked but not chosen option first chooses it. */
    const bool chosen_now = focus.draft && focus.draft->text[0] == '\0' && mw_form_choose(model);
    if (!read_places(app))
        return;
    if (mw_form_next_empty(model)) {
        if (mw_form_focused(model).draft == focus.draft)
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

static void turn(mw_app *app, int steps)
{
    if (mw_form_turn(&app->model, steps))
        mw_app_turned(app, mw_form_focused(&app->model).item);
}

static void push(mw_app *app, int columns, int rows)
{
    double step_x, step_y;
    if (!mw_view_plot_step(&app->model, &app->grid, &step_x, &step_y)) {
        mw_app_say(app, "info", "%s", _("no picture on this screen; type x, y"));
        return;
    }
    mw_form_push(&app->model, columns, rows, step_x, step_y);
}

static void do_left(mw_app *app, mw_key key)
{
    (void)key;
    if (mw_form_focused(&app->model).part == MW_FORM_PLACE)
        push(app, -1, 0);
    else
        turn(app, -1);
}

static void do_right(mw_app *app, mw_key key)
{
    (void)key;
    if (mw_form_focused(&app->model).part == MW_FORM_PLACE)
        push(app, 1, 0);
    else
        turn(app, 1);
}

/* ---- moving up and down ---- */

static int clamped(int value, int low, int high)
{
    return value > high ? high : value < low ? low : value;
}

static void scroll_lab(mw_app *app, int lines)
{
    mw_model *model = &app->model;
    const int most = mw_view_scroll_most(model, &app->grid);
    model->text_scroll = clamped(clamped(model->text_scroll, 0, most) + lines, 0, most);
}

static void move_in_lab(mw_app *app, int direction)
{
    mw_model *model = &app->model;
    const mw_form_part part = mw_form_focused(model).part;
    if (part == MW_FORM_NOTHING)
        scroll_lab(app, direction);
    else if (part == MW_FORM_PLACE)
        push(app, 0, -direction);
    else if (!mw_form_move_option(model, direction))
        mw_form_move_focus(model, direction);
}

static int page_size(const mw_app *app)
{
    return app->grid.height > 12 ? app->grid.height / 2 : 6;
}

static void scroll(mw_app *app, int lines)
{
    mw_model *model = &app->model;
    mw_action_id ids[MW_ACTION_COUNT];
    const int most = mw_view_scroll_most(model, &app->grid);
    int count;
    switch (mw_action_context(model)) {
    case MW_IN_HELP:
        model->overlay_scroll = clamped(model->overlay_scroll + lines, 0, most);
        break;
    case MW_IN_LOG: /* the newest lines are shown first: up is back in time */
        model->overlay_scroll = clamped(model->overlay_scroll - lines, 0, most);
        break;
    case MW_IN_PALETTE:
        count = (int)mw_action_palette(model, ids, MW_ACTION_COUNT);
        model->palette_row = clamped(model->palette_row + lines, 0, count - 1);
        break;
    case MW_IN_COURSE:
        go_to_row(app, model->course_row + lines);
        break;
    case MW_IN_MACHINE:
        model->machine_scroll = clamped(model->machine_scroll + lines, 0, most);
        break;
    default:
        scroll_lab(app, lines);
    }
}

static void do_up(mw_app *app, mw_key key)
{
    (void)key;
    if (mw_action_context(&app->model) == MW_IN_LAB)
        move_in_lab(app, -1);
    else
        scroll(app, -1);
}

static void do_down(mw_app *app, mw_key key)
{
    (void)key;
    if (mw_action_context(&app->model) == MW_IN_LAB)
        move_in_lab(app, 1);
    else
        scroll(app, 1);
}

static void do_page_up(mw_app *app, mw_key key)
{
    (void)key;
    scroll(app, -page_size(app));
}

static void do_page_down(mw_app *app, mw_key key)
{
    (void)key;
    scroll(app, page_size(app));
}

static void go_to_end(mw_app *app, int direction)
{
    mw_model *model = &app->model;
    if (mw_action_context(model) == MW_IN_LAB && mw_form_focused(model).part == MW_FORM_CONTROL)
        turn(app, direction * 10000);
    else
        scroll(app, direction * 10000);
}

static void do_first(mw_app *app, mw_key key)
{
    (void)key;
    go_to_end(app, -1);
}

static void do_last(mw_app *app, mw_key key)
{
    (void)key;
    go_to_end(app, 1);
}

/* ---- the lab ---- */

static void do_run(mw_app *app, mw_key key)
{
    (void)key;
    send_step_event(app, "run");
}

static void do_hint(mw_app *app, mw_key key)
{
    (void)key;
    send_step_event(app, "hint");
}

static void do_undo(mw_app *app, mw_key key)
{
    (void)key;
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
    const char *id = mw_app_text(step, "id");
    if (*id != '\0')
        mw_app_send(app, json_pack("{s:s, s:s}", "e", "goto", "step", id));
}

static void do_next(mw_app *app, mw_key key)
{
    (void)key;
    go_to_step(app, 1);
}

static void do_previous(mw_app *app, mw_key key)
{
    (void)key;
    go_to_step(app, -1);
}

static void do_cancel(mw_app *app, mw_key key)
{
    (void)key;
    mw_host_cancel(app->host);
}

static void do_variant(mw_app *app, mw_key key)
{
    (void)key;
    if (app->confirm_variant) {
        mw_app_open_lab(app, app->lab_dir, true);
        return;
    }
    app->confirm_variant = true;
    mw_app_say(app, "info", "%s",
               _("v again begins this lab anew with other numbers and leaves this attempt behind"));
}

static void do_panel(mw_app *app, mw_key key)
{
    (void)key;
    app->model.panel = mw_view_next_panel(&app->model, &app->grid);
}

static void do_leave_lab(mw_app *app, mw_key key)
{
    (void)key;
    mw_app_close_lab(app);
    app->lab_dir[0] = '\0';
    app->model.screen = MW_SCREEN_COURSE;
    mw_app_load_courses(app);
}

/* ---- the machine ---- */

static void do_machine(mw_app *app, mw_key key)
{
    (void)key;
    app->model.came_from = app->model.screen;
    app->model.screen = MW_SCREEN_MACHINE;
    app->model.machine_scroll = 0;
    mw_error error;
    const bool free = !app->model.running && !app->model.calibrating && app->doctor_id == 0;
    if (free && app->model.hardware[0] == '\0' &&
        mw_host_request(app->host, "doctor", json_object(), &app->doctor_id, &error) != MW_OK)
        app->doctor_id = 0;
}

static void do_calibrate(mw_app *app, mw_key key)
{
    (void)key;
    if (app->model.running)
        mw_app_say(app, "info", "%s", _("a kernel runs; stop it before measuring the machine"));
    else
        mw_app_calibrate(app);
}

static void do_leave_machine(mw_app *app, mw_key key)
{
    (void)key;
    app->model.screen = app->model.came_from;
}

/* ---- the program ---- */

static void do_theme(mw_app *app, mw_key key)
{
    (void)key;
    size_t count;
    const mw_theme *themes = mw_theme_list(&count);
    app->theme = app->theme + 1 < themes + count ? app->theme + 1 : themes;
    mw_terminal_set_theme(app->terminal, app->theme);
    mw_app_say(app, "info", _("colours: %s (--theme %s)"), _(app->theme->title), app->theme->name);
}

static void do_language(mw_app *app, mw_key key)
{
    (void)key;
    mw_model *model = &app->model;
    const char *const *languages = mw_locale_languages();
    size_t now = 0;
    while (languages[now] && strcmp(languages[now], model->locale) != 0)
        now++;
    const char *next = languages[now] && languages[now + 1] ? languages[now + 1] : languages[0];
    if (app->grid.charset == MW_CHARSET_ASCII) {
        mw_app_say(app, "info", "%s", _("only ASCII can be shown here, so English it stays"));
        return;
    }
    model->locale = mw_locale_init(next).language;
    mw_app_load_courses(app);
    if (app->lab_open)
        mw_app_open_lab(app, app->lab_dir, false);
}

static void do_quit(mw_app *app, mw_key key)
{
    (void)key;
    app->quit = true;
}

/* Ctrl-C first stops what runs; with nothing to stop it leaves. */
static void do_interrupt(mw_app *app, mw_key key)
{
    (void)key;
    const bool busy = app->model.running || (app->model.calibrating && !app->model.first_start);
    if (busy && !app->model.cancel_stage) {
        mw_host_cancel(app->host);
        return;
    }
    app->quit = app->interrupted = true;
}

static void do_redraw(mw_app *app, mw_key key)
{
    (void)key;
    mw_terminal_redraw(app->terminal);
}

static void do_suspend(mw_app *app, mw_key key)
{
    (void)key;
    mw_terminal_suspend(app->terminal);
}

static handler *const handlers[MW_ACTION_COUNT] = {
    [MW_ACTION_HELP] = do_help,
    [MW_ACTION_PALETTE] = do_palette,
    [MW_ACTION_OPEN] = do_open,
    [MW_ACTION_FIND_DONE] = do_find_done,
    [MW_ACTION_FIND_CANCEL] = do_find_cancel,
    [MW_ACTION_FIND] = do_find,
    [MW_ACTION_FIND_NEXT] = do_find_next,
    [MW_ACTION_FIND_PREVIOUS] = do_find_previous,
    [MW_ACTION_NEXT_FIELD] = do_next_field,
    [MW_ACTION_PREVIOUS_FIELD] = do_previous_field,
    [MW_ACTION_SUBMIT] = do_submit,
    [MW_ACTION_CONTINUE] = do_next,
    [MW_ACTION_CHOOSE] = do_choose,
    [MW_ACTION_PICK] = do_pick,
    [MW_ACTION_RUN] = do_run,
    [MW_ACTION_SWEEP] = do_run,
    [MW_ACTION_COMPARE] = do_run,
    [MW_ACTION_CANCEL] = do_cancel,
    [MW_ACTION_LEAVE_FIELD] = do_leave_field,
    [MW_ACTION_HINT] = do_hint,
    [MW_ACTION_UNDO] = do_undo,
    [MW_ACTION_BACK] = do_previous,
    [MW_ACTION_PREVIOUS] = do_previous,
    [MW_ACTION_NEXT] = do_next,
    [MW_ACTION_VARIANT] = do_variant,
    [MW_ACTION_SKIP] = do_cancel,
    [MW_ACTION_CANCEL_CALIBRATION] = do_cancel,
    [MW_ACTION_CALIBRATE] = do_calibrate,
    [MW_ACTION_PANEL] = do_panel,
    [MW_ACTION_UP] = do_up,
    [MW_ACTION_DOWN] = do_down,
    [MW_ACTION_LEFT] = do_left,
    [MW_ACTION_RIGHT] = do_right,
    [MW_ACTION_PAGE_UP] = do_page_up,
    [MW_ACTION_PAGE_DOWN] = do_page_down,
    [MW_ACTION_FIRST] = do_first,
    [MW_ACTION_LAST] = do_last,
    [MW_ACTION_ACCEPT] = do_accept,
    [MW_ACTION_CLOSE_PALETTE] = do_close,
    [MW_ACTION_CLOSE] = do_close,
    [MW_ACTION_LOG] = do_log,
    [MW_ACTION_MACHINE] = do_machine,
    [MW_ACTION_THEME] = do_theme,
    [MW_ACTION_LANGUAGE] = do_language,
    [MW_ACTION_LEAVE_LAB] = do_leave_lab,
    [MW_ACTION_LEAVE_MACHINE] = do_leave_machine,
    [MW_ACTION_QUIT] = do_quit,
    [MW_ACTION_QUIT_NOW] = do_quit,
    [MW_ACTION_INTERRUPT] = do_interrupt,
    [MW_ACTION_REDRAW] = do_redraw,
    [MW_ACTION_SUSPEND] = do_suspend,
};

static void perform(mw_app *app, mw_action_id id, mw_key key)
{
    if (id != MW_ACTION_VARIANT)
        app->confirm_variant = false;
    if (id != MW_ACTION_NONE && handlers[id])
        handlers[id](app, key);
}

/* ---- keys ---- */

/* The search and the palette: one line, edited at its end. */
static bool edit_line(char *text, size_t size, mw_key key, const char *pasted)
{
    int cursor = (int)strlen(text);
    mw_edit edit = {text, size, &cursor, false};
    if (pasted) {
        mw_edit_insert(&edit, pasted);
        return true;
    }
    const bool edits = mw_key_is_text(key) || key == MW_KEY_BACKSPACE ||
                       key == MW_KEY_WORD_BACKSPACE || key == MW_KEY_CTRL('w') ||
                       key == MW_KEY_CTRL('u');
    return edits && mw_edit_key(&edit, key);
}

/* Gives the key to what is being typed; false when it is a command. */
static bool typed(mw_app *app, mw_key key, const char *pasted)
{
    mw_model *model = &app->model;
    if (model->overlay == MW_OVERLAY_PALETTE) {
        if (!edit_line(model->palette_text, sizeof model->palette_text, key, pasted))
            return false;
        model->palette_row = 0;
        return true;
    }
    if (model->overlay != MW_OVERLAY_NONE)
        return pasted != NULL;
    if (model->screen == MW_SCREEN_COURSE && model->searching) {
        if (!edit_line(model->search, sizeof model->search, key, pasted))
            return false;
        find_from(app, model->course_row, 1);
        return true;
    }
    if (model->screen != MW_SCREEN_LAB)
        return pasted != NULL;
    if (pasted)
        mw_form_paste(model, pasted);
    return pasted || mw_form_key(model, key);
}

void mw_app_key(mw_app *app, mw_key key)
{
    mw_model *model = &app->model;
    model->message_tone = NULL;
    model->message[0] = '\0';
    const char *pasted = key == MW_KEY_PASTE ? mw_terminal_pasted(app->terminal) : NULL;
    if (typed(app, key, pasted) || key == MW_KEY_CLICK)
        return;
    if (key == MW_KEY_WHEEL_UP || key == MW_KEY_WHEEL_DOWN) {
        scroll(app, key == MW_KEY_WHEEL_UP ? -3 : 3);
        return;
    }
    /* Typing begins anew where it was left by Escape: a digit is meant for the field. */
    const mw_form_focus focus = mw_form_focused(model);
    const bool numeric = key >= '0' && key <= '9';
    if (numeric && model->overlay == MW_OVERLAY_NONE && model->screen == MW_SCREEN_LAB &&
        (focus.part == MW_FORM_NUMBER || focus.part == MW_FORM_PLACE)) {
        model->typing = true;
        mw_form_key(model, key);
        return;
    }
    perform(app, mw_action_for(mw_action_context(model), mw_action_state(model), key), key);
}
