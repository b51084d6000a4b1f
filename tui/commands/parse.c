/* parse.c: from argv to a request, by getopt_long and the command's own option list. */
#include "model/nearest.h"
#include "tui/commands/command.h"

#include <getopt.h>
#include <string.h>

enum { LONG_BASE = 256, HELP_CODE = 'h' };

static void complain_unknown(const mw_command *command, const char *typed)
{
    const char *names[MW_OPTION_MAX + 1];
    size_t count = 0;
    for (const mw_option *option = command->options; option->name; option++)
        names[count++] = option->name;
    names[count++] = "help";

    char word[64];
    bool is_long = strncmp(typed, "--", 2) == 0;
    snprintf(word, sizeof word, "%s", typed + (is_long ? 2 : 0));
    word[strcspn(word, "=")] = '\0';
    const char *near = is_long ? mw_nearest(word, names, count) : NULL;
    if (near)
        fprintf(stderr, "memwall %s: unknown option '--%s'; did you mean --%s?\n", command->name,
                word, near);
    else
        fprintf(stderr, "memwall %s: unknown option '%s'; 'memwall %s --help' lists them\n",
                command->name, word, command->name);
}

/* Fills getopt's two lists from ours. Long options get codes from LONG_BASE on, by index. */
static void fill_lists(const mw_command *command, struct option *longs, char *shorts)
{
    size_t n = 0, s = 0;
    shorts[s++] = ':'; /* a missing value is told apart from an unknown option */
    for (const mw_option *option = command->options; option->name; option++, n++) {
        longs[n] = (struct option){.name = option->name,
                                   .has_arg = option->argument ? required_argument : no_argument,
                                   .val = LONG_BASE + (int)n};
        if (option->letter) {
            shorts[s++] = option->letter;
            if (option->argument)
                shorts[s++] = ':';
        }
    }
    longs[n++] = (struct option){.name = "help", .val = HELP_CODE};
    longs[n] = (struct option){0};
    shorts[s++] = 'h';
    shorts[s] = '\0';
}

static int option_index(const mw_command *command, int code)
{
    if (code >= LONG_BASE)
        return code - LONG_BASE;
    for (int i = 0; command->options[i].name; i++) {
        if (command->options[i].letter == code)
            return i;
    }
    return -1;
}

int mw_command_parse(const mw_command *command, int argc, char **argv, mw_request *request)
{
    struct option longs[MW_OPTION_MAX + 2];
    char shorts[3 * MW_OPTION_MAX + 4];
    fill_lists(command, longs, shorts);
    *request = (mw_request){.command = command};

    opterr = 0;
    optind = 0; /* glibc: start anew */
    int code;
    while ((code = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (code == HELP_CODE) {
            mw_command_usage(command, stdout);
            return MW_EXIT_OK;
        }
        if (code == ':') {
            fprintf(stderr, "memwall %s: option '%s' needs a value\n", command->name,
                    argv[optind - 1]);
            return MW_EXIT_USAGE;
        }
        if (code == '?') {
            /* optopt holds the letter of an unknown short option, or the code of a long flag that
             * was given a value. */
            if (optopt >= LONG_BASE)
                fprintf(stderr, "memwall %s: option '--%s' takes no value\n", command->name,
                        command->options[optopt - LONG_BASE].name);
            else if (optopt) {
                char letter[3] = {'-', (char)optopt, '\0'};
                complain_unknown(command, letter);
            } else
                complain_unknown(command, argv[optind - 1]);
            return MW_EXIT_USAGE;
        }
        int index = option_index(command, code);
        request->values[index] = command->options[index].argument ? optarg : "";
        if (request->given_count == MW_GIVEN_MAX) {
            fprintf(stderr, "memwall %s: more than %d options\n", command->name, MW_GIVEN_MAX);
            return MW_EXIT_USAGE;
        }
        request->given[request->given_count].option = index;
        request->given[request->given_count++].value = request->values[index];
    }
    request->operands = argv + optind;
    request->count = argc - optind;
    return MW_GO_ON;
}

const char *mw_request_value(const mw_request *request, const char *option)
{
    for (int i = 0; request->command->options[i].name; i++) {
        if (strcmp(request->command->options[i].name, option) == 0)
            return request->values[i];
    }
    return NULL;
}

const char *mw_request_each(const mw_request *request, const char *option, int index)
{
    for (int i = 0; i < request->given_count; i++) {
        const char *name = request->command->options[request->given[i].option].name;
        if (strcmp(name, option) == 0 && index-- == 0)
            return request->given[i].value;
    }
    return NULL;
}

bool mw_request_has(const mw_request *request, const char *option)
{
    return mw_request_value(request, option) != NULL;
}

bool mw_request_operands(const mw_request *request, int least, int most)
{
    const mw_command *command = request->command;
    if (request->count > most) {
        fprintf(stderr, "memwall %s: unexpected '%s'; usage: memwall %s %s\n", command->name,
                request->operands[most], command->name, command->operands);
        return false;
    }
    if (request->count < least) {
        fprintf(stderr, "memwall %s: something is missing; usage: memwall %s %s\n", command->name,
                command->name, command->operands);
        return false;
    }
    return true;
}
