/* series.c: draws a planned series chart: curves, spots, marks and a legend. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/view/data.h"
#include "tui/grid/canvas.h"
#include "tui/view/kinds.h"
#include "tui/view/plot.h"

typedef struct series_view {
    const json_t *json;
    mw_medium medium;
    mw_series_view read;
    mw_series_plan plan;
    mw_rect inner;
} series_view;

static double measure_cells(void *context, const char *text)
{
    (void)context;
    return mw_text_width(text);
}

/* The mark of the twin-th series of a kind on the grid; hollow for a noisy sample. */
static uint32_t shape_of(int twin, bool noisy)
{
    static const uint32_t shapes[] = {0x25B2, 0x25BC, 0x25C6, 0x25A0};
    static const uint32_t hollow[] = {0x25B3, 0x25BD, 0x25C8, 0x25A3};
    return (noisy ? hollow : shapes)[(twin - 1) % 4];
}

/* The kind's mark for the first series of a kind, other shapes for its twins. */
static uint32_t series_glyph(const series_view *v, const mw_grid *grid, int s, bool noisy)
{
    int twin = mw_series_twin(&v->read.chart, s);
    if (twin == 0)
        return mw_grid_glyph(grid,
                             noisy ? MW_GLYPH_NOISY : mw_kind_glyph(v->read.chart.series[s].kind));
    return grid->charset == MW_CHARSET_ASCII ? (uint32_t)((noisy ? 'e' : 'a') + (twin - 1) % 4)
                                             : shape_of(twin, noisy);
}

static mw_style mark_style(const series_view *v, int mark, mw_role given)
{
    mw_kind kind = v->read.chart.mark_kinds[mark];
    return mw_style_of(kind == MW_GIVEN ? given : mw_kind_role(kind));
}

static void draw_curves(const series_view *v, mw_grid *grid)
{
    mw_canvas *canvas = mw_canvas_new(grid->charset, v->inner.width, v->inner.height);
    if (!canvas)
        return;
    double sx = (double)mw_canvas_width(canvas) / v->inner.width;
    double sy = (double)mw_canvas_height(canvas) / v->inner.height;
    for (int i = 0; i < v->read.chart.mark_count; i++) {
        if (v->plan.marks[i].visible)
            mw_canvas_dashed(canvas, floor(v->plan.marks[i].x * sx), 0,
                             floor(v->plan.marks[i].x * sx), mw_canvas_height(canvas) - 1,
                             mark_style(v, i, MW_ROLE_RULE));
    }
    for (int s = 0; s < v->read.chart.series_count; s++) {
        mw_style style = mw_style_of(mw_kind_role(v->read.chart.series[s].kind));
        const mw_series_spot *last = NULL;
        bool twin = mw_series_twin(&v->read.chart, s) > 0;
        bool bars = !twin && !mw_series_is_dense(&v->read.chart, &v->plan, s);
        for (int i = 0; i < v->read.chart.series[s].count; i++) {
            const mw_series_spot *spot = &v->plan.spots[s][i];
            if (spot->visible && spot->spread && bars)
                mw_canvas_line(canvas, floor(spot->x * sx), floor(spot->y_low * sy),
                               floor(spot->x * sx), floor(spot->y_high * sy), style);
            if (spot->visible && last)
                (twin ? mw_canvas_dashed : mw_canvas_line)(canvas, floor(last->x * sx),
                                                           floor(last->y * sy), floor(spot->x * sx),
                                                           floor(spot->y * sy), style);
            last = spot->visible ? spot : NULL; /* what is missing is a gap */
        }
    }
    mw_canvas_blit(canvas, grid, v->inner.x, v->inner.y);
    mw_canvas_free(canvas);
}

static void draw_spots(const series_view *v, mw_grid *grid)
{
    for (int s = v->read.chart.series_count - 1; s >= 0; s--) {
        if (mw_series_is_dense(&v->read.chart, &v->plan, s))
            continue;
        for (int i = 0; i < v->read.chart.series[s].count; i++) {
            const mw_series_spot *spot = &v->plan.spots[s][i];
            if (!spot->visible)
                continue;
            int column = (int)fmin(floor(spot->x), v->inner.width - 1);
            int row = (int)fmin(fmax(floor(spot->y), 0), v->inner.height - 1);
            bool noisy = v->read.chart.series[s].points[i].noisy;
            mw_grid_put(grid, v->inner.x + column, v->inner.y + row,
                        series_glyph(v, grid, s, noisy),
                        mw_style_with(mw_kind_role(v->read.chart.series[s].kind), MW_ATTR_BOLD));
        }
    }
}

