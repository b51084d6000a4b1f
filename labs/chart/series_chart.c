/* series_chart.c: axes from the values, spots with their bars, places for the words of marks. */
#include "labs/chart/series_chart.h"

#include <math.h>
#include <string.h>

static bool drawable(double value, mw_scale scale)
{
    return isfinite(value) && fabs(value) < 1e20 && (scale == MW_SCALE_LINEAR || value > 1e-14);
}

typedef struct range {
    double low, high;
    int count;
} range;

static void include(range *r, double value, mw_scale scale)
{
    if (!drawable(value, scale))
        return;
    r->low = r->count ? fmin(r->low, value) : value;
    r->high = r->count ? fmax(r->high, value) : value;
    r->count++;
}

/* Up to this many different x are ticks of their own: the values that were really run. */
enum { OWN_TICKS = 24 };

static int distinct_x(const mw_series_chart *chart, double *values)
{
    int count = 0;
    for (int s = 0; s < chart->series_count; s++)
        for (int i = 0; i < chart->series[s].count; i++) {
            double x = chart->series[s].points[i].x;
            int k = 0;
            while (k < count && values[k] != x)
                k++;
            if (k < count || !drawable(x, chart->x_scale))
                continue;
            if (count == OWN_TICKS)
                return -1;
            values[count++] = x;
        }
    return count;
}

static void make_axes(const mw_series_chart *chart, const mw_medium *medium, mw_series_plan *plan)
{
    double letters = plan->width / medium->letter, lines = plan->height / medium->line;
    range x = {0}, y = {0};
    for (int s = 0; s < chart->series_count; s++)
        for (int i = 0; i < chart->series[s].count && i < MW_SERIES_POINTS; i++) {
            const mw_series_point *p = &chart->series[s].points[i];
            if (!drawable(p->x, chart->x_scale) || !drawable(p->y, chart->y_scale))
                continue;
            include(&x, p->x, chart->x_scale);
            include(&y, p->y, chart->y_scale);
            /* A single wild sample must not flatten the curve: bars are cut at the edge. */
            if (p->high < 2 * p->y)
                include(&y, p->high, chart->y_scale);
            if (p->low > p->y / 2)
                include(&y, p->low, chart->y_scale);
        }
    if (chart->x_scale != MW_SCALE_LINEAR) {
        double margin = x.count > 1 ? pow(x.high / x.low, 1.5 / fmax(letters, 8)) : 2;
        x.low /= margin;
        x.high *= margin;
    } else if (x.count > 1) {
        double margin = (x.high - x.low) * 1.5 / fmax(letters, 8);
        x.low -= margin;
        x.high += margin;
    }
    if (chart->y_scale == MW_SCALE_LINEAR) {
        y.low = fmin(y.low, 0); /* lengths are compared: the axis starts at nothing */
        y.high += (y.high - y.low) * 0.5 / fmax(lines, 4);
    } else {
        y.low /= 1.2;
        y.high *= 1.2;
    }
    plan->x = mw_axis_make(chart->x_scale, x.low, x.high, 0, plan->width);
    plan->y = mw_axis_make(chart->y_scale, y.low, y.high, plan->height, 0);
}

static void make_ticks(const mw_series_chart *chart, const mw_medium *medium, mw_series_plan *plan)
{
    double letter = medium->letter;
    plan->y_factor = mw_axis_prefix(&plan->y, &plan->y_prefix);
    plan->y_tick_count =
        mw_axis_ticks(&plan->y, plan->y_factor, 0, 1.9 * medium->line, plan->y_ticks, MW_TICKS_MAX);
    double values[OWN_TICKS];
    int count = distinct_x(chart, values);
    double factor = chart->x_factor > 0 ? chart->x_factor : 1;
    if (count > 0)
        plan->x_tick_count = mw_axis_ticks_at(&plan->x, values, count, factor, letter, letter,
                                              plan->x_ticks, MW_TICKS_MAX);
    else
        plan->x_tick_count =
            mw_axis_ticks(&plan->x, factor, letter, 2 * letter, plan->x_ticks, MW_TICKS_MAX);
}

