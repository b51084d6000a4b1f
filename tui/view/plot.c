/* plot.c: axes, legend, roofs, points and words of a planned chart, drawn in cells. */
#include "tui/view/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/words.h"
#include "labs/view/data.h"
#include "tui/grid/canvas.h"
#include "tui/view/asked.h"
#include "tui/view/chrome.h"
#include "tui/view/kinds.h"

/* ---- axes ---- */

typedef enum axis_glyph {
    AXIS_V,
    AXIS_V_MAJOR,
    AXIS_V_MINOR,
    AXIS_H,
    AXIS_H_MAJOR,
    AXIS_H_MINOR,
    AXIS_CORNER
} axis_glyph;

static uint32_t axis(const mw_grid *grid, axis_glyph glyph)
{
    static const uint32_t lines[] = {0x2502, 0x2524, 0x251C, 0x2500, 0x252C, 0x2534, 0x2514};
    static const uint32_t ascii[] = {'|', '+', '|', '-', '+', '\'', '+'};
    return grid->charset == MW_CHARSET_ASCII ? ascii[glyph] : lines[glyph];
}

int mw_axes_label_width(const mw_tick *ticks, int count)
{
    int widest = 1;
    for (int i = 0; i < count; i++)
        if (ticks[i].labelled && mw_text_width(ticks[i].label) > widest)
            widest = mw_text_width(ticks[i].label);
    return widest;
}

static int tick_cell(const mw_tick *tick, int cells)
{
    return (int)fmin(fmax(floor(tick->position), 0), cells - 1);
}

static void draw_y_axis(mw_grid *grid, mw_rect inner, const mw_tick *ticks, int count)
{
    mw_style rule = mw_style_of(MW_ROLE_RULE);
    for (int row = 0; row < inner.height; row++)
        mw_grid_put(grid, inner.x - 1, inner.y + row, axis(grid, AXIS_V), rule);
    for (int i = 0; i < count; i++)
        if (!ticks[i].labelled)
            mw_grid_put(grid, inner.x - 1, inner.y + tick_cell(&ticks[i], inner.height),
                        axis(grid, AXIS_V_MINOR), rule);
    for (int i = 0; i < count; i++) {
        if (!ticks[i].labelled)
            continue;
        int row = inner.y + tick_cell(&ticks[i], inner.height);
        int width = mw_text_width(ticks[i].label);
        mw_grid_put(grid, inner.x - 1, row, axis(grid, AXIS_V_MAJOR), rule);
        mw_grid_text(grid, inner.x - 1 - width, row, width, mw_style_of(MW_ROLE_DIM),
                     ticks[i].label);
    }
}

static void draw_x_axis(mw_grid *grid, mw_rect inner, const mw_tick *ticks, int count,
                        const char *title)
{
    mw_style rule = mw_style_of(MW_ROLE_RULE), dim = mw_style_of(MW_ROLE_DIM);
    int row = inner.y + inner.height, right = inner.x + inner.width;
    mw_grid_put(grid, inner.x - 1, row, axis(grid, AXIS_CORNER), rule);
    for (int column = 0; column < inner.width; column++)
        mw_grid_put(grid, inner.x + column, row, axis(grid, AXIS_H), rule);
    for (int major = 0; major < 2; major++)
        for (int i = 0; i < count; i++)
            if (ticks[i].labelled == (major == 1))
                mw_grid_put(grid, inner.x + tick_cell(&ticks[i], inner.width), row,
                            axis(grid, major ? AXIS_H_MAJOR : AXIS_H_MINOR), rule);
    int title_width = mw_text_width(title);
    if (title_width > 0 && title_width + 1 < inner.width / 2) {
        mw_grid_put(grid, right - title_width - 1, row, ' ', rule);
        mw_grid_text(grid, right - title_width, row, title_width, dim, title);
    }
    int end = inner.x - 2;
    for (int i = 0; i < count; i++) {
        int width = mw_text_width(ticks[i].label);
        int x = inner.x + tick_cell(&ticks[i], inner.width) - (width - 1) / 2;
        if (x + width > right)
            x = right - width;
        if (!ticks[i].labelled || x <= end)
            continue;
        mw_grid_text(grid, x, row + 1, width, dim, ticks[i].label);
        end = x + width;
    }
}

