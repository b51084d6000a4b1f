/* lab_layout.c: shares the rows of one or two columns among the panels of the lab screen. */
#include <math.h>
#include <string.h>

#include "labs/chart/pictures/pictures.h"
#include "labs/engine/wire/member.h"
#include "labs/view/pictures.h"
#include "tui/view/asked.h"
#include "tui/view/chrome.h"
#include "tui/view/counters.h"
#include "tui/view/lab.h"
#include "tui/view/plot.h"

/* Two columns from here on; below, one panel at a time. */
enum { TWO_COLUMNS = 76, GUTTER = 3, MEASURE_LEAST = 44, MEASURE_MOST = 60 };
enum { FOOT_LEAST = 9, FOOT_MOST = 16, PLOT_LEAST = 9, TEXT_LEAST = 5, ASKED_LEAST = 4 };
/* Rows of a place above its picture, with what was said to it, at most. */
enum { SAID_MOST = 7 };

static int at_most(int value, int most)
{
    return value < most ? value : most;
}

static int at_least(int value, int least)
{
    return value > least ? value : least;
}

/* Whether the view has a picture here with something in it. */
static bool has_picture(const mw_model *model, int picture)
{
    return mw_picture_present(mw_view_picture_at(model->view, picture));
}

static int count_pictures(const mw_model *model)
{
    int count = 0;
    for (int i = 0; i < MW_PICTURES_MOST; i++)
        count += has_picture(model, i);
    return count;
}

mw_panel mw_lab_panel_at(int place)
{
    return place == 0                  ? MW_PANEL_TEXT
           : place <= MW_PICTURES_MOST ? (mw_panel)(MW_PANEL_PICTURE + place - 1)
                                       : MW_PANEL_NUMBERS;
}

int mw_lab_place_picture(const mw_model *model)
{
    bool set, focused;
    double x, y;
    const json_t *place = mw_asked_place(model, &set, &x, &y, &focused);
    const char *id = mw_json_text(place, "picture");
    for (int i = 0; place && i < MW_PICTURES_MOST; i++)
        if (strcmp(mw_json_text(mw_view_picture_at(model->view, i), "id"), id) == 0)
            return i;
    return -1;
}

static bool has_numbers(const mw_model *model)
{
    return mw_json_count(model->view, "counters") > 0;
}

static bool has_anything(const mw_model *model)
{
    return count_pictures(model) > 0 || has_numbers(model) || model->running;
}

static bool two_columns(const mw_model *model, const mw_grid *grid)
{
    return grid->width >= TWO_COLUMNS && has_anything(model);
}

bool mw_lab_is_roomy(const mw_grid *grid)
{
    return grid->height >= 30;
}

int mw_lab_text_width(const mw_model *model, const mw_grid *grid)
{
    int body = grid->width - 2;
    if (!two_columns(model, grid))
        return at_most(body, MEASURE_MOST);
    if (grid->width < 100)
        return at_most(MEASURE_LEAST, (body - GUTTER) * 48 / 100);
    return at_most(at_least(grid->width * 42 / 100, MEASURE_LEAST), MEASURE_MOST);
}

/* Rows that remain for what is asked and for the text, one of air between. */
static void share_column(mw_lab_layout *l, mw_rect column, int text_rows, int asked_rows)
{
    int air = asked_rows > 0 ? 1 : 0;
    int asked = asked_rows, text = text_rows;
    if (text + air + asked > column.height) {
        text = at_least(column.height - air - asked, at_most(text, TEXT_LEAST));
        asked = at_least(column.height - air - text, 0);
    }
    l->text = (mw_rect){column.x, column.y, column.width, at_most(text, column.height)};
    l->asked = (mw_rect){column.x, column.y + text + air, column.width, asked};
}

/* The picture of what the step found, or -1. */
static int find_own(const mw_model *model)
{
    for (int i = 0; i < MW_PICTURES_MOST; i++)
        if (has_picture(model, i) &&
            mw_picture_kind_of(mw_view_picture_at(model->view, i))->with_step)
            return i;
    return -1;
}

