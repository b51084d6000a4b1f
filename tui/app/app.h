/*
 * app.h: the laboratory on a full screen: course map, lab, machine, help.
 *
 * One thread sleeps in ppoll over the keyboard, the signals and the host's descriptors. It wakes by
 * a clock only while something runs (at most 30 times a second) or a slider waits to be sent.
 */
#ifndef MW_TUI_APP_H
#define MW_TUI_APP_H

#include <jansson.h>
#include <stdbool.h>

#include "labs/engine/host/host.h"

typedef struct mw_app_options {
    const mw_paths *paths;
    const char *lab;             /* to open at once: id, number or folder; NULL: the course map */
    const char *locale;          /* "en", "zh_CN": as mw_locale_init() chose */
    bool utf8;                   /* of the terminal, as mw_locale_init() found */
    const char *theme, *charset; /* names, or NULL for what the environment suggests */
    bool mouse;
    const char *seed; /* of the lab, or NULL */
    bool fresh;       /* a new attempt */
    bool keep_progress;
    const json_t *measurements; /* a recording to replay instead of running kernels, or NULL */
} mw_app_options;

/*
 * Runs until the student leaves. MW_UNSUPPORTED when stdin and stdout are no terminal that can be
 * drawn on: nothing was changed then, and the caller goes on in plain lines. MW_INVALID for an
 * unknown lab, MW_CANCELLED after Ctrl-C. A deadly signal ends the process as that signal does,
 * after the terminal was given back.
 */
mw_status mw_app_run(const mw_app_options *options, mw_error *error);

#endif
