/* bench.c: `memwall bench`: suites of targets, each row a value, its target and a verdict. */
#include "tui/commands/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/bench/peers.h"
#include "labs/bench/session.h"
#include "labs/bench/targets.h"
#include "labs/engine/wire/member.h"
#include "labs/engine/wire/verdict.h"
#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "labs/locale/words.h"
#include "model/nearest.h"
#include "tui/commands/console.h"

static const mw_suite suites[] = {
    {"gemm", N_("Matrix times matrix against OpenBLAS, BLIS and the compute roof"), NULL, 0},
    {"gemv", N_("Matrix times vector against OpenBLAS and the roofs of each level"), NULL, 0},
    {"quant", N_("Quantized weights against the same matrix in f32"), NULL, 0},
    {"stream", N_("Stores past the caches against likwid-bench"), NULL, 0},
    {"blocks", N_("Transposes, attention, fused activations and small batches"), NULL, 0},
    {"meter", N_("What metering costs: kernels with the ledger against the same kernels without"),
     mw_bench_worker, 15},
    {"pools",
     N_("Whether thread pools disturb each other: OpenBLAS alone and interleaved with OpenMP"),
     mw_bench_worker, 8},
    {"sim", N_("How fast the cache simulator is"), mw_bench_worker, 12},
    {"cancel", N_("How long a kernel runs on after it was told to stop"), mw_bench_cancel, 30},
    {"ui", N_("The full screen: first picture, keys, idleness, traffic, stopping"), mw_bench_ui,
     30},
    {"labs", N_("Each lab: its first question, and a playthrough without a kernel"), mw_bench_labs,
     60},
    {"replay", N_("How long what was recorded takes to come back"), mw_bench_replay, 15},
    {"knee", N_("Where more users begin to cost, as lab 04 asks"), mw_bench_knee, 30},
    {"machine", N_("Roofs against likwid-bench on the same core"), mw_bench_machine, 25},
    {"verdicts", N_("Whether clean verdicts are right, on a quiet machine and under load"),
     mw_bench_verdicts, 300},
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
    table = mw_table_new("lll");
    size_t targets;
    const mw_target *rows = mw_target_table(&targets);
    for (size_t i = 0; i < targets; i++) {
        char target[96];
        snprintf(target, sizeof target,
                 rows[i].sense == MW_SENSE_COUNTED ? _("= %.3g of %s") : _("≥ %.3g of %s"),
                 rows[i].wanted, _(rows[i].against));
        mw_table_row(table, rows[i].suite, rows[i].label, target);
    }
    mw_lines_blank(lines);
    mw_lines_print(lines, "%s", _("Targets:"));
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

/* "1.034 (1.021 to 1.046)" when an interval is known. */
static void value_text(const mw_number *value, char *text, size_t size)
{
    if (value->unit == MW_UNIT_ONE && value->high > value->low)
        snprintf(text, size, _("%.3f (%.3f to %.3f)"), value->value, value->low, value->high);
    else
        mw_number_format(value, text, size);
}

static void target_text(const json_t *row, char *text, size_t size)
{
    const char *against = mw_json_text(row, "against");
    const char *target = mw_json_text(row, "target");
    if (!*against)
        snprintf(text, size, "%s", _(target));
    else if (*target == '=')
        snprintf(text, size, _("= %.3g of %s"), mw_json_number(row, "wanted", 0), _(against));
    else
        snprintf(text, size, _("≥ %.3g of %s"), mw_json_number(row, "wanted", 0), _(against));
}

static void print_suite(const mw_lines *lines, const mw_suite *suite, const json_t *body)
{
    mw_lines_print(lines, "%s: %s", suite->name, _(suite->summary));
    mw_table *table = mw_table_new("lrlll");
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(body, "rows"), i, row)
    {
        char text[96], target[128];
        snprintf(text, sizeof text, "%s", _("absent"));
        mw_number value;
        const json_t *json = json_object_get(row, "value");
        const char *note = mw_json_text(row, "note");
        char said[MW_REASON_TEXT];
        if (mw_number_from_json(json, &value)) {
            if (!value.absent)
                value_text(&value, text, sizeof text);
            else if (!*note)
                note = mw_reason_said(&value.reason, said);
        }
        target_text(row, target, sizeof target);
        mw_table_row(table, _(mw_json_text(row, "label")), text, target,
                     mw_verdict_word(mw_json_text(row, "verdict")), note);
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
        if (mw_json_has_verdict(row, MW_VERDICT_MISSED))
            return true;
    }
    return false;
}

/* The suites named by the operands, each once, or all; false after one line. */
static bool choose(const mw_request *request, const mw_suite **chosen, size_t *count)
{
    const char *names[SUITE_COUNT];
    *count = 0;
    for (size_t i = 0; i < SUITE_COUNT; i++) {
        names[i] = suites[i].name;
        if (request->count == 0)
            chosen[(*count)++] = &suites[i];
    }
    for (int i = 0; i < request->count; i++) {
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
        bool twice = false;
        for (size_t j = 0; j < *count; j++)
            twice = twice || chosen[j] == suite;
        if (!twice)
            chosen[(*count)++] = suite;
    }
    return true;
}