/* That picture stands at the foot of the left column if the text can spare the rows. */
static void lay_left(const mw_model *model, mw_lab_layout *l, mw_rect column, int text_rows,
                     int asked_rows)
{
    int air = asked_rows > 0 ? 1 : 0;
    int own = find_own(model), rows = 0;
    if (own >= 0) {
        int wanted = at_least(FOOT_LEAST, column.height / 3);
        rows = column.height - text_rows - air - asked_rows - 1;
        int least = at_most(text_rows, TEXT_LEAST + 1) + air + at_most(asked_rows, 2 * ASKED_LEAST);
        if (rows < wanted) /* text can be scrolled, a curve cannot */
            rows = at_most(wanted, column.height - least - 1);
        rows = rows < FOOT_LEAST ? 0 : at_most(rows, FOOT_MOST);
    }
    if (rows > 0) {
        l->pictures[own] = (mw_rect){column.x, column.y + column.height - rows, column.width, rows};
        column.height -= rows + 1;
    }
    share_column(l, column, text_rows, asked_rows);
}

/* Numbers that cannot be said whole below a picture can take its place. */
static bool lay_numbers(const mw_model *model, mw_lab_layout *l, mw_rect column, int run)
{
    l->panels = l->available[MW_PANEL_NUMBERS] = true;
    if (model->panel != MW_PANEL_NUMBERS)
        return false;
    l->panel = MW_PANEL_NUMBERS;
    l->run = (mw_rect){column.x, column.y, column.width, run};
    l->numbers = (mw_rect){column.x, column.y + run, column.width, column.height - run};
    return true;
}

/* What the left column has no room for; returns how many. */
static int list_rest(const mw_model *model, const mw_lab_layout *l, int rest[MW_PICTURES_MOST])
{
    int count = 0;
    for (int i = 0; i < MW_PICTURES_MOST; i++)
        if (has_picture(model, i) && l->pictures[i].height == 0)
            rest[count++] = i;
    return count;
}

/* Two above each other, or one at a time: a step that has a curve, which comes last, is about it.
 */
static void lay_pictures(const mw_model *model, mw_lab_layout *l, const int *rest, int count,
                         mw_rect room)
{
    int shown = count > 0 ? rest[0] : 0;
    if (count == 2 && room.height >= 2 * PLOT_LEAST + 2) {
        int lower = room.height * 9 / 20;
        l->pictures[rest[1]] = (mw_rect){room.x, room.y + room.height - lower, room.width, lower};
        room.height -= lower + 1;
    } else if (count > 1) {
        l->panels = true;
        shown = rest[count - 1];
        for (int i = 0; i < count; i++) {
            l->available[MW_PANEL_PICTURE + rest[i]] = true;
            if ((int)model->panel == (int)MW_PANEL_PICTURE + rest[i])
                shown = rest[i];
        }
    }
    l->panel = (mw_panel)(MW_PANEL_PICTURE + shown);
    l->available[l->panel] = count > 0;
    if (count > 0)
        l->pictures[shown] = room;
}

static void lay_right(const mw_model *model, mw_lab_layout *l, mw_rect column)
{
    int rest[MW_PICTURES_MOST], count = list_rest(model, l, rest);
    int whole = mw_counters_height(model, column.width), numbers = whole;
    int run = numbers > 0 || model->running ? 1 : 0;
    if (count > 0) {
        /* The picture is the larger part, more so on a small screen. */
        int share = column.height * (column.height < 24 ? 30 : 50) / 100;
        numbers = at_most(numbers, at_most(share, column.height - run - PLOT_LEAST));
    }
    if (numbers < 2)
        numbers = 0;
    int rows = column.height - run - numbers;
    if (numbers < whole && lay_numbers(model, l, column, run)) {
        for (int i = 0; i < count; i++)
            l->available[MW_PANEL_PICTURE + rest[i]] = true;
        return;
    }
    lay_pictures(model, l, rest, count, (mw_rect){column.x, column.y, column.width, rows});
    int y = column.y + (count > 0 ? rows : 0);
    l->run = (mw_rect){column.x, y, column.width, run};
    l->numbers = (mw_rect){column.x, y + run, column.width, numbers};
}

