/* lab_layout.c: shares the rows of one or two columns among the panels of the lab screen. */
#include <math.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/view/data.h"
#include "tui/view/asked.h"
#include "tui/view/chrome.h"
#include "tui/view/counters.h"
#include "tui/view/lab.h"
#include "tui/view/plot.h"

/* Two columns from here on; below, one panel at a time. */
enum { TWO_COLUMNS = 76, GUTTER = 3, MEASURE_LEAST = 44, MEASURE_MOST = 60 };
enum { CHART_LEAST = 9, CHART_MOST = 16, PLOT_LEAST = 9, TEXT_LEAST = 5, ASKED_LEAST = 4 };
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

static bool has_plot(const mw_model *model)
{
    const json_t *roofline = mw_json_member(model->view, "roofline");
    return mw_json_count(roofline, "memory") + mw_json_count(roofline, "compute") +
               mw_json_count(roofline, "points") >
           0;
}

static bool has_chart(const mw_model *model)
{
    return json_is_object(mw_json_member(model->view, "chart"));
}

static bool has_numbers(const mw_model *model)
{
    return mw_json_count(model->view, "counters") > 0;
}

static bool has_picture(const mw_model *model)
{
    return has_plot(model) || has_chart(model) || has_numbers(model) || model->running;
}

static bool two_columns(const mw_model *model, const mw_grid *grid)
{
    return grid->width >= TWO_COLUMNS && has_picture(model);
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

/* The chart stands at the foot of the left column if the text can spare the rows. */
static void lay_left(const mw_model *model, mw_lab_layout *l, mw_rect column, int text_rows,
                     int asked_rows)
{
    int air = asked_rows > 0 ? 1 : 0;
    int chart = 0;
    if (has_chart(model)) {
        int wanted = at_least(CHART_LEAST, column.height / 3);
        chart = column.height - text_rows - air - asked_rows - 1;
        int least = at_most(text_rows, TEXT_LEAST + 1) + air + at_most(asked_rows, 2 * ASKED_LEAST);
        if (chart < wanted) /* text can be scrolled, a curve cannot */
            chart = at_most(wanted, column.height - least - 1);
        chart = chart < CHART_LEAST ? 0 : at_most(chart, CHART_MOST);
    }
    if (chart > 0) {
        l->chart = (mw_rect){column.x, column.y + column.height - chart, column.width, chart};
        column.height -= chart + 1;
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

static void lay_right(const mw_model *model, mw_lab_layout *l, mw_rect column)
{
    int whole = mw_counters_height(model, column.width), numbers = whole;
    bool picture = has_plot(model), chart = has_chart(model) && l->chart.height == 0;
    int run = numbers > 0 || model->running ? 1 : 0;
    l->available[MW_PANEL_PLOT] = picture;
    l->available[MW_PANEL_CHART] = chart;
    if (picture || chart) {
        /* The picture is the larger part, more so on a small screen. */
        int share = column.height * (column.height < 24 ? 30 : 50) / 100;
        numbers = at_most(numbers, at_most(share, column.height - run - PLOT_LEAST));
    }
    if (numbers < 2)
        numbers = 0;
    if (numbers < whole && lay_numbers(model, l, column, run))
        return;
    l->panel = picture ? MW_PANEL_PLOT : MW_PANEL_CHART;
    int rows = column.height - run - numbers;
    if (picture && chart && rows >= 2 * PLOT_LEAST + 2) {
        l->chart =
            (mw_rect){column.x, column.y + rows - rows * 9 / 20, column.width, rows * 9 / 20};
        rows -= l->chart.height + 1;
        l->plot = (mw_rect){column.x, column.y, column.width, rows};
    } else if (picture && chart) {
        /* Only one of the two: a step that has a curve is about the curve. */
        l->panels = true;
        l->panel = model->panel == MW_PANEL_PLOT ? MW_PANEL_PLOT : MW_PANEL_CHART;
        *(l->panel == MW_PANEL_CHART ? &l->chart : &l->plot) =
            (mw_rect){column.x, column.y, column.width, rows};
    } else if (picture) {
        l->plot = (mw_rect){column.x, column.y, column.width, rows};
    } else if (chart) {
        l->chart = (mw_rect){column.x, column.y, column.width, rows};
    }
    int y = column.y + (picture || chart ? column.height - run - numbers : 0);
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
    if (mw_asked_place(model, &set, &x, &y, &focused) && focused && l->available[MW_PANEL_PLOT])
        return MW_PANEL_PLOT;
    if (model->running && l->available[MW_PANEL_CHART])
        return MW_PANEL_CHART;
    if (model->running && l->available[MW_PANEL_PLOT])
        return MW_PANEL_PLOT;
    return MW_PANEL_TEXT;
}

static void lay_single(const mw_model *model, mw_lab_layout *l, mw_rect body, int text_rows,
                       int asked_rows)
{
    l->available[MW_PANEL_TEXT] = true;
    l->available[MW_PANEL_PLOT] = has_plot(model);
    l->available[MW_PANEL_CHART] = has_chart(model);
    l->available[MW_PANEL_NUMBERS] = has_numbers(model);
    l->panels = has_plot(model) || has_chart(model) || l->available[MW_PANEL_NUMBERS];
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
    if (l->panel == MW_PANEL_PLOT && place) {
        /* Its label and what is typed; what was said to that as well, while it may be mended. */
        int rows = 2;
        if (focused && mw_json_member(place, "feedback"))
            rows = at_least(at_most(asked_rows, body.height - PLOT_LEAST), 2);
        rows = at_most(rows, SAID_MOST);
        l->asked = (mw_rect){body.x, body.y, body.width, rows};
        body.y += rows;
        body.height -= rows;
    }
    if (l->panel == MW_PANEL_PLOT)
        l->plot = body;
    else if (l->panel == MW_PANEL_CHART)
        l->chart = body;
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
