/* figure_data.c: the numbers behind a figure as rows, for JSON and CSV. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "labs/chart/roofline_chart.h"
#include "labs/engine/wire/member.h"
#include "labs/figure/figure.h"
#include "labs/locale/words.h"
#include "labs/view/charts.h"
#include "labs/view/data.h"
#include "labs/view/rows.h"
#include "model/verdict.h"

/* The members of a row, in their order; what a row does not have is null. */
static const char *const roofline_names[] = {"what", "id",     "to",     "label",   "step", "order",
                                             "x",    "x_unit", "value",  "low",     "high", "unit",
                                             "kind", "active", "reason", "verdict", NULL};
static const char *const sweep_names[] = {"what", "id",   "label", "x",    "x_unit",  "value",
                                          "low",  "high", "unit",  "kind", "verdict", NULL};
static const char *const counter_names[] = {"id",   "label", "column", "value",  "low",     "high",
                                            "unit", "kind",  "note",   "reason", "verdict", NULL};

static const char *const *const names[MW_FIGURE_COUNT] = {roofline_names, sweep_names,
                                                          counter_names};

static json_t *new_row(const char *const *members)
{
    json_t *row = json_object();
    for (; *members; members++)
        json_object_set_new(row, *members, json_null());
    return row;
}

static void set(json_t *row, const char *name, const json_t *value)
{
    if (value)
        json_object_set(row, name, (json_t *)value);
}

static void set_text(json_t *row, const char *name, const char *text)
{
    json_object_set_new(row, name, json_string(text));
}

/* A number object of the view, or a bare number; what is absent has no value, only a reason. */
static void set_number(json_t *row, const json_t *number)
{
    static const char *const members[] = {"value", "low", "high", "unit", "kind", "reason"};
    if (json_is_number(number))
        set(row, "value", number);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        set(row, members[i], mw_json_member(number, members[i]));
    if (mw_json_true(number, "absent"))
        for (int i = 0; i < 3; i++)
            json_object_set_new(row, members[i], json_null());
}

static json_t *start_row(json_t *rows, mw_figure_kind kind, const char *what, const json_t *from)
{
    json_t *row = new_row(names[kind]);
    static const char *const copied[] = {"id", "label"};
    if (what)
        set_text(row, "what", what);
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
        set(row, copied[i], mw_json_member(from, copied[i]));
    json_array_append_new(rows, row);
    return row;
}

/* Of what was measured by a run. */
static void set_verdict(json_t *row, bool noisy)
{
    if (strcmp(mw_json_text(row, "kind"), "measured") == 0)
        set_text(row, "verdict", mw_run_verdict_name(noisy ? MW_RUN_NOISY : MW_RUN_CLEAN));
}

/* ---- the roofline ---- */

static void add_roofs(json_t *rows, const json_t *roofline, const char *key, const char *what)
{
    for (int i = 0; i < mw_json_count(roofline, key); i++) {
        const json_t *roof = mw_json_item(roofline, key, i);
        json_t *row = start_row(rows, MW_FIGURE_ROOFLINE, what, roof);
        set_number(row, mw_json_member(roof, "number"));
        if (mw_json_true(roof, "unsure"))
            set_text(row, "verdict", mw_row_word_name(MW_ROW_IS_UNSURE));
        json_object_set_new(row, "active", json_boolean(mw_json_true(roof, "active")));
    }
}

/* The same run by the bytes of each level. */
static void add_places(json_t *rows, const json_t *point)
{
    for (int i = 0; i < mw_json_count(point, "places"); i++) {
        const json_t *place = mw_json_item(point, "places", i);
        json_t *row = start_row(rows, MW_FIGURE_ROOFLINE, "place", NULL);
        set(row, "id", mw_json_member(point, "id"));
        set(row, "to", mw_json_member(place, "level"));
        set(row, "label", mw_json_member(place, "level"));
        set(row, "step", mw_json_member(point, "step"));
        set(row, "x", mw_json_member(place, "x"));
        set_text(row, "x_unit", "FLOP/B");
        set(row, "value", mw_json_member(point, "y"));
        set_text(row, "unit", "FLOP/s");
        set(row, "kind", mw_json_member(place, "kind"));
    }
}

