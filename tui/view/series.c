#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/chart/labels.h"
#include "labs/chart/series_chart.h"
#include "tui/canvas.h"
#include "tui/locale.h"
#include "tui/view/data.h"
#include "tui/view/plot.h"

typedef struct series_view {
    const json_t *json;
    mw_series_chart chart;
    mw_series_plan plan;
    mw_series_point points[MW_SERIES_MAX][MW_SERIES_POINTS];
    mw_kind kinds[MW_SERIES_MAX];
    int twin[MW_SERIES_MAX]; /* how many series of the same kind came before */
    mw_rect inner;
} series_view;

static mw_scale scale_of(const json_t *axis)
{
    const char *scale = mw_data_text(axis, "scale");
    if (strcmp(scale, "log") != 0)
        return MW_SCALE_LINEAR;
    return strcmp(mw_data_text(axis, "unit"), "B") == 0 ? MW_SCALE_LOG2 : MW_SCALE_LOG;
}

static double coordinate(const json_t *point, size_t index)
{
    const json_t *value = json_array_get(point, index);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void read_series(series_view *v)
{
    v->chart.x_scale = scale_of(mw_data_member(v->json, "x"));
    v->chart.y_scale = scale_of(mw_data_member(v->json, "y"));
    for (int s = 0; s < mw_data_count(v->json, "series") && s < MW_SERIES_MAX; s++) {
        const json_t *series = mw_data_item(v->json, "series", s);
        int count = mw_data_count(series, "points");
        if (count > MW_SERIES_POINTS)
            count = MW_SERIES_POINTS;
        for (int i = 0; i < count; i++) {
            const json_t *point = mw_data_item(series, "points", i);
            v->points[s][i] = (mw_series_point){coordinate(point, 0), coordinate(point, 1),
                                                coordinate(point, 2), coordinate(point, 3)};
        }
        v->kinds[s] = MW_MEASURED;
        mw_kind_parse(mw_data_text(series, "kind"), &v->kinds[s]);
        for (int before = 0; before < s; before++)
            v->twin[s] += v->kinds[before] == v->kinds[s];
        v->chart.series[s].points = v->points[s];
        v->chart.series[s].count = count;
        v->chart.series_count++;
    }
    for (int i = 0; i < mw_data_count(v->json, "marks") && i < MW_SERIES_MARKS; i++)
        v->chart.marks[v->chart.mark_count++] =
            mw_data_number(mw_data_item(v->json, "marks", i), "x");
}

/* The kind's mark for the first series of a kind, other shapes for its twins. */
static uint32_t series_glyph(const series_view *v, const mw_grid *grid, int s)
{
    static const uint32_t shapes[] = {0x25B2, 0x25BC, 0x25C6, 0x25A0};
    if (v->twin[s] == 0)
        return mw_grid_glyph(grid, mw_kind_glyph(v->kinds[s]));
    int shape = (v->twin[s] - 1) % 4;
    return grid->charset == MW_CHARSET_ASCII ? (uint32_t)('a' + shape) : shapes[shape];
}

static void draw_curves(const series_view *v, mw_grid *grid)
{
    mw_canvas *canvas = mw_canvas_new(grid->charset, v->inner.width, v->inner.height);
    if (!canvas)
        return;
    double sx = (double)mw_canvas_width(canvas) / v->inner.width;
    double sy = (double)mw_canvas_height(canvas) / v->inner.height;
    for (int i = 0; i < v->chart.mark_count; i++) {
        mw_kind kind = MW_GIVEN;
        mw_kind_parse(mw_data_text(mw_data_item(v->json, "marks", i), "kind"), &kind);
        if (v->plan.marks[i].visible)
            mw_canvas_dashed(canvas, floor(v->plan.marks[i].x * sx), 0,
                             floor(v->plan.marks[i].x * sx), mw_canvas_height(canvas) - 1,
                             mw_style_of(kind == MW_GIVEN ? MW_ROLE_RULE : mw_kind_role(kind)));
    }
    for (int s = 0; s < v->chart.series_count; s++) {
        mw_style style = mw_style_of(mw_kind_role(v->kinds[s]));
        const mw_series_spot *last = NULL;
        bool bars = v->twin[s] == 0 && v->chart.series[s].count <= v->inner.width / 2;
        for (int i = 0; i < v->chart.series[s].count; i++) {
            const mw_series_spot *spot = &v->plan.spots[s][i];
            if (spot->visible && spot->spread && bars)
                mw_canvas_line(canvas, floor(spot->x * sx), floor(spot->y_low * sy),
                               floor(spot->x * sx), floor(spot->y_high * sy), style);
            if (spot->visible && last)
                (v->twin[s] ? mw_canvas_dashed
                            : mw_canvas_line)(canvas, floor(last->x * sx), floor(last->y * sy),
                                              floor(spot->x * sx), floor(spot->y * sy), style);
            last = spot->visible ? spot : NULL; /* what is missing is a gap */
        }
    }
    mw_canvas_blit(canvas, grid, v->inner.x, v->inner.y);
    mw_canvas_free(canvas);
}

static void draw_spots(const series_view *v, mw_grid *grid, mw_label_map *map)
{
    for (int s = v->chart.series_count - 1; s >= 0; s--) {
        bool dense = v->chart.series[s].count > v->inner.width / 2;
        for (int i = 0; i < v->chart.series[s].count; i++) {
            const mw_series_spot *spot = &v->plan.spots[s][i];
            if (!spot->visible)
                continue;
            int column = (int)fmin(floor(spot->x), v->inner.width - 1);
            int row = (int)fmin(fmax(floor(spot->y), 0), v->inner.height - 1);
            if (map)
                mw_label_map_take(map, column, row, 1);
            if (!dense)
                mw_grid_put(grid, v->inner.x + column, v->inner.y + row, series_glyph(v, grid, s),
                            mw_style_with(mw_kind_role(v->kinds[s]), MW_ATTR_BOLD));
        }
    }
}

static void draw_marks(const series_view *v, mw_grid *grid, mw_label_map *map)
{
    for (int i = 0; map && i < v->chart.mark_count; i++) {
        const json_t *mark = mw_data_item(v->json, "marks", i);
        mw_kind kind = MW_GIVEN;
        mw_kind_parse(mw_data_text(mark, "kind"), &kind);
        const char *label = mw_data_text(mark, "label");
        int width = mw_text_width(label), column = (int)v->plan.marks[i].x;
        if (!v->plan.marks[i].visible || width == 0)
            continue;
        bool placed = false;
        for (int row = 0; row < v->inner.height && !placed; row++)
            for (int side = 0; side < 2 && !placed; side++) {
                int x = side == 0 ? column + 1 : column - width;
                if (mw_label_map_price(map, x, row, width) < 0)
                    continue;
                mw_grid_text(grid, v->inner.x + x, v->inner.y + row, width,
                             mw_style_of(kind == MW_GIVEN ? MW_ROLE_DIM : mw_kind_role(kind)),
                             label);
                mw_label_map_take(map, x, row, width);
                placed = true;
            }
    }
}

/* Entries from the right; a row that is full goes on in the next. Returns the rows that were used;
 * without a grid it only counts them. */
static int draw_series_legend(const series_view *v, mw_grid *grid, int left, mw_rect rect)
{
    int rows = 1, right = rect.x + rect.width, y = rect.y;
    for (int s = v->chart.series_count - 1; s >= 0; s--) {
        const char *label = mw_data_text(mw_data_item(v->json, "series", s), "label");
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
            mw_grid_put(grid, right, y, series_glyph(v, grid, s),
                        mw_style_with(mw_kind_role(v->kinds[s]), MW_ATTR_BOLD));
            mw_grid_text(grid, right + 2, y, width - 2, mw_style_of(MW_ROLE_DIM), label);
        }
        right -= 2;
    }
    return rows;
}

