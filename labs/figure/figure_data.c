/* figure_data.c: the numbers behind a figure as rows, for JSON and CSV. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "labs/chart/pictures/rows.h"
#include "labs/engine/wire/member.h"
#include "labs/figure/figure.h"
#include "labs/locale/words.h"
#include "labs/view/pictures.h"
#include "labs/view/rows.h"
#include "model/verdict.h"

static const char *const counter_names[] = {"id",   "label", "column", "value",  "low",     "high",
                                            "unit", "kind",  "note",   "reason", "verdict", NULL};

/* The members of a row of this figure. */
static const char *const *members_of(const char *name)
{
    const mw_picture_kind *kind = mw_picture_kind_named(name);
    return kind ? kind->rows : strcmp(name, MW_FIGURE_COUNTERS) == 0 ? counter_names : NULL;
}

/* ---- what all figures say ---- */

void mw_figure_brand(const json_t *view, char *text, size_t size)
{
    const char *brand = mw_json_text(mw_json_member(view, "machine"), "brand");
    mw_figure_gate(brand + strspn(brand, " "), text, size);
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == ' ')
        text[--length] = '\0';
}

static mw_picture_samples counter_samples(const json_t *view)
{
    mw_picture_samples samples = {0};
    for (int i = 0; i < mw_json_count(view, "counters"); i++) {
        const json_t *row = mw_json_item(view, "counters", i);
        const json_t *time = mw_json_member(row, "measured");
        if (strcmp(mw_json_text(row, "id"), "seconds") == 0 && time &&
            !mw_json_true(time, "absent"))
            mw_picture_count(&samples, "measured", mw_json_true(row, "noisy"));
    }
    return samples;
}

mw_picture_samples mw_figure_samples_of(const char *name, const json_t *view)
{
    const mw_picture_kind *kind = mw_picture_kind_named(name);
    if (kind)
        return kind->samples ? kind->samples(mw_view_picture_of(view, name))
                             : (mw_picture_samples){0};
    return counter_samples(view);
}

/* ---- the counters ---- */

static void add_counters(json_t *rows, const json_t *view)
{
    bool noisy = counter_samples(view).noisy > 0;
    for (int r = 0; r < mw_json_count(view, "counters"); r++) {
        const json_t *counter = mw_json_item(view, "counters", r);
        for (int c = 0; c < MW_COUNTER_COLUMNS; c++) {
            const char *column = mw_kind_name(mw_counter_kind(c));
            const json_t *number = mw_json_member(counter, column);
            if (!number || json_is_null(number))
                continue;
            json_t *row = mw_rows_start(rows, counter_names, NULL, counter);
            char label[MW_LABEL_TEXT];
            mw_row_set_text(row, "label", mw_counter_label(counter, label));
            mw_row_set_text(row, "column", column);
            mw_row_set_number(row, number);
            mw_row_set(row, "note", mw_json_member(counter, "note"));
            if (json_is_number(json_object_get(row, "value")))
                mw_row_set_verdict(row, noisy);
        }
    }
}

static json_t *rows_of(const char *name, const json_t *view)
{
    if (mw_picture_kind_named(name))
        return mw_picture_rows(mw_view_picture_of(view, name));
    json_t *rows = json_array();
    add_counters(rows, view);
    return rows;
}

json_t *mw_figure_data(const char *name, const json_t *view)
{
    static const char *const lab_names[] = {"id", "number", "title", "version", "seed", NULL};
    static const char *const step_names[] = {"id", "title", NULL};
    json_t *rows = rows_of(name, view), *lab = json_object(), *step = json_object();
    for (const char *const *member = lab_names; *member; member++)
        mw_row_set(lab, *member, mw_json_member(mw_json_member(view, "lab"), *member));
    for (const char *const *member = step_names; *member; member++)
        mw_row_set(step, *member, mw_json_member(mw_json_member(view, "step"), *member));
    char brand[128];
    mw_figure_brand(view, brand, sizeof brand);
    mw_picture_samples samples = mw_figure_samples_of(name, view);
    const json_t *date = mw_json_member(view, "measured");
    const char *verdict = mw_json_text(mw_json_member(view, "machine"), "verdict");
    return json_pack("{s:i, s:s, s:s, s:o, s:o, s:{s:s?, s:s?}, s:O?, s:{s:i, s:i}, s:o}", "format",
                     1, "figure", name, "memwall", MEMWALL_VERSION, "lab", lab, "step", step,
                     "machine", "brand", *brand ? brand : NULL, "verdict",
                     *verdict ? verdict : NULL, "measured", json_is_string(date) ? date : NULL,
                     "samples", "shown", samples.shown, "noisy", samples.noisy, "rows", rows);
}

/* ---- CSV ---- */

static void write_real(FILE *file, double value)
{
    char text[40];
    mw_value_spell(value, text, sizeof text);
    fputs(text, file);
}

static void write_text(FILE *file, const char *text)
{
    char clean[1024];
    mw_figure_gate(text, clean, sizeof clean);
    if (!strpbrk(clean, "\",\r\n")) {
        fputs(clean, file);
        return;
    }
    fputc('"', file);
    for (const char *c = clean; *c; c++) {
        if (*c == '"')
            fputc('"', file);
        fputc(*c, file);
    }
    fputc('"', file);
}

static void write_field(FILE *file, const json_t *value)
{
    if (json_is_string(value))
        write_text(file, json_string_value(value));
    else if (json_is_integer(value))
        fprintf(file, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        write_real(file, json_real_value(value));
    else if (json_is_boolean(value))
        fputs(json_is_true(value) ? "true" : "false", file);
}

/* What all rows share, at the end of each. */
static const struct {
    const char *name, *of, *member;
} shared[] = {{"machine", "machine", "brand"},   {"measured", NULL, "measured"},
              {"memwall", NULL, "memwall"},      {"lab", "lab", "id"},
              {"lab_version", "lab", "version"}, {"seed", "lab", "seed"}};
enum { SHARED = sizeof shared / sizeof *shared };

static void write_shared(FILE *file, const json_t *data)
{
    for (int i = 0; i < SHARED; i++) {
        fputc(',', file);
        write_field(file, mw_json_member(shared[i].of ? mw_json_member(data, shared[i].of) : data,
                                         shared[i].member));
    }
}

char *mw_figure_csv(const json_t *data, size_t *size)
{
    char *text = NULL;
    const char *const *names = members_of(mw_json_text(data, "figure"));
    if (!names)
        return NULL;
    FILE *file = open_memstream(&text, size);
    if (!file)
        return NULL;
    for (const char *const *name = names; *name; name++)
        fprintf(file, "%s%s", name == names ? "" : ",", *name);
    for (int i = 0; i < SHARED; i++)
        fprintf(file, ",%s", shared[i].name);
    fputs("\r\n", file);
    for (int r = 0; r < mw_json_count(data, "rows"); r++) {
        const json_t *row = mw_json_item(data, "rows", r);
        for (const char *const *name = names; *name; name++) {
            if (name != names)
                fputc(',', file);
            write_field(file, json_object_get(row, *name));
        }
        write_shared(file, data);
        fputs("\r\n", file);
    }
    bool whole = fclose(file) == 0;
    if (!whole)
        free(text);
    return whole ? text : NULL;
}
