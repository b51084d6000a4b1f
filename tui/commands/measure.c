/* measure.c: `memwall measure`: one kernel, or two interleaved, with kind and spread of each
 * number. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/bench/bound.h"
#include "labs/bench/rungs.h"
#include "labs/engine/wire/member.h"
#include "labs/engine/wire/quantity.h"
#include "labs/engine/wire/verdict.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "labs/locale/words.h"
#include "tui/commands/arguments.h"
#include "tui/commands/console.h"
#include "tui/plain/lines.h"

/* What the cache simulator may take unless it is said. */
#define MODEL_SECONDS 1.0

/* The order in JSON: what was run, its quantities, and what is said of them. */
static const char *const first_keys[] = {"kernel", "args", "chosen", NULL};
static const char *const last_keys[] = {"bound",       "links",   "verified", "verdict", "memory",
                                        "threads_had", "library", "ratio",    NULL};
static const char *const seconds_keys[] = {"median", "low", "high", "min", "samples", NULL};
enum { KEYS_MOST = MW_QUANTITIES + 16 };
static const char *const ratio_keys[] = {"median", "low", "high", "verdict", NULL};

/* Seconds for the cache simulator; this machine's caches, where they were measured. */
static bool ask_for_model(const mw_request *request, mw_host *host, json_t *body, int *code)
{
    const char *text = mw_request_value(request, "model");
    double seconds = MODEL_SECONDS;
    char *end;
    if (text) {
        seconds = strtod(text, &end);
        if (end == text || *end || !(seconds >= 0) || seconds > 600) {
            *code = mw_console_refuse(
                "measure", "--model '%s' is not a number of seconds from 0 to 600", text);
            return false;
        }
    }
    if (!host)
        return true;
    json_object_set_new(body, "model", json_real(seconds));
    json_t *machine = mw_host_machine_load(host, NULL);
    if (machine)
        json_object_set_new(body, "machine", machine);
    return true;
}

static bool read_budget(const mw_request *request, json_t *body, int *code)
{
    const char *text = mw_request_value(request, "budget");
    if (!text)
        return true;
    char *end;
    double seconds = strtod(text, &end);
    if (end == text || *end || !(seconds > 0) || seconds > 600) {
        *code = mw_console_refuse(
            "measure", "--budget '%s' is not a number of seconds above 0 and up to 600", text);
        return false;
    }
    json_object_set_new(body, "budget", json_real(seconds));
    return true;
}

/* Puts a member's own members in order; one that is absent is left out. */
static void order_member(const json_t *measurement, const char *key, const char *const *keys,
                         json_t *ordered)
{
    const json_t *member = json_object_get(measurement, key);
    if (member)
        json_object_set_new(ordered, key, mw_json_ordered(member, keys, true));
    else
        json_object_del(ordered, key);
}

/* Those words and the quantities in the order of their table, ended by NULL. */
static void list_keys(const char *const *first, bool of_memory, const char *const *last,
                      const char *keys[KEYS_MOST])
{
    size_t count = 0;
    while (*first)
        keys[count++] = *first++;
    for (int i = 0; i < MW_QUANTITIES; i++) {
        const mw_quantity_row *row = mw_quantity_of((mw_quantity)i);
        if (row->member && (row->place == MW_OF_MEMORY) == of_memory)
            keys[count++] = row->member;
    }
    while (*last)
        keys[count++] = *last++;
    keys[count] = NULL;
}

static json_t *ordered_measurement(const json_t *measurement)
{
    static const char *const none[] = {NULL}, *const by_purpose[] = {"by_purpose", NULL};
    static const char *const optional[] = {"threads_had", "library"};
    const char *keys[KEYS_MOST], *memory_keys[KEYS_MOST];
    list_keys(first_keys, false, last_keys, keys);
    list_keys(none, true, by_purpose, memory_keys);
    json_t *ordered = mw_json_ordered(measurement, keys, true);
    order_member(measurement, "seconds", seconds_keys, ordered);
    order_member(measurement, "ratio", ratio_keys, ordered);
    order_member(measurement, "memory", memory_keys, ordered);
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++) {
        if (!json_object_get(measurement, optional[i]))
            json_object_del(ordered, optional[i]);
    }
    const json_t *vs = json_object_get(measurement, "vs");
    if (json_is_object(vs))
        json_object_set_new(ordered, "vs", ordered_measurement(vs));
    return ordered;
}

