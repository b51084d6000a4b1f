/*
 * plot.h: pictures on the grid: the roofline of a lab or a machine, and series over one axis.
 */
#ifndef MW_TUI_VIEW_PLOT_H
#define MW_TUI_VIEW_PLOT_H

#include <jansson.h>

#include "labs/view/charts.h"
#include "tui/form/model.h"

/* A roofline ready to be drawn: the geometry and the words it borrows. */
typedef struct mw_plot {
    mw_medium medium;
    mw_roofline_view read;
    mw_roofline_plan plan;
    mw_rect outer, inner; /* with and without axes and legend */
    char aside[256];      /* what lies off the axes */
    bool aside_below;     /* it has a row of its own, below the legend */
} mw_plot;

/* NULL when there is nothing to show, no room or no memory. Free with free(). `roofline` has the
 * shape of the view model; `model` (may be NULL) moves the live point. */
mw_plot *mw_plot_new(const json_t *roofline, const mw_model *model, mw_charset charset,
                     mw_rect outer);
void mw_plot_draw(const mw_plot *plot, mw_grid *grid);

/* A mark set by the student: with guides to the axes while it has the focus. */
void mw_plot_draw_placed(const mw_plot *plot, mw_grid *grid, double x, double y, bool focused);

/* The least outer size that shows anything. */
enum { MW_PLOT_LEAST_WIDTH = 20, MW_PLOT_LEAST_HEIGHT = 7 };

/* A chart of the view model: title, legend, series, marks. */
void mw_series_draw(const json_t *chart, mw_grid *grid, mw_rect outer);

/* Axis lines with ticks, left of and below `inner`; labels right-aligned and centred. `x_title`
 * stands at the right end of the axis. */
void mw_axes_draw(mw_grid *grid, mw_rect inner, const mw_tick *x_ticks, int x_count,
                  const mw_tick *y_ticks, int y_count, const char *x_title);
/* Columns that the widest y label takes. */
int mw_axes_label_width(const mw_tick *ticks, int count);

#endif
