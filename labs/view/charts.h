/*
 * charts.h: from the view model to the charts that labs/chart lays out: for the screen and for
 * files.
 */
#ifndef MW_LABS_VIEW_CHARTS_H
#define MW_LABS_VIEW_CHARTS_H

#include <jansson.h>

#include "labs/chart/roofline_chart.h"
#include "labs/chart/series_chart.h"

enum { MW_CHART_LEVELS = 8 };

/* A roofline as the view model has it, with the words that the chart borrows. */
typedef struct mw_roofline_view {
    mw_roofline_chart chart;
    char names[MW_CHART_ROOFS][MW_CHART_NAMES][64];
    char places[MW_CHART_LEVELS][48]; /* "L2 LLC DRAM" */
    bool kind_used[MW_PUBLISHED + 1]; /* by points that can be seen */
    bool noisy_used;
    const char *level; /* by whose bytes points are placed: "" compulsory, "*" all levels */
} mw_roofline_view;

/* The level by whose bytes points are placed when `wanted` is asked for, a level's name or "*":
 * that, where the roofline knows it, else "". */
const char *mw_roofline_level(const json_t *roofline, const char *wanted);

/* What the x axis is called: "FLOP/byte of L2". */
void mw_roofline_title(const char *level, char text[64]);

/* "off the axis, 0 FLOP: copy, naive" for points that compute nothing: they have a rate and no
 * place on the axes. "" without any. Names that would not fit in `width` cells are left out: ", …".
 */
void mw_roofline_off_axis(const mw_roofline_chart *chart, int width, char text[256]);

/* `view` must be zeroed and live as long as its chart; the words are those of `roofline`, and
 * points are placed by the bytes of `level`. `live_rate` [FLOP/s], 0 before there is one, moves the
 * live point; NULL: nothing runs. */
void mw_roofline_read(const json_t *roofline, const char *level, const double *live_rate,
                      mw_roofline_view *view);

/* A series chart as the view model has it. Large: keep it off small stacks. */
typedef struct mw_series_view {
    mw_series_chart chart;
    mw_series_point points[MW_SERIES_MAX][MW_SERIES_POINTS];
} mw_series_view;

void mw_series_read(const json_t *chart, mw_series_view *view);

/* The titles of its axes: "ms" or "time per vector", "batch" or "size, n". */
void mw_series_titles(const json_t *chart, const mw_series_plan *plan, char y[64], char x[80]);

#endif
