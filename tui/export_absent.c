/* export_absent.c: what a build without cairo says instead of drawing. */
#include "tui/export_draw.h"

mw_status mw_grid_picture(const mw_grid *grid, const mw_theme *theme, bool vector, const char *path,
                          mw_error *error)
{
    (void)grid, (void)theme, (void)vector;
    return mw_fail(
        error, MW_UNSUPPORTED,
        "%.300s: this build cannot draw, it was made without cairo (libcairo2-dev); .txt "
        "can be written",
        path);
}
