/* model.c: `memwall model`: a kernel's traffic through simulated caches. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cachesim/geometry.h"
#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "tui/commands/arguments.h"
#include "tui/commands/console.h"
#include "tui/plain/lines.h"

static const char *const model_keys[] = {"kernel",
                                         "args",
                                         "chosen",
                                         "mode",
                                         "kind",
                                         "caches",
                                         "sampled",
                                         "references",
                                         "simulated_references",
                                         "program_bytes",
                                         "compulsory_bytes",
                                         "nt_bytes",
                                         "levels",
                                         NULL};
static const char *const level_keys[] = {"name",     "bytes",  "ways",  "line", "sets",
                                         "accesses", "misses", "fills", NULL};

/* --cache NAME=SIZE,WAYS,LINE, once per level. */
static bool read_caches(const mw_request *request, json_t *body, int *code)
{
    mw_cache_geometry levels[MW_CACHE_LEVELS];
    size_t count = 0;
    mw_error error = {0};
    const char *text;
    while ((text = mw_request_each(request, "cache", (int)count)) && count < MW_CACHE_LEVELS) {
        if (mw_cache_parse(text, &levels[count], &error) != MW_OK)
            break;
        count++;
    }
    if (count == 0 && !text)
        return true;
    if (error.code == MW_OK && text)
        mw_fail(&error, MW_INVALID,
                "--cache is given more than %d times: that many levels can be simulated",
                MW_CACHE_LEVELS);
    if (error.code != MW_OK || mw_cache_check(levels, count, &error) != MW_OK) {
        *code = mw_console_complain("model", &error);
        return false;
    }
    json_t *caches = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(caches, json_pack("{s:s, s:I, s:I, s:I}", "name", levels[i].name,
                                                "bytes", (json_int_t)mw_cache_bytes(&levels[i]),
                                                "ways", (json_int_t)levels[i].ways, "line",
                                                (json_int_t)levels[i].line));
    json_object_set_new(body, "caches", caches);
    return true;
}

static bool read_options(const mw_request *request, json_t *body, int *code)
{
    const char *mode = mw_request_value(request, "mode");
    if (mode && strcmp(mode, "write-back") != 0 && strcmp(mode, "cachegrind") != 0) {
        *code =
            mw_console_refuse("model", "--mode '%s' is unknown: write-back or cachegrind", mode);
        return false;
    }
    if (mode)
        json_object_set_new(body, "mode", json_string(mode));
    const char *within = mw_request_value(request, "within");
    if (within) {
        char *end;
        double seconds = strtod(within, &end);
        if (end == within || *end || !(seconds > 0) || seconds > 86400) {
            *code = mw_console_refuse(
                "model", "--within '%s' is not a number of seconds above 0 and up to 86400",
                within);
            return false;
        }
        json_object_set_new(body, "within", json_real(seconds));
    }
    json_object_set_new(body, "curve", json_boolean(mw_request_has(request, "curve")));
    json_object_set_new(body, "whole", json_boolean(mw_request_has(request, "whole")));
    json_object_set_new(body, "classify", json_boolean(!mw_request_has(request, "totals")));
    return read_caches(request, body, code);
}

/* ---- for people ---- */

static void print_title(const mw_lines *lines, const json_t *model)
{
    char text[512];
    mw_arguments_title(model, text, sizeof text);
    mw_lines_print(lines, "%s", text);
}

static const char *source_word(const char *source)
{
    return strcmp(source, "given") == 0       ? _("caches as given")
           : strcmp(source, "effective") == 0 ? _("this machine's caches, effective sizes")
           : strcmp(source, "nominal") == 0
               ? _("this machine's nominal caches; 'memwall machine' measures the effective ones")
               : _("the system names no caches: these are assumed");
}

