/* paper_roofline.c: a roofline on paper. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "labs/chart/paper_pens.h"
#include "labs/chart/sheet.h"

typedef struct drawing {
    const char *x_title, *aside;
    mw_roofline_chart copy; /* laid out for the sheet */
    const mw_roofline_chart *chart;
    mw_sheet *sheet;
    mw_roofline_plan plan;
    mw_frame frame;
} drawing;

static int list_kinds(const mw_paper *paper, const mw_roofline_chart *chart,
                      mw_legend_entry *legend)
{
    static const mw_kind order[] = {MW_PREDICTED, MW_PUBLISHED, MW_COUNTED, MW_MODELLED,
                                    MW_MEASURED};
    int count = 0;
    for (int i = 0; i < chart->roof_count && count == 0; i++)
        if (chart->roofs[i].kind != MW_MEASURED && chart->roofs[i].value > 0)
            legend[count++] = (mw_legend_entry){.mark = {.kind = chart->roofs[i].kind},
                                                .roof = true,
                                                .word = paper->kinds[chart->roofs[i].kind]};
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (int i = 0; i < chart->point_count; i++) {
            const mw_chart_point *point = &chart->points[i];
            if (point->kind != order[k] || !(point->x > 0) || !(point->y > 0))
                continue;
            legend[count++] =
                (mw_legend_entry){.mark = {.kind = order[k]}, .word = paper->kinds[order[k]]};
            break;
        }
    for (int i = 0; paper->noisy && i < chart->point_count; i++)
        if (chart->points[i].noisy && chart->points[i].x > 0 && chart->points[i].y > 0) {
            legend[count++] =
                (mw_legend_entry){.mark = {chart->points[i].kind, 0, true}, .word = paper->noisy};
            break;
        }
    return count;
}

/* Where some roofs are active the others step back. */
static bool in_front(const mw_roofline_chart *chart, int roof)
{
    for (int i = 0; i < chart->roof_count; i++)
        if (chart->roofs[i].active)
            return chart->roofs[roof].active;
    return true;
}

static mw_ink roof_ink(const mw_roofline_chart *chart, int roof)
{
    return in_front(chart, roof) ? MW_INK_ROOF : MW_INK_ROOF_BACK;
}

static void draw_band(const drawing *d, int roof)
{
    const mw_segment *low = &d->plan.roof_low[roof], *high = &d->plan.roof_high[roof];
    if (!low->visible)
        low = &d->plan.roofs[roof];
    if (!high->visible)
        high = &d->plan.roofs[roof];
    if (low == high || !low->visible || !high->visible)
        return;
    cairo_t *cairo = d->sheet->cairo;
    cairo_move_to(cairo, low->x0, low->y0);
    cairo_line_to(cairo, low->x1, low->y1);
    cairo_line_to(cairo, high->x1, high->y1);
    cairo_line_to(cairo, high->x0, high->y0);
    cairo_close_path(cairo);
    mw_sheet_ink(d->sheet, (int)roof_ink(d->chart, roof), 0.16);
    cairo_fill(cairo);
}

static void draw_segment(const drawing *d, const mw_segment *s, double width)
{
    if (s->visible)
        mw_sheet_segment(d->sheet, s->x0, s->y0, s->x1, s->y1, width);
}

/* The trail says its direction where there is room for an arrow. */
static void draw_step(const drawing *d, const mw_segment *s)
{
    static const double dash[2] = {2.5, 2};
    mw_sheet_dash(d->sheet, dash);
    draw_segment(d, s, 0.8);
    mw_sheet_dash(d->sheet, NULL);
    double dx = s->x1 - s->x0, dy = s->y1 - s->y0, length = hypot(dx, dy);
    double size = 0.5 * d->sheet->font;
    if (!s->visible || length < 5 * size)
        return;
    cairo_t *cairo = d->sheet->cairo;
    cairo_save(cairo);
    cairo_translate(cairo, s->x0 + dx / 2, s->y0 + dy / 2);
    cairo_rotate(cairo, atan2(dy, dx));
    cairo_move_to(cairo, size / 2, 0);
    cairo_line_to(cairo, -size / 2, size / 2.6);
    cairo_line_to(cairo, -size / 2, -size / 2.6);
    cairo_close_path(cairo);
    cairo_fill(cairo);
    cairo_restore(cairo);
}

static void draw_lines(const drawing *d)
{
    static const double dotted[2] = {1, 2}, dashed[2] = {3, 2.5}, broken[2] = {6, 3.5};
    mw_sheet *sheet = d->sheet;
    for (int i = 0; i < d->chart->roof_count; i++)
        draw_band(d, i);
    mw_sheet_ink(sheet, MW_INK_DIM, 1);
    mw_sheet_dash(sheet, dotted);
    draw_segment(d, &d->plan.ridge, 0.7);
    mw_sheet_dash(sheet, NULL);
    cairo_set_line_cap(sheet->cairo, CAIRO_LINE_CAP_ROUND);
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < d->chart->roof_count; i++)
            if (in_front(d->chart, i) == (pass == 1)) {
                mw_sheet_ink(sheet, (int)roof_ink(d->chart, i), 1);
                mw_sheet_dash(sheet, d->chart->roofs[i].kind == MW_MEASURED ? NULL : broken);
                draw_segment(d, &d->plan.roofs[i], pass ? 1.6 : 0.9);
            }
    mw_sheet_dash(sheet, NULL);
    cairo_set_line_cap(sheet->cairo, CAIRO_LINE_CAP_BUTT);
    mw_sheet_ink(sheet, MW_INK_KIND + MW_MEASURED, 0.8);
    for (int i = 0; i < d->plan.trail_count; i++)
        draw_step(d, &d->plan.trail[i]);
    mw_sheet_ink(sheet, MW_INK_KIND + MW_PREDICTED, 1);
    mw_sheet_dash(sheet, dashed);
    for (int i = 0; i < d->chart->link_count; i++)
        draw_segment(d, &d->plan.links[i], 0.9);
    mw_sheet_dash(sheet, NULL);
}

