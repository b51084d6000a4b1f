#include "labs/chart/roofline_chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/chart/labels.h"
#include "model/roofline.h"

static bool usable(double value)
{
    return isfinite(value) && value > 0;
}

static int measure(const mw_roofline_chart *chart, const char *text)
{
    if (chart->measure)
        return chart->measure(text);
    int count = 0;
    for (; *text; text++)
        count += (*text & 0xC0) != 0x80;
    return count;
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
static void choose_ranges(const mw_roofline_chart *chart, int width, int height,
                          mw_roofline_plan *plan)
{
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
    /* One row of headroom, so that the name of the highest roof stands above it. */
    if (height >= 6 && e.compute > 0)
        y_high =
            fmax(y_high, e.compute * pow(e.compute / fmin(y_low, e.compute / 10), 1.2 / height));
    plan->x = mw_axis_make(MW_SCALE_LOG, x_low, x_high, 0, width);
    plan->y = mw_axis_make(MW_SCALE_LOG, y_low, y_high, height, 0);
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

static void place_roofs(const mw_roofline_chart *chart, mw_roofline_plan *plan)
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
        /* Closer than half a cell an edge only blurs the roof; its name carries the numbers. */
        if (usable(roof->low) && mw_axis_position(&plan->y, roof->low, &edge) &&
            fabs(edge - middle) > 0.5)
            plan->roof_low[i] = line(plan, roof->low, &e);
        if (usable(roof->high) && mw_axis_position(&plan->y, roof->high, &edge) &&
            fabs(edge - middle) > 0.5)
            plan->roof_high[i] = line(plan, roof->high, &e);
    }
    if (e.ridge_compute > 0 && e.ridge_memory > 0) {
        plan->ridge_value = mw_roofline_ridge(e.ridge_compute, e.ridge_memory);
        plan->ridge =
            between(plan, plan->ridge_value, e.ridge_compute, plan->ridge_value, plan->y.low);
    }
}

static void place_points(const mw_roofline_chart *chart, mw_roofline_plan *plan)
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
        plan->points[i].column = (int)fmin(floor(x), plan->width - 1);
        plan->points[i].row = (int)fmin(floor(y), plan->height - 1);
    }
}

static bool covers_another(const mw_roofline_chart *chart, const mw_roofline_plan *plan, int point,
                           int column)
{
    for (int i = 0; i < chart->point_count; i++)
        if (i != point && plan->points[i].visible &&
            chart->points[i].kind != chart->points[point].kind &&
            plan->points[i].row == plan->points[point].row && plan->points[i].column == column)
            return true;
    return false;
}

/* A good prediction lies on the measured point: both stay to be seen, side by side. The one that is
 * not in front moves, to the side where it belongs. */
