/* roofline_chart.c: chooses the ranges, clips the roofs, places the points and their trail. */
#include "labs/chart/roofline_chart.h"

#include <math.h>
#include <string.h>

#include "labs/chart/roofline_words.h"
#include "model/roofline.h"

static bool usable(double value)
{
    return isfinite(value) && value > 0;
}

/* The best compute roof, the slowest and the fastest memory roof, and the two that meet at the
 * ridge: the active ones, else the best and the slowest. 0 where there is none. */
typedef struct extremes {
    double compute, slow, fast;
    double ridge_compute, ridge_memory;
} extremes;

static extremes find_extremes(const mw_roofline_chart *chart)
{
    extremes e = {0};
    for (int i = 0; i < chart->roof_count; i++) {
        const mw_chart_roof *roof = &chart->roofs[i];
        if (!usable(roof->value))
            continue;
        if (roof->compute) {
            e.compute = fmax(e.compute, roof->value);
            if (roof->active)
                e.ridge_compute = fmax(e.ridge_compute, roof->value);
        } else {
            if (roof->active && !(e.ridge_memory > 0 && e.ridge_memory < roof->value))
                e.ridge_memory = roof->value;
            e.fast = fmax(e.fast, roof->value);
            e.slow = e.slow > 0 ? fmin(e.slow, roof->value) : roof->value;
        }
    }
    if (!(e.ridge_compute > 0))
        e.ridge_compute = e.compute;
    if (!(e.ridge_memory > 0))
        e.ridge_memory = e.slow;
    return e;
}

static void widen(double *low, double *high, double value, double margin)
{
    if (!usable(value) || value < 1e-9 || value > 1e18)
        return;
    *low = fmin(*low, value / margin);
    *high = fmax(*high, value * margin);
}

/* The wished ranges, or what shows the ridge and every point; always with the points inside. */
static void choose_ranges(const mw_roofline_chart *chart, const mw_medium *medium,
                          mw_roofline_plan *plan)
{
    double lines = plan->height / medium->line;
    extremes e = find_extremes(chart);
    double ridge = e.compute > 0 && e.slow > 0 ? mw_roofline_ridge(e.compute, e.slow) : 4;
    double x_low = usable(chart->x_low) ? chart->x_low : fmin(ridge / 64, 0.125);
    double x_high = usable(chart->x_high) ? chart->x_high : fmax(ridge * 16, 64);
    double top = e.compute > 0 ? e.compute : e.fast > 0 ? e.fast * x_high : 1e11;
    double bottom = e.slow > 0 ? e.slow * x_low : top / 1e3;
    double y_high = usable(chart->y_high) ? chart->y_high : top;
    double y_low = usable(chart->y_low) ? chart->y_low : bottom;
    for (int i = 0; i < chart->point_count; i++) {
        const mw_chart_point *point = &chart->points[i];
        if (point->live || !usable(point->x) || !usable(point->y))
            continue;
        widen(&x_low, &x_high, point->x, 1.3);
        widen(&y_low, &y_high, point->y, 1.3);
    }
    /* One line of headroom, so that the name of the highest roof stands above it. */
    if (lines >= 6 && e.compute > 0)
        y_high =
            fmax(y_high, e.compute * pow(e.compute / fmin(y_low, e.compute / 10), 1.2 / lines));
    plan->x = mw_axis_make(MW_SCALE_LOG, x_low, x_high, 0, plan->width);
    plan->y = mw_axis_make(MW_SCALE_LOG, y_low, y_high, plan->height, 0);
}

/* Cuts a segment at the plot's edges (Liang and Barsky, ACM TOG 3(1) 1984). */
static mw_segment clip(double x0, double y0, double x1, double y1, double width, double height)
{
    double p[4] = {x0 - x1, x1 - x0, y0 - y1, y1 - y0};
    double q[4] = {x0, width - x0, y0, height - y0};
    double enter = 0, leave = 1;
    for (int i = 0; i < 4; i++) {
        if (p[i] == 0) {
            if (q[i] < 0)
                return (mw_segment){0};
            continue;
        }
        double t = q[i] / p[i];
        if (p[i] < 0)
            enter = fmax(enter, t);
        else
            leave = fmin(leave, t);
    }
    if (!(enter <= leave))
        return (mw_segment){0};
    return (mw_segment){true, x0 + enter * (x1 - x0), y0 + enter * (y1 - y0),
                        x0 + leave * (x1 - x0), y0 + leave * (y1 - y0)};
}

static mw_segment between(const mw_roofline_plan *plan, double ax, double ay, double bx, double by)
{
    double x0, y0, x1, y1;
    if (!mw_axis_position(&plan->x, ax, &x0) || !mw_axis_position(&plan->y, ay, &y0) ||
        !mw_axis_position(&plan->x, bx, &x1) || !mw_axis_position(&plan->y, by, &y1))
        return (mw_segment){0};
    return clip(x0, y0, x1, y1, plan->width, plan->height);
}

