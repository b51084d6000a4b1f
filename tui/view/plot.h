/*
 * plot.h: a picture of a view on the grid, with its axes, its legend and what else stands around
 * it. What is in it is the business of its kind (labs/chart/pictures/pictures.h).
 */
#ifndef MW_TUI_VIEW_PLOT_H
#define MW_TUI_VIEW_PLOT_H

#include <jansson.h>

#include "labs/chart/pictures/pictures.h"
#include "tui/form/model.h"

/* A picture ready to be drawn. */
typedef struct mw_plot {
    mw_medium medium;
    mw_picture *picture;
    mw_rect outer, inner; /* with and without axes and legend */
    bool aside_below;     /* what lies off the axes has a row of its own, above the plot */
} mw_plot;

/* NULL when there is nothing to show, no room or no memory. `picture` is one of the view model and
 * outlives the plot; `model` (may be NULL) says what the viewer wishes and has set. */
mw_plot *mw_plot_new(const json_t *picture, const mw_model *model, mw_charset charset,
                     mw_rect outer);
void mw_plot_free(mw_plot *plot);
void mw_plot_draw(const mw_plot *plot, mw_grid *grid);

/* The axes; false for a picture without any. */
bool mw_plot_axes(const mw_plot *plot, const mw_axis **x, const mw_axis **y);

/* A mark set by the student: with guides to the axes while it has the focus. */
void mw_plot_draw_placed(const mw_plot *plot, mw_grid *grid, double x, double y, bool focused);

/* The least outer size that shows anything. */
enum { MW_PLOT_LEAST_WIDTH = 20, MW_PLOT_LEAST_HEIGHT = 7 };

#endif
