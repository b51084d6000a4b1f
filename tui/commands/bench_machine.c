/*
 * bench_machine.c: our roofs against likwid-bench: calibrate, likwid-bench on every roof,
 * calibrate.
 *
 * The two calibrations embrace the other program's minute; a roof on which they differ by more than
 * a tenth says nothing, and is called noisy.
 */
#include "tui/commands/bench.h"

#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TARGET 0.95
#define DRIFT  0.10

extern char **environ;

/* The value after `label` in what likwid-bench prints for one kernel and working set, scaled from
 * mega-units; 0 when it could not run it. */
static double likwid_rate(const char *test, double bytes, const char *label)
{
    char work[64], line[256];
    int ends[2];
    pid_t pid;
    double rate = 0;
    snprintf(work, sizeof work, "S0:%.0fkB:1", fmax(1, floor(bytes / 1000)));
    char *arguments[] = {
        (char[]){"likwid-bench"}, (char[]){"-t"}, strdup(test), (char[]){"-w"}, work,
        (char[]){"-s"},           (char[]){"1"},  NULL};
    if (!arguments[2] || pipe(ends) != 0) {
        free(arguments[2]);
        return 0;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 1, 0);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    int failed = posix_spawnp(&pid, "likwid-bench", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    FILE *file = fdopen(ends[0], "r");
    while (!failed && file && fgets(line, sizeof line, file)) {
        if (strncmp(line, label, strlen(label)) == 0)
            rate = 1e6 * strtod(line + strlen(label), NULL);
    }
    if (file)
        fclose(file);
    if (!failed)
        waitpid(pid, NULL, 0);
    free(arguments[2]);
    return rate;
}

/* The widest of likwid's load kernels that this machine's roofs know. */
static const char *vector_suffix(const json_t *machine)
{
    const char *best = "";
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(machine, "compute"), i, row)
    {
        const char *isa = mw_json_text(row, "isa");
        if (strcmp(isa, "avx512") == 0)
            return "_avx512";
        if (strcmp(isa, "avx2") == 0)
            best = "_avx";
    }
    return best;
}

static double peak_of(const json_t *machine, const char *dtype)
{
    double best = 0;
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(machine, "compute"), i, row)
    {
        double rate = mw_json_number(row, "flops_per_second", 0);
        if (strcmp(mw_json_text(row, "dtype"), dtype) == 0 &&
            mw_json_number(row, "threads", 1) <= 1 && rate > best)
            best = rate;
    }
    return best;
}

static double level_of(const json_t *machine, const char *name)
{
    size_t i;
    json_t *level;
    json_array_foreach(json_object_get(machine, "levels"), i, level)
    {
        if (strcmp(mw_json_text(level, "name"), name) == 0)
            return mw_json_number(level, "bytes_per_second", 0);
    }
    return 0;
}

static void add_row(json_t *rows, const char *label, double before, double after, double theirs,
                    mw_unit unit)
{
    char text[64], note[160];
    const char *target = "at least 0.95 of likwid-bench";
    mw_number ratio = mw_number_absent(MW_UNIT_ONE, MW_MEASURED, "likwid-bench did not run it");
    if (!(theirs > 0) || !(before > 0) || !(after > 0)) {
        json_array_append_new(
            rows, mw_bench_row(label, &ratio, target, "absent",
                               theirs > 0 ? "this level was not found twice" : ratio.reason));
        return;
    }
    double low = fmin(before, after) / theirs, high = fmax(before, after) / theirs;
    double middle = (low + high) / 2;
    ratio = mw_number_with_spread(middle, low, high, MW_UNIT_ONE, MW_MEASURED);
    bool drifted = (high - low) / middle > DRIFT;
    const char *verdict = low >= TARGET || (middle >= TARGET && !drifted) ? "met"
                          : high < TARGET                                 ? "missed"
                                                                          : "noisy";
    char ours[64];
    mw_value_format((before + after) / 2, unit, 3, ours, sizeof ours);
    mw_value_format(theirs, unit, 3, text, sizeof text);
    snprintf(note, sizeof note, "ours %s, likwid-bench %s", ours, text);
    json_array_append_new(rows, mw_bench_row(label, &ratio, target, verdict, note));
}

