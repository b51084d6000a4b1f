/*
 * drawing.h: what needs cairo stands in a module, which is loaded when something is first drawn.
 *
 * cairo brings twenty libraries, whose loading takes as long as the rest of a start; who draws no
 * picture never waits for them, and needs none of them.
 */
#ifndef MW_CHART_DRAWING_H
#define MW_CHART_DRAWING_H

#include "model/status.h"

/* Before the definition of what a module offers: its only names that are seen from outside. */
#define MW_DRAWING_OFFERS __attribute__((visibility("default")))

/*
 * What the module offers under this name, which stays for the life of the process. NULL and
 * MW_UNSUPPORTED with the reason: a build without cairo, or a module or library that is missing.
 */
const void *mw_drawing_find(const char *symbol, mw_error *error);

#endif
