#include "tui/view/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/canvas.h"
#include "tui/locale.h"
#include "tui/view/asked.h"
#include "tui/view/data.h"

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

/* ---- from the view model to the chart ---- */

/* "DRAM 15.8 ±0.9 GB/s", "DRAM 15.8 GB/s", "DRAM"; a compute roof leaves the unit to the axis. */
static void name_roof(const char *label, const mw_number *number, bool compute, char names[3][64])
{
    char value[24];
    mw_value_format(number->value, compute ? MW_UNIT_FLOP_PER_SECOND : MW_UNIT_BYTE_PER_SECOND, 3,
                    value, sizeof value);
    char *space = strchr(value, ' ');
    const char *unit = compute || !space ? "" : space;
    double shown = strtod(value, NULL), half = (number->high - number->low) / 2;
    int digits = space ? (int)(space - value) : (int)strlen(value);
    const char *point = strchr(value, '.');
    int decimals = point ? (int)(value + digits - point) - 1 : 0;
    snprintf(names[2], 64, "%.30s", label);
    snprintf(names[1], 64, "%.30s %.*s%s", label, digits, value, unit);
    names[0][0] = '\0';
    if (half / number->value > 0.015 && isfinite(half))
        snprintf(names[0], 64, "%.24s %.*s ±%.*f%s", label, digits, value, decimals,
                 half / number->value * shown, unit);
}

static void read_roofs(const json_t *roofline, const char *key, bool compute, mw_plot *plot)
{
    for (int i = 0; i < mw_data_count(roofline, key); i++) {
        int at = plot->chart.roof_count;
        if (at == MW_CHART_ROOFS)
            return;
        const json_t *roof = mw_data_item(roofline, key, i);
        mw_number number = mw_data_quantity(mw_data_member(roof, "number"));
        if (number.absent || !(number.value > 0))
            continue;
        const char *label = mw_data_text(roof, "label");
        name_roof(*label ? label : mw_data_text(roof, "id"), &number, compute, plot->names[at]);
        plot->chart.roofs[at] =
            (mw_chart_roof){.compute = compute,
                            .active = mw_data_true(roof, "active"),
                            .value = number.value,
                            .low = number.low,
                            .high = number.high,
                            .texts = {plot->names[at][0], plot->names[at][1], plot->names[at][2]}};
        plot->chart.roof_count++;
    }
}

static int find_point(const json_t *roofline, const char *id)
{
    int count = mw_data_count(roofline, "points");
    for (int i = 0; i < count && i < MW_CHART_POINTS; i++)
        if (strcmp(mw_data_text(mw_data_item(roofline, "points", i), "id"), id) == 0)
            return i;
    return -1;
}

static void read_points(const json_t *roofline, const mw_model *model, mw_plot *plot)
{
    mw_roofline_chart *chart = &plot->chart;
    for (int i = 0; i < mw_data_count(roofline, "points") && i < MW_CHART_POINTS; i++) {
        const json_t *point = mw_data_item(roofline, "points", i);
        mw_kind kind = MW_MEASURED;
        mw_kind_parse(mw_data_text(point, "kind"), &kind);
        mw_chart_point *p = &chart->points[chart->point_count++];
        *p = (mw_chart_point){.x = mw_data_number(point, "x"),
                              .y = mw_data_number(point, "y"),
                              .label = mw_data_text(point, "label"),
                              .active = mw_data_true(point, "active")};
        if (mw_data_true(point, "live") && model && model->running) {
            p->live = true;
            kind = MW_COUNTED; /* its height is what the counters say */
            if (model->rate_flops > 0)
                p->y = model->rate_flops;
        }
        p->kind = (int)kind;
        plot->kinds[i] = kind;
        if (p->x > 0 && p->y > 0)
            plot->kind_used[kind] = true;
    }
    for (int i = 0; i < mw_data_count(roofline, "trail") && chart->trail_count < MW_CHART_POINTS;
         i++) {
        const char *id = json_string_value(mw_data_item(roofline, "trail", i));
        int point = id ? find_point(roofline, id) : -1;
        if (point >= 0)
            chart->trail[chart->trail_count++] = point;
    }
    for (int i = 0; i < mw_data_count(roofline, "links") && chart->link_count < MW_CHART_LINKS;
         i++) {
        const json_t *link = mw_data_item(roofline, "links", i);
        chart->links[chart->link_count++] =
            (mw_chart_link){.from = find_point(roofline, mw_data_text(link, "from")),
                            .to = find_point(roofline, mw_data_text(link, "to")),
                            .text = mw_data_text(link, "text")};
    }
}

/* Words keep off the mark that the student sets; like a live point it never moves the axes. */
static void reserve_placed(const mw_model *model, mw_plot *plot)
{
    bool set = false, focused;
    double x, y;
    const json_t *field = model ? mw_asked_place(model, &set, &x, &y, &focused) : NULL;
    if (!set || mw_data_true(field, "locked") || plot->chart.point_count == MW_CHART_POINTS)
        return;
    plot->kinds[plot->chart.point_count] = MW_PREDICTED;
    plot->chart.points[plot->chart.point_count++] =
        (mw_chart_point){.x = x, .y = y, .label = "", .live = true, .kind = MW_PREDICTED};
}

