/*
 * screen.h: a picture of a screen, as the full-screen interface would show it: for the README, for
 * course notes, and to look at screens where there is no terminal.
 */
#ifndef MW_TUI_SCREEN_H
#define MW_TUI_SCREEN_H

#include "model/status.h"
#include "tui/form/model.h"
#include "tui/grid/theme.h"

typedef struct mw_screen_picture {
    int width, height; /* in cells */
    mw_charset charset;
    bool unicode_text; /* as of a grid */
    const mw_theme *theme;
    const char *path; /* ends in .svg, .png or .txt */
} mw_screen_picture;

/* Fills the model's footer, draws and writes. MW_INVALID for another ending, MW_IO naming the file.
 */
mw_status mw_screen_export(mw_model *model, const mw_screen_picture *picture, mw_error *error);

enum { MW_SCREEN_COLUMNS_MAX = 400, MW_SCREEN_ROWS_MAX = 200 };

/* Reads "120x40"; false for anything else, and beyond 1 … the most of either. */
bool mw_screen_size_parse(const char *text, int *width, int *height);

#endif
