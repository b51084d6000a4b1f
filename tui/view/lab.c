/* lab.c: draws text, fields, plot and numbers where lab_layout.c has put them. */
#include "tui/view/lab.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/view/data.h"
#include "labs/view/pictures.h"
#include "tui/markdown/markdown.h"
#include "tui/view/asked.h"
#include "tui/view/chrome.h"
#include "tui/view/counters.h"
#include "tui/view/plot.h"
#include "tui/view/run.h"
#include "tui/view/view.h"

/* Nothing that is asked fills more rows; what lies beyond is not drawn. */
enum { ASKED_ROWS_MAX = 240 };

/* All that is drawn off the screen first, because its height decides the layout. */
typedef struct lab_parts {
    mw_markdown *text;
    mw_grid asked_grid;
    mw_asked asked;
    mw_lab_layout layout;
    int title_rows;
} lab_parts;

static const char *step_title(const mw_model *model)
{
    return mw_json_text(mw_json_member(model->view, "step"), "title");
}

static lab_parts parts_make(const mw_model *model, const mw_grid *grid)
{
    lab_parts p = {0};
    int width = mw_lab_text_width(model, grid);
    const char *text = mw_json_text(model->view, "text");
    p.text = mw_markdown_layout(text, width);
    p.title_rows = *step_title(model) && text[0] != '#' ? 2 : 0;
    p.asked_grid.charset = grid->charset;
    p.asked_grid.unicode_text = grid->unicode_text;
    if (mw_grid_resize(&p.asked_grid, width, ASKED_ROWS_MAX))
        p.asked = mw_asked_draw(model, &p.asked_grid, mw_lab_is_roomy(grid));
    p.layout =
        mw_lab_layout_make(model, grid, p.title_rows + mw_markdown_lines(p.text), p.asked.rows);
    return p;
}

static void parts_free(lab_parts *p)
{
    mw_markdown_free(p->text);
    mw_grid_free(&p->asked_grid);
}

static const char *kind_word(const char *kind)
{
    static const struct {
        const char *kind, *word;
    } words[] = {{"read", N_("read")},   {"predict", N_("predict")}, {"place", N_("place")},
                 {"run", N_("run")},     {"sweep", N_("sweep")},     {"compare", N_("compare")},
                 {"check", N_("check")}, {"explain", N_("explain")}, {"goal", N_("goal")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].kind, kind) == 0)
            return _(words[i].word);
    return kind;
}

static void draw_head(const mw_model *model, mw_grid *grid)
{
    const json_t *lab = mw_json_member(model->view, "lab"),
                 *step = mw_json_member(model->view, "step");
    char number[32], what[160], right[128];
    const char *lab_number = mw_data_scalar(lab, "number", number, sizeof number);
    if (json_is_integer(mw_json_member(lab, "number"))) {
        snprintf(number, sizeof number, "%02d", mw_json_int(lab, "number", 0));
        lab_number = number;
    }
    snprintf(what, sizeof what, "%.8s%s%.120s", lab_number, *lab_number ? " " : "",
             mw_json_text(lab, "title"));
    int index = mw_json_int(step, "index", 0), count = mw_json_int(step, "count", 0);
    bool wide = grid->width >= 90;
    int bar = wide ? 20 : 0;
    right[0] = '\0';
    if (count > 0)
        snprintf(right, sizeof right, wide ? _("%.40s · step %d of %d") : _("%.20s · %d/%d"),
                 kind_word(mw_json_text(step, "kind")), index, count);
    int gap = bar && count > 0 ? bar + 1 : 0;
    int end = grid->width - 1 - gap;
    mw_chrome_head(grid, wide ? mw_json_text(lab, "course") : "", what, "");
    int width = mw_text_width(right);
    mw_grid_fill(grid, (mw_rect){end - width - 2, 0, grid->width - end + width + 2, 1}, ' ',
                 mw_style_of(MW_ROLE_TEXT));
    mw_grid_text(grid, end - width, 0, width, mw_style_of(MW_ROLE_DIM), right);
    if (gap)
        mw_grid_bar(grid, end + 1, 0, bar, (double)index / count, mw_style_of(MW_ROLE_ACCENT),
                    mw_style_of(MW_ROLE_RULE));
}