static void place_spot(const mw_series_plan *plan, const mw_series_point *p, mw_series_spot *spot)
{
    *spot = (mw_series_spot){0};
    if (!drawable(p->x, plan->x.scale) || !drawable(p->y, plan->y.scale))
        return;
    spot->visible =
        mw_axis_position(&plan->x, p->x, &spot->x) && mw_axis_position(&plan->y, p->y, &spot->y);
    spot->spread = spot->visible && p->low < p->high &&
                   mw_axis_position(&plan->y, p->low, &spot->y_low) &&
                   mw_axis_position(&plan->y, p->high, &spot->y_high);
    if (spot->spread) {
        spot->y_low = mw_axis_clamp(&plan->y, spot->y_low);
        spot->y_high = mw_axis_clamp(&plan->y, spot->y_high);
    }
}

int mw_series_twin(const mw_series_chart *chart, int series)
{
    int twins = 0;
    for (int before = 0; before < series; before++)
        twins += chart->series[before].kind == chart->series[series].kind;
    return twins;
}

int mw_series_noisy(const mw_series_chart *chart, const mw_series_plan *plan)
{
    for (int s = 0; s < chart->series_count; s++)
        for (int i = 0; i < chart->series[s].count && i < MW_SERIES_POINTS; i++)
            if (chart->series[s].points[i].noisy && plan->spots[s][i].visible &&
                !mw_series_is_dense(chart, plan, s))
                return s;
    return -1;
}

bool mw_series_is_dense(const mw_series_chart *chart, const mw_series_plan *plan, int series)
{
    const mw_medium *medium = chart->medium ? chart->medium : &mw_medium_cells;
    return chart->series[series].count > plan->width / fmax(medium->mark, medium->letter) / 2;
}

/* ---- the words of the marks ---- */

static mw_box spot_box(const mw_medium *medium, const mw_series_plan *plan,
                       const mw_series_spot *spot)
{
    double size = medium->mark;
    if (medium->cells)
        return (mw_box){.x = fmin(floor(spot->x), ceil(plan->width) - 1),
                        .y = fmin(fmax(floor(spot->y), 0), ceil(plan->height) - 1),
                        .width = size,
                        .height = size};
    return (mw_box){
        .x = spot->x - size / 2, .y = spot->y - size / 2, .width = size, .height = size};
}

static void map_series(const mw_series_chart *chart, const mw_medium *medium,
                       const mw_series_plan *plan, mw_label_map *map)
{
    for (int s = 0; s < chart->series_count; s++)
        for (int i = 0; i < chart->series[s].count && i < MW_SERIES_POINTS; i++) {
            const mw_series_spot *spot = &plan->spots[s][i];
            if (spot->visible)
                mw_label_map_take(map, spot_box(medium, plan, spot));
            if (spot->visible && i > 0 && plan->spots[s][i - 1].visible)
                mw_label_map_line(map, plan->spots[s][i - 1].x, plan->spots[s][i - 1].y, spot->x,
                                  spot->y);
        }
}

/* A vertical as it is drawn: on cells in the middle of its column. */
static mw_segment vertical(const mw_medium *medium, const mw_series_plan *plan, int mark)
{
    double x = plan->marks[mark].x;
    if (medium->cells)
        x = floor(x) + 0.5;
    return (mw_segment){plan->marks[mark].visible, x, 0, x, plan->height};
}

/* Words that may as well be the name of another vertical teach a wrong place. */
static bool mistaken(const mw_series_chart *chart, const mw_medium *medium,
                     const mw_series_plan *plan, const mw_box *word, int mark,
                     mw_label_reading reading)
{
    const mw_segment own = vertical(medium, plan, mark);
    const double reach = mw_label_reach(medium, word, &own, reading);
    for (int i = 0; i < chart->mark_count; i++) {
        const mw_segment other = vertical(medium, plan, i);
        if (i != mark && other.visible && fabs(other.x0 - own.x0) >= medium->grain &&
            mw_label_mistaken(medium, word, reach, &other, reading))
            return true;
    }
    return false;
}

