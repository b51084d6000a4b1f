/* export_draw.h: the part of export.c that needs cairo, as the drawing module offers it. */
#ifndef MW_TUI_EXPORT_DRAW_H
#define MW_TUI_EXPORT_DRAW_H

#include <stdbool.h>

#include "model/status.h"
#include "tui/grid/grid.h"
#include "tui/grid/theme.h"

typedef struct mw_grid_pen {
    /* Draws the grid as SVG (`vector`) or PNG into memory that the caller frees. */
    mw_status (*draw)(const mw_grid *grid, const mw_theme *theme, bool vector, char **bytes,
                      size_t *size, mw_error *error);
} mw_grid_pen;

#define MW_GRID_PEN "mw_grid_pen_of_cairo" /* its name for mw_drawing_find */
extern const mw_grid_pen mw_grid_pen_of_cairo;

#endif