static mw_segment memory_line(const mw_roofline_plan *plan, double roof, const extremes *e)
{
    double end = e->compute > 0 ? fmin(plan->x.high, e->compute / roof) : plan->x.high;
    if (end <= plan->x.low)
        return (mw_segment){0};
    return between(plan, plan->x.low, roof * plan->x.low, end, roof * end);
}

static mw_segment compute_line(const mw_roofline_plan *plan, double roof, const extremes *e)
{
    double start = e->fast > 0 ? fmax(plan->x.low, roof / e->fast) : plan->x.low;
    if (start >= plan->x.high)
        return (mw_segment){0};
    return between(plan, start, roof, plan->x.high, roof);
}

static void place_roofs(const mw_roofline_chart *chart, const mw_medium *medium,
                        mw_roofline_plan *plan)
{
    extremes e = find_extremes(chart);
    for (int i = 0; i < chart->roof_count; i++) {
        const mw_chart_roof *roof = &chart->roofs[i];
        if (!usable(roof->value))
            continue;
        mw_segment (*line)(const mw_roofline_plan *, double, const extremes *) =
            roof->compute ? compute_line : memory_line;
        plan->roofs[i] = line(plan, roof->value, &e);
        double middle, edge;
        mw_axis_position(&plan->y, roof->value, &middle);
        /* An edge too close only blurs the roof; its name carries the numbers. */
        if (usable(roof->low) && mw_axis_position(&plan->y, roof->low, &edge) &&
            fabs(edge - middle) > medium->grain)
            plan->roof_low[i] = line(plan, roof->low, &e);
        if (usable(roof->high) && mw_axis_position(&plan->y, roof->high, &edge) &&
            fabs(edge - middle) > medium->grain)
            plan->roof_high[i] = line(plan, roof->high, &e);
    }
    if (e.ridge_compute > 0 && e.ridge_memory > 0) {
        plan->ridge_value = mw_roofline_ridge(e.ridge_compute, e.ridge_memory);
        plan->ridge =
            between(plan, plan->ridge_value, e.ridge_compute, plan->ridge_value, plan->y.low);
    }
}

static mw_box mark_at(const mw_medium *medium, const mw_roofline_plan *plan, double x, double y)
{
    double size = medium->mark;
    if (medium->cells)
        return (mw_box){.x = fmin(floor(x), ceil(plan->width) - 1),
                        .y = fmin(floor(y), ceil(plan->height) - 1),
                        .width = size,
                        .height = size};
    return (mw_box){.x = x - size / 2, .y = y - size / 2, .width = size, .height = size};
}

/* Those in front come later, and at last the predictions, whose marks are open. */
static int layer_of(const mw_chart_point *point)
{
    return point->kind == MW_PREDICTED ? 2 : point->active || point->live;
}

/* Cut at the edges of the plot. */
static void place_interval(const mw_chart_point *point, const mw_medium *medium,
                           mw_roofline_plan *plan, int i)
{
    double low, high;
    if (!usable(point->low) || !(point->high > point->low) ||
        !mw_axis_position(&plan->y, point->low, &low) ||
        !mw_axis_position(&plan->y, point->high, &high))
        return;
    plan->points[i].y_low = mw_axis_clamp(&plan->y, low);
    plan->points[i].y_high = mw_axis_clamp(&plan->y, high);
    plan->points[i].spread = plan->points[i].y_low - plan->points[i].y_high > medium->grain;
}

static void place_points(const mw_roofline_chart *chart, const mw_medium *medium,
                         mw_roofline_plan *plan)
{
    for (int i = 0; i < chart->point_count; i++) {
        const mw_chart_point *point = &chart->points[i];
        double x, y;
        if (!mw_axis_position(&plan->x, point->x, &x) || !mw_axis_position(&plan->y, point->y, &y))
            continue;
        if (point->live) {
            x = mw_axis_clamp(&plan->x, x);
            y = mw_axis_clamp(&plan->y, y);
        }
        if (x < 0 || x > plan->width || y < 0 || y > plan->height)
            continue;
        plan->points[i].visible = true;
        plan->points[i].x = x;
        plan->points[i].y = y;
        plan->points[i].layer = layer_of(point);
        plan->points[i].rim = 1;
        plan->points[i].mark = mark_at(medium, plan, x, y);
        place_interval(point, medium, plan, i);
    }
}

static bool covers_another(const mw_roofline_chart *chart, const mw_roofline_plan *plan, int point,
                           double column)
{
    for (int i = 0; i < chart->point_count; i++)
        if (i != point && plan->points[i].visible &&
            chart->points[i].kind != chart->points[point].kind &&
            plan->points[i].mark.y == plan->points[point].mark.y &&
            plan->points[i].mark.x == column)
            return true;
    return false;
}

/* A good prediction lies on the measured point: on cells both stay to be seen side by side. The one
 * that is not in front moves, to the side where it belongs. On paper
 * marks surround each other. */
