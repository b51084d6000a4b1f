/* table.c: the one list of commands, and the dispatch over it. */
#include <errno.h>
#include <string.h>

#include "labs/locale/locale.h"
#include "model/nearest.h"
#include "tui/commands/bench.h"
#include "tui/commands/commands.h"

/* clang-format off */
#define JSON_OPTION {"json", 'j', NULL, N_("Print JSON for programs")}
#define LANG_OPTION {"lang", 0, "LOCALE", N_("Language of the lab and the interface: en or zh_CN")}
#define SCREEN_OPTIONS \
    {"theme", 0, "NAME", N_("Colours: dark, light, contrast, okabe-ito or mono")}, \
    {"charset", 0, "NAME", N_("Glyphs of the pictures: ascii, quadrant or braille")}, \
    {"mouse", 0, NULL, N_("Let the wheel scroll; the terminal then marks text only with Shift")}
#define END {NULL, 0, NULL, NULL}
/* clang-format on */

static const mw_option course_options[] = {
    {"plain", 'p', NULL, N_("Plain lines instead of the full-screen interface")},
    JSON_OPTION,
    LANG_OPTION,
    SCREEN_OPTIONS,
    {"no-progress", 0, NULL, N_("Do not read or write progress")},
    END,
};
static const mw_option run_options[] = {
    {"plain", 'p', NULL, N_("Plain lines instead of the full-screen interface")},
    {"answers", 'a', "FILE", N_("Take the answers from FILE: {\"step\": {\"field\": value}}")},
    {"measurements", 'm', "FILE", N_("Replay recorded measurements instead of running kernels")},
    {"record", 'r', "FILE", N_("Write the measurements for --measurements")},
    {"json", 'j', NULL, N_("Print the transcript as JSON Lines")},
    {"seed", 's', "SEED", N_("Draw the lab's variant from SEED")},
    LANG_OPTION,
    SCREEN_OPTIONS,
    {"no-progress", 0, NULL, N_("Do not read or write progress")},
    {"fresh", 'f', NULL, N_("Start a new attempt instead of resuming")},
    END,
};
static const mw_option machine_options[] = {
    JSON_OPTION,
    {"fresh", 'f', NULL, N_("Measure again instead of using the remembered result")},
    END,
};
static const mw_option json_options[] = {JSON_OPTION, END};
static const mw_option measure_options[] = {
    {"vs", 0, "FAMILY/VARIANT", N_("Interleave with another kernel and print the ratio")},
    {"budget", 'b', "SECONDS", N_("Time for the samples (default 2)")},
    {"model", 0, "SECONDS", N_("Time for the simulation of the caches (default 1; 0: none)")},
    {"no-verify", 0, NULL, N_("Skip the comparison with the reference kernel")},
    JSON_OPTION,
    END,
};
static const mw_option bench_options[] = {
    {"only", 'o', "TEXT", N_("Only the rows whose name holds TEXT")},
    {"budget", 'b', "SECONDS", N_("Time for the samples of each row, in place of the suite's")},
    {"fresh", 'f', NULL, N_("Begin anew instead of going on where an interrupted run stopped")},
    {"peers", 0, NULL, N_("Only say which programs and libraries there are to compare with")},
    JSON_OPTION,
    END,
};
static const mw_option model_options[] = {
    {"cache", 'c', "NAME=SIZE,WAYS,LINE",
     N_("A level, as in L1=48K,12,64; once per level, nearest first")},
    {"mode", 0, "NAME", N_("write-back (default), or cachegrind to count as it does")},
    {"curve", 0, NULL, N_("The misses of fully associative caches of every size too")},
    {"totals", 0, NULL, N_("Do not tell compulsory, capacity and conflict misses apart: faster")},
    {"whole", 0, NULL, N_("Simulate everything instead of a sample, however large it is")},
    {"within", 0, "SECONDS", N_("Time it may take (default 60)")},
    JSON_OPTION,
    END,
};
static const mw_option screen_options[] = {
    {"output", 'o', "FILE", N_("Where to write it; the ending says how: .svg, .png or .txt")},
    {"size", 0, "COLUMNSxROWS", N_("Cells of the screen (default 120x40)")},
    {"step", 0, "ID", N_("The lab's step to show, after its answers and runs (default the last)")},
    {"answers", 'a', "FILE", N_("Take the answers from FILE instead of the demonstration")},
    {"measurements", 'm', "FILE", N_("Replay recorded measurements instead of running kernels")},
    {"seed", 's', "SEED", N_("Draw the lab's variant from SEED")},
    LANG_OPTION,
    {"theme", 0, "NAME", N_("Colours: dark, light, contrast, okabe-ito or mono")},
    {"charset", 0, "NAME", N_("Glyphs of the pictures: ascii, quadrant or braille")},
    END,
};
static const mw_option export_options[] = {
    {"output", 'o', "FILE",
     N_("Where to write it; the ending says how: .svg, .pdf, .png, or .csv and .json for the "
        "data")},
    {"from", 0, "WHAT",
     N_("last (the default): what progress has kept; or a file of run --record or run --json")},
    {"step", 0, "ID", N_("The step to show (default the last that ran what such a picture shows)")},
    {"bytes", 0, "LEVEL",
     N_("Place a roofline's points by the bytes of L1, L2, LLC, DRAM, or all")},
    {"size", 0, "WxH", N_("Size on paper: 16x11cm, 84x60mm, 6.5x4in or 480x320pt")},
    {"dpi", 0, "NUMBER", N_("Pixels to the inch of a .png (default 200)")},
    {"theme", 0, "NAME", N_("Ground of the picture: light (the default) or dark")},
    {"seed", 's', "SEED", N_("What a recording's variant was drawn from, if it does not say so")},
    LANG_OPTION,
    END,
};
static const mw_option no_options[] = {END};

