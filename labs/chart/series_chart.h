/*
 * series_chart.h: several series over one axis as pure geometry, in character cells or in points.
 *
 * Points with spread become bars, marks become verticals with a word, and what cannot be drawn (not
 * finite, or not positive on a log axis) is a gap. Positions are as in roofline_chart.h.
 */
#ifndef MW_CHART_SERIES_CHART_H
#define MW_CHART_SERIES_CHART_H

#include <stdbool.h>

#include "labs/chart/axis.h"
#include "labs/chart/labels.h"
#include "labs/chart/medium.h"
#include "model/number.h"

enum { MW_SERIES_MAX = 8, MW_SERIES_POINTS = 512, MW_SERIES_MARKS = 8 };

typedef struct mw_series_point {
    double x, y, low, high; /* low and high NaN without spread */
    bool noisy;
} mw_series_point;

typedef struct mw_series_chart {
    mw_scale x_scale, y_scale;
    struct {
        const mw_series_point *points;
        int count;
        mw_kind kind;
        const char *label;
    } series[MW_SERIES_MAX];
    int series_count;
    double marks[MW_SERIES_MARKS]; /* x of each */
    const char *mark_words[MW_SERIES_MARKS];
    mw_kind mark_kinds[MW_SERIES_MARKS];
    int mark_count;
    double x_factor;         /* tick labels show x / x_factor; 0 means 1 */
    const mw_medium *medium; /* NULL: mw_medium_cells */
} mw_series_chart;

typedef struct mw_series_spot {
    bool visible;
    double x, y;
    bool spread;
    double y_low, y_high;
} mw_series_spot;

typedef struct mw_series_plan {
    double width, height;
    mw_axis x, y;
    double y_factor;
    const char *y_prefix;
    mw_tick x_ticks[MW_TICKS_MAX], y_ticks[MW_TICKS_MAX];
    int x_tick_count, y_tick_count;
    mw_series_spot spots[MW_SERIES_MAX][MW_SERIES_POINTS];
    struct {
        bool visible;
        double x;
        bool named, crossed; /* its word found a place; a line crosses that */
        mw_box word;
    } marks[MW_SERIES_MARKS];
} mw_series_plan;

/* Returns false when no point can be drawn; the axes are valid all the same. The plan is large:
 * keep it off small stacks. */
bool mw_series_plan_make(const mw_series_chart *chart, double width, double height,
                         mw_series_plan *plan);

/* How many series of the same kind come before: 0 has the kind's own mark. */
int mw_series_twin(const mw_series_chart *chart, int series);

/* The first series with a noisy point that can be seen, or -1. */
int mw_series_noisy(const mw_series_chart *chart, const mw_series_plan *plan);

/* Too many points for a mark and a bar each: the series is a line, with its spread as a band. */
bool mw_series_is_dense(const mw_series_chart *chart, const mw_series_plan *plan, int series);

#endif
