/* tries.c: a toy: how often each step was answered, as bars over their names. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/chart/pictures/pictures.h"
#include "labs/chart/pictures/rows.h"
#include "labs/engine/wire/member.h"
#include "model/number.h"

enum { MOST = 12 };

typedef struct tries_picture {
    mw_picture picture;
    struct {
        const char *label;
        double value;
        mw_box box;
    } bars[MOST];
    int count;
    double most, bottom;
} tries_picture;

static const char *const members[] = {"id", "label", "value", "unit", "kind", NULL};

static bool present(const json_t *json)
{
    return mw_json_count(json, "bars") > 0;
}

static void read(mw_picture *picture, const mw_picture_wish *wish)
{
    (void)wish;
    tries_picture *t = (tries_picture *)picture;
    picture->drawing.around.title = mw_json_text(picture->json, "title");
    for (int i = 0; i < mw_json_count(picture->json, "bars") && t->count < MOST; i++) {
        const json_t *bar = mw_json_item(picture->json, "bars", i);
        double value = mw_json_number(bar, "value", NAN);
        if (!(value >= 0 && value < 1e9))
            continue;
        t->bars[t->count].label = mw_json_text(bar, "label");
        t->bars[t->count++].value = value;
        t->most = fmax(t->most, value);
    }
    picture->drawing.empty = !(t->most > 0);
}

static void plan(mw_drawing *drawing, double width, double height)
{
    tries_picture *t = (tries_picture *)drawing;
    double slot = width / fmax(t->count, 1);
    t->bottom = fmax(height - drawing->medium->line, 1);
    for (int i = 0; i < t->count; i++) {
        double length = t->bottom * t->bars[i].value / fmax(t->most, 1);
        t->bars[i].box = (mw_box){
            .x = slot * i + slot / 4, .y = t->bottom - length, .width = slot / 2, .height = length};
    }
    snprintf(drawing->around.y_title, sizeof drawing->around.y_title, "tries");
}

static void draw(const mw_drawing *drawing, mw_pen *pen)
{
    const tries_picture *t = (const tries_picture *)drawing;
    for (int i = 0; i < t->count; i++) {
        const mw_box *box = &t->bars[i].box;
        const mw_words words = {.ink = MW_INK_TEXT, .align = 0.5, .room = 2 * box->width};
        pen->bar(pen, box, mw_ink_of_kind(MW_COUNTED));
        pen->text(pen, box->x + box->width / 2, t->bottom, t->bars[i].label, &words);
    }
}

static void fill(const json_t *json, json_t *rows)
{
    for (int i = 0; i < mw_json_count(json, "bars"); i++) {
        const json_t *bar = mw_json_item(json, "bars", i);
        json_t *row = mw_rows_start(rows, members, NULL, bar);
        mw_row_set(row, "value", mw_json_member(bar, "value"));
        mw_row_set_text(row, "unit", "1");
        mw_row_set_text(row, "kind", "counted");
    }
}

const mw_picture_kind toy_tries = {
    .name = "tries",
    .tab = "tries",
    .size = sizeof(tries_picture),
    .paper = {12, 8},
    .rows = members,
    .present = present,
    .read = read,
    .plan = plan,
    .draw = draw,
    .fill = fill,
};