static void draw_marks(const series_view *v, mw_grid *grid)
{
    for (int i = 0; i < v->read.chart.mark_count; i++) {
        const mw_box *word = &v->plan.marks[i].word;
        if (v->plan.marks[i].named)
            mw_grid_text(grid, v->inner.x + (int)word->x, v->inner.y + (int)word->y,
                         (int)word->width, mark_style(v, i, MW_ROLE_DIM),
                         v->read.chart.mark_words[i]);
    }
}

/* Entries from the right; a row that is full goes on in the next. Returns the rows that were used;
 * without a grid it only counts them. */
static int draw_series_legend(const series_view *v, mw_grid *grid, int left, mw_rect rect)
{
    int rows = 1, right = rect.x + rect.width, y = rect.y;
    int noisy = mw_series_noisy(&v->read.chart, &v->plan);
    for (int i = v->read.chart.series_count - (noisy < 0); i >= 0; i--) {
        bool last = i == v->read.chart.series_count;
        int s = last ? noisy : i;
        const char *label = last ? _("noisy") : v->read.chart.series[s].label;
        int width = mw_text_width(label) + 2;
        if (width == 2 || width > rect.width)
            continue;
        if (right - width < left) {
            right = rect.x + rect.width;
            left = rect.x;
            rows++;
            y++;
        }
        right -= width;
        if (grid) {
            mw_grid_put(grid, right, y, series_glyph(v, grid, s, last),
                        mw_style_with(mw_kind_role(v->read.chart.series[s].kind), MW_ATTR_BOLD));
            mw_grid_text(grid, right + 2, y, width - 2, mw_style_of(MW_ROLE_DIM), label);
        }
        right -= 2;
    }
    return rows;
}

static void draw_all(series_view *v, mw_grid *grid, mw_rect outer)
{
    mw_series_plan_make(&v->read.chart, outer.width - 6, outer.height - 4, &v->plan);
    char title[64], x_title[80];
    mw_series_titles(v->json, &v->plan, title, x_title);
    mw_rect head = {outer.x, outer.y + 1, outer.width, 1};
    int left = outer.x + mw_text_width(title) + 2;
    int legend = draw_series_legend(v, NULL, left, head);
    int rows = outer.height - 3 - legend;
    if (rows < 3) {
        legend = 1;
        rows = outer.height - 4;
    }
    mw_series_plan_make(&v->read.chart, outer.width - 6, rows, &v->plan);
    int margin = mw_axes_label_width(v->plan.y_ticks, v->plan.y_tick_count) + 1;
    v->inner = (mw_rect){outer.x + margin, outer.y + 1 + legend, outer.width - margin, rows};
    mw_series_plan_make(&v->read.chart, v->inner.width, rows, &v->plan);

    mw_grid_rule(grid, outer.x, outer.y, outer.width, mw_json_text(v->json, "title"),
                 mw_style_of(MW_ROLE_RULE));
    mw_grid_text(grid, outer.x, outer.y + 1, outer.width, mw_style_of(MW_ROLE_DIM), title);
    draw_series_legend(v, grid, left, head);

    mw_axes_draw(grid, v->inner, v->plan.x_ticks, v->plan.x_tick_count, v->plan.y_ticks,
                 v->plan.y_tick_count, x_title);
    draw_curves(v, grid);
    draw_spots(v, grid);
    draw_marks(v, grid);
    mw_canvas_part_words(grid, v->inner);
}

void mw_series_draw(const json_t *chart, mw_grid *grid, mw_rect outer)
{
    if (!json_is_object(chart) || outer.width < MW_PLOT_LEAST_WIDTH ||
        outer.height < MW_PLOT_LEAST_HEIGHT)
        return;
    series_view *v = calloc(1, sizeof *v);
    if (!v)
        return;
    v->json = chart;
    v->medium = mw_medium_cells;
    v->medium.measure = measure_cells;
    mw_series_read(chart, &v->read);
    v->read.chart.medium = &v->medium;
    draw_all(v, grid, outer);
    free(v);
}