/* ---- for people ---- */

static void print_title(const mw_lines *lines, const json_t *measurement)
{
    char text[512];
    mw_arguments_title(measurement, text, sizeof text);
    const char *library = mw_json_text(measurement, "library");
    const char *isa = *library ? library : mw_json_text(measurement, "isa");
    mw_lines_print(lines, "%s%s%s", text, *isa ? "  " : "", isa);
}

/* The columns of the table: where a figure comes from. */
typedef enum column { COUNTED, MODELLED, MEASURED, COLUMNS } column;

static column column_of(mw_kind kind)
{
    return kind == MW_COUNTED ? COUNTED : kind == MW_MODELLED ? MODELLED : MEASURED;
}

static void head_row(mw_table *table)
{
    mw_table_row(table, "", mw_kind_word(MW_COUNTED), mw_kind_word(MW_MODELLED),
                 mw_kind_word(MW_MEASURED), "");
}

static void put_row(mw_table *table, const char *label, char cells[COLUMNS][64], const char *note)
{
    mw_table_row(table, label, cells[COUNTED], cells[MODELLED], cells[MEASURED], note);
}

/* Why the quantity `key` is absent, or "". */
static const char *reason_of(const json_t *measurement, const char *key, char said[MW_REASON_TEXT])
{
    return mw_json_said(json_object_get(json_object_get(measurement, "reasons"), key), said);
}

static void write_value(const mw_number *number, char text[64])
{
    if (number->absent)
        snprintf(text, 64, "–");
    else
        mw_value_format(number->value, number->unit, 4, text, 64);
}

/* A value in the column of its kind, or a dash with the reason. */
static void quantity_row(mw_table *table, const json_t *measurement, mw_quantity quantity,
                         const char *note)
{
    char cells[COLUMNS][64] = {"", "", ""};
    const mw_quantity_row *row = mw_quantity_of(quantity);
    char said[MW_REASON_TEXT];
    mw_number number = mw_number_absent(row->unit, row->kind, mw_reason_told(NULL));
    mw_quantity_from_json(measurement, quantity, &number);
    write_value(&number, cells[column_of(number.kind)]);
    const char *why = mw_reason_said(&number.reason, said);
    put_row(table, _(row->heading), cells, !number.absent ? note : *why ? why : _("not given"));
}

/* FLOPs: counted or by the closed form, and by hardware events. */
static void work_row(mw_table *table, const json_t *measurement)
{
    char cells[COLUMNS][64] = {"", "", ""}, said[MW_REASON_TEXT];
    mw_number work = mw_number_of(0, MW_UNIT_FLOP, MW_COUNTED);
    mw_number events = mw_number_absent(MW_UNIT_FLOP, MW_MEASURED, mw_reason_told(NULL));
    mw_quantity_from_json(measurement, MW_QUANTITY_FLOPS, &work);
    mw_quantity_from_json(measurement, MW_QUANTITY_HARDWARE_FLOPS, &events);
    write_value(&work, cells[column_of(work.kind)]);
    write_value(&events, cells[MEASURED]);
    put_row(table, _(mw_quantity_of(MW_QUANTITY_FLOPS)->heading), cells,
            mw_reason_said(&events.reason, said));
}

static void link_cell(const json_t *link, const char *key, char text[64])
{
    const json_t *value = json_object_get(link, key);
    if (json_is_number(value))
        mw_value_format(json_number_value(value), MW_UNIT_BYTE, 4, text, 64);
    else
        snprintf(text, 64, "–");
}

