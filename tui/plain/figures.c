/* figures.c: chooses the columns that say something, and spells points and links. */
#include "tui/plain/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "labs/locale/words.h"
#include "model/roofline.h"

/* "20.9 ms ±1 %", "absent: no PMU here", or "" when the view says nothing. */
static void write_number(const json_t *json, char *text, size_t size)
{
    mw_number number;
    text[0] = '\0';
    if (!json_is_object(json) || !mw_number_from_json(json, &number))
        return;
    char said[MW_REASON_TEXT];
    if (number.absent)
        snprintf(text, size, "%s%s%s", _("absent"), mw_reason_is(&number.reason) ? ": " : "",
                 mw_reason_said(&number.reason, said));
    else
        mw_number_format(&number, text, size);
}

/* A column is shown when some row has something in it: four empty columns say nothing. */
void mw_figures_counters(const mw_lines *lines, const json_t *counters)
{
    static const mw_kind kinds[] = {MW_PREDICTED, MW_COUNTED, MW_MODELLED, MW_MEASURED};
    enum { KINDS = 4, COLUMNS = KINDS + 2 };
    if (json_array_size(counters) == 0)
        return;
    bool shown[KINDS] = {false};
    size_t i;
    json_t *row;
    json_array_foreach(counters, i, row)
    {
        for (int k = 0; k < KINDS; k++)
            shown[k] = shown[k] || json_is_object(json_object_get(row, mw_kind_name(kinds[k])));
    }
    char alignment[COLUMNS + 1] = "l";
    const char *header[COLUMNS] = {""};
    int columns = 1;
    for (int k = 0; k < KINDS; k++) {
        if (shown[k]) {
            alignment[columns] = 'r';
            header[columns++] = mw_kind_word(kinds[k]);
        }
    }
    alignment[columns] = 'l';
    header[columns] = "";
    mw_table *table = mw_table_new(alignment);
    mw_table_cells(table, header);
    json_array_foreach(counters, i, row)
    {
        char texts[KINDS][160], label[MW_LABEL_TEXT];
        const char *cells[COLUMNS] = {mw_counter_label(row, label)};
        int column = 1;
        for (int k = 0; k < KINDS; k++) {
            if (!shown[k])
                continue;
            write_number(json_object_get(row, mw_kind_name(kinds[k])), texts[k], sizeof texts[k]);
            cells[column++] = texts[k];
        }
        cells[column] = mw_json_text(row, "note");
        mw_table_cells(table, cells);
    }
    mw_lines_print(lines, "\n%s", _("Counters"));
    mw_table_print(table, lines, 2);
    mw_table_free(table);
}

static void print_roofs(const mw_lines *lines, const json_t *roofs, const char *title)
{
    if (json_array_size(roofs) == 0)
        return;
    mw_lines_print(lines, "  %s", title);
    mw_table *table = mw_table_new("lrl");
    size_t i;
    json_t *roof;
    json_array_foreach(roofs, i, roof)
    {
        char text[160];
        write_number(json_object_get(roof, "number"), text, sizeof text);
        mw_mark_append(text, sizeof text, mw_unsure_mark(mw_json_true(roof, "unsure")));
        mw_table_row(table, mw_json_text(roof, "label"), text,
                     mw_kind_word_of(mw_json_text(json_object_get(roof, "number"), "kind")));
    }
    mw_table_print(table, lines, 4);
    mw_table_free(table);
}

/* The roof that bounds the run, as the view has it. */
static double active(const json_t *roofs, const char **label, bool *unsure)
{
    size_t i;
    json_t *roof;
    json_array_foreach(roofs, i, roof)
    {
        if (!json_is_true(json_object_get(roof, "active")))
            continue;
        *label = mw_json_text(roof, "label");
        *unsure = mw_json_true(roof, "unsure");
        return mw_json_number(json_object_get(roof, "number"), "value", 0);
    }
    return 0;
}