static double wished(const json_t *roofline, const char *axis_name, const char *bound)
{
    double value = mw_data_number(mw_data_member(roofline, axis_name), bound);
    return value > 0 ? value : 0;
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
    read_roofs(roofline, "memory", false, plot);
    read_roofs(roofline, "compute", true, plot);
    read_points(roofline, model, plot);
    plot->chart.x_low = wished(roofline, "x", "low");
    plot->chart.x_high = wished(roofline, "x", "high");
    plot->chart.y_low = wished(roofline, "y", "low");
    plot->chart.y_high = wished(roofline, "y", "high");
    plot->chart.ridge_word = _("ridge");
    plot->chart.measure = mw_text_width;
    for (int i = 0; charset == MW_CHARSET_ASCII && i < plot->chart.roof_count; i++)
        mw_ascii_spread(plot->names[i][0]);
    reserve_placed(model, plot);
    if (plot->chart.roof_count == 0 && plot->chart.point_count == 0) {
        free(plot);
        return NULL;
    }
    /* The y axis does not depend on the width, so its labels are known after a first plan. */
    int rows = outer.height - 3;
    mw_roofline_plan_make(&plot->chart, outer.width - 6, rows, &plot->plan);
    int margin = mw_axes_label_width(plot->plan.y_ticks, plot->plan.y_tick_count) + 1;
    plot->outer = outer;
    plot->inner = (mw_rect){outer.x + margin, outer.y + 1, outer.width - margin, rows};
    mw_roofline_plan_make(&plot->chart, plot->inner.width, rows, &plot->plan);
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
    for (int i = 0; i < plot->chart.roof_count; i++)
        if (plot->chart.roofs[i].active)
            return plot->chart.roofs[roof].active;
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
    for (int i = 0; i < plot->chart.roof_count; i++) {
        draw_segment(canvas, plot, &plan->roof_low[i], true, mw_style_of(MW_ROLE_ROOF_BAND));
        draw_segment(canvas, plot, &plan->roof_high[i], true, mw_style_of(MW_ROLE_ROOF_BAND));
    }
    draw_segment(canvas, plot, &plan->ridge, true, mw_style_of(MW_ROLE_RULE));
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < plot->chart.roof_count; i++)
            if (in_front(plot, i) == (pass == 1))
                draw_segment(canvas, plot, &plan->roofs[i], false, roof_style(plot, i));
    for (int i = 0; i < plan->trail_count; i++)
        draw_segment(canvas, plot, &plan->trail[i], true, mw_style_of(MW_ROLE_MEASURED));
    for (int i = 0; i < plot->chart.link_count; i++)
        draw_segment(canvas, plot, &plan->links[i], true, mw_style_of(MW_ROLE_PREDICTED));
    mw_canvas_blit(canvas, grid, plot->inner.x, plot->inner.y);
    mw_canvas_free(canvas);
}

static mw_style label_style(const mw_plot *plot, const mw_chart_label *label)
{
    switch (label->owner) {
    case MW_LABEL_POINT:
        return mw_style_with(mw_kind_role(plot->kinds[label->index]),
                             plot->chart.points[label->index].active ? MW_ATTR_BOLD : 0);
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
        for (int i = 0; i < plot->chart.point_count; i++) {
            const mw_chart_point *point = &plot->chart.points[i];
            bool front = point->active || point->live;
            if (!plot->plan.points[i].visible || front != (pass == 1))
                continue;
            mw_style style = mw_style_with(mw_kind_role(plot->kinds[i]), front ? MW_ATTR_BOLD : 0);
            mw_grid_put(grid, plot->inner.x + plot->plan.points[i].column,
                        plot->inner.y + plot->plan.points[i].row,
                        mw_grid_glyph(grid, mw_kind_glyph(plot->kinds[i])), style);
        }
}

/* "◇ predicted  ● measured" for the kinds that are in the picture, ended at `right`. */
static void draw_legend(const mw_plot *plot, mw_grid *grid, int left, int right)
{
    static const mw_kind order[] = {MW_MEASURED, MW_MODELLED, MW_COUNTED, MW_PUBLISHED,
                                    MW_PREDICTED};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (!plot->kind_used[order[i]])
            continue;
        const char *word = mw_kind_word(order[i]);
        int width = mw_text_width(word) + 2;
        if (right - width < left)
            return;
        right -= width;
        mw_style style = mw_style_of(mw_kind_role(order[i]));
        mw_grid_put(grid, right, plot->outer.y, mw_grid_glyph(grid, mw_kind_glyph(order[i])),
                    style);
        mw_grid_text(grid, right + 2, plot->outer.y, width - 2, mw_style_of(MW_ROLE_DIM), word);
        right -= 2;
    }
}

/* A copy computes nothing: it has a rate and no place on this axis. */
static int draw_off_axis(const mw_plot *plot, mw_grid *grid, int x)
{
    for (int i = 0; i < plot->chart.point_count; i++) {
        const mw_chart_point *point = &plot->chart.points[i];
        if (point->x == 0 && *point->label)
            x += mw_grid_textf(grid, x, plot->outer.y, plot->outer.width / 2,
                               mw_style_of(MW_ROLE_DIM), _("  off the axis, 0 FLOP: %s"),
                               point->label);
    }
    return x;
}

void mw_plot_draw(const mw_plot *plot, mw_grid *grid)
{
    const mw_roofline_plan *plan = &plot->plan;
    mw_axes_draw(grid, plot->inner, plan->x_ticks, plan->x_tick_count, plan->y_ticks,
                 plan->y_tick_count, _("FLOP/byte"));
    int x = plot->outer.x;
    x += mw_grid_textf(grid, x, plot->outer.y, plot->outer.width, mw_style_of(MW_ROLE_DIM),
                       "%sFLOP/s", plan->y_prefix);
    x = draw_off_axis(plot, grid, x);
    draw_legend(plot, grid, x + 2, plot->outer.x + plot->outer.width);
    draw_lines(plot, grid);
    for (int i = 0; i < plan->label_count; i++)
        mw_grid_text(grid, plot->inner.x + plan->labels[i].x, plot->inner.y + plan->labels[i].y,
                     plan->labels[i].width, label_style(plot, &plan->labels[i]),
                     plan->labels[i].text);
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
