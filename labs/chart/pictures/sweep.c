/*
 * sweep.c: what a sweep found, over its axis: curves with the spread of their samples, and marks
 * where something was predicted or found.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/chart/pictures/pictures.h"
#include "labs/chart/pictures/rows.h"
#include "labs/chart/series_chart.h"
#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/words.h"

typedef struct sweep_picture {
    mw_picture picture;
    mw_series_chart chart;
    mw_series_point points[MW_SERIES_MAX][MW_SERIES_POINTS];
    mw_series_plan plan;
} sweep_picture;

static const char *const members[] = {"what", "id",   "label", "x",    "x_unit",  "value",
                                      "low",  "high", "unit",  "kind", "verdict", NULL};

static bool present(const json_t *chart)
{
    return json_is_object(chart);
}

static bool has_series(const json_t *chart)
{
    for (int s = 0; s < mw_json_count(chart, "series"); s++)
        if (mw_json_count(mw_json_item(chart, "series", s), "points") > 0)
            return true;
    return false;
}

/* ---- reading ---- */

static mw_scale scale_of(const json_t *axis)
{
    const char *scale = mw_json_text(axis, "scale");
    if (strcmp(scale, "log") != 0)
        return MW_SCALE_LINEAR;
    return strcmp(mw_json_text(axis, "unit"), "B") == 0 ? MW_SCALE_LOG2 : MW_SCALE_LOG;
}

/* Sizes that double from one to the next are read as such: 64K, 1M. Small ones are read as they
 * are. */
static bool are_sizes(const mw_series_chart *chart)
{
    double greatest = 0;
    for (int s = 0; s < chart->series_count; s++)
        for (int i = 0; i < chart->series[s].count; i++) {
            double x = chart->series[s].points[i].x;
            int exponent;
            if (!(x >= 1) || frexp(x, &exponent) != 0.5)
                return false;
            greatest = fmax(greatest, x);
        }
    return greatest >= 1 << 14;
}