static void draw_text(const mw_model *model, const lab_parts *p, mw_grid *grid)
{
    mw_rect r = p->layout.text;
    if (r.height == 0)
        return;
    int rows = p->title_rows + mw_markdown_lines(p->text);
    int most = rows > r.height ? rows - r.height : 0;
    int hidden = model->text_scroll < 0 ? 0 : model->text_scroll > most ? most : model->text_scroll;
    if (p->title_rows && hidden == 0)
        mw_grid_text(grid, r.x, r.y, r.width, mw_style_with(MW_ROLE_TITLE, MW_ATTR_BOLD),
                     step_title(model));
    int above = hidden < p->title_rows ? p->title_rows - hidden : 0;
    int first = hidden > p->title_rows ? hidden - p->title_rows : 0;
    mw_markdown_draw(p->text, grid, r.x, r.y + above, first, r.height - above);
    mw_style mark = mw_style_with(MW_ROLE_ACCENT, MW_ATTR_BOLD);
    if (hidden > 0)
        mw_grid_put(grid, r.x + r.width, r.y, mw_grid_glyph(grid, MW_GLYPH_UP), mark);
    if (hidden < most)
        mw_grid_put(grid, r.x + r.width, r.y + r.height - 1, mw_grid_glyph(grid, MW_GLYPH_DOWN),
                    mark);
}

/* Copies the window of the fields that shows what has the focus. */
static void draw_asked(lab_parts *p, mw_grid *grid)
{
    mw_rect r = p->layout.asked;
    int first = 0;
    if (p->asked.rows > r.height && p->asked.focus_last >= r.height) {
        first = p->asked.focus_last - r.height + 2;
        if (first > p->asked.focus_first)
            first = p->asked.focus_first;
        if (first > p->asked.rows - r.height)
            first = p->asked.rows - r.height;
    }
    for (int y = 0; y < r.height && first + y < p->asked_grid.height; y++)
        for (int x = 0; x < r.width && x < p->asked_grid.width; x++) {
            mw_cell *to = mw_grid_at(grid, r.x + x, r.y + y);
            const mw_cell *from = mw_grid_at(&p->asked_grid, x, first + y);
            if (to && from)
                *to = *from;
        }
    mw_style mark = mw_style_with(MW_ROLE_ACCENT, MW_ATTR_BOLD);
    if (first > 0)
        mw_grid_put(grid, r.x + r.width, r.y, mw_grid_glyph(grid, MW_GLYPH_UP), mark);
    if (first + r.height < p->asked.rows && r.height > 0)
        mw_grid_put(grid, r.x + r.width, r.y + r.height - 1, mw_grid_glyph(grid, MW_GLYPH_DOWN),
                    mark);
    int row = p->asked_grid.cursor_y - first;
    if (p->asked_grid.cursor_visible && row >= 0 && row < r.height) {
        grid->cursor_visible = true;
        grid->cursor_x = r.x + p->asked_grid.cursor_x;
        grid->cursor_y = r.y + row;
    }
}

static const char *panel_name(const mw_model *model, mw_panel panel)
{
    if (panel == MW_PANEL_TEXT)
        return _("text");
    if (panel == MW_PANEL_NUMBERS)
        return _("numbers");
    const mw_picture_kind *kind =
        mw_picture_kind_of(mw_view_picture_at(model->view, (int)panel - (int)MW_PANEL_PICTURE));
    return kind ? _(kind->tab) : "";
}

