/*
 * roofline.c: the roofs of a machine, the runs of a lab under them, and what was predicted of
 * these.
 */
#include "labs/chart/pictures/roofline.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/words.h"

static bool present(const json_t *roofline)
{
    return mw_json_count(roofline, "memory") + mw_json_count(roofline, "compute") +
               mw_json_count(roofline, "points") >
           0;
}

static bool of_step(const json_t *roofline, const char *step)
{
    for (int i = 0; i < mw_json_count(roofline, "points"); i++) {
        const json_t *point = mw_json_item(roofline, "points", i);
        if (strcmp(mw_json_text(point, "step"), step) == 0 &&
            strcmp(mw_json_text(point, "kind"), mw_kind_name(MW_PREDICTED)) != 0)
            return true;
    }
    return false;
}

static void read(mw_picture *picture, const mw_picture_wish *wish)
{
    mw_roofline_picture *r = (mw_roofline_picture *)picture;
    mw_roofline_read(picture->json, wish, &r->read);
    picture->drawing.empty = r->read.chart.roof_count == 0 && r->read.chart.point_count == 0;
}

/* ---- the plan ---- */

/* "◇ predicted  ● measured  ◉ noisy" for what is in the picture. */
static void list_kinds(mw_roofline_picture *r)
{
    static const mw_kind order[] = {MW_PREDICTED, MW_PUBLISHED, MW_COUNTED, MW_MODELLED,
                                    MW_MEASURED};
    const mw_roofline_chart *chart = &r->read.chart;
    mw_legend_entry *legend = r->picture.drawing.around.legend;
    int count = 0;
    for (int i = 0; i < chart->roof_count && count == 0; i++)
        if (chart->roofs[i].kind != MW_MEASURED && chart->roofs[i].value > 0)
            legend[count++] = (mw_legend_entry){.mark = {.kind = chart->roofs[i].kind},
                                                .roof = true,
                                                .word = mw_kind_word(chart->roofs[i].kind)};
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        if (r->read.kind_used[order[k]])
            legend[count++] =
                (mw_legend_entry){.mark = {.kind = order[k]}, .word = mw_kind_word(order[k])};
    if (r->read.noisy_used)
        legend[count++] =
            (mw_legend_entry){.mark = {.kind = MW_MEASURED, .noisy = true}, .word = _("noisy")};
    r->picture.drawing.around.legend_count = count;
}

static void plan(mw_drawing *drawing, double width, double height)
{
    mw_roofline_picture *r = (mw_roofline_picture *)drawing;
    mw_surround *around = &drawing->around;
    r->read.chart.medium = drawing->medium;
    mw_roofline_plan_make(&r->read.chart, width, height, &r->plan);
    mw_roofline_title(r->read.level, around->x_title);
    snprintf(around->y_title, sizeof around->y_title, "%sFLOP/s", r->plan.y_prefix);
    mw_roofline_off_axis(&r->read.chart, (int)fmin(drawing->room, INT_MAX), around->aside);
    list_kinds(r);
    around->x = &r->plan.x;
    around->y = &r->plan.y;
    around->x_ticks = r->plan.x_ticks;
    around->y_ticks = r->plan.y_ticks;
    around->x_count = r->plan.x_tick_count;
    around->y_count = r->plan.y_tick_count;
}

/* ---- drawing ---- */

/* Where some roofs are active the others step back. */
static bool in_front(const mw_roofline_picture *r, int roof)
{
    for (int i = 0; i < r->read.chart.roof_count; i++)
        if (r->read.chart.roofs[i].active)
            return r->read.chart.roofs[roof].active;
    return true;
}

static mw_ink roof_ink(const mw_roofline_picture *r, int roof)
{
    return in_front(r, roof) ? MW_INK_ROOF : MW_INK_ROOF_BACK;
}

static void draw_band(const mw_roofline_picture *r, mw_pen *pen, int roof)
{
    const mw_segment *low = &r->plan.roof_low[roof], *high = &r->plan.roof_high[roof];
    if (!low->visible)
        low = &r->plan.roofs[roof];
    if (!high->visible)
        high = &r->plan.roofs[roof];
    if (low == high || !low->visible || !high->visible)
        return;
    const mw_spot below[2] = {{low->x0, low->y0}, {low->x1, low->y1}};
    const mw_spot above[2] = {{high->x0, high->y0}, {high->x1, high->y1}};
    pen->band(pen, below, above, 2, roof_ink(r, roof), 0.16);
}

static void draw_segment(mw_pen *pen, const mw_segment *s, const mw_stroke *stroke)
{
    if (s->visible)
        pen->line(pen, s->x0, s->y0, s->x1, s->y1, stroke);
}