static void print_ridges(const mw_lines *lines, const json_t *roofline)
{
    const char *roof = "";
    bool unsure = false;
    double compute = active(json_object_get(roofline, "compute"), &roof, &unsure);
    if (!(compute > 0))
        return;
    mw_lines_print(lines, _("  Ridge points under %s"), roof);
    mw_table *table = mw_table_new("lr");
    size_t i;
    json_t *memory;
    json_array_foreach(json_object_get(roofline, "memory"), i, memory)
    {
        double value = mw_json_number(json_object_get(memory, "number"), "value", 0);
        if (!(value > 0))
            continue;
        char text[64];
        mw_value_format(mw_roofline_ridge(compute, value), MW_UNIT_FLOP_PER_BYTE, 3, text,
                        sizeof text);
        mw_mark_append(text, sizeof text, mw_unsure_mark(unsure || mw_json_true(memory, "unsure")));
        mw_table_row(table, mw_json_text(memory, "label"), text);
    }
    mw_table_print(table, lines, 4);
    mw_table_free(table);
}

/* "L1 0.25, L2 0.5 FLOP/B": the same point by the bytes of each level, as far as known. */
static void write_places(const json_t *point, char *text, size_t size)
{
    size_t used = 0, i;
    json_t *place;
    text[0] = '\0';
    json_array_foreach(json_object_get(point, "places"), i, place)
    {
        char x[64];
        mw_value_format(mw_json_number(place, "x", 0), MW_UNIT_FLOP_PER_BYTE, 3, x, sizeof x);
        int wrote = snprintf(text + used, size - used, "%s%s %s", used ? ", " : "",
                             mw_level_word(mw_json_text(place, "level")), x);
        if (wrote < 0 || (size_t)wrote >= size - used)
            return;
        used += (size_t)wrote;
    }
}

static void print_points(const mw_lines *lines, const json_t *roofline)
{
    const json_t *points = json_object_get(roofline, "points");
    if (json_array_size(points) == 0)
        return;
    mw_lines_print(lines, "  %s", _("Points"));
    mw_table *table = mw_table_new("lrrll");
    size_t i;
    json_t *point;
    json_array_foreach(points, i, point)
    {
        char x[64], y[64];
        mw_value_format(mw_json_number(point, "x", 0), MW_UNIT_FLOP_PER_BYTE, 4, x, sizeof x);
        mw_value_format(mw_json_number(point, "y", 0), MW_UNIT_FLOP_PER_SECOND, 3, y, sizeof y);
        const char *label = mw_json_text(point, "label");
        char places[256], kind[96];
        write_places(point, places, sizeof places);
        snprintf(kind, sizeof kind, "%s%s", mw_kind_word_of(mw_json_text(point, "kind")),
                 json_is_true(json_object_get(point, "noisy")) ? _(", noisy") : "");
        mw_table_row(table, *label ? label : mw_json_text(point, "id"), x, y, kind, places);
    }
    mw_table_print(table, lines, 4);
    mw_table_free(table);
}

static const char *point_label(const json_t *points, const char *id)
{
    size_t i;
    json_t *point;
    json_array_foreach(points, i, point)
    {
        if (strcmp(mw_json_text(point, "id"), id) == 0 && *mw_json_text(point, "label"))
            return mw_json_text(point, "label");
    }
    return id;
}

/* "You, simd: you: x1.9 too high": a line needs the names that a drawn link has by its ends. */
static void print_links(const mw_lines *lines, const json_t *roofline)
{
    const json_t *points = json_object_get(roofline, "points");
    size_t i;
    json_t *link;
    json_array_foreach(json_object_get(roofline, "links"), i, link)
    {
        const char *text = mw_json_text(link, "text");
        if (*text)
            mw_lines_print(lines, _("    from %s to %s: %s"),
                           point_label(points, mw_json_text(link, "from")),
                           point_label(points, mw_json_text(link, "to")), text);
    }
}

void mw_figures_roofline(const mw_lines *lines, const json_t *roofline)
{
    if (!json_is_object(roofline))
        return;
    mw_lines_print(lines, "\n%s", _("Roofline: FLOP/s against FLOP per byte"));
    print_roofs(lines, json_object_get(roofline, "memory"), _("Memory roofs"));
    print_roofs(lines, json_object_get(roofline, "compute"), _("Compute roofs"));
    print_ridges(lines, roofline);
    print_points(lines, roofline);
    print_links(lines, roofline);
}