static void part_points(const mw_roofline_chart *chart, mw_roofline_plan *plan)
{
    for (int i = 0; i < chart->point_count; i++) {
        double column = plan->points[i].mark.x;
        if (!plan->points[i].visible || chart->points[i].active || chart->points[i].live ||
            !covers_another(chart, plan, i, column))
            continue;
        int side = plan->points[i].x - column < 0.5 ? -1 : 1;
        for (int k = 0; k < 2; k++, side = -side)
            if (column + side >= 0 && column + side < plan->width &&
                !covers_another(chart, plan, i, column + side)) {
                plan->points[i].mark.x = column + side;
                break;
            }
    }
}

/* Whether the two stand at one place. */
static bool together(const mw_roofline_plan *plan, int a, int b, double near)
{
    return plan->points[a].visible && plan->points[b].visible &&
           hypot(plan->points[a].x - plan->points[b].x, plan->points[a].y - plan->points[b].y) <
               near;
}

/* How many kinds of marks are drawn over this point, predictions apart, through which it is seen.
 */
static int kinds_above(const mw_roofline_chart *chart, const mw_roofline_plan *plan, int point,
                       double near)
{
    bool kinds[MW_PUBLISHED + 1] = {[MW_PREDICTED] = true};
    int above = 0;
    kinds[chart->points[point].kind] = true;
    for (int i = 0; i < chart->point_count; i++) {
        mw_kind kind = chart->points[i].kind;
        int later = plan->points[i].layer - plan->points[point].layer;
        if (kinds[kind] || (later ? later < 0 : i < point) || !together(plan, i, point, near))
            continue;
        kinds[kind] = true;
        above++;
    }
    return above < 3 ? above : 3;
}

/* On paper what lies below marks of other kinds at the same place is drawn around them. They then
 * stand together in the place of the largest, around which their words find room. */
static void surround_points(const mw_roofline_chart *chart, const mw_medium *medium,
                            mw_roofline_plan *plan)
{
    double near = medium->mark / 2;
    for (int i = 0; i < chart->point_count; i++) {
        int above = plan->points[i].visible ? kinds_above(chart, plan, i, near) : 0;
        if (above == 0)
            continue;
        mw_kind kind = chart->points[i].kind;
        bool square = kind == MW_COUNTED || kind == MW_PUBLISHED;
        plan->points[i].rim = (1 + 0.6 * above) * (square ? 1.35 : 1);
        double more = medium->mark * (plan->points[i].rim - 1);
        mw_box *mark = &plan->points[i].mark;
        *mark = (mw_box){mark->x - more / 2, mark->y - more / 2, mark->width + more,
                         mark->height + more, 0};
    }
    for (int i = 0; i < chart->point_count; i++)
        for (int k = 0; k < chart->point_count; k++)
            if (together(plan, i, k, near) &&
                plan->points[k].mark.width > plan->points[i].mark.width)
                plan->points[i].mark = plan->points[k].mark;
}

static bool point_visible(const mw_roofline_chart *chart, const mw_roofline_plan *plan, int point)
{
    return point >= 0 && point < chart->point_count && plan->points[point].visible;
}

static mw_segment join(const mw_roofline_plan *plan, int from, int to)
{
    return (mw_segment){true, plan->points[from].x, plan->points[from].y, plan->points[to].x,
                        plan->points[to].y};
}

static void place_trail(const mw_roofline_chart *chart, mw_roofline_plan *plan)
{
    int last = -1;
    for (int i = 0; i < chart->trail_count; i++) {
        int point = chart->trail[i];
        if (!point_visible(chart, plan, point))
            continue;
        if (last >= 0)
            plan->trail[plan->trail_count++] = join(plan, last, point);
        last = point;
    }
    for (int i = 0; i < chart->link_count; i++)
        if (point_visible(chart, plan, chart->links[i].from) &&
            point_visible(chart, plan, chart->links[i].to))
            plan->links[i] = join(plan, chart->links[i].from, chart->links[i].to);
}

bool mw_roofline_plan_make(const mw_roofline_chart *chart, double width, double height,
                           mw_roofline_plan *plan)
{
    const mw_medium *medium = chart->medium ? chart->medium : &mw_medium_cells;
    memset(plan, 0, sizeof *plan);
    plan->width = fmax(width, 1);
    plan->height = fmax(height, 1);
    choose_ranges(chart, medium, plan);
    plan->y_factor = mw_axis_prefix(&plan->y, &plan->y_prefix);
    plan->x_tick_count =
        mw_axis_ticks(&plan->x, 1, medium->letter, 2 * medium->letter, plan->x_ticks, MW_TICKS_MAX);
    plan->y_tick_count =
        mw_axis_ticks(&plan->y, plan->y_factor, 0, 1.5 * medium->line, plan->y_ticks, MW_TICKS_MAX);
    place_roofs(chart, medium, plan);
    place_points(chart, medium, plan);
    if (medium->cells)
        part_points(chart, plan);
    else
        surround_points(chart, medium, plan);
    place_trail(chart, plan);
    mw_roofline_words_place(chart, plan);
    return chart->roof_count > 0 || chart->point_count > 0;
}
