/*
 * view.h: screens as pure functions from the model to a grid.
 *
 * Each draws the whole grid, at any size from 1x1 up; below 60x20 they say which size is needed.
 */
#ifndef MW_TUI_VIEW_H
#define MW_TUI_VIEW_H

#include "tui/form/model.h"

/* The present screen with its overlay, footer and message line. */
void mw_view_draw(const mw_model *model, mw_grid *grid);

/* Before drawing: which keys are valid on a grid of this size, for the footer. */
void mw_view_prepare(mw_model *model, const mw_grid *grid);

void mw_view_screen(const mw_model *model, mw_grid *grid); /* without an overlay */
void mw_view_course(const mw_model *model, mw_grid *grid);
void mw_view_lab(const mw_model *model, mw_grid *grid);
void mw_view_machine(const mw_model *model, mw_grid *grid);
void mw_view_help(const mw_model *model, mw_grid *grid);
void mw_view_palette(const mw_model *model, mw_grid *grid);
void mw_view_log(const mw_model *model, mw_grid *grid);

/*
 * The place field works on the plot: the axis values of the cell centre at plot column `column` and
 * row `row`, and the reverse, as the lab view lays the plot out on a grid of this size. False when
 * there is no plot. `step_x` and `step_y` receive the ratio of one cell to the next.
 */
bool mw_view_plot_value(const mw_model *model, const mw_grid *grid, int column, int row, double *x,
                        double *y);
bool mw_view_plot_cell(const mw_model *model, const mw_grid *grid, double x, double y, int *column,
                       int *row);
bool mw_view_plot_step(const mw_model *model, const mw_grid *grid, double *step_x, double *step_y);

/* The panel that the panel key leads to, or MW_PANEL_AUTO when everything is on the screen and the
 * key has nothing to do. */
mw_panel mw_view_next_panel(const mw_model *model, const mw_grid *grid);

/* Everything that a step asks and answers is on the screen, down to its notices. */
bool mw_view_asked_fits(const mw_model *model, const mw_grid *grid);

/* Lines that the present screen or overlay can be scrolled at most (the help, the log, the machine,
 * a lab's text); 0 when all of it is shown. */
int mw_view_scroll_most(const mw_model *model, const mw_grid *grid);

#endif