static mw_words label_words(const drawing *d, const mw_chart_label *label)
{
    mw_words words = {
        .halo = label->crossed, .ink = MW_INK_TEXT, .angle = label->box.angle, .align = 0.5};
    switch (label->owner) {
    case MW_LABEL_LINK:
        words.ink = (mw_ink)(MW_INK_KIND + MW_PREDICTED);
        break;
    case MW_LABEL_ROOF:
        words.ink = in_front(d->chart, label->index) ? MW_INK_TEXT : MW_INK_DIM;
        break;
    case MW_LABEL_RIDGE:
        words.ink = MW_INK_DIM;
        break;
    case MW_LABEL_POINT:
        break;
    }
    return words;
}

static void draw_points(const drawing *d)
{
    double radius = mw_sheet_mark_radius(d->sheet);
    for (int i = 0; i < d->chart->point_count; i++)
        if (d->plan.points[i].visible && d->plan.points[i].spread)
            mw_sheet_whisker(d->sheet, d->chart->points[i].kind, d->plan.points[i].x,
                             d->plan.points[i].y_low, d->plan.points[i].y_high);
    for (int pass = 0; pass < 3; pass++)
        for (int i = 0; i < d->chart->point_count; i++) {
            const mw_chart_point *point = &d->chart->points[i];
            double size = d->plan.points[i].rim * (point->active ? 1.15 : 1);
            if (d->plan.points[i].visible && d->plan.points[i].layer == pass)
                mw_sheet_mark(d->sheet, (mw_mark){point->kind, 0, point->noisy},
                              d->plan.points[i].x, d->plan.points[i].y, size * radius);
        }
}

static void draw_inside(const drawing *d)
{
    cairo_t *cairo = d->sheet->cairo;
    mw_sheet *sheet = d->sheet;
    cairo_save(cairo);
    cairo_translate(cairo, d->frame.x, d->frame.y);
    draw_lines(d);
    draw_points(d);
    cairo_restore(cairo);
    for (int i = 0; i < d->plan.label_count; i++) {
        const mw_chart_label *label = &d->plan.labels[i];
        mw_words words = label_words(d, label);
        mw_sheet_words(sheet, d->frame.x + label->box.x + label->box.width / 2,
                       d->frame.y + label->box.y, label->text, &words);
    }
}

/* The axis of y does not depend on the width, so its labels are known after a first plan. */
static mw_status draw_all(mw_sheet *sheet, void *context, mw_error *error)
{
    drawing *d = context;
    d->sheet = sheet;
    d->copy.medium = &sheet->medium;
    d->chart = &d->copy;
    char unit[32];
    mw_legend_entry legend[MW_PUBLISHED + 3];
    int kinds = list_kinds(sheet->paper, d->chart, legend);
    mw_frame outer = mw_sheet_surround(sheet, "GFLOP/s", d->aside, legend, kinds, false);
    d->frame = mw_sheet_inner(sheet, outer, NULL, 0);
    mw_status status = mw_sheet_check(sheet, d->frame, error);
    if (status != MW_OK)
        return status;
    mw_roofline_plan_make(d->chart, d->frame.width, d->frame.height, &d->plan);
    d->frame = mw_sheet_inner(sheet, outer, d->plan.y_ticks, d->plan.y_tick_count);
    status = mw_sheet_check(sheet, d->frame, error);
    if (status != MW_OK)
        return status;
    mw_roofline_plan_make(d->chart, d->frame.width, d->frame.height, &d->plan);
    snprintf(unit, sizeof unit, "%sFLOP/s", d->plan.y_prefix);
    mw_sheet_surround(sheet, unit, d->aside, legend, kinds, true);
    mw_sheet_axes(sheet, d->frame, d->plan.x_ticks, d->plan.x_tick_count, d->plan.y_ticks,
                  d->plan.y_tick_count, d->x_title);
    draw_inside(d);
    return MW_OK;
}

mw_status mw_pen_roofline(const mw_paper *paper, const mw_roofline_chart *chart,
                          const char *x_title, const char *aside, mw_bytes *bytes, mw_error *error)
{
    drawing *d = calloc(1, sizeof *d);
    *bytes = (mw_bytes){0};
    if (!d)
        return mw_fail(error, MW_NO_MEMORY, "no memory for a picture");
    d->copy = *chart;
    d->x_title = x_title;
    d->aside = aside;
    mw_status status = mw_sheet_draw(paper, draw_all, d, bytes, error);
    free(d);
    return status;
}
