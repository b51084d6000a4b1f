/*
 * pen.h: the pen for character cells: lines are dots finer than cells (braille, quadrants) or ASCII
 * signs, marks and words take whole cells. The roles of the theme are its inks.
 */
#ifndef MW_TUI_VIEW_PEN_H
#define MW_TUI_VIEW_PEN_H

#include "labs/chart/pen.h"
#include "tui/grid/canvas.h"

typedef struct mw_cell_pen {
    mw_pen pen; /* first: it is what pictures are given */
    mw_grid *grid;
    mw_rect inner;     /* the plot */
    mw_canvas *canvas; /* lines that are not on the grid yet: they lie behind what comes later */
} mw_cell_pen;

void mw_cell_pen_begin(mw_cell_pen *pen, mw_grid *grid, mw_rect inner, const mw_medium *medium);
void mw_cell_pen_end(mw_cell_pen *pen);

/* The sign of a mark on this grid, and how it looks there. */
uint32_t mw_cell_mark(const mw_grid *grid, const mw_mark *mark);
mw_style mw_cell_mark_style(const mw_mark *mark);

#endif