static double coordinate(const json_t *point, size_t index)
{
    const json_t *value = json_array_get(point, index);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void read(mw_picture *picture, const mw_picture_wish *wish)
{
    (void)wish;
    sweep_picture *sweep = (sweep_picture *)picture;
    const json_t *chart = picture->json;
    mw_series_chart *made = &sweep->chart;
    picture->drawing.around.title = mw_json_text(chart, "title");
    made->x_scale = scale_of(mw_json_member(chart, "x"));
    made->y_scale = scale_of(mw_json_member(chart, "y"));
    for (int s = 0; s < mw_json_count(chart, "series") && s < MW_SERIES_MAX; s++) {
        const json_t *series = mw_json_item(chart, "series", s);
        int count = mw_json_count(series, "points");
        if (count > MW_SERIES_POINTS)
            count = MW_SERIES_POINTS;
        made->series[s].kind = MW_MEASURED;
        mw_kind_parse(mw_json_text(series, "kind"), &made->series[s].kind);
        bool timed = made->series[s].kind == MW_MEASURED; /* what was recorded elsewhere is not */
        for (int i = 0; i < count; i++) {
            const json_t *point = mw_json_item(series, "points", i);
            sweep->points[s][i] = (mw_series_point){
                coordinate(point, 0), coordinate(point, 1), coordinate(point, 2),
                coordinate(point, 3), timed && json_is_true(json_array_get(point, 4))};
        }
        made->series[s].label = mw_json_text(series, "label");
        made->series[s].points = sweep->points[s];
        made->series[s].count = count;
        made->series_count++;
    }
    if (made->x_scale == MW_SCALE_LOG && are_sizes(made))
        made->x_scale = MW_SCALE_LOG2;
    for (int i = 0; i < mw_json_count(chart, "marks") && i < MW_SERIES_MARKS; i++) {
        const json_t *mark = mw_json_item(chart, "marks", i);
        made->marks[i] = mw_json_number(mark, "x", NAN);
        made->mark_words[i] = mw_json_text(mark, "label");
        made->mark_kinds[i] = MW_GIVEN;
        mw_kind_parse(mw_json_text(mark, "kind"), &made->mark_kinds[i]);
        made->mark_count++;
    }
}

static void write_titles(const json_t *chart, const mw_series_plan *plan, char y[64], char x[80])
{
    const json_t *axis = mw_json_member(chart, "y");
    const char *unit = mw_json_text(axis, "unit"), *label = mw_json_text(axis, "label");
    bool bare = strcmp(unit, "1") == 0;
    snprintf(y, 64, "%s%.40s", bare ? "" : plan->y_prefix, bare ? label : unit);
    axis = mw_json_member(chart, "x");
    unit = mw_json_text(axis, "unit");
    label = mw_json_text(axis, "label");
    /* Sizes are labelled 4K, 2M: there the unit says nothing more. */
    bare = !*unit || strcmp(unit, "1") == 0 || plan->x.scale == MW_SCALE_LOG2;
    snprintf(x, 80, "%.40s%s%.30s", label, bare || !*label ? "" : ", ", bare ? "" : unit);
}

/* ---- the plan ---- */

static mw_mark mark_of(const sweep_picture *s, int series, bool noisy)
{
    return (mw_mark){s->chart.series[series].kind, mw_series_twin(&s->chart, series), noisy, true};
}

static void list_series(sweep_picture *s)
{
    mw_surround *around = &s->picture.drawing.around;
    int count = 0, noisy = mw_series_noisy(&s->chart, &s->plan);
    for (int i = 0; i < s->chart.series_count; i++)
        if (s->chart.series[i].label && *s->chart.series[i].label)
            around->legend[count++] = (mw_legend_entry){
                .mark = mark_of(s, i, false), .line = true, .word = s->chart.series[i].label};
    if (noisy >= 0)
        around->legend[count++] =
            (mw_legend_entry){.mark = mark_of(s, noisy, true), .word = _("noisy")};
    around->legend_count = count;
    around->legend_wraps = true;
}

static void plan(mw_drawing *drawing, double width, double height)
{
    sweep_picture *s = (sweep_picture *)drawing;
    mw_surround *around = &drawing->around;
    s->chart.medium = drawing->medium;
    mw_series_plan_make(&s->chart, width, height, &s->plan);
    write_titles(s->picture.json, &s->plan, around->y_title, around->x_title);
    list_series(s);
    around->x = &s->plan.x;
    around->y = &s->plan.y;
    around->x_ticks = s->plan.x_ticks;
    around->y_ticks = s->plan.y_ticks;
    around->x_count = s->plan.x_tick_count;
    around->y_count = s->plan.y_tick_count;
}

/* ---- drawing ---- */

static mw_ink ink_of(const sweep_picture *s, int series)
{
    return mw_ink_of_kind(s->chart.series[series].kind);
}

static mw_ink mark_ink(const sweep_picture *s, int mark, mw_ink given)
{
    mw_kind kind = s->chart.mark_kinds[mark];
    return kind == MW_GIVEN ? given : mw_ink_of_kind(kind);
}

static void draw_marks(const sweep_picture *s, mw_pen *pen)
{
    static const double dash[2] = {3, 2.5};
    for (int i = 0; i < s->chart.mark_count; i++) {
        const mw_stroke stroke = {.ink = mark_ink(s, i, MW_INK_RULE), .width = 0.9, .dash = dash};
        if (s->plan.marks[i].visible)
            pen->line(pen, s->plan.marks[i].x, 0, s->plan.marks[i].x, s->plan.height, &stroke);
    }
}

/* The spread of a dense series, on paper: on cells its curve fills it. */
static void draw_band(const sweep_picture *s, mw_pen *pen, int series)
{
    mw_spot low[MW_SERIES_POINTS], high[MW_SERIES_POINTS];
    const mw_series_spot *spots = s->plan.spots[series];
    int count = s->chart.series[series].count;
    for (int i = 0; i < count; i++) {
        bool spread = spots[i].visible && spots[i].spread;
        low[i] = (mw_spot){spread ? spots[i].x : NAN, spots[i].y_low};
        high[i] = (mw_spot){spread ? spots[i].x : NAN, spots[i].y_high};
    }
    pen->band(pen, low, high, count, ink_of(s, series), 0.18);
}

static void draw_whiskers(const sweep_picture *s, mw_pen *pen, int series)
{
    for (int i = 0; i < s->chart.series[series].count; i++) {
        const mw_series_spot *spot = &s->plan.spots[series][i];
        if (spot->visible && spot->spread)
            pen->whisker(pen, spot->x, spot->y_low, spot->y_high, s->chart.series[series].kind);
    }
}

/* What is missing is a gap. */
static void draw_curve(const sweep_picture *s, mw_pen *pen, int series)
{
    static const double dash[2] = {3, 2};
    mw_spot spots[MW_SERIES_POINTS];
    int count = s->chart.series[series].count;
    for (int i = 0; i < count; i++) {
        const mw_series_spot *spot = &s->plan.spots[series][i];
        spots[i] = (mw_spot){spot->visible ? spot->x : NAN, spot->y};
    }
    bool twin = mw_series_twin(&s->chart, series) > 0;
    const mw_stroke stroke = {.ink = ink_of(s, series), .width = 1.2, .dash = twin ? dash : NULL};
    pen->curve(pen, spots, count, &stroke);
}

/* On cells one series hides the dots of another: the last one lies on top, which is the model. */
static void draw_curves(const sweep_picture *s, mw_pen *pen)
{
    bool cells = pen->medium->cells;
    for (int k = 0; k < s->chart.series_count; k++) {
        int series = cells ? k : s->chart.series_count - 1 - k;
        bool dense = mw_series_is_dense(&s->chart, &s->plan, series);
        bool twin = mw_series_twin(&s->chart, series) > 0;
        if (dense && !cells)
            draw_band(s, pen, series);
        else if (!dense && !(cells && twin))
            draw_whiskers(s, pen, series);
        draw_curve(s, pen, series);
    }
}

static void draw_spots(const sweep_picture *s, mw_pen *pen)
{
    for (int series = s->chart.series_count - 1; series >= 0; series--)
        for (int i = 0; i < s->chart.series[series].count; i++) {
            const mw_series_spot *spot = &s->plan.spots[series][i];
            const mw_mark mark = mark_of(s, series, s->chart.series[series].points[i].noisy);
            if (spot->visible && !mw_series_is_dense(&s->chart, &s->plan, series))
                pen->mark(pen, spot->x, spot->y, &mark, 0.85);
        }
}

static void draw(const mw_drawing *drawing, mw_pen *pen)
{
    const sweep_picture *s = (const sweep_picture *)drawing;
    draw_marks(s, pen);
    draw_curves(s, pen);
    draw_spots(s, pen);
    for (int i = 0; i < s->chart.mark_count; i++) {
        const mw_box *box = &s->plan.marks[i].word;
        const mw_words words = {.halo = s->plan.marks[i].crossed,
                                .ink = mark_ink(s, i, MW_INK_DIM)};
        if (s->plan.marks[i].named)
            pen->text(pen, box->x, box->y, s->chart.mark_words[i], &words);
    }
}

/* ---- its data ---- */

static void add_series(json_t *rows, const json_t *chart, const json_t *series)
{
    const json_t *x_unit = mw_json_member(mw_json_member(chart, "x"), "unit"),
                 *y_unit = mw_json_member(mw_json_member(chart, "y"), "unit");
    static const char *const numbers[] = {"x", "value", "low", "high"};
    for (int i = 0; i < mw_json_count(series, "points"); i++) {
        const json_t *point = mw_json_item(series, "points", i);
        json_t *row = mw_rows_start(rows, members, "point", series);
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
            mw_row_set(row, numbers[k], json_array_get(point, k));
        mw_row_set(row, "x_unit", x_unit);
        mw_row_set(row, "unit", y_unit);
        mw_row_set(row, "kind", mw_json_member(series, "kind"));
        mw_row_set_verdict(row, json_is_true(json_array_get(point, 4)));
    }
}

static void fill(const json_t *chart, json_t *rows)
{
    for (int s = 0; s < mw_json_count(chart, "series"); s++)
        add_series(rows, chart, mw_json_item(chart, "series", s));
    for (int i = 0; i < mw_json_count(chart, "marks"); i++) {
        const json_t *mark = mw_json_item(chart, "marks", i);
        json_t *row = mw_rows_start(rows, members, "mark", mark);
        mw_row_set(row, "x", mw_json_member(mark, "x"));
        mw_row_set(row, "x_unit", mw_json_member(mw_json_member(chart, "x"), "unit"));
        mw_row_set(row, "kind", mw_json_member(mark, "kind"));
    }
}

/* Every measured series of a sweep is of the same samples: the longest has them all. What was read
 * of a machine is of no step: it is one measurement, whose verdict is the machine's. */
static mw_picture_samples samples(const json_t *chart)
{
    mw_picture_samples most = {0};
    if (!*mw_json_text(chart, "step"))
        return most;
    for (int s = 0; s < mw_json_count(chart, "series"); s++) {
        const json_t *series = mw_json_item(chart, "series", s);
        mw_picture_samples own = {0};
        for (int i = 0; i < mw_json_count(series, "points"); i++)
            mw_picture_count(&own, mw_json_text(series, "kind"),
                             json_is_true(json_array_get(mw_json_item(series, "points", i), 4)));
        if (own.shown > most.shown)
            most = own;
    }
    return most;
}

/* ---- in words ---- */

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

static void tell(const json_t *chart, const mw_teller *teller)
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
    void *table = teller->table(teller->context, alignment);
    teller->row(table, cells);
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
        teller->row(table, cells);
    }
    mw_tell(teller, "\n%s", mw_json_text(chart, "title"));
    teller->end(teller->context, table, 2);
    free(x);
    size_t i;
    json_t *mark;
    json_array_foreach(json_object_get(chart, "marks"), i, mark)
    {
        char at[64];
        const char *kind = mw_json_text(mark, "kind");
        mw_value_format(mw_json_number(mark, "x", 0), unit_of(x_axis), 4, at, sizeof at);
        mw_tell(teller, "  %s: %s %s%s%s%s", mw_json_text(mark, "label"),
                mw_json_text(x_axis, "label"), at, *kind ? " (" : "",
                *kind ? mw_kind_word_of(kind) : "", *kind ? ")" : "");
    }
}

static bool of_step(const json_t *chart, const char *step)
{
    return has_series(chart) && strcmp(mw_json_text(chart, "step"), step) == 0;
}

const mw_picture_kind mw_picture_sweep = {
    .name = "sweep",
    .tab = N_("chart"),
    .size = sizeof(sweep_picture),
    .paper = {16, 9.5},
    .with_step = true,
    .rows = members,
    .present = present,
    .filled = has_series,
    .read = read,
    .plan = plan,
    .draw = draw,
    .fill = fill,
    .tell = tell,
    .of_step = of_step,
    .samples = samples,
};