/* What crosses each link between two levels: by the cache simulator, and by hardware events. */
static void link_rows(mw_table *table, const json_t *measurement)
{
    const json_t *links = json_object_get(measurement, "links");
    char first[MW_REASON_TEXT], second[MW_REASON_TEXT];
    const char *modelled = reason_of(links, "modelled", first),
               *measured = reason_of(links, "measured", second);
    const char *note = *modelled                                         ? modelled
                       : *measured                                       ? measured
                       : json_is_true(json_object_get(links, "sampled")) ? _("sampled")
                                                                         : "";
    size_t i;
    json_t *link;
    json_array_foreach(json_object_get(links, "levels"), i, link)
    {
        char cells[COLUMNS][64] = {"", "", ""}, label[64];
        const char *to = mw_json_text(link, "to");
        snprintf(label, sizeof label, _("%s to %s"), mw_json_text(link, "from"),
                 strcmp(to, "memory") == 0 ? _("memory") : to);
        link_cell(link, "modelled", cells[MODELLED]);
        link_cell(link, "measured", cells[MEASURED]);
        put_row(table, label, cells, i == 0 ? note : "");
    }
}

/* The roofline model's time, max(FLOP/peak, bytes/roof), beside the clock's. */
static void seconds_row(mw_table *table, const json_t *measurement, const mw_measured_run *run)
{
    char cells[COLUMNS][64] = {"", "", ""};
    const json_t *seconds = json_object_get(measurement, "seconds");
    double median = mw_json_number(seconds, "median", 0),
           low = mw_json_number(seconds, "low", median),
           high = mw_json_number(seconds, "high", median);
    mw_number number = mw_number_with_spread(median, low, high, MW_UNIT_SECOND, MW_MEASURED);
    char least[32], from[32], to[32], note[160];
    mw_number_format(&number, cells[MEASURED], sizeof cells[MEASURED]);
    double modelled = mw_roofs_seconds(&run->roofs, &run->work);
    if (!isnan(modelled))
        mw_value_format(modelled, MW_UNIT_SECOND, 4, cells[MODELLED], sizeof cells[MODELLED]);
    mw_value_format(low, MW_UNIT_SECOND, 4, from, sizeof from);
    mw_value_format(high, MW_UNIT_SECOND, 4, to, sizeof to);
    mw_value_format(mw_json_number(seconds, "min", median), MW_UNIT_SECOND, 4, least, sizeof least);
    snprintf(note, sizeof note, _("median of %.0f; 95 %% interval %s to %s; least %s"),
             mw_json_number(seconds, "samples", 0), from, to, least);
    put_row(table, _(mw_quantity_of(MW_QUANTITY_SECONDS)->heading), cells, note);
}

static const char *bound_word(const char *bound)
{
    return strcmp(bound, "memory") == 0    ? _("memory")
           : strcmp(bound, "compute") == 0 ? _("compute")
                                           : bound;
}

/* "L2 195 GB/s", "avx512 ×2 342 GFLOP/s ?" */
static void name_roof(const char *name, const mw_roof *roof, mw_unit unit, char text[80])
{
    char cores[16] = "", value[32];
    if (roof->cores > 1)
        snprintf(cores, sizeof cores, " ×%d", roof->cores);
    mw_value_format(roof->value, unit, 3, value, sizeof value);
    snprintf(text, 80, "%s%s %s%s", name, cores, value, mw_unsure_mark(roof->unsure));
}

static void bound_row(mw_table *table, const json_t *measurement, const mw_measured_run *run)
{
    char cells[COLUMNS][64] = {"", "", ""};
    const char *bound = mw_json_text(measurement, "bound");
    snprintf(cells[MODELLED], sizeof cells[MODELLED], "%s", *bound ? bound_word(bound) : "–");
    if (!*bound || !run->known) {
        char said[MW_REASON_TEXT];
        put_row(table, _("bound by"), cells, reason_of(measurement, "bound", said));
        return;
    }
    const mw_roofs *roofs = &run->roofs;
    char memory[80], compute[80], ridge[32], note[240];
    name_roof(roofs->level_name, &roofs->memory, MW_UNIT_BYTE_PER_SECOND, memory);
    name_roof(roofs->isa, &roofs->compute, MW_UNIT_FLOP_PER_SECOND, compute);
    mw_value_format(mw_measured_run_ridge(run), MW_UNIT_FLOP_PER_BYTE, 3, ridge, sizeof ridge);
    snprintf(note, sizeof note,
             roofs->is_beside ? _("roofs: %s beside it, %s; ridge %s")
                              : _("roofs: %s, %s; ridge %s"),
             memory, compute, ridge);
    bool unsure = roofs->memory.unsure || roofs->compute.unsure;
    size_t end = strlen(note);
    snprintf(note + end, sizeof note - end, "%s", mw_unsure_mark(unsure));
    put_row(table, _("bound by"), cells, note);
}