/* The exit code of a suite that gave nothing. What an interruption costs is said at the end. */
static int tell_failure(const mw_error *error)
{
    return mw_console_interrupted() ? MW_EXIT_INTERRUPTED : mw_console_complain("bench", error);
}

static int run_suites(mw_bench_session *s, const mw_request *request, const mw_suite **chosen,
                      size_t count)
{
    mw_error error;
    if (mw_bench_begin(s, chosen, count, &error) != MW_OK)
        return mw_console_complain("bench", &error);
    json_t *all = json_array();
    mw_lines lines;
    mw_lines_open(&lines, stdout);
    bool any_missed = false;
    int code = MW_EXIT_OK;
    for (size_t i = 0; i < count && code != MW_EXIT_INTERRUPTED; i++) {
        json_t *body = mw_bench_suite(s, chosen[i], &error);
        if (!body) {
            code = tell_failure(&error);
            continue;
        }
        any_missed = any_missed || missed(body);
        if (!mw_request_has(request, "json"))
            print_suite(&lines, chosen[i], body);
        fflush(stdout);
        json_array_append_new(all, body);
    }
    if (code == MW_EXIT_INTERRUPTED || mw_console_interrupted()) {
        mw_bench_interrupted(s, &error);
        mw_console_progress_clear();
        code = mw_console_complain("bench", &error);
    } else {
        mw_bench_finish(s, chosen, count);
        if (mw_request_has(request, "json")) {
            json_t *object = json_pack("{s:O}", "suites", all);
            mw_console_json(object);
            json_decref(object);
        }
    }
    json_decref(all);
    return code != MW_EXIT_OK ? code : any_missed ? MW_EXIT_FAILED : MW_EXIT_OK;
}

static int show_peers(const mw_request *request, mw_host *host)
{
    mw_error error;
    json_t *peers = mw_peers_find(host, &error);
    if (!peers)
        return tell_failure(&error);
    if (mw_request_has(request, "json")) {
        json_t *object = json_pack("{s:O}", "peers", peers);
        mw_console_json(object);
        json_decref(object);
    } else {
        mw_lines lines;
        mw_lines_open(&lines, stdout);
        mw_table *table = mw_table_new("lll");
        size_t i;
        json_t *peer;
        json_array_foreach(peers, i, peer)
        {
            char note[MW_REASON_TEXT];
            mw_table_row(table, mw_json_text(peer, "label"),
                         json_is_true(json_object_get(peer, "found"))
                             ? mw_json_text(peer, "version")
                             : _("not found"),
                         mw_json_said(json_object_get(peer, "note"), note));
        }
        mw_table_print(table, &lines, 0);
        mw_table_free(table);
    }
    json_decref(peers);
    return MW_EXIT_OK;
}

static bool read_budget(const mw_request *request, double *seconds)
{
    const char *text = mw_request_value(request, "budget");
    char *end;
    *seconds = 0;
    if (!text)
        return true;
    *seconds = strtod(text, &end);
    if (end != text && !*end && *seconds > 0 && *seconds <= 600)
        return true;
    mw_console_refuse("bench", "--budget '%s' is not a number of seconds above 0 and up to 600",
                      text);
    return false;
}

/* --only chooses among the rows of suites that are tables. */
static bool read_only(const mw_request *request, const mw_suite **chosen, size_t *count,
                      const char **only)
{
    *only = mw_request_value(request, "only");
    if (!*only)
        return true;
    size_t targets, kept = 0;
    const mw_target *table = mw_target_table(&targets);
    for (size_t i = 0; i < *count; i++) {
        bool any = false;
        for (size_t j = 0; j < targets && !any; j++)
            any = strcmp(table[j].suite, chosen[i]->name) == 0 && strstr(table[j].label, *only);
        if (any)
            chosen[kept++] = chosen[i];
    }
    *count = kept;
    if (kept == 0)
        mw_console_refuse("bench", "no row has '%s' in its name: 'memwall help bench' lists them",
                          *only);
    return kept > 0;
}

static void clear_progress(void *context)
{
    (void)context;
    mw_console_progress_clear();
}

static void say_notice(void *context, const char *text)
{
    (void)context;
    mw_lines lines;
    mw_lines_open(&lines, stderr);
    mw_lines_print(&lines, "memwall bench: %s", text);
}

static const mw_bench_listener console = {mw_console_progress, clear_progress, say_notice, NULL};

int mw_bench_command(const mw_request *request)
{
    if (!mw_request_operands(request, 0, SUITE_COUNT))
        return MW_EXIT_USAGE;
    const mw_suite *chosen[SUITE_COUNT];
    size_t count;
    int code = MW_EXIT_OK;
    mw_bench_session s = {.fresh = mw_request_has(request, "fresh"), .setting.listener = &console};
    if (!choose(request, chosen, &count) || !read_budget(request, &s.setting.budget) ||
        !read_only(request, chosen, &count, &s.only))
        return MW_EXIT_USAGE;
    if (!mw_console_open_host("bench", &s.setting.host, &code))
        return code;
    mw_console_catch_interrupt();
    if (mw_request_has(request, "peers")) {
        code = show_peers(request, s.setting.host);
    } else {
        code = run_suites(&s, request, chosen, count);
    }
    mw_bench_end(&s);
    mw_host_close(s.setting.host);
    return code;
}
