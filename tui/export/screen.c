/* screen.c: lays a view out on a grid of the asked size, and exports that. */
#include "tui/export/screen.h"

#include <stdio.h>

#include "tui/export/export.h"
#include "tui/view/view.h"

mw_status mw_screen_export(mw_model *model, const mw_screen_picture *picture, mw_error *error)
{
    mw_grid grid = {.charset = picture->charset, .unicode_text = picture->unicode_text};
    if (!mw_grid_resize(&grid, picture->width, picture->height))
        return mw_fail(error, MW_NO_MEMORY, "no memory for a screen of %d×%d cells", picture->width,
                       picture->height);
    mw_view_prepare(model, &grid);
    mw_view_draw(model, &grid);
    mw_status status = mw_grid_export(&grid, picture->theme, picture->path, error);
    mw_grid_free(&grid);
    return status;
}

bool mw_screen_size_parse(const char *text, int *width, int *height)
{
    char rest;
    int w, h;
    if (sscanf(text, "%3dx%3d%c", &w, &h, &rest) != 2 || w < 1 || h < 1 ||
        w > MW_SCREEN_COLUMNS_MAX || h > MW_SCREEN_ROWS_MAX)
        return false;
    *width = w;
    *height = h;
    return true;
}