static void print_totals(const mw_lines *lines, const json_t *model)
{
    char program[32], compulsory[32], references[32];
    mw_value_format(mw_json_number(model, "program_bytes", 0), MW_UNIT_BYTE, 4, program,
                    sizeof program);
    mw_value_format(mw_json_number(model, "compulsory_bytes", 0), MW_UNIT_BYTE, 4, compulsory,
                    sizeof compulsory);
    mw_value_format(mw_json_number(model, "references", 0), MW_UNIT_ONE, 4, references,
                    sizeof references);
    mw_lines_print(lines, _("%s references, program bytes %s, compulsory %s"), references, program,
                   compulsory);
    bool grinds = strcmp(mw_json_text(model, "mode"), "cachegrind") == 0;
    mw_lines_print(lines, "%s; %s",
                   grinds ? _("counted as cachegrind counts") : _("write-back LRU"),
                   source_word(mw_json_text(model, "caches")));
    if (json_is_true(json_object_get(model, "sampled")))
        mw_lines_print(lines,
                       _("modelled, sampled: %.2g %% of the references, by whole outer tiles"),
                       100 * mw_json_number(model, "simulated_references", 0) /
                           mw_json_number(model, "references", 1));
    else
        mw_lines_print(lines, "%s", _("modelled"));
    mw_lines_blank(lines);
}

static void count_text(double value, char *text, size_t size)
{
    mw_value_format(value, MW_UNIT_ONE, 4, text, size);
}

static void access_row(mw_table *table, const json_t *level, const char *name, const char *kind,
                       const char *word)
{
    static const char *const keys[] = {"compulsory", "capacity", "conflict"};
    const json_t *kinds = json_object_get(level, "kinds");
    char accesses[32], misses[32], ratio[32], cells[3][32] = {"-", "-", "-"};
    double all = mw_json_number(json_object_get(level, "accesses"), kind, 0);
    double missed = mw_json_number(json_object_get(level, "misses"), kind, 0);
    count_text(all, accesses, sizeof accesses);
    count_text(missed, misses, sizeof misses);
    snprintf(ratio, sizeof ratio, "%.3g %%", all > 0 ? 100 * missed / all : 0);
    for (int i = 0; kinds && i < 3; i++)
        count_text(mw_json_number(json_object_get(kinds, keys[i]), kind, 0), cells[i],
                   sizeof cells[i]);
    mw_table_row(table, name, word, accesses, misses, ratio, cells[0], cells[1], cells[2]);
}

static void print_misses(const mw_lines *lines, const json_t *model)
{
    mw_table *table = mw_table_new("llrrrrrr");
    mw_table_row(table, _("level"), _("access"), _("accesses"), _("misses"), _("ratio"),
                 _("compulsory"), _("capacity"), _("conflict"));
    size_t i;
    json_t *level;
    json_array_foreach(json_object_get(model, "levels"), i, level)
    {
        access_row(table, level, mw_json_text(level, "name"), "read", _("read"));
        access_row(table, level, "", "write", _("write"));
    }
    mw_table_print(table, lines, 2);
    mw_table_free(table);
}

/* "48 KiB, 12 ways, 64 B" */
static void geometry_text(const json_t *level, char *text, size_t size)
{
    char bytes[32];
    mw_value_format(mw_json_number(level, "bytes", 0), MW_UNIT_BYTE, 4, bytes, sizeof bytes);
    snprintf(text, size, _("%s, %.0f ways, lines of %.0f B"), bytes,
             mw_json_number(level, "ways", 0), mw_json_number(level, "line", 0));
}