void mw_axes_draw(mw_grid *grid, mw_rect inner, const mw_tick *x_ticks, int x_count,
                  const mw_tick *y_ticks, int y_count, const char *x_title)
{
    draw_y_axis(grid, inner, y_ticks, y_count);
    draw_x_axis(grid, inner, x_ticks, x_count, x_title);
}

/* ---- the legend ---- */

typedef struct legend_entry {
    mw_glyph glyph;
    mw_kind kind;
    const char *word;
} legend_entry;

/* "◇ predicted  ● measured  ◉ noisy" for what is in the picture, from the right. */
static int list_legend(const mw_roofline_view *read, legend_entry entries[MW_PUBLISHED + 2])
{
    static const mw_kind order[] = {MW_MEASURED, MW_MODELLED, MW_COUNTED, MW_PUBLISHED,
                                    MW_PREDICTED};
    int count = 0;
    if (read->noisy_used)
        entries[count++] = (legend_entry){MW_GLYPH_NOISY, MW_MEASURED, _("noisy")};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (read->kind_used[order[i]])
            entries[count++] =
                (legend_entry){mw_kind_glyph(order[i]), order[i], mw_kind_word(order[i])};
    return count;
}

static int legend_width(const mw_roofline_view *read)
{
    legend_entry entries[MW_PUBLISHED + 2];
    int width = 0;
    for (int i = list_legend(read, entries); i-- > 0;)
        width += mw_text_width(entries[i].word) + 4;
    return width;
}

/* Ended at `right`; what would begin before `left` is left out. */
static void draw_legend(const mw_plot *plot, mw_grid *grid, int left, int right)
{
    legend_entry entries[MW_PUBLISHED + 2];
    int count = list_legend(&plot->read, entries);
    for (int i = 0; i < count; i++) {
        int width = mw_text_width(entries[i].word) + 2;
        if (right - width < left)
            return;
        mw_grid_put(grid, right - width, plot->outer.y, mw_grid_glyph(grid, entries[i].glyph),
                    mw_style_of(mw_kind_role(entries[i].kind)));
        mw_grid_text(grid, right - width + 2, plot->outer.y, width - 2, mw_style_of(MW_ROLE_DIM),
                     entries[i].word);
        right -= width + 2;
    }
}

/* ---- the plot ---- */

/* Words keep off the mark that the student sets; like a live point it never moves the axes. */
static void reserve_placed(const mw_model *model, mw_roofline_chart *chart)
{
    bool set = false, focused;
    double x, y;
    const json_t *field = model ? mw_asked_place(model, &set, &x, &y, &focused) : NULL;
    if (!set || mw_json_true(field, "locked") || chart->point_count == MW_CHART_POINTS)
        return;
    chart->points[chart->point_count++] =
        (mw_chart_point){.x = x, .y = y, .label = "", .live = true, .kind = MW_PREDICTED};
}

static double measure_cells(void *context, const char *text)
{
    (void)context;
    return mw_text_width(text);
}

mw_plot *mw_plot_new(const json_t *roofline, const mw_model *model, mw_charset charset,
                     mw_rect outer)
{
    if (!json_is_object(roofline) || outer.width < MW_PLOT_LEAST_WIDTH ||
        outer.height < MW_PLOT_LEAST_HEIGHT)
        return NULL;
    mw_plot *plot = calloc(1, sizeof *plot);
    if (!plot)
        return NULL;
    plot->medium = mw_medium_cells;
    plot->medium.measure = measure_cells;
    mw_roofline_read(roofline, model ? model->bytes_level : "",
                     model && model->running ? &model->rate_flops : NULL, &plot->read);
    plot->read.chart.medium = &plot->medium;
    for (int i = 0; charset == MW_CHARSET_ASCII && i < plot->read.chart.roof_count; i++)
        mw_ascii_spread(plot->read.names[i][0]);
    reserve_placed(model, &plot->read.chart);
    if (plot->read.chart.roof_count == 0 && plot->read.chart.point_count == 0) {
        free(plot);
        return NULL;
    }
    mw_roofline_off_axis(&plot->read.chart, outer.width, plot->aside);
    int beside = (int)sizeof "GFLOP/s" + 2 + legend_width(&plot->read);
    plot->aside_below = *plot->aside && mw_text_width(plot->aside) > outer.width - beside &&
                        outer.height > MW_PLOT_LEAST_HEIGHT + 2;
    /* The y axis does not depend on the width, so its labels are known after a first plan. */
    int rows = outer.height - 3 - plot->aside_below;
    mw_roofline_plan_make(&plot->read.chart, outer.width - 6, rows, &plot->plan);
    int margin = mw_axes_label_width(plot->plan.y_ticks, plot->plan.y_tick_count) + 1;
    plot->outer = outer;
    plot->inner =
        (mw_rect){outer.x + margin, outer.y + 1 + plot->aside_below, outer.width - margin, rows};
    mw_roofline_plan_make(&plot->read.chart, plot->inner.width, rows, &plot->plan);
    return plot;
}

