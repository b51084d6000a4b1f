/* bench.c: `memwall bench`: suites of targets, each row a value, its target and a verdict. */
#include "tui/commands/bench.h"

#include <stdio.h>
#include <string.h>

#include "tui/locale.h"
#include "tui/plain/lines.h"
#include "tui/plain/nearest.h"

static const mw_suite suites[] = {
    {"meter", N_("What metering costs: kernels with the ledger against the same kernels without"),
     mw_bench_worker},
    {"pools",
     N_("Whether thread pools disturb each other: OpenBLAS alone and interleaved with OpenMP"),
     mw_bench_worker},
    {"cancel", N_("How long a kernel runs on after it was told to stop"), mw_bench_cancel},
    {"ui", N_("The full screen: first picture, keys, idleness, traffic, stopping"), mw_bench_ui},
    {"knee", N_("Where more users begin to cost, as lab 04 asks"), mw_bench_knee},
    {"machine", N_("Roofs against likwid-bench on the same core"), mw_bench_machine},
};

enum { SUITE_COUNT = sizeof suites / sizeof *suites };

const mw_suite *mw_suite_table(size_t *count)
{
    *count = SUITE_COUNT;
    return suites;
}

void mw_bench_more(const mw_lines *lines)
{
    mw_table *table = mw_table_new("ll");
    for (size_t i = 0; i < SUITE_COUNT; i++)
        mw_table_row(table, suites[i].name, _(suites[i].summary));
    mw_lines_blank(lines);
    mw_lines_print(lines, "%s", _("Suites:"));
    mw_table_print(table, lines, 2);
    mw_table_free(table);
}

static const mw_suite *find_suite(const char *name)
{
    for (size_t i = 0; i < SUITE_COUNT; i++) {
        if (strcmp(suites[i].name, name) == 0)
            return &suites[i];
    }
    return NULL;
}

json_t *mw_bench_worker(const mw_suite *suite, mw_host *host, int *code)
{
    return mw_console_call("bench", host, "bench", json_pack("{s:s}", "suite", suite->name), code);
}

json_t *mw_bench_row(const char *label, const mw_number *value, const char *target,
                     const char *verdict, const char *note)
{
    json_t *row = json_pack("{s:s, s:o, s:s, s:s}", "label", label, "value",
                            mw_number_to_json(value), "target", target, "verdict", verdict);
    if (row && note && *note)
        json_object_set_new(row, "note", json_string(note));
    return row;
}

/* JSON stays English; people read their language. gettext of nothing would be the catalogue's
 * header. */
static const char *word(const char *text)
{
    return *text ? gettext(text) : text;
}

static const char *verdict_word(const char *verdict)
{
    static const char *const words[] = {N_("met"), N_("missed"), N_("noisy"), N_("absent")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(verdict, words[i]) == 0)
            return _(words[i]);
    }
    return verdict;
}

static void print_suite(const mw_lines *lines, const mw_suite *suite, const json_t *body)
{
    mw_lines_print(lines, "%s: %s", suite->name, _(suite->summary));
    mw_table *table = mw_table_new("lrlll");
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(body, "rows"), i, row)
    {
        char text[64];
        snprintf(text, sizeof text, "%s", _("absent"));
        mw_number value;
        const json_t *json = json_object_get(row, "value");
        const char *note = mw_json_text(row, "note");
        if (mw_number_from_json(json, &value)) {
            if (!value.absent)
                mw_number_format(&value, text, sizeof text);
            else if (!*note)
                note = mw_json_text(json, "reason");
        }
        mw_table_row(table, word(mw_json_text(row, "label")), text,
                     word(mw_json_text(row, "target")), verdict_word(mw_json_text(row, "verdict")),
                     note);
    }
    mw_table_print(table, lines, 2);
    mw_table_free(table);
    mw_lines_blank(lines);
}

static bool missed(const json_t *body)
{
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(body, "rows"), i, row)
    {
        if (strcmp(mw_json_text(row, "verdict"), "missed") == 0)
            return true;
    }
    return false;
}

/* The suites named by the operands, or all; false after one line. */
static bool choose(const mw_request *request, const mw_suite **chosen, size_t *count)
{
    const char *names[SUITE_COUNT];
    *count = 0;
    for (size_t i = 0; i < SUITE_COUNT; i++) {
        names[i] = suites[i].name;
        if (request->count == 0)
            chosen[(*count)++] = &suites[i];
    }
    for (int i = 0; i < request->count && *count < SUITE_COUNT; i++) {
        const mw_suite *suite = find_suite(request->operands[i]);
        if (!suite) {
            const char *near = mw_nearest(request->operands[i], names, SUITE_COUNT);
            char list[256] = "";
            for (size_t j = 0; j < SUITE_COUNT; j++) {
                size_t used = strlen(list);
                snprintf(list + used, sizeof list - used, "%s%s", j ? ", " : "", names[j]);
            }
            mw_console_refuse("bench", "unknown suite '%s'; %s%s", request->operands[i],
                              near ? "did you mean " : "the suites are ", near ? near : list);
            return false;
        }
        chosen[(*count)++] = suite;
    }
    return true;
}

int mw_bench_command(const mw_request *request)
{
    if (!mw_request_operands(request, 0, SUITE_COUNT))
        return MW_EXIT_USAGE;
    const mw_suite *chosen[SUITE_COUNT];
    size_t count;
    int code = MW_EXIT_OK;
    mw_host *host = NULL;
    if (!choose(request, chosen, &count))
        return MW_EXIT_USAGE;
    if (!mw_console_open_host("bench", &host, &code))
        return code;
    json_t *all = json_array();
    mw_lines lines;
    mw_lines_open(&lines, stdout);
    bool any_missed = false;
    for (size_t i = 0; i < count && code != MW_EXIT_INTERRUPTED; i++) {
        json_t *body = chosen[i]->run(chosen[i], host, &code);
        if (!body)
            continue;
        any_missed = any_missed || missed(body);
        if (!mw_request_has(request, "json"))
            print_suite(&lines, chosen[i], body);
        fflush(stdout);
        json_array_append_new(all, body);
    }
    if (mw_request_has(request, "json")) {
        json_t *object = json_pack("{s:O}", "suites", all);
        mw_console_json(object);
        json_decref(object);
    }
    json_decref(all);
    mw_host_close(host);
    return code != MW_EXIT_OK ? code : any_missed ? MW_EXIT_FAILED : MW_EXIT_OK;
}
