/* app_move.c: what the keys up, down, page and end do on every screen and page. */
#include "tui/app/app_do.h"
#include "tui/view/view.h"

static int clamped(int value, int low, int high)
{
    return value > high ? high : value < low ? low : value;
}

static void scroll_lab(mw_app *app, int lines)
{
    mw_model *model = &app->model;
    int most = mw_view_scroll_most(model, &app->grid);
    model->text_scroll = clamped(clamped(model->text_scroll, 0, most) + lines, 0, most);
}

static void move_in_lab(mw_app *app, int direction)
{
    mw_model *model = &app->model;
    const mw_field_kind *kind = mw_form_focused(model).kind;
    if (!kind)
        scroll_lab(app, direction);
    else if (kind->push)
        mw_app_push(app, 0, -direction);
    else if (!mw_form_move_option(model, direction))
        mw_form_move_focus(model, direction);
}

static int page_size(const mw_app *app)
{
    return app->grid.height > 12 ? app->grid.height / 2 : 6;
}

void mw_app_scroll(mw_app *app, int lines)
{
    mw_model *model = &app->model;
    mw_action_id ids[MW_ACTION_COUNT];
    int most = mw_view_scroll_most(model, &app->grid);
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
        mw_app_go_to_row(app, model->course_row + lines);
        break;
    case MW_IN_MACHINE:
        model->machine_scroll = clamped(model->machine_scroll + lines, 0, most);
        break;
    default:
        scroll_lab(app, lines);
    }
}

void mw_do_up(mw_app *app)
{
    if (mw_action_context(&app->model) == MW_IN_LAB)
        move_in_lab(app, -1);
    else
        mw_app_scroll(app, -1);
}

void mw_do_down(mw_app *app)
{
    if (mw_action_context(&app->model) == MW_IN_LAB)
        move_in_lab(app, 1);
    else
        mw_app_scroll(app, 1);
}

void mw_do_page_up(mw_app *app)
{
    mw_app_scroll(app, -page_size(app));
}

void mw_do_page_down(mw_app *app)
{
    mw_app_scroll(app, page_size(app));
}

static void go_to_end(mw_app *app, int direction)
{
    const mw_model *model = &app->model;
    const mw_field_kind *kind = mw_form_focused(model).kind;
    if (mw_action_context(model) == MW_IN_LAB && kind && kind->turn)
        mw_app_turn(app, direction * 10000);
    else
        mw_app_scroll(app, direction * 10000);
}

void mw_do_first(mw_app *app)
{
    go_to_end(app, -1);
}

void mw_do_last(mw_app *app)
{
    go_to_end(app, 1);
}