/* ---- drawing ---- */

static void draw_segment(mw_canvas *canvas, const mw_plot *plot, const mw_segment *s, bool dashed,
                         mw_style style)
{
    if (!s->visible)
        return;
    double sx = (double)mw_canvas_width(canvas) / plot->inner.width;
    double sy = (double)mw_canvas_height(canvas) / plot->inner.height;
    /* The plot's far edges belong to its last dots. */
    double right = mw_canvas_width(canvas) - 1, bottom = mw_canvas_height(canvas) - 1;
    void (*draw)(mw_canvas *, double, double, double, double, mw_style) =
        dashed ? mw_canvas_dashed : mw_canvas_line;
    draw(canvas, fmin(floor(s->x0 * sx), right), fmin(floor(s->y0 * sy), bottom),
         fmin(floor(s->x1 * sx), right), fmin(floor(s->y1 * sy), bottom), style);
}

/* Where some roofs are active the others step back. */
static bool in_front(const mw_plot *plot, int roof)
{
    for (int i = 0; i < plot->read.chart.roof_count; i++)
        if (plot->read.chart.roofs[i].active)
            return plot->read.chart.roofs[roof].active;
    return true;
}

static mw_style roof_style(const mw_plot *plot, int roof)
{
    return mw_style_of(in_front(plot, roof) ? MW_ROLE_ROOF : MW_ROLE_ROOF_BAND);
}

static void draw_lines(const mw_plot *plot, mw_grid *grid)
{
    const mw_roofline_plan *plan = &plot->plan;
    mw_canvas *canvas = mw_canvas_new(grid->charset, plot->inner.width, plot->inner.height);
    if (!canvas)
        return;
    for (int i = 0; i < plot->read.chart.roof_count; i++) {
        draw_segment(canvas, plot, &plan->roof_low[i], true, mw_style_of(MW_ROLE_ROOF_BAND));
        draw_segment(canvas, plot, &plan->roof_high[i], true, mw_style_of(MW_ROLE_ROOF_BAND));
    }
    draw_segment(canvas, plot, &plan->ridge, true, mw_style_of(MW_ROLE_RULE));
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < plot->read.chart.roof_count; i++)
            if (in_front(plot, i) == (pass == 1))
                draw_segment(canvas, plot, &plan->roofs[i],
                             plot->read.chart.roofs[i].kind != MW_MEASURED, roof_style(plot, i));
    for (int i = 0; i < plan->trail_count; i++)
        draw_segment(canvas, plot, &plan->trail[i], true, mw_style_of(MW_ROLE_MEASURED));
    for (int i = 0; i < plot->read.chart.link_count; i++)
        draw_segment(canvas, plot, &plan->links[i], true, mw_style_of(MW_ROLE_PREDICTED));
    mw_canvas_blit(canvas, grid, plot->inner.x, plot->inner.y);
    mw_canvas_free(canvas);
}

static mw_style label_style(const mw_plot *plot, const mw_chart_label *label)
{
    switch (label->owner) {
    case MW_LABEL_POINT:
        return mw_style_with(mw_kind_role(plot->read.chart.points[label->index].kind),
                             plot->read.chart.points[label->index].active ? MW_ATTR_BOLD : 0);
    case MW_LABEL_LINK:
        return mw_style_with(MW_ROLE_PREDICTED, MW_ATTR_BOLD);
    case MW_LABEL_ROOF:
        return roof_style(plot, label->index);
    case MW_LABEL_RIDGE:
        break;
    }
    return mw_style_of(MW_ROLE_DIM);
}