static void draw_tabs(const mw_model *model, const mw_lab_layout *l, mw_grid *grid)
{
    int x = l->tabs.x;
    if (l->tabs.height == 0)
        return;
    mw_grid_hline(grid, x, l->tabs.y, l->tabs.width, mw_style_of(MW_ROLE_RULE));
    x += 2;
    for (int i = 0; i < MW_PANEL_COUNT - 1; i++) {
        mw_panel panel = mw_lab_panel_at(i);
        if (!l->available[panel])
            continue;
        bool shown = l->panel == panel;
        char name[64];
        snprintf(name, sizeof name, shown ? "[%.40s]" : " %.40s ", panel_name(model, panel));
        x += mw_grid_text(grid, x, l->tabs.y, l->tabs.width,
                          shown ? mw_style_with(MW_ROLE_TITLE, MW_ATTR_BOLD)
                                : mw_style_of(MW_ROLE_DIM),
                          name) +
             1;
    }
}

static mw_plot *plot_of(const mw_model *model, const lab_parts *p, const mw_grid *grid, int picture)
{
    if (p->layout.pictures[picture].height == 0)
        return NULL;
    return mw_plot_new(mw_view_picture_at(model->view, picture), model, grid->charset,
                       p->layout.pictures[picture]);
}

static void draw_picture(const mw_model *model, const lab_parts *p, int picture, mw_grid *grid)
{
    mw_plot *plot = plot_of(model, p, grid, picture);
    if (!plot)
        return;
    mw_plot_draw(plot, grid);
    bool set, focused;
    double x, y;
    const json_t *place = mw_asked_place(model, &set, &x, &y, &focused);
    if (place && set && !mw_json_true(place, "locked") && picture == mw_lab_place_picture(model))
        mw_plot_draw_placed(plot, grid, x, y, focused);
    mw_plot_free(plot);
}

/* A lab that cannot be shown says why, and what to press. */
static void draw_problem(const mw_model *model, mw_grid *grid)
{
    mw_rect body = mw_chrome_body(grid);
    body.width = body.width > 76 ? 76 : body.width;
    if (!*model->lab_problem) {
        mw_grid_text(grid, body.x, body.y, body.width, mw_style_of(MW_ROLE_DIM),
                     _("The lab opens …"));
        return;
    }
    mw_grid_text(grid, body.x, body.y, body.width, mw_style_with(MW_ROLE_WARNING, MW_ATTR_BOLD),
                 _("This lab cannot run"));
    body.y += 2;
    body.height -= 2;
    int used = mw_chrome_write(grid, body, mw_style_of(MW_ROLE_TEXT), model->lab_problem);
    body.y += used + 1;
    body.height -= used + 1;
    mw_chrome_write(grid, body, mw_style_of(MW_ROLE_DIM),
                    _("Nothing is lost: what was answered is kept. The keys below lead on."));
}

void mw_view_lab(const mw_model *model, mw_grid *grid)
{
    mw_grid_clear(grid);
    if (!mw_chrome_fits(grid))
        return;
    if (!json_is_object(model->view) || *model->lab_problem) {
        mw_chrome_head(grid, _("memwall"), "", "");
        if (json_is_object(model->view))
            draw_head(model, grid);
        draw_problem(model, grid);
        mw_chrome_foot(model, grid);
        return;
    }
    lab_parts p = parts_make(model, grid);
    draw_head(model, grid);
    draw_tabs(model, &p.layout, grid);
    draw_text(model, &p, grid);
    draw_asked(&p, grid);
    for (int i = 0; i < MW_PICTURES_MOST; i++)
        draw_picture(model, &p, i, grid);
    if (p.layout.run.height > 0)
        mw_run_draw(model, grid, p.layout.run.x, p.layout.run.y, p.layout.run.width);
    if (p.layout.numbers.height > 0)
        mw_counters_draw(model, grid, p.layout.numbers);
    mw_chrome_foot(model, grid);
    parts_free(&p);
}

int mw_lab_scroll_most(const mw_model *model, const mw_grid *grid)
{
    if (!json_is_object(model->view) || grid->width < MW_SCREEN_LEAST_WIDTH ||
        grid->height < MW_SCREEN_LEAST_HEIGHT)
        return 0;
    lab_parts p = parts_make(model, grid);
    int rows = p.title_rows + mw_markdown_lines(p.text);
    int most =
        p.layout.text.height > 0 && rows > p.layout.text.height ? rows - p.layout.text.height : 0;
    parts_free(&p);
    return most;
}

