/*
 * charts.h: from the view model to the charts that labs/chart lays out: for the screen and for
 * files.
 */
#ifndef MW_TUI_VIEW_CHARTS_H
#define MW_TUI_VIEW_CHARTS_H

#include <jansson.h>

#include "labs/chart/roofline_chart.h"
#include "labs/chart/series_chart.h"
#include "tui/form/model.h"

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

/* The level by whose bytes the model wants points to be placed, where the roofline knows it; else
 * "". */
const char *mw_roofline_level(const json_t *roofline, const mw_model *model);

/* The same for a level by its name, or "*". */
const char *mw_roofline_level_known(const json_t *roofline, const char *wanted);

/* What the x axis is called: "FLOP/byte of L2". */
void mw_roofline_title(const char *level, char text[64]);

/* "off the axis, 0 FLOP: copy, naive" for points that compute nothing: they have a rate and no
 * place on the axes. "" without any. Names that would not fit in `width` cells are left out: ", …".
 */
void mw_roofline_off_axis(const mw_roofline_chart *chart, int width, char text[256]);

/* `view` must be zeroed and live as long as its chart; the words are those of `roofline`. `model`
 * (may be NULL) moves the live point. */
void mw_roofline_read(const json_t *roofline, const mw_model *model, mw_roofline_view *view);

/* The same at rest, by the bytes of a level. */
void mw_roofline_read_by(const json_t *roofline, const char *level, mw_roofline_view *view);

/* A series chart as the view model has it. Large: keep it off small stacks. */
typedef struct mw_series_view {
    mw_series_chart chart;
    mw_series_point points[MW_SERIES_MAX][MW_SERIES_POINTS];
} mw_series_view;

void mw_series_read(const json_t *chart, mw_series_view *view);

/* The titles of its axes: "ms" or "time per vector", "batch" or "size, n". */
void mw_series_titles(const json_t *chart, const mw_series_plan *plan, char y[64], char x[80]);

/* The mark of the twin-th series of a kind on the grid; hollow for a noisy sample. */
uint32_t mw_series_shape(int twin, bool noisy);

#endif