static void draw_points(const mw_plot *plot, mw_grid *grid)
{
    /* Later marks cover earlier ones: the active and the live one come last. */
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < plot->read.chart.point_count; i++) {
            const mw_chart_point *point = &plot->read.chart.points[i];
            bool front = point->active || point->live;
            if (!plot->plan.points[i].visible || front != (pass == 1))
                continue;
            mw_style style = mw_style_with(mw_kind_role(plot->read.chart.points[i].kind),
                                           front ? MW_ATTR_BOLD : 0);
            mw_grid_put(
                grid, plot->inner.x + (int)plot->plan.points[i].mark.x,
                plot->inner.y + (int)plot->plan.points[i].mark.y,
                mw_grid_glyph(grid, point->noisy ? MW_GLYPH_NOISY : mw_kind_glyph(point->kind)),
                style);
        }
}

void mw_plot_draw(const mw_plot *plot, mw_grid *grid)
{
    const mw_roofline_plan *plan = &plot->plan;
    char title[64];
    mw_roofline_title(plot->read.level, title);
    mw_axes_draw(grid, plot->inner, plan->x_ticks, plan->x_tick_count, plan->y_ticks,
                 plan->y_tick_count, title);
    int x = plot->outer.x;
    x += mw_grid_textf(grid, x, plot->outer.y, plot->outer.width, mw_style_of(MW_ROLE_DIM),
                       "%sFLOP/s", plan->y_prefix);
    int right = plot->outer.x + plot->outer.width;
    if (*plot->aside && plot->aside_below)
        mw_chrome_cut(grid, plot->outer.x, plot->outer.y + 1, plot->outer.width,
                      mw_style_of(MW_ROLE_DIM), plot->aside);
    else if (*plot->aside)
        x += 2 + mw_chrome_cut(grid, x + 2, plot->outer.y, right - x - 2, mw_style_of(MW_ROLE_DIM),
                               plot->aside);
    draw_legend(plot, grid, x + 2, right);
    draw_lines(plot, grid);
    for (int i = 0; i < plan->label_count; i++)
        mw_grid_text(grid, plot->inner.x + (int)plan->labels[i].box.x,
                     plot->inner.y + (int)plan->labels[i].box.y, (int)plan->labels[i].box.width,
                     label_style(plot, &plan->labels[i]), plan->labels[i].text);
    mw_canvas_part_words(grid, plot->inner);
    draw_points(plot, grid);
}

/* Guides pass behind words. */
static void put_guide(mw_grid *grid, int x, int y, uint32_t glyph)
{
    const mw_cell *cell = mw_grid_at(grid, x, y);
    if (cell && (cell->glyph == ' ' || cell->glyph >= 0x2500))
        mw_grid_put(grid, x, y, glyph, mw_style_of(MW_ROLE_FOCUS));
}

void mw_plot_draw_placed(const mw_plot *plot, mw_grid *grid, double x, double y, bool focused)
{
    double px, py;
    if (!mw_axis_position(&plot->plan.x, x, &px) || !mw_axis_position(&plot->plan.y, y, &py))
        return;
    px = fmin(mw_axis_clamp(&plot->plan.x, px), plot->inner.width - 0.001);
    py = fmin(mw_axis_clamp(&plot->plan.y, py), plot->inner.height - 0.001);
    int column = plot->inner.x + (int)px, row = plot->inner.y + (int)py;
    bool ascii = grid->charset == MW_CHARSET_ASCII;
    if (focused) {
        for (int i = plot->inner.x; i < column; i += 2)
            put_guide(grid, i, row, ascii ? '.' : 0x00B7);
        for (int i = row + 1; i < plot->inner.y + plot->inner.height; i++)
            put_guide(grid, column, i, ascii ? ':' : 0x250A);
    }
    mw_grid_put(grid, column, row, mw_grid_glyph(grid, MW_GLYPH_PREDICTED),
                mw_style_with(MW_ROLE_PREDICTED, MW_ATTR_BOLD | (focused ? MW_ATTR_REVERSE : 0)));
    if (focused) {
        grid->cursor_visible = true;
        grid->cursor_x = column;
        grid->cursor_y = row;
    }
}