static mw_unit unit_of(const json_t *axis)
{
    mw_unit unit = MW_UNIT_ONE;
    mw_unit_parse(mw_json_text(axis, "unit"), &unit);
    return unit;
}

/* The point of a series at `x`, or NULL: a gap. */
static const json_t *point_at(const json_t *series, double x)
{
    size_t i;
    json_t *point;
    json_array_foreach(json_object_get(series, "points"), i, point)
    {
        if (json_number_value(json_array_get(point, 0)) == x)
            return point;
    }
    return NULL;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Every x that some series has, sorted, once; the caller frees. */
static double *all_x(const json_t *series, size_t *count)
{
    size_t capacity = 0, i, j;
    json_t *one, *point;
    json_array_foreach(series, i, one) capacity += json_array_size(json_object_get(one, "points"));
    double *values = calloc(capacity ? capacity : 1, sizeof *values);
    *count = 0;
    if (!values)
        return NULL;
    json_array_foreach(series, i, one)
    {
        json_array_foreach(json_object_get(one, "points"), j, point) values[(*count)++] =
            json_number_value(json_array_get(point, 0));
    }
    qsort(values, *count, sizeof *values, compare_doubles);
    size_t kept = 0;
    for (size_t k = 0; k < *count; k++) {
        if (k == 0 || values[k] != values[kept - 1])
            values[kept++] = values[k];
    }
    *count = kept;
    return values;
}

void mw_figures_chart(const mw_lines *lines, const json_t *chart)
{
    enum { SERIES_MOST = 12 };
    const json_t *series = json_object_get(chart, "series");
    size_t count = json_array_size(series), rows;
    double *x = all_x(series, &rows);
    if (count == 0 || count > SERIES_MOST || !x || rows == 0) {
        free(x);
        return;
    }
    const json_t *x_axis = json_object_get(chart, "x"), *y_axis = json_object_get(chart, "y");
    char alignment[SERIES_MOST + 3] = "", heads[SERIES_MOST][160];
    const char *cells[SERIES_MOST + 2] = {mw_json_text(x_axis, "label")};
    memset(alignment, 'r', count + 1);
    alignment[count + 1] = 'l';
    cells[count + 1] = "";
    for (size_t s = 0; s < count; s++) {
        const json_t *one = json_array_get(series, s);
        const char *kind = mw_json_text(one, "kind");
        snprintf(heads[s], sizeof heads[s], "%s%s%s%s", mw_json_text(one, "label"),
                 *kind ? " (" : "", *kind ? mw_kind_word_of(kind) : "", *kind ? ")" : "");
        cells[s + 1] = heads[s];
    }
    mw_table *table = mw_table_new(alignment);
    mw_table_cells(table, cells);
    for (size_t row = 0; row < rows; row++) {
        char at[64], texts[SERIES_MOST][64];
        mw_value_format(x[row], unit_of(x_axis), 4, at, sizeof at);
        cells[0] = at;
        bool noisy = false;
        for (size_t s = 0; s < count; s++) {
            const json_t *shown = point_at(json_array_get(series, s), x[row]);
            if (shown)
                mw_value_format(json_number_value(json_array_get(shown, 1)), unit_of(y_axis), 3,
                                texts[s], sizeof texts[s]);
            else
                snprintf(texts[s], sizeof texts[s], "-");
            cells[s + 1] = texts[s];
            noisy = noisy || json_is_true(json_array_get(shown, 4));
        }
        cells[count + 1] = noisy ? _("noisy") : "";
        mw_table_cells(table, cells);
    }
    mw_lines_print(lines, "\n%s", mw_json_text(chart, "title"));
    mw_table_print(table, lines, 2);
    mw_table_free(table);
    free(x);
    size_t i;
    json_t *mark;
    json_array_foreach(json_object_get(chart, "marks"), i, mark)
    {
        char at[64];
        const char *kind = mw_json_text(mark, "kind");
        mw_value_format(mw_json_number(mark, "x", 0), unit_of(x_axis), 4, at, sizeof at);
        mw_lines_print(lines, "  %s: %s %s%s%s%s", mw_json_text(mark, "label"),
                       mw_json_text(x_axis, "label"), at, *kind ? " (" : "",
                       *kind ? mw_kind_word_of(kind) : "", *kind ? ")" : "");
    }
}
