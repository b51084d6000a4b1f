/* export_draw.h: the part of export.c that needs cairo. */
#ifndef MW_TUI_EXPORT_DRAW_H
#define MW_TUI_EXPORT_DRAW_H

#include <stdbool.h>

#include "model/status.h"
#include "tui/grid/grid.h"
#include "tui/grid/theme.h"

/* Draws the grid as SVG (`vector`) or PNG into memory that the caller frees. MW_UNSUPPORTED in a
 * build without cairo. */
mw_status mw_grid_picture(const mw_grid *grid, const mw_theme *theme, bool vector, char **bytes,
                          size_t *size, mw_error *error);

#endif
