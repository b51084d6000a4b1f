/*
 * export.h: a grid as a picture: for documents, and to look at screens without a terminal.
 */
#ifndef MW_TUI_EXPORT_H
#define MW_TUI_EXPORT_H

#include "model/status.h"
#include "tui/grid/grid.h"
#include "tui/grid/theme.h"

/*
 * Writes the grid to `path`; its ending decides: .svg and .png are pictures in the theme's colours,
 * .txt is UTF-8 text. Lines, blocks and braille dots are drawn as shapes, all other glyphs as
 * outlines of a monospace font, so that a picture looks the same everywhere. MW_INVALID for another
 * ending, MW_IO naming the file when it cannot be written.
 */
mw_status mw_grid_export(const mw_grid *grid, const mw_theme *theme, const char *path,
                         mw_error *error);

/* The same text as a .txt file; the caller frees it. NULL when memory is short. */
char *mw_grid_to_text(const mw_grid *grid);

#endif
