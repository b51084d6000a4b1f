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

static void make_axes(const mw_series_chart *chart, mw_series_plan *plan)
{
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
        }
    if (chart->x_scale != MW_SCALE_LINEAR) {
        double margin = x.count > 1 ? pow(x.high / x.low, 1.5 / fmax(plan->width, 8)) : 2;
        x.low /= margin;
        x.high *= margin;
    } else if (x.count > 1) {
        double margin = (x.high - x.low) * 1.5 / fmax(plan->width, 8);
        x.low -= margin;
        x.high += margin;
    }
    if (chart->y_scale == MW_SCALE_LINEAR) {
        y.low = fmin(y.low, 0); /* lengths are compared: the axis starts at nothing */
        y.high += (y.high - y.low) * 0.5 / fmax(plan->height, 4);
    } else {
        y.low /= 1.2;
        y.high *= 1.2;
    }
    plan->x = mw_axis_make(chart->x_scale, x.low, x.high, 0, plan->width);
    plan->y = mw_axis_make(chart->y_scale, y.low, y.high, plan->height, 0);
}

static void make_ticks(const mw_series_chart *chart, mw_series_plan *plan)
{
    plan->y_factor = mw_axis_prefix(&plan->y, &plan->y_prefix);
    plan->y_tick_count =
        mw_axis_ticks(&plan->y, plan->y_factor, 0, 1.9, plan->y_ticks, MW_TICKS_MAX);
    double values[OWN_TICKS];
    int count = distinct_x(chart, values);
    double factor = chart->x_factor > 0 ? chart->x_factor : 1;
    if (count > 0)
        plan->x_tick_count =
            mw_axis_ticks_at(&plan->x, values, count, factor, 1, 1, plan->x_ticks, MW_TICKS_MAX);
    else
        plan->x_tick_count = mw_axis_ticks(&plan->x, factor, 1, 2, plan->x_ticks, MW_TICKS_MAX);
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

bool mw_series_plan_make(const mw_series_chart *chart, int width, int height, mw_series_plan *plan)
{
    memset(plan, 0, sizeof *plan);
    plan->width = width < 1 ? 1 : width;
    plan->height = height < 1 ? 1 : height;
    make_axes(chart, plan);
    make_ticks(chart, plan);
    bool any = false;
    for (int s = 0; s < chart->series_count; s++)
        for (int i = 0; i < chart->series[s].count && i < MW_SERIES_POINTS; i++) {
            place_spot(plan, &chart->series[s].points[i], &plan->spots[s][i]);
            any = any || plan->spots[s][i].visible;
        }
    for (int i = 0; i < chart->mark_count; i++) {
        double x;
        if (mw_axis_position(&plan->x, chart->marks[i], &x) && x >= 0 && x <= plan->width) {
            plan->marks[i].visible = true;
            plan->marks[i].x = x;
        }
    }
    return any;
}
