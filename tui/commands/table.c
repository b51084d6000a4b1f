/* table.c: the one list of commands, and the dispatch over it. */
#include "tui/commands/commands.h"

#include <string.h>
#include <unistd.h>

#define JSON_OPTION                                                                                \
    {                                                                                              \
        "json", 'j', NULL, "Print JSON for programs"                                               \
    }
#define END                                                                                        \
    {                                                                                              \
        0                                                                                          \
    }

static const mw_option json_options[] = {JSON_OPTION, END};
static const mw_option no_options[] = {END};

static const mw_command table[] = {
    {"version", "", "Print the version", NULL, json_options, mw_version_command},
    {"help", "[COMMAND]", "Explain memwall or one command", NULL, no_options, mw_help_command},
};

enum { COMMAND_COUNT = sizeof table / sizeof *table };

const mw_command *mw_command_table(size_t *count)
{
    *count = COMMAND_COUNT;
    return table;
}

const mw_command *mw_command_find(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    }
    return NULL;
}

static int complain_command(const char *name)
{
    const char *names[COMMAND_COUNT];
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        names[i] = table[i].name;
    const char *near = mw_nearest(name, names, COMMAND_COUNT);
    if (near)
        fprintf(stderr, "memwall: unknown command '%s'; did you mean '%s'?\n", name, near);
    else
        fprintf(stderr, "memwall: unknown command '%s'; 'memwall help' lists them\n", name);
    return MW_EXIT_USAGE;
}

static int run_parsed(const mw_command *command, int argc, char **argv)
{
    mw_request request;
    int code = mw_command_parse(command, argc, argv, &request);
    return code == MW_GO_ON ? command->run(&request) : code;
}

int mw_help_command(const mw_request *request)
{
    if (!mw_request_operands(request, 0, 1))
        return MW_EXIT_USAGE;
    if (request->count == 0) {
        mw_command_help(stdout);
        return MW_EXIT_OK;
    }
    const mw_command *command = mw_command_find(request->operands[0]);
    if (!command)
        return complain_command(request->operands[0]);
    mw_command_usage(command, stdout);
    return MW_EXIT_OK;
}

static int dispatch(int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : NULL;
    if (!first || strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
        mw_command_help(stdout);
        return MW_EXIT_OK;
    }
    if (strcmp(first, "--version") == 0 || strcmp(first, "-V") == 0)
        return run_parsed(mw_command_find("version"), 1, argv);
    const mw_command *command = mw_command_find(first);
    return command ? run_parsed(command, argc - 1, argv + 1) : complain_command(first);
}

int mw_command_main(int argc, char **argv)
{
    int code = dispatch(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "memwall: cannot write to standard output\n");
        return code == MW_EXIT_OK ? MW_EXIT_FAILED : code;
    }
    return code;
}
