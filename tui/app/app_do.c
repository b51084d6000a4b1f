/* app_do.c: what keys do. One handler per action of the table. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/utf8.h"
#include "tui/app/app_do.h"
#include "tui/app/app_state.h"
#include "tui/keys/edit.h"
#include "tui/view/view.h"

/* ---- overlays ---- */

static void do_help(mw_app *app)
{
    app->model.overlay = MW_OVERLAY_HELP;
    app->model.overlay_scroll = 0;
}

static void do_log(mw_app *app)
{
    app->model.overlay = MW_OVERLAY_LOG;
    app->model.overlay_scroll = 0;
}

static void do_palette(mw_app *app)
{
    app->model.overlay = MW_OVERLAY_PALETTE;
    app->model.palette_text[0] = '\0';
    app->model.palette_row = 0;
}

static void do_close(mw_app *app)
{
    app->model.overlay = MW_OVERLAY_NONE;
}

static void perform(mw_app *app, mw_action_id id);

static void do_accept(mw_app *app)
{
    mw_action_id ids[MW_ACTION_COUNT];
    size_t count = mw_action_palette(&app->model, ids, MW_ACTION_COUNT);
    int row = app->model.palette_row;
    app->model.overlay = MW_OVERLAY_NONE;
    if (row >= 0 && (size_t)row < count)
        perform(app, ids[row]);
}

/* ---- course map ---- */

/* ASCII letters without case, other characters as they are. */
static bool title_holds(const json_t *lab, const char *wanted)
{
    const char *title = mw_json_text(lab, "title");
    size_t length = strlen(wanted);
    for (; *title != '\0'; title++) {
        size_t i = 0;
        while (i < length && tolower((unsigned char)title[i]) == tolower((unsigned char)wanted[i]))
            i++;
        if (i == length)
            return true;
    }
    return strcmp(mw_json_text(lab, "id"), wanted) == 0;
}

/* The next match from `start` on, around the end. */
static void find_from(mw_app *app, int start, int direction)
{
    int count = mw_app_lab_count(app);
    mw_model *model = &app->model;
    if (count == 0 || model->search[0] == '\0')
        return;
    for (int i = 0; i < count; i++) {
        int row = ((start + i * direction) % count + count) % count;
        if (title_holds(mw_app_lab_at(app, row), model->search)) {
            model->course_row = row;
            return;
        }
    }
}

static void do_find(mw_app *app)
{
    app->model.searching = true;
    app->model.search[0] = '\0';
}

static void do_find_done(mw_app *app)
{
    app->model.searching = false;
}

static void do_find_cancel(mw_app *app)
{
    app->model.searching = false;
    app->model.search[0] = '\0';
}

static void do_find_next(mw_app *app)
{
    find_from(app, app->model.course_row + 1, 1);
}

static void do_find_previous(mw_app *app)
{
    find_from(app, app->model.course_row - 1, -1);
}

static void do_open(mw_app *app)
{
    const json_t *lab = mw_app_lab_at(app, app->model.course_row);
    const char *dir = mw_json_text(lab, "dir");
    if (*dir == '\0')
        mw_app_say(
            app, "info", "%s",
            lab ? _("this lab comes with a later version")
                : _("there is no lab here; 'memwall doctor' says where labs are looked for"));
    else
        mw_app_open_lab(app, dir, false);
}

/* ---- the machine ---- */

static void do_machine(mw_app *app)
{
    app->model.came_from = app->model.screen;
    app->model.screen = MW_SCREEN_MACHINE;
    app->model.machine_scroll = 0;
    mw_error error;
    bool free = !app->model.running && !app->model.calibrating && app->doctor_id == 0;
    if (free && app->model.hardware[0] == '\0' &&
        mw_host_request(app->host, "doctor", json_object(), &app->doctor_id, &error) != MW_OK)
        app->doctor_id = 0;
}

static void do_calibrate(mw_app *app)
{
    if (app->model.running)
        mw_app_say(app, "info", "%s", _("a kernel runs; stop it before measuring the machine"));
    else
        mw_app_calibrate(app);
}

static void do_leave_machine(mw_app *app)
{
    app->model.screen = app->model.came_from;
}

/* ---- the program ---- */

static void do_theme(mw_app *app)
{
    size_t count;
    const mw_theme *themes = mw_theme_list(&count);
    app->theme = app->theme + 1 < themes + count ? app->theme + 1 : themes;
    mw_terminal_set_theme(app->terminal, app->theme);
    mw_app_say(app, "info", _("colours: %s (--theme %s)"), _(app->theme->title), app->theme->name);
}

static void do_language(mw_app *app)
{
    mw_model *model = &app->model;
    const char *const *languages = mw_locale_languages();
    size_t now = 0;
    while (languages[now] && strcmp(languages[now], model->locale) != 0)
        now++;
    const char *next = languages[now] && languages[now + 1] ? languages[now + 1] : languages[0];
    if (app->grid.charset == MW_CHARSET_ASCII && !app->grid.unicode_text) {
        mw_app_say(app, "info", "%s", _("only ASCII can be shown here, so English it stays"));
        return;
    }
    model->locale = mw_locale_init(next).language;
    mw_app_load_courses(app);
    if (app->lab_open)
        mw_app_open_lab(app, app->lab_dir, false);
}

static void do_quit(mw_app *app)
{
    app->quit = true;
}

/* Ctrl-C first stops what runs; with nothing to stop it leaves. */
static void do_interrupt(mw_app *app)
{
    bool busy = app->model.running || (app->model.calibrating && !app->model.first_start);
    if (busy && !app->model.cancel_stage) {
        mw_host_cancel(app->host);
        return;
    }
    app->quit = app->interrupted = true;
}