static void part_points(const mw_roofline_chart *chart, mw_roofline_plan *plan)
{
    for (int i = 0; i < chart->point_count; i++) {
        int column = plan->points[i].column;
        if (!plan->points[i].visible || chart->points[i].active || chart->points[i].live ||
            !covers_another(chart, plan, i, column))
            continue;
        int side = plan->points[i].x - column < 0.5 ? -1 : 1;
        for (int k = 0; k < 2; k++, side = -side)
            if (column + side >= 0 && column + side < plan->width &&
                !covers_another(chart, plan, i, column + side)) {
                plan->points[i].column = column + side;
                break;
            }
    }
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

/* ---- words ---- */

typedef struct candidate {
    int x, y, price;
    bool found;
} candidate;

static void offer(const mw_label_map *map, candidate *best, int x, int y, int width, int penalty)
{
    int price = mw_label_map_price(map, x, y, width);
    if (price < 0 || (best->found && price + penalty >= best->price))
        return;
    *best = (candidate){x, y, price + penalty, true};
}

static bool settle(mw_roofline_plan *plan, mw_label_map *map, mw_label_owner owner, int index,
                   const char *text, int width, const candidate *best, int dearest)
{
    if (!best->found || best->price > dearest || plan->label_count >= MW_CHART_LABELS)
        return false;
    mw_chart_label *label = &plan->labels[plan->label_count++];
    *label = (mw_chart_label){
        .owner = owner, .index = index, .x = best->x, .y = best->y, .width = width};
    snprintf(label->text, sizeof label->text, "%s", text);
    mw_label_map_take(map, best->x, best->y, width);
    return true;
}

/* Longer words than a label can hold, or than half the picture, only stand in the way. */
static int fitting_width(const mw_roofline_chart *chart, const mw_roofline_plan *plan,
                         const char *text)
{
    if (!text || !*text || strlen(text) >= sizeof plan->labels[0].text)
        return 0;
    int width = measure(chart, text);
    return width > 0 && width <= plan->width * 2 / 3 ? width : 0;
}

static void label_point(const mw_roofline_chart *chart, mw_roofline_plan *plan, mw_label_map *map,
                        int index)
{
    const char *text = chart->points[index].label;
    int width = fitting_width(chart, plan, text);
    if (!plan->points[index].visible || width == 0)
        return;
    int column = plan->points[index].column, row = plan->points[index].row;
    candidate best = {0};
    /* Hugging its mark a label reads as one sign with it; the map keeps one cell between words and
     * marks, so the mark is lifted while its own label is placed. */
    mw_label_map_release(map, column, row);
    static const int rows[] = {0, 1, -1};
    for (int i = 0; i < 3; i++) {
        offer(map, &best, column + 1, row + rows[i], width, i * 2);
        offer(map, &best, column - width, row + rows[i], width, i * 2 + 2);
        if (i > 0)
            offer(map, &best, column - width / 2, row + rows[i], width, 2);
    }
    settle(plan, map, MW_LABEL_POINT, index, text, width, &best, 24);
    mw_label_map_take(map, column, row, 1);
}

static void label_link(const mw_roofline_chart *chart, mw_roofline_plan *plan, mw_label_map *map,
                       int index)
{
    const mw_segment *link = &plan->links[index];
    int width = fitting_width(chart, plan, chart->links[index].text);
    if (!link->visible || width == 0)
        return;
    int column = (int)((link->x0 + link->x1) / 2), row = (int)((link->y0 + link->y1) / 2);
    candidate best = {0};
    for (int distance = 0; distance < 4; distance++)
        for (int side = -1; side <= 1; side += 2) {
            offer(map, &best, column + 2, row + side * distance, width, distance);
            offer(map, &best, column - width - 1, row + side * distance, width, distance + 1);
            offer(map, &best, column - width / 2, row + side * distance, width, distance + 1);
        }
    settle(plan, map, MW_LABEL_LINK, index, chart->links[index].text, width, &best, 40);
}

static void label_ridge(const mw_roofline_chart *chart, mw_roofline_plan *plan, mw_label_map *map)
{
    if (!plan->ridge.visible || !chart->ridge_word)
        return;
    char text[64];
    snprintf(text, sizeof text, "%.40s %.3g", chart->ridge_word, plan->ridge_value);
    int width = fitting_width(chart, plan, text);
    if (width == 0)
        return;
    int column = (int)plan->ridge.x0;
    int top = (int)fmin(plan->ridge.y0, plan->ridge.y1), bottom = plan->height - 1;
    candidate best = {0};
    for (int row = top + 1; row <= bottom; row++) {
        offer(map, &best, column + 1, row, width, (row - top) / 2);
        offer(map, &best, column - width, row, width, (row - top) / 2 + 4);
    }
    settle(plan, map, MW_LABEL_RIDGE, 0, text, width, &best, 30);
}

/* Another flat roof between this one and a word would take the word for its own. */
static bool flat_roof_at(const mw_roofline_chart *chart, const mw_roofline_plan *plan, int index,
                         int row)
{
    for (int i = 0; i < chart->roof_count; i++)
        if (i != index && chart->roofs[i].compute && plan->roofs[i].visible &&
            (int)floor(plan->roofs[i].y0) == row)
            return true;
    return false;
}

static bool label_compute(const mw_roofline_chart *chart, mw_roofline_plan *plan, mw_label_map *map,
                          int index, const char *text, int width)
{
    const mw_segment *roof = &plan->roofs[index];
    int row = (int)floor(roof->y0), right = (int)roof->x1;
    candidate best = {0};
    for (int shift = 0; right - width - shift >= (int)roof->x0; shift++) {
        if (!flat_roof_at(chart, plan, index, row - 1))
            offer(map, &best, right - width - shift, row - 1, width, shift);
        if (!flat_roof_at(chart, plan, index, row + 1))
            offer(map, &best, right - width - shift, row + 1, width, shift + 4);
    }
    return settle(plan, map, MW_LABEL_ROOF, index, text, width, &best, 40);
}

/* Along the slope: below it on the right, or above it on the left. The lower third is preferred,
 * where the roofs lie far from the points and from the flat roofs. */
static bool label_memory(const mw_roofline_chart *chart, mw_roofline_plan *plan, mw_label_map *map,
                         int index, const char *text, int width)
{
    (void)chart;
    const mw_segment *roof = &plan->roofs[index];
    candidate best = {0};
    for (int row = 0; row < plan->height; row++) {
        double part = (row + 0.5 - roof->y0) / (roof->y1 - roof->y0);
        if (!(part >= 0 && part <= 1))
            continue;
        double at = roof->x0 + part * (roof->x1 - roof->x0);
        double cell = fabs(roof->x1 - roof->x0) / fmax(fabs(roof->y1 - roof->y0), 1e-9);
        int far = (int)(fabs(part - 0.3) * 10);
        offer(map, &best, (int)ceil(at + cell / 2 + 0.25), row, width, far);
        offer(map, &best, (int)floor(at - cell / 2 - 0.25) - width, row, width, far + 2);
    }
    return settle(plan, map, MW_LABEL_ROOF, index, text, width, &best, 14);
}

static void label_roof(const mw_roofline_chart *chart, mw_roofline_plan *plan, mw_label_map *map,
                       int index)
{
    const mw_chart_roof *roof = &chart->roofs[index];
    if (!plan->roofs[index].visible)
        return;
    for (int i = 0; i < 3; i++) {
        int width = fitting_width(chart, plan, roof->texts[i]);
        if (width > 0 && (roof->compute ? label_compute : label_memory)(chart, plan, map, index,
                                                                        roof->texts[i], width))
            return;
    }
}

static void map_lines(const mw_roofline_chart *chart, const mw_roofline_plan *plan,
                      mw_label_map *map)
{
    const struct {
        const mw_segment *segments;
        int count;
    } groups[] = {{plan->roofs, chart->roof_count},
                  {plan->trail, plan->trail_count},
                  {plan->links, chart->link_count},
                  {&plan->ridge, 1}};
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (int i = 0; i < groups[g].count; i++) {
            const mw_segment *s = &groups[g].segments[i];
            if (s->visible)
                mw_label_map_line(map, s->x0, s->y0, s->x1, s->y1);
        }
}

static void place_labels(const mw_roofline_chart *chart, mw_roofline_plan *plan)
{
    mw_label_map *map = mw_label_map_new(plan->width, plan->height);
    if (!map)
        return;
    map_lines(chart, plan, map);
    for (int i = 0; i < chart->point_count; i++)
        if (plan->points[i].visible)
            mw_label_map_take(map, plan->points[i].column, plan->points[i].row, 1);
    /* What has least freedom chooses first. */
    for (int i = 0; i < chart->point_count; i++)
        if (chart->points[i].active || chart->points[i].live)
            label_point(chart, plan, map, i);
    for (int i = 0; i < chart->link_count; i++)
        label_link(chart, plan, map, i);
    for (int i = 0; i < chart->roof_count; i++)
        if (chart->roofs[i].compute)
            label_roof(chart, plan, map, i);
    label_ridge(chart, plan, map);
    for (int i = chart->roof_count - 1; i >= 0; i--)
        if (!chart->roofs[i].compute)
            label_roof(chart, plan, map, i);
    for (int i = chart->point_count - 1; i >= 0; i--)
        if (!chart->points[i].active && !chart->points[i].live)
            label_point(chart, plan, map, i);
    mw_label_map_free(map);
}

bool mw_roofline_plan_make(const mw_roofline_chart *chart, int width, int height,
                           mw_roofline_plan *plan)
{
    memset(plan, 0, sizeof *plan);
    plan->width = width < 1 ? 1 : width;
    plan->height = height < 1 ? 1 : height;
    choose_ranges(chart, plan->width, plan->height, plan);
    plan->y_factor = mw_axis_prefix(&plan->y, &plan->y_prefix);
    plan->x_tick_count = mw_axis_ticks(&plan->x, 1, 1, 2, plan->x_ticks, MW_TICKS_MAX);
    plan->y_tick_count =
        mw_axis_ticks(&plan->y, plan->y_factor, 0, 1.5, plan->y_ticks, MW_TICKS_MAX);
    place_roofs(chart, plan);
    place_points(chart, plan);
    part_points(chart, plan);
    place_trail(chart, plan);
    place_labels(chart, plan);
    return chart->roof_count > 0 || chart->point_count > 0;
}
