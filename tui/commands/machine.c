/* machine.c: `memwall machine`: this machine's roofs, remembered or measured now. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/machine.h"
#include "labs/engine/wire/member.h"
#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "labs/locale/words.h"
#include "model/roofline.h"
#include "tui/commands/console.h"
#include "tui/plain/lines.h"

static const char *const machine_keys[] = {"levels",  "compute",  "mix",  "verdict", "reasons",
                                           "seconds", "clock_hz", "cpus", NULL};
static const char *const level_keys[] = {
    "name", "bytes_per_second", "low", "high", "effective_bytes", "nominal_bytes", NULL};
static const char *const compute_keys[] = {"isa", "dtype", "flops_per_second", "low", "high", NULL};

static json_t *ordered_list(const json_t *list, const char *const *keys)
{
    json_t *ordered = json_array();
    size_t i;
    json_t *row;
    json_array_foreach(list, i, row)
        json_array_append_new(ordered, mw_json_ordered(row, keys, true));
    return ordered;
}

static json_t *ordered_machine(const json_t *machine)
{
    json_t *ordered = mw_json_ordered(machine, machine_keys, true);
    json_object_set_new(ordered, "levels",
                        ordered_list(json_object_get(machine, "levels"), level_keys));
    json_object_set_new(ordered, "compute",
                        ordered_list(json_object_get(machine, "compute"), compute_keys));
    return ordered;
}

/* "412 GB/s", or an empty cell for what was not measured. */
static void format(double value, mw_unit unit, char *text, size_t size)
{
    if (value > 0)
        mw_value_format(value, unit, 3, text, size);
    else
        snprintf(text, size, "-");
}

static void format_band(const json_t *row, mw_unit unit, char *text, size_t size)
{
    char low[32], high[32];
    double from = mw_json_number(row, "low", 0), to = mw_json_number(row, "high", 0);
    if (!(from > 0) || !(to > 0)) {
        snprintf(text, size, "-");
        return;
    }
    mw_value_format(from, unit, 3, low, sizeof low);
    mw_value_format(to, unit, 3, high, sizeof high);
    snprintf(text, size, _("%s to %s"), low, high);
}

static const char *why(const json_t *row, char said[MW_REASON_TEXT])
{
    return mw_json_said(json_object_get(row, "reason"), said);
}

/* Of a row and of what stands in the same line. */
static void put_reasons(const json_t *row, const json_t *beside, char *note, size_t size)
{
    char said[MW_REASON_TEXT], other[MW_REASON_TEXT];
    const char *one = why(row, said), *two = why(beside, other);
    snprintf(note, size, "%s%s%s", one, *one && *two ? "; " : "", two);
}

static double all_cores_rate(const json_t *level)
{
    const json_t *all = json_object_get(level, "all_cores");
    return json_is_number(all) ? json_number_value(all)
                               : mw_json_number(all, "bytes_per_second", 0);
}

static void print_levels(const mw_lines *lines, const json_t *machine)
{
    mw_lines_print(lines, "%s", _("Memory roofs: read, one core, measured"));
    mw_table *table = mw_table_new("lrlrrrl");
    mw_table_row(table, _("level"), _("roof"), _("band"), _("all cores"), _("effective"),
                 _("nominal"), "");
    size_t i;
    json_t *level;
    json_array_foreach(json_object_get(machine, "levels"), i, level)
    {
        char roof[32], band[80], all[32], effective[32], nominal[32];
        format(mw_json_number(level, "bytes_per_second", 0), MW_UNIT_BYTE_PER_SECOND, roof,
               sizeof roof);
        format_band(level, MW_UNIT_BYTE_PER_SECOND, band, sizeof band);
        format(all_cores_rate(level), MW_UNIT_BYTE_PER_SECOND, all, sizeof all);
        format(mw_json_number(level, "effective_bytes", 0), MW_UNIT_BYTE, effective,
               sizeof effective);
        format(mw_json_number(level, "nominal_bytes", 0), MW_UNIT_BYTE, nominal, sizeof nominal);
        const json_t *cores = json_object_get(level, "all_cores");
        char note[2 * MW_REASON_TEXT];
        mw_mark_append(roof, sizeof roof, mw_row_mark(level));
        mw_mark_append(all, sizeof all, mw_row_mark(cores));
        put_reasons(level, cores, note, sizeof note);
        mw_table_row(table, mw_level_word(mw_json_text(level, "name")), roof, band, all, effective,
                     nominal, note);
    }
    mw_table_print(table, lines, 2);
    mw_table_free(table);
}

