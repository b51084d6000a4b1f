/* drawing_absent.c: what a build without cairo says instead of drawing. */
#include "labs/chart/drawing.h"

#include <stddef.h>

const void *mw_drawing_find(const char *symbol, mw_error *error)
{
    (void)symbol;
    mw_fail(error, MW_UNSUPPORTED,
            "this build cannot draw: it was made without cairo (libcairo2-dev)");
    return NULL;
}