static json_t *absent_body(const char *suite)
{
    mw_number none = mw_number_absent(MW_UNIT_ONE, MW_MEASURED, "likwid-bench is not installed");
    json_t *row = mw_bench_row("roofs", &none, "at least 0.95 of likwid-bench", "absent",
                               "likwid-bench is not installed (package likwid)");
    return json_pack("{s:s, s:[o]}", "suite", suite, "rows", row);
}

/* A working set well inside the level: half its size, but beyond twice the level above. */
static double working_set(const json_t *levels, size_t index)
{
    double above =
        index ? mw_json_number(json_array_get(levels, index - 1), "effective_bytes", 4096) : 4096;
    double size = mw_json_number(json_array_get(levels, index), "effective_bytes", 0);
    return size > 0 ? sqrt(above * size) : 2 * above;
}

/* What likwid-bench says of each level, then of the two peaks, in that order. */
static double *ask_likwid(const json_t *first, size_t *count)
{
    const json_t *levels = json_object_get(first, "levels");
    const char *suffix = vector_suffix(first);
    *count = json_array_size(levels) + 2;
    double *rates = calloc(*count, sizeof *rates);
    char test[64];
    for (size_t i = 0; rates && i + 2 < *count && !mw_console_interrupted(); i++) {
        snprintf(test, sizeof test, "load%s", suffix);
        mw_console_progress(NULL, (double)i / (double)*count, test, NULL);
        rates[i] = likwid_rate(test, working_set(levels, i), "MByte/s:");
    }
    for (size_t p = 0; rates && p < 2 && !mw_console_interrupted(); p++) {
        snprintf(test, sizeof test, "peakflops%s%s%s", p ? "" : "_sp", suffix,
                 *suffix ? "_fma" : "");
        mw_console_progress(NULL, (double)(*count - 2 + p) / (double)*count, test, NULL);
        rates[*count - 2 + p] = likwid_rate(test, 16000, "MFlops/s:");
    }
    mw_console_progress_clear();
    return rates;
}

json_t *mw_bench_machine(const mw_suite *suite, mw_host *host, int *code)
{
    if (!mw_console_installed("likwid-bench"))
        return absent_body(suite->name);
    json_t *first = mw_console_call("bench", host, "calibrate", json_object(), code);
    if (!first)
        return NULL;
    size_t count;
    double *theirs = ask_likwid(first, &count);
    json_t *second = mw_console_call("bench", host, "calibrate", json_object(), code);
    json_t *rows = json_array();
    const json_t *levels = json_object_get(first, "levels");
    for (size_t i = 0; second && theirs && i + 2 < count; i++) {
        char label[64];
        const char *name = mw_json_text(json_array_get(levels, i), "name");
        snprintf(label, sizeof label, "%.24s read roof", name);
        add_row(rows, label, level_of(first, name), level_of(second, name), theirs[i],
                MW_UNIT_BYTE_PER_SECOND);
    }
    if (second && theirs) {
        add_row(rows, "f32 FMA peak", peak_of(first, "f32"), peak_of(second, "f32"),
                theirs[count - 2], MW_UNIT_FLOP_PER_SECOND);
        add_row(rows, "f64 FMA peak", peak_of(first, "f64"), peak_of(second, "f64"),
                theirs[count - 1], MW_UNIT_FLOP_PER_SECOND);
    }
    free(theirs);
    json_decref(first);
    bool whole = second != NULL;
    json_decref(second);
    if (!whole) {
        json_decref(rows);
        return NULL;
    }
    return json_pack("{s:s, s:o}", "suite", suite->name, "rows", rows);
}
