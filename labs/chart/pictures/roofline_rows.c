/* roofline_rows.c: a roofline as rows of data and as tables in words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/chart/pictures/roofline.h"
#include "labs/chart/pictures/rows.h"
#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "labs/locale/words.h"
#include "model/roofline.h"
#include "model/verdict.h"

const char *const mw_roofline_members[] = {"what", "id",     "to",     "label",   "step", "order",
                                           "x",    "x_unit", "value",  "low",     "high", "unit",
                                           "kind", "active", "reason", "verdict", NULL};

static void add_roofs(json_t *rows, const json_t *roofline, const char *key, const char *what)
{
    for (int i = 0; i < mw_json_count(roofline, key); i++) {
        const json_t *roof = mw_json_item(roofline, key, i);
        json_t *row = mw_rows_start(rows, mw_roofline_members, what, roof);
        mw_row_set_number(row, mw_json_member(roof, "number"));
        if (mw_json_true(roof, "unsure"))
            mw_row_set_text(row, "verdict", mw_row_word_name(MW_ROW_IS_UNSURE));
        json_object_set_new(row, "active", json_boolean(mw_json_true(roof, "active")));
    }
}

/* The same run by the bytes of each level. */
static void add_places(json_t *rows, const json_t *point)
{
    for (int i = 0; i < mw_json_count(point, "places"); i++) {
        const json_t *place = mw_json_item(point, "places", i);
        json_t *row = mw_rows_start(rows, mw_roofline_members, "place", NULL);
        mw_row_set(row, "id", mw_json_member(point, "id"));
        mw_row_set(row, "to", mw_json_member(place, "level"));
        mw_row_set(row, "label", mw_json_member(place, "level"));
        mw_row_set(row, "step", mw_json_member(point, "step"));
        mw_row_set(row, "x", mw_json_member(place, "x"));
        mw_row_set_text(row, "x_unit", "FLOP/B");
        mw_row_set(row, "value", mw_json_member(point, "y"));
        mw_row_set_text(row, "unit", "FLOP/s");
        mw_row_set(row, "kind", mw_json_member(place, "kind"));
    }
}

static void add_points(json_t *rows, const json_t *roofline)
{
    for (int i = 0; i < mw_json_count(roofline, "points"); i++) {
        const json_t *point = mw_json_item(roofline, "points", i);
        json_t *row = mw_rows_start(rows, mw_roofline_members, "point", point);
        mw_row_set(row, "step", mw_json_member(point, "step"));
        mw_row_set(row, "x", mw_json_member(point, "x"));
        mw_row_set_text(row, "x_unit", "FLOP/B");
        mw_row_set(row, "value", mw_json_member(point, "y"));
        mw_row_set(row, "low", mw_json_member(point, "low"));
        mw_row_set(row, "high", mw_json_member(point, "high"));
        mw_row_set_text(row, "unit", "FLOP/s");
        mw_row_set(row, "kind", mw_json_member(point, "kind"));
        json_object_set_new(row, "active", json_boolean(mw_json_true(point, "active")));
        mw_row_set_verdict(row, mw_json_true(point, "noisy"));
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
        json_t *row = mw_rows_start(rows, mw_roofline_members, "link", NULL);
        mw_row_set(row, "id", mw_json_member(link, "from"));
        mw_row_set(row, "to", mw_json_member(link, "to"));
        mw_row_set(row, "label", mw_json_member(link, "text"));
    }
}

/* The ridge is what the plan finds, whatever it is drawn on. */
static void add_ridge(json_t *rows, const json_t *roofline)
{
    static const mw_picture_wish wish = {0};
    mw_roofline_view *view = calloc(1, sizeof *view);
    mw_roofline_plan *plan = calloc(1, sizeof *plan);
    if (view && plan) {
        mw_roofline_read(roofline, &wish, view);
        mw_roofline_plan_make(&view->chart, 80, 24, plan);
        if (plan->ridge_value > 0) {
            json_t *row = mw_rows_start(rows, mw_roofline_members, "ridge", NULL);
            json_object_set_new(row, "x", json_real(plan->ridge_value));
            mw_row_set_text(row, "x_unit", "FLOP/B");
            mw_row_set_text(row, "kind", mw_kind_name(MW_MODELLED));
        }
    }
    free(view);
    free(plan);
}

