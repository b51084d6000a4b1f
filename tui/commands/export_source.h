/* export_source.h: where the view of a picture comes from: progress, a transcript or a recording.
 */
#ifndef MW_COMMANDS_EXPORT_SOURCE_H
#define MW_COMMANDS_EXPORT_SOURCE_H

#include <jansson.h>

#include "labs/figure/figure.h"

typedef struct mw_export_source {
    const char *from; /* "last" or a file */
    const char *lab;  /* NULL: the last one, or that which the file names; or "machine" */
    const char *step; /* NULL: the last one that has the figure */
    const char *seed; /* NULL: that of the file */
    const char *language;
    const char *figure; /* its name, which is known */
} mw_export_source;

/* The view that has the figure (the caller's), or NULL with *code set after one line. No kernel
 * runs. */
json_t *mw_export_view(const mw_export_source *source, int *code);

#endif