typedef struct naming {
    const mw_series_chart *chart;
    const mw_medium *medium;
    const mw_label_map *map;
    mw_series_plan *plan;
    int mark;
    double best; /* price of the place that the plan has */
} naming;

/* Takes a place in this row where it is cheaper than the one before and read as the mark's. */
static void offer(naming *n, double x, double width, int row, mw_label_reading reading)
{
    const mw_box box = {
        .x = x, .y = row * n->medium->line, .width = width, .height = n->medium->line};
    const double price = mw_label_map_price(n->map, &box, -1);
    if (price < 0 || price + row >= n->best)
        return;
    if (mistaken(n->chart, n->medium, n->plan, &box, n->mark, reading))
        return;
    n->best = price + row;
    n->plan->marks[n->mark].word = box;
    n->plan->marks[n->mark].named = true;
    n->plan->marks[n->mark].crossed = price > 0;
}

/* Beside its vertical, as high as there is room; on its way it may cover others where there is no
 * place of its own. */
static void name_mark(const mw_series_chart *chart, const mw_medium *medium, mw_label_map *map,
                      int mark, mw_series_plan *plan)
{
    static const mw_label_reading readings[] = {MW_LABEL_APART, MW_LABEL_BY_END};
    const char *word = chart->mark_words[mark];
    const double width = word && *word ? mw_medium_measure(medium, word) : 0;
    const double at = plan->marks[mark].x, gap = medium->cells ? 0 : medium->letter / 2;
    const double right = medium->cells ? floor(at) + 1 : at + gap;
    const double left = mw_medium_snap(medium, at) - width - gap;
    naming n = {chart, medium, map, plan, mark, INFINITY};
    for (int i = 0; i < 2 && width > 0 && !plan->marks[mark].named; i++) {
        for (int row = 0; row * medium->line < plan->height; row++) {
            offer(&n, right, width, row, readings[i]);
            offer(&n, left, width, row, readings[i]);
        }
    }
    if (plan->marks[mark].named)
        mw_label_map_take(map, plan->marks[mark].word);
}

static void place_marks(const mw_series_chart *chart, const mw_medium *medium, mw_series_plan *plan)
{
    mw_label_map *map = mw_label_map_new(medium, plan->width, plan->height);
    if (map)
        map_series(chart, medium, plan, map);
    for (int i = 0; i < chart->mark_count; i++) {
        double x;
        if (!mw_axis_position(&plan->x, chart->marks[i], &x) || x < 0 || x > plan->width)
            continue;
        plan->marks[i].visible = true;
        plan->marks[i].x = x;
        if (map)
            mw_label_map_line(map, x, 0, x, plan->height);
    }
    for (int i = 0; map && i < chart->mark_count; i++)
        if (plan->marks[i].visible)
            name_mark(chart, medium, map, i, plan);
    mw_label_map_free(map);
}

bool mw_series_plan_make(const mw_series_chart *chart, double width, double height,
                         mw_series_plan *plan)
{
    const mw_medium *medium = chart->medium ? chart->medium : &mw_medium_cells;
    memset(plan, 0, sizeof *plan);
    plan->width = fmax(width, 1);
    plan->height = fmax(height, 1);
    make_axes(chart, medium, plan);
    make_ticks(chart, medium, plan);
    bool any = false;
    for (int s = 0; s < chart->series_count; s++)
        for (int i = 0; i < chart->series[s].count && i < MW_SERIES_POINTS; i++) {
            place_spot(plan, &chart->series[s].points[i], &plan->spots[s][i]);
            any = any || plan->spots[s][i].visible;
        }
    place_marks(chart, medium, plan);
    return any;
}