/* One question at a time: what matters now, unless the student chose. */
static mw_panel choose_panel(const mw_model *model, const mw_lab_layout *l)
{
    if (model->panel > MW_PANEL_AUTO && model->panel < MW_PANEL_COUNT && l->available[model->panel])
        return model->panel;
    bool set, focused;
    double x, y;
    int placed = mw_lab_place_picture(model);
    if (placed >= 0 && l->available[MW_PANEL_PICTURE + placed] &&
        mw_asked_place(model, &set, &x, &y, &focused) && focused)
        return (mw_panel)(MW_PANEL_PICTURE + placed);
    for (int i = MW_PICTURES_MOST - 1; model->running && i >= 0; i--)
        if (l->available[MW_PANEL_PICTURE + i])
            return (mw_panel)(MW_PANEL_PICTURE + i);
    return MW_PANEL_TEXT;
}

static void lay_single(const mw_model *model, mw_lab_layout *l, mw_rect body, int text_rows,
                       int asked_rows)
{
    l->available[MW_PANEL_TEXT] = true;
    for (int i = 0; i < MW_PICTURES_MOST; i++)
        l->available[MW_PANEL_PICTURE + i] = has_picture(model, i);
    l->available[MW_PANEL_NUMBERS] = has_numbers(model);
    l->panels = count_pictures(model) > 0 || l->available[MW_PANEL_NUMBERS];
    l->panel = choose_panel(model, l);
    if (l->panels) {
        l->tabs = (mw_rect){body.x, body.y, body.width, 1};
        body.y += 2;
        body.height -= 2;
    }
    if (model->running) {
        l->run = (mw_rect){body.x, body.y + body.height - 1, body.width, 1};
        body.height--;
    }
    bool set, focused;
    double x, y;
    const json_t *place = mw_asked_place(model, &set, &x, &y, &focused);
    int shown = (int)l->panel - (int)MW_PANEL_PICTURE;
    if (shown >= 0 && place && shown == mw_lab_place_picture(model)) {
        /* Its label and what is typed; what was said to that as well, while it may be mended. */
        int rows = 2;
        if (focused && mw_json_member(place, "feedback"))
            rows = at_least(at_most(asked_rows, body.height - PLOT_LEAST), 2);
        rows = at_most(rows, SAID_MOST);
        l->asked = (mw_rect){body.x, body.y, body.width, rows};
        body.y += rows;
        body.height -= rows;
    }
    if (shown >= 0)
        l->pictures[shown] = body;
    else if (l->panel == MW_PANEL_NUMBERS)
        l->numbers = body;
    else
        share_column(l, (mw_rect){body.x, body.y, at_most(body.width, MEASURE_MOST), body.height},
                     text_rows, asked_rows);
}

mw_lab_layout mw_lab_layout_make(const mw_model *model, const mw_grid *grid, int text_rows,
                                 int asked_rows)
{
    mw_lab_layout l = {.roomy = mw_lab_is_roomy(grid)};
    mw_rect body = mw_chrome_body(grid);
    if (!two_columns(model, grid)) {
        lay_single(model, &l, body, text_rows, asked_rows);
        return l;
    }
    int left = mw_lab_text_width(model, grid);
    lay_left(model, &l, (mw_rect){body.x, body.y, left, body.height}, text_rows, asked_rows);
    lay_right(model, &l,
              (mw_rect){body.x + left + GUTTER, body.y, body.width - left - GUTTER, body.height});
    return l;
}