static void draw_all(series_view *v, mw_grid *grid, mw_rect outer)
{
    const json_t *x = mw_data_member(v->json, "x"), *y = mw_data_member(v->json, "y");
    mw_series_plan_make(&v->chart, outer.width - 6, outer.height - 4, &v->plan);
    char title[64];
    const char *unit = mw_data_text(y, "unit");
    bool bare_y = strcmp(unit, "1") == 0;
    snprintf(title, sizeof title, "%s%.40s", bare_y ? "" : v->plan.y_prefix,
             bare_y ? mw_data_text(y, "label") : unit);
    mw_rect head = {outer.x, outer.y + 1, outer.width, 1};
    int left = outer.x + mw_text_width(title) + 2;
    int legend = draw_series_legend(v, NULL, left, head);
    int rows = outer.height - 3 - legend;
    if (rows < 3) {
        legend = 1;
        rows = outer.height - 4;
    }
    mw_series_plan_make(&v->chart, outer.width - 6, rows, &v->plan);
    int margin = mw_axes_label_width(v->plan.y_ticks, v->plan.y_tick_count) + 1;
    v->inner = (mw_rect){outer.x + margin, outer.y + 1 + legend, outer.width - margin, rows};
    mw_series_plan_make(&v->chart, v->inner.width, rows, &v->plan);

    mw_grid_rule(grid, outer.x, outer.y, outer.width, mw_data_text(v->json, "title"),
                 mw_style_of(MW_ROLE_RULE));
    mw_grid_text(grid, outer.x, outer.y + 1, outer.width, mw_style_of(MW_ROLE_DIM), title);
    draw_series_legend(v, grid, left, head);

    char x_title[80];
    const char *x_unit = mw_data_text(x, "unit");
    /* Sizes are labelled 4K, 2M: there the unit says nothing more. */
    bool bare = !*x_unit || strcmp(x_unit, "1") == 0 || v->chart.x_scale == MW_SCALE_LOG2;
    snprintf(x_title, sizeof x_title, "%.40s%s%.30s", mw_data_text(x, "label"),
             bare || !*mw_data_text(x, "label") ? "" : ", ", bare ? "" : x_unit);
    mw_axes_draw(grid, v->inner, v->plan.x_ticks, v->plan.x_tick_count, v->plan.y_ticks,
                 v->plan.y_tick_count, x_title);
    draw_curves(v, grid);
    mw_label_map *map = mw_label_map_new(v->inner.width, v->inner.height);
    draw_spots(v, grid, map);
    draw_marks(v, grid, map);
    mw_label_map_free(map);
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
    read_series(v);
    draw_all(v, grid, outer);
    free(v);
}
