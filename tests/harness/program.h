/*
 * program.h: runs a program as a shell would: arguments, standard input, environment; and tells
 * what it wrote and how it ended.
 */
#ifndef MW_TEST_PROGRAM_H
#define MW_TEST_PROGRAM_H

#include <jansson.h>
#include <stdbool.h>

typedef struct outcome {
    int code;   /* exit code, or -1 */
    int signal; /* that ended it, or 0 */
    char *out, *err;
} outcome;

/* Arguments up to NULL; `input` NULL closes standard input before the program starts. */
outcome program_run(const char *input, ...);
outcome program_run_list(const char *input, char **arguments); /* ended by NULL */

/* The same in a process group of its own, which gets SIGINT after so many milliseconds, as from
 * Ctrl-C. */
outcome program_interrupt(int after_ms, ...);
void program_free(outcome *result);

/* A fresh folder with XDG_DATA_HOME, XDG_CACHE_HOME and XDG_CONFIG_HOME in it, put into the
 * environment; the same folder is removed by program_home_remove. */
const char *program_home(void);
void program_home_remove(void);

/* cmocka's set-up and take-down of a group of tests: such a folder, and UTF-8. */
int program_begin(void **state);
int program_end(void **state);

/* Writes a file below the home and returns its path (static, one of a few). */
const char *program_file(const char *name, const char *text);

/* Exactly one line on stderr that begins with "memwall" and holds `part`; nothing on stdout. */
bool program_is_one_line(const outcome *result, const char *part);

/* Words parted by one blank each, however their lines were broken; the caller's. */
char *program_unwrapped(const char *text);

/* The only JSON value in `text`, or NULL after a message. */
json_t *program_json(const char *text);

#endif