static void print_compute(const mw_lines *lines, const json_t *machine)
{
    mw_lines_print(lines, "%s", _("\nCompute roofs, measured"));
    mw_table *table = mw_table_new("lllrrlrl");
    mw_table_row(table, _("isa"), _("type"), _("operation"), _("cores"), _("roof"), _("band"),
                 _("sustained"), "");
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(machine, "compute"), i, row)
    {
        char roof[32], band[80], cores[16], kept[32] = "";
        char note[2 * MW_REASON_TEXT];
        const json_t *sustained = json_object_get(row, "sustained");
        format(mw_json_number(row, "flops_per_second", 0), MW_UNIT_FLOP_PER_SECOND, roof,
               sizeof roof);
        format_band(row, MW_UNIT_FLOP_PER_SECOND, band, sizeof band);
        snprintf(cores, sizeof cores, "%.0f", mw_json_number(row, "threads", 1));
        if (sustained)
            format(mw_json_number(sustained, "flops_per_second", 0), MW_UNIT_FLOP_PER_SECOND, kept,
                   sizeof kept);
        mw_mark_append(roof, sizeof roof, mw_row_mark(row));
        mw_mark_append(kept, sizeof kept, mw_row_mark(sustained));
        put_reasons(row, sustained, note, sizeof note);
        mw_table_row(table, mw_json_text(row, "isa"), mw_json_text(row, "dtype"),
                     mw_json_text(row, "op"), cores, roof, band, kept, note);
    }
    mw_table_print(table, lines, 2);
    mw_table_free(table);
}

/* As sure as both roofs are. */
static void put_ridge(const mw_roof *compute, const mw_roof *memory, char text[16])
{
    snprintf(text, 16, "%.3g%s", mw_roofline_ridge(compute->value, memory->value),
             mw_unsure_mark(compute->unsure || memory->unsure));
}

/* Of bursts, and of kernels that outlast them. */
static void put_ridges(const mw_machine *machine, double bytes, const char *dtype, char burst[16],
                       char kept[16])
{
    mw_workload any = {.flops = NAN, .bytes = bytes};
    mw_roofs roofs;
    snprintf(any.dtype, sizeof any.dtype, "%s", dtype);
    snprintf(burst, 16, "-");
    snprintf(kept, 16, "-");
    if (mw_roofs_of_run(machine, &any, &roofs)) {
        put_ridge(&roofs.burst, &roofs.memory, burst);
        put_ridge(&roofs.sustained, &roofs.memory, kept);
    }
}

static void print_ridges(const mw_lines *lines, const json_t *machine)
{
    mw_lines_print(lines, "%s", _("\nRidge points, one core (FLOP/B)"));
    mw_table *table = mw_table_new("lrrrr");
    mw_table_row(table, _("level"), "f32", _("f32 sustained"), "f64", _("f64 sustained"));
    mw_machine roofs;
    mw_machine_from_json(machine, &roofs);
    for (size_t i = 0; i < roofs.level_count; i++) {
        const mw_machine_level *level = &roofs.levels[i];
        double bytes = level->holds > 0 ? level->holds : INFINITY;
        char f32[2][16], f64[2][16];
        put_ridges(&roofs, bytes, "f32", f32[0], f32[1]);
        put_ridges(&roofs, bytes, "f64", f64[0], f64[1]);
        mw_table_row(table, mw_level_word(level->name), f32[0], f32[1], f64[0], f64[1]);
    }
    mw_table_print(table, lines, 2);
    mw_table_free(table);
}

static void print_mix(const mw_lines *lines, const json_t *machine)
{
    const json_t *mix = json_object_get(machine, "mix");
    if (json_array_size(mix) == 0)
        return;
    mw_lines_print(lines, "%s", _("\nMix roofs: program bytes, one core, measured"));
    mw_table *table = mw_table_new("llrlrl");
    mw_table_row(table, _("level"), _("operation"), _("roof"), _("band"), _("bus bytes per byte"),
                 "");
    size_t i;
    json_t *row;
    json_array_foreach(mix, i, row)
    {
        char roof[32], band[80], bus[32], said[MW_REASON_TEXT];
        format(mw_json_number(row, "bytes_per_second", 0), MW_UNIT_BYTE_PER_SECOND, roof,
               sizeof roof);
        format_band(row, MW_UNIT_BYTE_PER_SECOND, band, sizeof band);
        mw_mark_append(roof, sizeof roof, mw_row_mark(row));
        snprintf(bus, sizeof bus, "%.3g", mw_json_number(row, "bus_bytes_per_byte", 1));
        mw_table_row(table, mw_level_word(mw_json_text(row, "level")), mw_json_text(row, "op"),
                     roof, band, bus, why(row, said));
    }
    mw_table_print(table, lines, 2);
    mw_table_free(table);
}