static void print_links(const mw_lines *lines, const json_t *model)
{
    mw_table *table = mw_table_new("llrrlr");
    mw_table_row(table, _("level"), _("cache"), _("fills"), _("write-backs"), _("link"),
                 _("bytes"));
    size_t i;
    json_t *level;
    json_array_foreach(json_object_get(model, "levels"), i, level)
    {
        const json_t *link = json_object_get(level, "link");
        char cache[96], fills[32], back[32] = "-", name[64] = "-", bytes[32] = "-";
        geometry_text(level, cache, sizeof cache);
        count_text(mw_json_number(level, "fills", 0), fills, sizeof fills);
        if (link) {
            const char *to = mw_json_text(link, "to");
            count_text(mw_json_number(level, "write_backs", 0), back, sizeof back);
            snprintf(name, sizeof name, "%s-%s", mw_json_text(level, "name"),
                     strcmp(to, "memory") == 0 ? _("memory") : to);
            mw_value_format(mw_json_number(link, "bytes", 0), MW_UNIT_BYTE, 4, bytes, sizeof bytes);
        }
        mw_table_row(table, mw_json_text(level, "name"), cache, fills, back, name, bytes);
    }
    mw_table_print(table, lines, 2);
    mw_table_free(table);
    char nt[32];
    if (mw_json_number(model, "nt_bytes", 0) > 0) {
        mw_value_format(mw_json_number(model, "nt_bytes", 0), MW_UNIT_BYTE, 4, nt, sizeof nt);
        mw_lines_print(lines, _("  %s of streaming stores went past the caches to memory"), nt);
    }
}

/* The sizes at which the curve falls: a row wherever it fell by a twentieth of itself. */
static void print_curve(const mw_lines *lines, const json_t *curve)
{
    mw_lines_blank(lines);
    mw_lines_print(lines, "%s", _("Misses of a fully associative LRU cache of each size"));
    mw_table *table = mw_table_new("rr");
    mw_table_row(table, _("size"), _("miss ratio"));
    const json_t *points = json_object_get(curve, "points");
    double shown = 2;
    size_t i;
    json_t *point;
    json_array_foreach(points, i, point)
    {
        char size[32], ratio[32];
        double value = json_number_value(json_array_get(point, 1));
        if (value > 0.95 * shown && i + 1 < json_array_size(points))
            continue;
        shown = value;
        mw_value_format(json_number_value(json_array_get(point, 0)), MW_UNIT_BYTE, 3, size,
                        sizeof size);
        snprintf(ratio, sizeof ratio, "%.3g %%", 100 * value);
        mw_table_row(table, size, ratio);
    }
    mw_table_print(table, lines, 2);
    mw_table_free(table);
}

static void print_model(const json_t *model)
{
    mw_lines lines;
    mw_lines_open(&lines, stdout);
    print_title(&lines, model);
    print_totals(&lines, model);
    print_misses(&lines, model);
    mw_lines_blank(&lines);
    print_links(&lines, model);
    const json_t *curve = json_object_get(model, "curve");
    if (curve)
        print_curve(&lines, curve);
}

static json_t *ordered_model(const json_t *model)
{
    json_t *ordered = mw_json_ordered(model, model_keys, true), *levels = json_array();
    size_t i;
    json_t *level;
    json_array_foreach(json_object_get(model, "levels"), i, level)
        json_array_append_new(levels, mw_json_ordered(level, level_keys, true));
    json_object_set_new(ordered, "levels", levels);
    return ordered;
}

int mw_model_command(const mw_request *request)
{
    if (!mw_request_operands(request, 1, 64))
        return MW_EXIT_USAGE;
    int code = MW_EXIT_USAGE;
    mw_host *host = NULL;
    json_t *answer = NULL, *machine = NULL, *args = json_object();
    json_t *body = json_pack("{s:s, s:O}", "kernel", request->operands[0], "args", args);
    if (!body) {
        code = mw_console_refuse("model", "the kernel's name is not UTF-8 text");
        goto out;
    }
    if (!mw_arguments_read(request, args, NULL, &code) || !read_options(request, body, &code) ||
        !mw_console_open_host("model", &host, &code))
        goto out;
    machine = mw_host_machine_load(host, NULL);
    if (machine)
        json_object_set(body, "machine", machine);
    answer = mw_console_call("model", host, "model", body, &code);
    body = NULL;
    if (answer && mw_request_has(request, "json")) {
        json_t *ordered = ordered_model(answer);
        mw_console_json(ordered);
        json_decref(ordered);
    } else if (answer) {
        print_model(answer);
    }
    if (answer)
        code = MW_EXIT_OK;
out:
    json_decref(answer);
    json_decref(machine);
    json_decref(body);
    json_decref(args);
    if (host)
        mw_host_close(host);
    return code;
}
