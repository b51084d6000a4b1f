/*
 * command.h: the commands of `memwall` as one table.
 *
 * The table feeds the parser, `memwall help`, `--help` of each command, the shell completion's test
 * and the manual page's test: there is no second list. Exit codes are the same everywhere.
 */
#ifndef MW_COMMANDS_COMMAND_H
#define MW_COMMANDS_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "tui/plain/lines.h"

enum {
    MW_EXIT_OK = 0,
    MW_EXIT_FAILED = 1, /* it was tried and did not succeed; a scripted lab that is not finished */
    MW_EXIT_USAGE = 2,  /* bad input: one line said what, where and how to mend it */
    MW_EXIT_INTERRUPTED = 130, /* Ctrl-C */
    MW_GO_ON = -1,
    MW_OPTION_MAX = 16
};

/* One long option. `argument` is the word the help shows for its value, or NULL for a flag. */
typedef struct mw_option {
    const char *name;
    char letter; /* short form, or 0 */
    const char *argument;
    const char *summary;
} mw_option;

typedef struct mw_command mw_command;

/* Options on one command line. */
enum { MW_GIVEN_MAX = 64 };

/* What was typed: the command, its options' values by index (NULL when not given, "" for a flag),
 * and the operands. */
typedef struct mw_request {
    const mw_command *command;
    const char *values[MW_OPTION_MAX];
    int count;
    char *const *operands;
    struct {
        int option;
        const char *value;
    } given[MW_GIVEN_MAX]; /* every option in order: one may stand several times */
    int given_count;
} mw_request;

struct mw_command {
    const char *name;
    const char *operands;     /* as the usage line shows them, or "" */
    const char *summary;      /* one line, capitalised, no full stop */
    const char *details;      /* paragraphs for --help, or NULL */
    const mw_option *options; /* ends with a NULL name; --help is understood by every command */
    int (*run)(const mw_request *request);
    void (*more)(const mw_lines *lines); /* what --help says after the options, or NULL */
};

const mw_command *mw_command_table(size_t *count);

/* NULL when there is none of that name. */
const mw_command *mw_command_find(const char *name);

/* Parses argv[1…] for `command` (argv[0] is skipped). Returns MW_GO_ON, or the exit code after one
 * line on stderr or the help on stdout. */
int mw_command_parse(const mw_command *command, int argc, char **argv, mw_request *request);

/* Value of an option by its long name ("" for a given flag), or NULL. The command must have it. */
const char *mw_request_value(const mw_request *request, const char *option);
/* The same for the option's `index`-th occurrence, for options that may be repeated. */
const char *mw_request_each(const mw_request *request, const char *option, int index);
bool mw_request_has(const mw_request *request, const char *option);

/* Refuses operands beyond `most`; false after one line on stderr. */
bool mw_request_operands(const mw_request *request, int least, int most);

/* What `memwall --help` and `memwall COMMAND --help` print. */
void mw_command_help(FILE *file);
void mw_command_usage(const mw_command *command, FILE *file);

/* Dispatches: argv as main received it. Returns the exit code. */
int mw_command_main(int argc, char **argv);

#endif