static void add_points(json_t *rows, const json_t *roofline)
{
    for (int i = 0; i < mw_json_count(roofline, "points"); i++) {
        const json_t *point = mw_json_item(roofline, "points", i);
        json_t *row = start_row(rows, MW_FIGURE_ROOFLINE, "point", point);
        set(row, "step", mw_json_member(point, "step"));
        set(row, "x", mw_json_member(point, "x"));
        set_text(row, "x_unit", "FLOP/B");
        set(row, "value", mw_json_member(point, "y"));
        set(row, "low", mw_json_member(point, "low"));
        set(row, "high", mw_json_member(point, "high"));
        set_text(row, "unit", "FLOP/s");
        set(row, "kind", mw_json_member(point, "kind"));
        json_object_set_new(row, "active", json_boolean(mw_json_true(point, "active")));
        set_verdict(row, mw_json_true(point, "noisy"));
        add_places(rows, point);
        for (int t = 0; t < mw_json_count(roofline, "trail"); t++)
            if (json_equal(mw_json_item(roofline, "trail", t), mw_json_member(point, "id")))
                json_object_set_new(row, "order", json_integer(t + 1));
    }
}

static void add_links(json_t *rows, const json_t *roofline)
{
    for (int i = 0; i < mw_json_count(roofline, "links"); i++) {
        const json_t *link = mw_json_item(roofline, "links", i);
        json_t *row = start_row(rows, MW_FIGURE_ROOFLINE, "link", NULL);
        set(row, "id", mw_json_member(link, "from"));
        set(row, "to", mw_json_member(link, "to"));
        set(row, "label", mw_json_member(link, "text"));
    }
}

/* The ridge is what the plan finds, whatever it is drawn on. */
static void add_ridge(json_t *rows, const json_t *roofline)
{
    mw_roofline_view *view = calloc(1, sizeof *view);
    mw_roofline_plan *plan = calloc(1, sizeof *plan);
    if (view && plan) {
        mw_roofline_read(roofline, "", NULL, view);
        mw_roofline_plan_make(&view->chart, 80, 24, plan);
        if (plan->ridge_value > 0) {
            json_t *row = start_row(rows, MW_FIGURE_ROOFLINE, "ridge", NULL);
            json_object_set_new(row, "x", json_real(plan->ridge_value));
            set_text(row, "x_unit", "FLOP/B");
            set_text(row, "kind", mw_kind_name(MW_MODELLED));
        }
    }
    free(view);
    free(plan);
}

static void add_roofline(json_t *rows, const json_t *view)
{
    const json_t *roofline = mw_json_member(view, "roofline");
    add_roofs(rows, roofline, "memory", "memory roof");
    add_roofs(rows, roofline, "compute", "compute roof");
    add_ridge(rows, roofline);
    add_points(rows, roofline);
    add_links(rows, roofline);
}

/* ---- the sweep ---- */

static void add_series(json_t *rows, const json_t *chart, const json_t *series)
{
    const json_t *x_unit = mw_json_member(mw_json_member(chart, "x"), "unit"),
                 *y_unit = mw_json_member(mw_json_member(chart, "y"), "unit");
    static const char *const members[] = {"x", "value", "low", "high"};
    for (int i = 0; i < mw_json_count(series, "points"); i++) {
        const json_t *point = mw_json_item(series, "points", i);
        json_t *row = start_row(rows, MW_FIGURE_SWEEP, "point", series);
        for (size_t k = 0; k < sizeof members / sizeof *members; k++)
            set(row, members[k], json_array_get(point, k));
        set(row, "x_unit", x_unit);
        set(row, "unit", y_unit);
        set(row, "kind", mw_json_member(series, "kind"));
        set_verdict(row, json_is_true(json_array_get(point, 4)));
    }
}

