/* help.c: every line of help is made from the command table. */
#include "tui/commands/command.h"

#include <string.h>

static void print_options(const mw_command *command, FILE *file)
{
    char left[64];
    fputs("\nOptions:\n", file);
    for (const mw_option *option = command->options; option->name; option++) {
        char letter[6] = "    ";
        if (option->letter)
            snprintf(letter, sizeof letter, "-%c, ", option->letter);
        snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name, option->argument ? " " : "",
                 option->argument ? option->argument : "");
        fprintf(file, "  %-28s %s\n", left, option->summary);
    }
    fprintf(file, "  %-28s %s\n", "-h, --help", "Show this help");
}

void mw_command_usage(const mw_command *command, FILE *file)
{
    fprintf(file, "Usage: memwall %s%s%s%s\n%s.\n", command->name,
            command->options->name ? " [OPTION]..." : "", *command->operands ? " " : "",
            command->operands, command->summary);
    if (command->details)
        fprintf(file, "\n%s\n", command->details);
    print_options(command, file);
}

void mw_command_help(FILE *file)
{
    fputs("Usage: memwall [COMMAND] [OPTION]...\n"
          "A laboratory of the memory wall: predict, run real kernels on this machine, explain.\n\n"
          "Without a command: the laboratory on a terminal; elsewhere lab 04 as plain lines.\n\n"
          "Commands:\n",
          file);
    size_t count;
    const mw_command *table = mw_command_table(&count);
    for (size_t i = 0; i < count; i++) {
        char left[64];
        const char *operands = strlen(table[i].operands) <= 14 ? table[i].operands : "...";
        snprintf(left, sizeof left, "%s %s", table[i].name, operands);
        fprintf(file, "  %-20s %s\n", left, table[i].summary);
    }
    fputs("\n'memwall COMMAND --help' explains one; 'man memwall' has all.\n"
          "Exit codes: 0 success, 1 failure, 2 bad input, 130 interrupted.\n",
          file);
}