static void do_redraw(mw_app *app)
{
    mw_terminal_redraw(app->terminal);
}

static void do_suspend(mw_app *app)
{
    mw_terminal_suspend(app->terminal);
}

static void (*const handlers[MW_ACTION_COUNT])(mw_app *) = {
    [MW_ACTION_HELP] = do_help,
    [MW_ACTION_PALETTE] = do_palette,
    [MW_ACTION_OPEN] = do_open,
    [MW_ACTION_FIND_DONE] = do_find_done,
    [MW_ACTION_FIND_CANCEL] = do_find_cancel,
    [MW_ACTION_FIND] = do_find,
    [MW_ACTION_FIND_NEXT] = do_find_next,
    [MW_ACTION_FIND_PREVIOUS] = do_find_previous,
    [MW_ACTION_NEXT_FIELD] = mw_do_next_field,
    [MW_ACTION_PREVIOUS_FIELD] = mw_do_previous_field,
    [MW_ACTION_SUBMIT] = mw_do_submit,
    [MW_ACTION_CONTINUE] = mw_do_next,
    [MW_ACTION_CHOOSE] = mw_do_choose,
    [MW_ACTION_PICK] = mw_do_pick,
    [MW_ACTION_RUN] = mw_do_run,
    [MW_ACTION_SWEEP] = mw_do_run,
    [MW_ACTION_COMPARE] = mw_do_run,
    [MW_ACTION_WAIT] = mw_do_wait,
    [MW_ACTION_CANCEL] = mw_do_cancel,
    [MW_ACTION_LEAVE_FIELD] = mw_do_leave_field,
    [MW_ACTION_HINT] = mw_do_hint,
    [MW_ACTION_UNDO] = mw_do_undo,
    [MW_ACTION_BACK] = mw_do_previous,
    [MW_ACTION_PREVIOUS] = mw_do_previous,
    [MW_ACTION_NEXT] = mw_do_next,
    [MW_ACTION_VARIANT] = mw_do_variant,
    [MW_ACTION_BYTES] = mw_do_bytes,
    [MW_ACTION_EXPORT] = mw_do_export,
    [MW_ACTION_SKIP] = mw_do_cancel,
    [MW_ACTION_CANCEL_CALIBRATION] = mw_do_cancel,
    [MW_ACTION_CALIBRATE] = do_calibrate,
    [MW_ACTION_PANEL] = mw_do_panel,
    [MW_ACTION_UP] = mw_do_up,
    [MW_ACTION_DOWN] = mw_do_down,
    [MW_ACTION_LEFT] = mw_do_left,
    [MW_ACTION_RIGHT] = mw_do_right,
    [MW_ACTION_PAGE_UP] = mw_do_page_up,
    [MW_ACTION_PAGE_DOWN] = mw_do_page_down,
    [MW_ACTION_FIRST] = mw_do_first,
    [MW_ACTION_LAST] = mw_do_last,
    [MW_ACTION_ACCEPT] = do_accept,
    [MW_ACTION_CLOSE_PALETTE] = do_close,
    [MW_ACTION_CLOSE] = do_close,
    [MW_ACTION_LOG] = do_log,
    [MW_ACTION_MACHINE] = do_machine,
    [MW_ACTION_THEME] = do_theme,
    [MW_ACTION_LANGUAGE] = do_language,
    [MW_ACTION_LEAVE_LAB] = mw_do_leave_lab,
    [MW_ACTION_LEAVE_MACHINE] = do_leave_machine,
    [MW_ACTION_QUIT] = do_quit,
    [MW_ACTION_QUIT_NOW] = do_quit,
    [MW_ACTION_INTERRUPT] = do_interrupt,
    [MW_ACTION_REDRAW] = do_redraw,
    [MW_ACTION_SUSPEND] = do_suspend,
};

static void perform(mw_app *app, mw_action_id id)
{
    if (id != MW_ACTION_VARIANT)
        app->confirm_variant = false;
    if (id != MW_ACTION_NONE && handlers[id])
        handlers[id](app);
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
    bool edits = mw_key_is_text(key) || key == MW_KEY_BACKSPACE || key == MW_KEY_WORD_BACKSPACE ||
                 key == MW_KEY_CTRL('w') || key == MW_KEY_CTRL('u');
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

static void say_cut(mw_app *app)
{
    if (mw_form_was_cut(&app->model))
        mw_app_say(app, "warning", _("a field holds %d KiB at most: the rest was left out"),
                   MW_DRAFT_MOST / 1024);
}

void mw_app_key(mw_app *app, mw_key key)
{
    mw_model *model = &app->model;
    app->key = key;
    model->message_tone = NULL;
    model->message[0] = '\0';
    const char *pasted = key == MW_KEY_PASTE ? mw_terminal_pasted(app->terminal) : NULL;
    if (typed(app, key, pasted)) {
        say_cut(app);
        return;
    }
    if (key == MW_KEY_WHEEL_UP || key == MW_KEY_WHEEL_DOWN) {
        mw_app_scroll(app, key == MW_KEY_WHEEL_UP ? -3 : 3);
        return;
    }
    /* Typing begins anew where it was left by Escape: a digit is meant for the field. */
    const mw_field_kind *kind = mw_form_focused(model).kind;
    if (key >= '0' && key <= '9' && model->overlay == MW_OVERLAY_NONE &&
        model->screen == MW_SCREEN_LAB && kind && kind->resumes) {
        model->typing = true;
        mw_form_key(model, key);
        say_cut(app);
        return;
    }
    perform(app, mw_action_for(mw_action_context(model), mw_action_state(model), key));
}