/* The memory ledger: what was alive at once, by purpose, and what was computed twice for it. */
static void print_memory(const mw_lines *lines, const json_t *memory)
{
    mw_table *table = mw_table_new("lrrrl");
    char note[160], all[32];
    head_row(table);
    quantity_row(table, memory, MW_QUANTITY_PEAK_BYTES,
                 _(mw_quantity_of(MW_QUANTITY_PEAK_BYTES)->note));
    const json_t *purposes = json_object_get(memory, "by_purpose");
    static const char *const names[] = {N_("weights"), N_("activations"), N_("gradients"),
                                        N_("optimizer"), N_("workspace")};
    mw_kind kind = MW_COUNTED;
    mw_kind_parse(mw_json_text(json_object_get(memory, "kinds"), "by_purpose"), &kind);
    column at = column_of(kind);
    double activations = mw_json_number(purposes, "activations", 0);
    double inputs = mw_json_number(memory, "all_inputs_bytes", 0);
    mw_value_format(inputs, MW_UNIT_BYTE, 4, all, sizeof all);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char cells[COLUMNS][64] = {"", "", ""};
        mw_value_format(mw_json_number(purposes, names[i], 0), MW_UNIT_BYTE, 4, cells[at],
                        sizeof cells[at]);
        note[0] = '\0';
        if (i == 1)
            snprintf(note, sizeof note,
                     _("layer inputs, %.0f at once; all of them are %s, %.3g times as much"),
                     mw_json_number(memory, "live_inputs", 0), all,
                     activations > 0 ? inputs / activations : 0);
        put_row(table, _(names[i]), cells, note);
    }
    snprintf(note, sizeof note, _("%.4g %% of one forward and backward pass"),
             100 * mw_json_number(memory, "overhead", 0));
    quantity_row(table, memory, MW_QUANTITY_RECOMPUTED_FLOPS, note);
    mw_lines_blank(lines);
    mw_table_print(table, lines, 2);
    mw_table_free(table);
}

static void print_measurement(const mw_lines *lines, const json_t *measurement,
                              const mw_measured_run *run)
{
    print_title(lines, measurement);
    mw_table *table = mw_table_new("lrrrl");
    head_row(table);
    for (int i = 0; i < MW_QUANTITIES; i++) {
        const mw_quantity_row *row = mw_quantity_of((mw_quantity)i);
        if (i == MW_QUANTITY_FLOPS)
            work_row(table, measurement);
        else if (i == MW_QUANTITY_LINK)
            link_rows(table, measurement);
        else if (i == MW_QUANTITY_SECONDS)
            seconds_row(table, measurement, run);
        else if (row->heading && row->place != MW_OF_MEMORY)
            quantity_row(table, measurement, (mw_quantity)i, row->note ? _(row->note) : "");
    }
    bound_row(table, measurement, run);
    mw_table_print(table, lines, 2);
    mw_table_free(table);

    const json_t *verified = json_object_get(measurement, "verified");
    char said[MW_REASON_TEXT];
    const char *why = reason_of(measurement, "verified", said),
               *verdict = mw_json_text(measurement, "verdict");
    table = mw_table_new("lll");
    mw_table_row(table, _("verified"),
                 json_is_boolean(verified) ? (json_is_true(verified) ? _("yes") : _("no"))
                                           : _("not asked"),
                 json_is_boolean(verified) && !*why ? _("against the reference kernel") : why);
    mw_table_row(table, _("verdict"), mw_run_verdict_word(verdict),
                 reason_of(measurement, "verdict", said));
    mw_table_print(table, lines, 2);
    mw_table_free(table);
    const json_t *memory = json_object_get(measurement, "memory");
    if (memory)
        print_memory(lines, memory);
}