bool mw_view_asked_fits(const mw_model *model, const mw_grid *grid)
{
    if (!json_is_object(model->view) || grid->width < MW_SCREEN_LEAST_WIDTH ||
        grid->height < MW_SCREEN_LEAST_HEIGHT)
        return false;
    lab_parts p = parts_make(model, grid);
    bool fits = p.asked.rows <= p.layout.asked.height;
    parts_free(&p);
    return fits;
}

mw_panel mw_view_next_panel(const mw_model *model, const mw_grid *grid)
{
    mw_panel next = MW_PANEL_AUTO;
    if (!json_is_object(model->view) || grid->width < MW_SCREEN_LEAST_WIDTH ||
        grid->height < MW_SCREEN_LEAST_HEIGHT)
        return next;
    lab_parts p = parts_make(model, grid);
    const int places = MW_PANEL_COUNT - 1;
    int present = 0;
    while (present < places - 1 && mw_lab_panel_at(present) != p.layout.panel)
        present++;
    for (int i = 1; p.layout.panels && i <= places && next == MW_PANEL_AUTO; i++)
        if (p.layout.available[mw_lab_panel_at((present + i) % places)])
            next = mw_lab_panel_at((present + i) % places);
    parts_free(&p);
    return next;
}

/* ---- the place field ---- */

static mw_plot *present_plot(const mw_model *model, const mw_grid *grid)
{
    if (!json_is_object(model->view) || grid->width < MW_SCREEN_LEAST_WIDTH ||
        grid->height < MW_SCREEN_LEAST_HEIGHT)
        return NULL;
    int picture = mw_lab_place_picture(model);
    if (picture < 0)
        return NULL;
    lab_parts p = parts_make(model, grid);
    mw_plot *plot = plot_of(model, &p, grid, picture);
    const mw_axis *x, *y;
    if (plot && !mw_plot_axes(plot, &x, &y)) {
        mw_plot_free(plot);
        plot = NULL;
    }
    parts_free(&p);
    return plot;
}

bool mw_view_plot_value(const mw_model *model, const mw_grid *grid, int column, int row, double *x,
                        double *y)
{
    mw_plot *plot = present_plot(model, grid);
    bool inside =
        plot && column >= 0 && row >= 0 && column < plot->inner.width && row < plot->inner.height;
    if (inside) {
        *x = mw_axis_value(plot->picture->drawing.around.x, column + 0.5);
        *y = mw_axis_value(plot->picture->drawing.around.y, row + 0.5);
    }
    mw_plot_free(plot);
    return inside;
}

bool mw_view_plot_cell(const mw_model *model, const mw_grid *grid, double x, double y, int *column,
                       int *row)
{
    mw_plot *plot = present_plot(model, grid);
    double px, py;
    bool known = plot && mw_axis_position(plot->picture->drawing.around.x, x, &px) &&
                 mw_axis_position(plot->picture->drawing.around.y, y, &py);
    if (known) {
        *column = (int)fmin(floor(mw_axis_clamp(plot->picture->drawing.around.x, px)),
                            plot->inner.width - 1);
        *row = (int)fmin(floor(mw_axis_clamp(plot->picture->drawing.around.y, py)),
                         plot->inner.height - 1);
    }
    mw_plot_free(plot);
    return known;
}

bool mw_view_plot_step(const mw_model *model, const mw_grid *grid, double *step_x, double *step_y)
{
    mw_plot *plot = present_plot(model, grid);
    bool known = plot != NULL;
    if (known) {
        *step_x = mw_axis_value(plot->picture->drawing.around.x, 1) /
                  mw_axis_value(plot->picture->drawing.around.x, 0);
        *step_y = mw_axis_value(plot->picture->drawing.around.y, 0) /
                  mw_axis_value(plot->picture->drawing.around.y, 1);
    }
    mw_plot_free(plot);
    return known;
}