static void print_verdict(const mw_lines *lines, const json_t *machine, bool remembered)
{
    char clock[80], low[32];
    double hz = mw_json_number(machine, "clock_hz", 0),
           least = mw_json_number(machine, "clock_low", hz);
    format(hz, MW_UNIT_HERTZ, clock, sizeof clock);
    if (least > 0 && least < 0.995 * hz) {
        char high[32];
        format(least, MW_UNIT_HERTZ, low, sizeof low);
        format(hz, MW_UNIT_HERTZ, high, sizeof high);
        snprintf(clock, sizeof clock, _("%s to %s"), low, high);
    }
    const char *brand = mw_json_text(machine, "brand");
    mw_lines_print(lines, _("%s%s%.0f CPUs, clock %s"), brand, *brand ? ", " : "",
                   mw_json_number(machine, "cpus", 1), clock);
    mw_lines_print(lines,
                   remembered ? _("verdict: %s, remembered; measuring took %.1f s")
                              : _("verdict: %s, measured in %.1f s"),
                   mw_run_verdict_word(mw_json_text(machine, "verdict")),
                   mw_json_number(machine, "seconds", 0));
    size_t i;
    json_t *reason;
    char said[MW_REASON_TEXT];
    json_array_foreach(json_object_get(machine, "reasons"), i, reason)
    {
        if (*mw_json_said(reason, said))
            mw_lines_wrap(lines, 4, "  - ", said);
    }
    mw_lines_blank(lines);
}

static void print_machine(mw_host *host, const json_t *machine, bool remembered)
{
    mw_lines lines;
    mw_reason what;
    mw_lines_open(&lines, stdout);
    print_verdict(&lines, machine, remembered);
    mw_machine_state state =
        remembered ? mw_machine_compare(host, machine, &what) : MW_MACHINE_SAME;
    if (state != MW_MACHINE_SAME) {
        mw_machine_tell(&lines, state, &what);
        mw_lines_blank(&lines);
    }
    print_levels(&lines, machine);
    print_compute(&lines, machine);
    print_ridges(&lines, machine);
    print_mix(&lines, machine);
    if (remembered)
        mw_lines_print(&lines, "%s", _("\n'memwall machine --fresh' measures again."));
}

json_t *mw_machine_of(const char *command, mw_host *host, bool fresh, bool *remembered, int *code)
{
    json_t *machine = fresh ? NULL : mw_host_machine_load(host, NULL);
    *remembered = machine != NULL;
    if (machine)
        return machine;
    machine = mw_console_call(command, host, "calibrate", json_object(), code);
    mw_error error = {0};
    if (machine && mw_host_machine_store(host, machine, &error) != MW_OK)
        mw_console_complain(command, &error); /* the result still stands */
    return machine;
}

mw_machine_state mw_machine_compare(mw_host *host, const json_t *machine, mw_reason *what)
{
    json_t *answer = NULL;
    json_t *body = json_pack("{s:O}", "machine", machine);
    *what = mw_reason_of(MW_REASON_NONE, NULL);
    if (mw_host_call(host, "spot-check", body, NULL, NULL, &answer, NULL) != MW_OK)
        return MW_MACHINE_SAME; /* without a check the remembered roofs stand */
    mw_machine_state result = mw_machine_state_from_json(answer, what);
    json_decref(answer);
    return result;
}

void mw_machine_tell(const mw_lines *lines, mw_machine_state state, const mw_reason *what)
{
    char said[MW_REASON_TEXT], text[2 * MW_REASON_TEXT];
    if (state == MW_MACHINE_SAME)
        return;
    snprintf(text, sizeof text,
             state == MW_MACHINE_UNTOLD
                 ? _("Check of the remembered roofs: %s.")
                 : _("The machine is not as it was when its roofs were measured: %s. "
                     "'memwall machine --fresh' measures again."),
             mw_reason_said(what, said));
    mw_lines_wrap(lines, 0, "", text);
}

int mw_machine_command(const mw_request *request)
{
    if (!mw_request_operands(request, 0, 0))
        return MW_EXIT_USAGE;
    mw_host *host = NULL;
    int code = MW_EXIT_OK;
    if (!mw_console_open_host("machine", &host, &code))
        return code;
    bool remembered;
    json_t *machine =
        mw_machine_of("machine", host, mw_request_has(request, "fresh"), &remembered, &code);
    if (machine && mw_request_has(request, "json")) {
        json_t *ordered = ordered_machine(machine);
        mw_console_json(ordered);
        json_decref(ordered);
    } else if (machine) {
        print_machine(host, machine, remembered);
    }
    json_decref(machine);
    mw_host_close(host);
    return code;
}