static void print_ratio(const mw_lines *lines, const json_t *measurement)
{
    const json_t *ratio = json_object_get(measurement, "ratio");
    const json_t *vs = json_object_get(measurement, "vs");
    double median = mw_json_number(ratio, "median", 0), low = mw_json_number(ratio, "low", median),
           high = mw_json_number(ratio, "high", median);
    bool noisy = mw_json_has_run_verdict(ratio, MW_RUN_NOISY);
    bool apart = !json_is_true(json_object_get(ratio, "disturbed")) && (low > 1 || high < 1);
    const char *sense = noisy && !apart ? _("cannot be told now")
                        : low > 1       ? _("faster")
                        : high < 1      ? _("slower")
                                        : _("no clear difference");
    char said[MW_REASON_TEXT];
    mw_lines_print(lines, _("ratio  %.3f  (%.3f to %.3f)  T(%s) / T(%s), sample by sample: %s"),
                   median, low, high, mw_json_text(vs, "kernel"),
                   mw_json_text(measurement, "kernel"), sense);
    if (noisy)
        mw_lines_print(lines, "       %s", mw_json_said(json_object_get(ratio, "reason"), said));
}

static int report(const mw_request *request, mw_host *host, json_t *answer)
{
    json_t *machine = mw_host_machine_load(host, NULL);
    json_t *vs = json_object_get(answer, "vs");
    mw_measured_run run, vs_run;
    mw_measured_run_read(machine, answer, vs, &run);
    mw_measured_run_read(machine, vs, answer, &vs_run);
    mw_bound_fill(answer, &run);
    if (json_is_object(vs))
        mw_bound_fill(vs, &vs_run);

    if (mw_request_has(request, "json")) {
        json_t *ordered = ordered_measurement(answer);
        mw_console_json(ordered);
        json_decref(ordered);
    } else {
        mw_lines lines;
        mw_lines_open(&lines, stdout);
        print_measurement(&lines, answer, &run);
        if (json_is_object(vs)) {
            mw_lines_blank(&lines);
            print_measurement(&lines, vs, &vs_run);
            mw_lines_blank(&lines);
            print_ratio(&lines, answer);
        }
    }
    bool wrong = json_is_false(json_object_get(answer, "verified")) ||
                 json_is_false(json_object_get(vs, "verified"));
    json_decref(machine);
    return wrong ? MW_EXIT_FAILED : MW_EXIT_OK;
}

int mw_measure_command(const mw_request *request)
{
    if (!mw_request_operands(request, 1, 64))
        return MW_EXIT_USAGE;
    int code = MW_EXIT_USAGE;
    const char *vs = mw_request_value(request, "vs");
    mw_host *host = NULL;
    json_t *kernels = NULL, *answer = NULL;
    json_t *args = json_object(), *vs_args = json_object();
    json_t *body = json_pack("{s:s, s:O, s:b}", "kernel", request->operands[0], "args", args,
                             "verify", !mw_request_has(request, "no-verify"));
    if (!body) {
        code = mw_console_refuse("measure", "the kernel's name is not UTF-8 text");
        goto out;
    }
    if (!mw_arguments_read(request, args, vs_args, &code) || !read_budget(request, body, &code) ||
        !ask_for_model(request, NULL, body, &code))
        goto out;
    if (!vs && json_object_size(vs_args) > 0) {
        code =
            mw_console_refuse("measure", "parameters that begin with vs. need --vs FAMILY/VARIANT");
        goto out;
    }
    if (!mw_console_open_host("measure", &host, &code))
        goto out;
    if (vs) {
        kernels = mw_console_call("measure", host, "kernels", json_object(), &code);
        if (!kernels)
            goto out;
        mw_error error = {.code = MW_OK};
        if (!mw_rung_share(kernels, request->operands[0], vs, args, vs_args, &error)) {
            code = mw_console_refuse("measure", "%s", error.message);
            goto out;
        }
        json_t *name = json_string(vs);
        if (!name) {
            code = mw_console_refuse("measure", "the name of --vs is not UTF-8 text");
            goto out;
        }
        json_object_set_new(body, "vs", name);
        json_object_set(body, "vs_args", vs_args);
    }
    ask_for_model(request, host, body, &code);
    answer = mw_console_call("measure", host, "measure", body, &code);
    body = NULL;
    if (answer)
        code = report(request, host, answer);
out:
    json_decref(answer);
    json_decref(kernels);
    json_decref(body);
    json_decref(args);
    json_decref(vs_args);
    if (host)
        mw_host_close(host);
    return code;
}
