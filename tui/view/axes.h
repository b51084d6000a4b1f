/* axes.h: the axes of a picture on the grid. */
#ifndef MW_TUI_VIEW_AXES_H
#define MW_TUI_VIEW_AXES_H

#include "labs/chart/pen.h"
#include "tui/grid/grid.h"

/* Axis lines with ticks, left of and below `inner`; labels right-aligned and centred. The title of
 * x stands at the right end of its axis. */
void mw_axes_draw(mw_grid *grid, mw_rect inner, const mw_surround *around);

/* Columns that the widest y label takes. */
int mw_axes_label_width(const mw_tick *ticks, int count);

#endif