static void draw_roofs(const mw_roofline_picture *r, mw_pen *pen)
{
    static const double dotted[2] = {1, 2}, broken[2] = {6, 3.5};
    const mw_roofline_chart *chart = &r->read.chart;
    for (int i = 0; i < chart->roof_count; i++)
        draw_band(r, pen, i);
    draw_segment(pen, &r->plan.ridge,
                 &(mw_stroke){.ink = MW_INK_DIM, .width = 0.7, .dash = dotted});
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < chart->roof_count; i++)
            if (in_front(r, i) == (pass == 1))
                draw_segment(
                    pen, &r->plan.roofs[i],
                    &(mw_stroke){.ink = roof_ink(r, i),
                                 .width = pass ? 1.6 : 0.9,
                                 .dash = chart->roofs[i].kind == MW_MEASURED ? NULL : broken,
                                 .round = true});
}

static void draw_joins(const mw_roofline_picture *r, mw_pen *pen)
{
    static const double trail_dash[2] = {2.5, 2}, link_dash[2] = {3, 2.5};
    const mw_stroke trail = {.ink = mw_ink_of_kind(MW_MEASURED),
                             .alpha = 0.8,
                             .width = 0.8,
                             .dash = trail_dash,
                             .arrow = true};
    const mw_stroke link = {.ink = mw_ink_of_kind(MW_PREDICTED), .width = 0.9, .dash = link_dash};
    for (int i = 0; i < r->plan.trail_count; i++)
        draw_segment(pen, &r->plan.trail[i], &trail);
    for (int i = 0; i < r->read.chart.link_count; i++)
        draw_segment(pen, &r->plan.links[i], &link);
}

/* On cells a mark has a cell of its own, beside marks of other kinds, and no room for its interval.
 */
static void draw_points(const mw_roofline_picture *r, mw_pen *pen)
{
    const mw_roofline_chart *chart = &r->read.chart;
    bool cells = pen->medium->cells;
    for (int i = 0; !cells && i < chart->point_count; i++)
        if (r->plan.points[i].visible && r->plan.points[i].spread)
            pen->whisker(pen, r->plan.points[i].x, r->plan.points[i].y_low,
                         r->plan.points[i].y_high, chart->points[i].kind);
    for (int pass = 0; pass < 3; pass++)
        for (int i = 0; i < chart->point_count; i++) {
            const mw_chart_point *point = &chart->points[i];
            if (!r->plan.points[i].visible || r->plan.points[i].layer != pass)
                continue;
            const mw_mark mark = {point->kind, 0, point->noisy, point->active || point->live};
            pen->mark(pen, cells ? r->plan.points[i].mark.x : r->plan.points[i].x,
                      cells ? r->plan.points[i].mark.y : r->plan.points[i].y, &mark,
                      r->plan.points[i].rim * (point->active ? 1.15 : 1));
        }
}

static mw_words label_words(const mw_roofline_picture *r, const mw_chart_label *label)
{
    mw_words words = {
        .halo = label->crossed, .ink = MW_INK_TEXT, .align = 0.5, .angle = label->box.angle};
    switch (label->owner) {
    case MW_LABEL_LINK:
        words.ink = mw_ink_of_kind(MW_PREDICTED);
        words.cells_strong = true;
        break;
    case MW_LABEL_ROOF:
        words.ink = in_front(r, label->index) ? MW_INK_TEXT : MW_INK_DIM;
        words.cells_ink = roof_ink(r, label->index);
        break;
    case MW_LABEL_RIDGE:
        words.ink = MW_INK_DIM;
        break;
    case MW_LABEL_POINT:
        words.cells_ink = mw_ink_of_kind(r->read.chart.points[label->index].kind);
        words.cells_strong = r->read.chart.points[label->index].active;
        break;
    }
    return words;
}

static void draw(const mw_drawing *drawing, mw_pen *pen)
{
    const mw_roofline_picture *r = (const mw_roofline_picture *)drawing;
    draw_roofs(r, pen);
    draw_joins(r, pen);
    draw_points(r, pen);
    for (int i = 0; i < r->plan.label_count; i++) {
        const mw_chart_label *label = &r->plan.labels[i];
        const mw_words words = label_words(r, label);
        pen->text(pen, label->box.x + label->box.width / 2, label->box.y, label->text, &words);
    }
}

const mw_picture_kind mw_picture_roofline = {
    .name = "roofline",
    .tab = N_("roofline"),
    .size = sizeof(mw_roofline_picture),
    .paper = {16, 11},
    .roofs = true,
    .rows = mw_roofline_members,
    .present = present,
    .read = read,
    .plan = plan,
    .draw = draw,
    .fill = mw_roofline_fill,
    .tell = mw_roofline_tell,
    .of_step = of_step,
    .samples = mw_roofline_samples,
};