static const mw_command table[] = {
    {"course", "", N_("Open the course map"), NULL, course_options, mw_course_command, NULL},
    {"run", "LAB", N_("Open a lab by id, number or folder"),
     N_("On a terminal the lab fills the screen; with --plain, or without a terminal, or when TERM "
        "is "
        "dumb, the same lab is lines of text on standard input and output: prompts, verdicts, "
        "tables, no "
        "escape codes. Progress is kept either way, and the verdicts are the same.\n\n"
        "The exit code is 0 when the lab is finished, or was left by its reader at a terminal; 1 "
        "when a "
        "script (--answers, or input from a pipe) ends before the lab is finished or leaves a "
        "marked "
        "answer wrong."),
     run_options, mw_run_command, NULL},
    {"machine", "", N_("Show this machine's roofs, measured once and remembered"), NULL,
     machine_options, mw_machine_command, NULL},
    {"kernels", "[FAMILY[/VARIANT]]", N_("List the kernels and their parameters"), NULL,
     json_options, mw_kernels_command, NULL},
    {"measure", "FAMILY/VARIANT [KEY=VALUE]...", N_("Measure one kernel, or two interleaved"),
     N_("Parameters that are not given keep their presets; 'memwall kernels FAMILY/VARIANT' lists "
        "them. "
        "With --vs the same parameters go to both sides where both have them and mean the same, "
        "vs.KEY=VALUE to the other one only, and the ratio is the other's time over this one's: "
        "above 1 means this kernel is "
        "faster."),
     measure_options, mw_measure_command, NULL},
    {"model", "FAMILY/VARIANT [KEY=VALUE]...", N_("Simulate a kernel's traffic through the caches"),
     N_("One execution with one thread, from empty caches to all results written back: what each "
        "level is asked for, misses, brings in and sends out, and the bytes on each link. Without "
        "--cache the caches are this machine's, in their effective sizes where 'memwall machine' "
        "has measured them. Traces of more than 10^9 references are sampled by whole passes of the "
        "outermost loop, and labelled so."),
     model_options, mw_model_command, NULL},
    {"bench", "[SUITE]...", N_("Compare memwall with its own targets on this machine"),
     N_("Each row is a median and its interval, against a target. Finished rows are kept: after an "
        "interruption the same command goes on where it stopped. The exit code is 1 when a target "
        "is missed on a clean measurement."),
     bench_options, mw_bench_command, mw_bench_more},
    {"doctor", "", N_("Say what works here, what does not, and why"), NULL, json_options,
     mw_doctor_command, NULL},
    {"screen", "LAB|course|machine", N_("Draw a screen into a file"),
     N_("A lab is played with its demonstration answers, without touching anybody's progress."),
     screen_options, mw_screen_command, NULL},
    {"export", "roofline|sweep|counters [LAB|machine]",
     N_("Write a picture of a lab, or the data behind it"),
     N_("What was measured is drawn again, without a run: from the progress, a transcript, or a "
        "recording, which is played with the lab's demonstration answers. LAB is needed only where "
        "it is not the last one and the file does not name it. The roofs of the machine are those "
        "remembered, or in a file of machine --json."),
     export_options, mw_export_command, NULL},
    {"version", "", N_("Print the version"), NULL, json_options, mw_version_command, NULL},
    {"help", "[COMMAND]", N_("Explain memwall or one command"), NULL, no_options, mw_help_command,
     NULL},
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
    if (!first)
        return mw_default_command();
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
        mw_command_help(stdout);
        return MW_EXIT_OK;
    }
    if (strcmp(first, "--version") == 0 || strcmp(first, "-V") == 0)
        return run_parsed(mw_command_find("version"), 1, argv);
    if (*first == '-') /* options without a command belong to the course map */
        return run_parsed(mw_command_find("course"), argc, argv);
    const mw_command *command = mw_command_find(first);
    return command ? run_parsed(command, argc - 1, argv + 1) : complain_command(first);
}

int mw_command_main(int argc, char **argv)
{
    int code = dispatch(argc, argv);
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        /* An earlier write has failed where this one had nothing left to say. */
        fprintf(stderr, "memwall: cannot write to standard output%s%s\n", errno ? ": " : "",
                errno ? strerror(errno) : "");
        return code == MW_EXIT_OK ? MW_EXIT_FAILED : code;
    }
    return code;
}
