/* front.h: from what was typed to one of the two front ends. */
#ifndef MW_COMMANDS_FRONT_H
#define MW_COMMANDS_FRONT_H

#include "tui/commands/console.h"
#include "tui/plain/plain.h"

typedef struct mw_front {
    const char *command;                         /* that complains */
    const char *language;                        /* "en", "zh_CN" */
    const char *answers, *measurements, *record; /* files, or NULL */
    json_t
        *recording; /* in place of the file of measurements, when it was read already; borrowed */
    const char *seed;
    const char *theme, *charset; /* names that are known, or NULL */
    bool mouse;
    bool json, fresh, keep_progress;
    bool demonstrate;                          /* answer with the lab's own demo.json */
    bool silent;                               /* print nothing on stdout */
    void (*seen)(void *context, json_t *view); /* told every view, or NULL */
    void *seen_context;
} mw_front;

/* Sets the interface's language from --lang or the environment; false after one line. */
bool mw_front_language(const char *command, const char *wanted, const char **language);

/* Reads --theme, --charset and --mouse; false after one line. */
bool mw_front_looks(mw_front *front, const mw_request *request);

/* Whether the full-screen interface can be shown: a terminal at both ends that is not dumb. */
bool mw_front_has_screen(void);

/* A lab as plain lines, the full screen (lab NULL: the course map), the course map as lines (and
 * then, when `ask`, a lab chosen from it). Each returns the exit code. */
int mw_front_plain(const mw_front *front, const char *lab);
int mw_front_screen(const mw_front *front, const char *lab);
int mw_front_course_lines(const mw_front *front, bool ask);

int mw_front_exit(const char *command, mw_plain_end end, const mw_error *error);

#endif
