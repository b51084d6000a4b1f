/* help.c: every line of help is made from the command table. */
#include <stdlib.h>
#include <string.h>

#include "labs/locale/locale.h"
#include "tui/commands/command.h"
#include "tui/plain/lines.h"

/* Paragraphs are parted by an empty line. */
static void print_paragraphs(const mw_lines *lines, const char *text)
{
    char *copy = strdup(text), *rest = copy, *end;
    for (; copy && rest; rest = end ? end + 2 : NULL) {
        end = strstr(rest, "\n\n");
        if (end)
            *end = '\0';
        mw_lines_blank(lines);
        mw_lines_wrap(lines, 0, "", rest);
    }
    free(copy);
}

static void print_options(const mw_lines *lines, const mw_command *command)
{
    char left[64];
    mw_table *table = mw_table_new("ll");
    for (const mw_option *option = command->options; option->name; option++) {
        char letter[6] = "    ";
        if (option->letter)
            snprintf(letter, sizeof letter, "-%c, ", option->letter);
        snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name, option->argument ? " " : "",
                 option->argument ? option->argument : "");
        mw_table_row(table, left, _(option->summary));
    }
    mw_table_row(table, "-h, --help", _("Show this help"));
    mw_lines_blank(lines);
    mw_lines_print(lines, "%s", _("Options:"));
    mw_table_print(table, lines, 2);
    mw_table_free(table);
}

void mw_command_usage(const mw_command *command, FILE *file)
{
    mw_lines lines;
    mw_lines_open(&lines, file);
    mw_lines_print(&lines, _("Usage: memwall %s%s%s%s"), command->name,
                   command->options->name ? " [OPTION]..." : "", *command->operands ? " " : "",
                   command->operands);
    mw_lines_print(&lines, _("%s."), _(command->summary));
    if (command->details)
        print_paragraphs(&lines, _(command->details));
    print_options(&lines, command);
    if (command->more)
        command->more(&lines);
}

void mw_command_help(FILE *file)
{
    mw_lines lines;
    mw_lines_open(&lines, file);
    mw_lines_print(
        &lines, "%s",
        _("Usage: memwall [COMMAND] [OPTION]...\n"
          "A laboratory of the memory wall: predict, run real kernels on this machine, explain.\n\n"
          "Without a command: the laboratory on a terminal; elsewhere lab 04 as plain lines.\n\n"
          "Commands:"));
    size_t count;
    const mw_command *commands = mw_command_table(&count);
    mw_table *table = mw_table_new("ll");
    for (size_t i = 0; i < count; i++) {
        char left[64];
        const char *operands = strlen(commands[i].operands) <= 14 ? commands[i].operands : "...";
        snprintf(left, sizeof left, "%s %s", commands[i].name, operands);
        mw_table_row(table, left, _(commands[i].summary));
    }
    mw_table_print(table, &lines, 2);
    mw_table_free(table);
    mw_lines_print(&lines, "%s",
                   _("\n'memwall COMMAND --help' explains one; 'man memwall' has all.\n"
                     "Exit codes: 0 success, 1 failure, 2 bad input, 130 interrupted."));
}