static void add_sweep(json_t *rows, const json_t *view)
{
    const json_t *chart = mw_json_member(view, "chart");
    for (int s = 0; s < mw_json_count(chart, "series"); s++)
        add_series(rows, chart, mw_json_item(chart, "series", s));
    for (int i = 0; i < mw_json_count(chart, "marks"); i++) {
        const json_t *mark = mw_json_item(chart, "marks", i);
        json_t *row = start_row(rows, MW_FIGURE_SWEEP, "mark", mark);
        set(row, "x", mw_json_member(mark, "x"));
        set(row, "x_unit", mw_json_member(mw_json_member(chart, "x"), "unit"));
        set(row, "kind", mw_json_member(mark, "kind"));
    }
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

static void count_sample(mw_figure_samples *samples, const char *kind, bool noisy)
{
    if (strcmp(kind, "measured") != 0)
        return;
    samples->shown++;
    samples->noisy += noisy;
}

/* Every measured series of a sweep is of the same samples: the longest has them all. */
static mw_figure_samples sweep_samples(const json_t *chart)
{
    mw_figure_samples most = {0};
    for (int s = 0; s < mw_json_count(chart, "series"); s++) {
        const json_t *series = mw_json_item(chart, "series", s);
        mw_figure_samples own = {0};
        for (int i = 0; i < mw_json_count(series, "points"); i++)
            count_sample(&own, mw_json_text(series, "kind"),
                         json_is_true(json_array_get(mw_json_item(series, "points", i), 4)));
        if (own.shown > most.shown)
            most = own;
    }
    return most;
}

mw_figure_samples mw_figure_samples_of(mw_figure_kind kind, const json_t *view)
{
    mw_figure_samples samples = {0};
    const json_t *roofline = mw_json_member(view, "roofline");
    /* A machine's sweep is one measurement, whose verdict is the machine's. */
    if (kind == MW_FIGURE_SWEEP)
        return *mw_json_text(mw_json_member(view, "lab"), "version")
                   ? sweep_samples(mw_json_member(view, "chart"))
                   : samples;
    for (int i = 0; kind == MW_FIGURE_ROOFLINE && i < mw_json_count(roofline, "points"); i++) {
        const json_t *point = mw_json_item(roofline, "points", i);
        count_sample(&samples, mw_json_text(point, "kind"), mw_json_true(point, "noisy"));
    }
    for (int i = 0; kind == MW_FIGURE_COUNTERS && i < mw_json_count(view, "counters"); i++) {
        const json_t *row = mw_json_item(view, "counters", i);
        const json_t *time = mw_json_member(row, "measured");
        if (strcmp(mw_json_text(row, "id"), "seconds") == 0 && time &&
            !mw_json_true(time, "absent"))
            count_sample(&samples, "measured", mw_json_true(row, "noisy"));
    }
    return samples;
}

/* ---- the counters ---- */

static void add_counters(json_t *rows, const json_t *view)
{
    bool noisy = mw_figure_samples_of(MW_FIGURE_COUNTERS, view).noisy > 0;
    for (int r = 0; r < mw_json_count(view, "counters"); r++) {
        const json_t *counter = mw_json_item(view, "counters", r);
        for (int c = 0; c < MW_COUNTER_COLUMNS; c++) {
            const char *column = mw_kind_name(mw_counter_kind(c));
            const json_t *number = mw_json_member(counter, column);
            if (!number || json_is_null(number))
                continue;
            json_t *row = start_row(rows, MW_FIGURE_COUNTERS, NULL, counter);
            char label[MW_LABEL_TEXT];
            set_text(row, "label", mw_counter_label(counter, label));
            set_text(row, "column", column);
            set_number(row, number);
            set(row, "note", mw_json_member(counter, "note"));
            if (json_is_number(json_object_get(row, "value")))
                set_verdict(row, noisy);
        }
    }
}

json_t *mw_figure_data(mw_figure_kind kind, const json_t *view)
{
    static void (*const fillers[])(json_t *, const json_t *) = {add_roofline, add_sweep,
                                                                add_counters};
    static const char *const lab_names[] = {"id", "number", "title", "version", "seed", NULL};
    static const char *const step_names[] = {"id", "title", NULL};
    json_t *rows = json_array(), *lab = json_object(), *step = json_object();
    for (const char *const *name = lab_names; *name; name++)
        set(lab, *name, mw_json_member(mw_json_member(view, "lab"), *name));
    for (const char *const *name = step_names; *name; name++)
        set(step, *name, mw_json_member(mw_json_member(view, "step"), *name));
    fillers[kind](rows, view);
    char brand[128];
    mw_figure_brand(view, brand, sizeof brand);
    mw_figure_samples samples = mw_figure_samples_of(kind, view);
    const json_t *date = mw_json_member(view, "measured");
    const char *verdict = mw_json_text(mw_json_member(view, "machine"), "verdict");
    return json_pack("{s:i, s:s, s:s, s:o, s:o, s:{s:s?, s:s?}, s:O?, s:{s:i, s:i}, s:o}", "format",
                     1, "figure", mw_figure_name(kind), "memwall", MEMWALL_VERSION, "lab", lab,
                     "step", step, "machine", "brand", *brand ? brand : NULL, "verdict",
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
    mw_figure_kind kind;
    char *text = NULL;
    if (!mw_figure_parse(mw_json_text(data, "figure"), &kind))
        return NULL;
    FILE *file = open_memstream(&text, size);
    if (!file)
        return NULL;
    for (const char *const *name = names[kind]; *name; name++)
        fprintf(file, "%s%s", name == names[kind] ? "" : ",", *name);
    for (int i = 0; i < SHARED; i++)
        fprintf(file, ",%s", shared[i].name);
    fputs("\r\n", file);
    for (int r = 0; r < mw_json_count(data, "rows"); r++) {
        const json_t *row = mw_json_item(data, "rows", r);
        for (const char *const *name = names[kind]; *name; name++) {
            if (name != names[kind])
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
