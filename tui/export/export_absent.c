/* export_absent.c: what a build without cairo says instead of drawing. */
#include "tui/export/export_draw.h"

mw_status mw_grid_picture(const mw_grid *grid, const mw_theme *theme, bool vector, char **bytes,
                          size_t *size, mw_error *error)
{
    (void)grid, (void)theme, (void)vector;
    *bytes = NULL;
    *size = 0;
    return mw_fail(error, MW_UNSUPPORTED,
                   "this build cannot draw, it was made without cairo (libcairo2-dev); .txt can be "
                   "written");
}