void mw_roofline_fill(const json_t *roofline, json_t *rows)
{
    add_roofs(rows, roofline, "memory", "memory roof");
    add_roofs(rows, roofline, "compute", "compute roof");
    add_ridge(rows, roofline);
    add_points(rows, roofline);
    add_links(rows, roofline);
}

mw_picture_samples mw_roofline_samples(const json_t *roofline)
{
    mw_picture_samples samples = {0};
    for (int i = 0; i < mw_json_count(roofline, "points"); i++) {
        const json_t *point = mw_json_item(roofline, "points", i);
        mw_picture_count(&samples, mw_json_text(point, "kind"), mw_json_true(point, "noisy"));
    }
    return samples;
}

/* ---- in words ---- */

static void print_roofs(const mw_teller *teller, const json_t *roofs, const char *title)
{
    if (json_array_size(roofs) == 0)
        return;
    mw_tell(teller, "  %s", title);
    void *table = teller->table(teller->context, "lrl");
    size_t i;
    json_t *roof;
    json_array_foreach(roofs, i, roof)
    {
        char text[160];
        mw_tell_number(json_object_get(roof, "number"), text, sizeof text);
        mw_mark_append(text, sizeof text, mw_unsure_mark(mw_json_true(roof, "unsure")));
        const json_t *number = json_object_get(roof, "number");
        teller->row(table, (const char *[]){mw_json_text(roof, "label"), text,
                                            mw_kind_word_of(mw_json_text(number, "kind"))});
    }
    teller->end(teller->context, table, 4);
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

static void print_ridges(const mw_teller *teller, const json_t *roofline)
{
    const char *roof = "";
    bool unsure = false;
    double compute = active(json_object_get(roofline, "compute"), &roof, &unsure);
    if (!(compute > 0))
        return;
    mw_tell(teller, _("  Ridge points under %s"), roof);
    void *table = teller->table(teller->context, "lr");
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
        teller->row(table, (const char *[]){mw_json_text(memory, "label"), text});
    }
    teller->end(teller->context, table, 4);
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

static void print_points(const mw_teller *teller, const json_t *roofline)
{
    const json_t *points = json_object_get(roofline, "points");
    if (json_array_size(points) == 0)
        return;
    mw_tell(teller, "  %s", _("Points"));
    void *table = teller->table(teller->context, "lrrll");
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
        teller->row(table, (const char *[]){*label ? label : mw_json_text(point, "id"), x, y, kind,
                                            places});
    }
    teller->end(teller->context, table, 4);
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
static void print_links(const mw_teller *teller, const json_t *roofline)
{
    const json_t *points = json_object_get(roofline, "points");
    size_t i;
    json_t *link;
    json_array_foreach(json_object_get(roofline, "links"), i, link)
    {
        const char *text = mw_json_text(link, "text");
        if (*text)
            mw_tell(teller, _("    from %s to %s: %s"),
                    point_label(points, mw_json_text(link, "from")),
                    point_label(points, mw_json_text(link, "to")), text);
    }
}

void mw_roofline_tell(const json_t *roofline, const mw_teller *teller)
{
    mw_tell(teller, "\n%s", _("Roofline: FLOP/s against FLOP per byte"));
    print_roofs(teller, json_object_get(roofline, "memory"), _("Memory roofs"));
    print_roofs(teller, json_object_get(roofline, "compute"), _("Compute roofs"));
    print_ridges(teller, roofline);
    print_points(teller, roofline);
    print_links(teller, roofline);
}
