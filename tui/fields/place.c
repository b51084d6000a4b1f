/* place.c: a point on the roofline: a mark that arrows move by cells, or typed coordinates, which
 * the lab reads. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/words.h"
#include "labs/view/pictures.h"
#include "model/number.h"
#include "tui/fields/field.h"

/* ---- the draft ---- */

static void fill(mw_draft *draft, const json_t *item)
{
    const json_t *value = mw_json_member(item, "value");
    if (json_is_string(value))
        mw_draft_take(draft, json_string_value(value));
    draft->x = mw_json_number(value, "x", 0);
    draft->y = mw_json_number(value, "y", 0);
    draft->placed = draft->x > 0 && draft->y > 0;
}

/* A mark as numbers in the units of the axes, else the text. */
static json_t *value_of(const mw_field *field)
{
    const mw_draft *draft = field->draft;
    return draft->placed ? json_pack("{s:f, s:f}", "x", draft->x, "y", draft->y)
                         : json_string(mw_draft_text(draft));
}

static bool mark(const mw_field *field, double *x, double *y)
{
    const json_t *value = mw_json_member(field->item, "value");
    bool drafted = mw_field_is_open(field) && field->draft->placed;
    *x = drafted ? field->draft->x : mw_json_number(value, "x", NAN);
    *y = drafted ? field->draft->y : mw_json_number(value, "y", NAN);
    return *x > 0 && *y > 0 && isfinite(*x) && isfinite(*y);
}

/* ---- typing ---- */

static bool is_typed(const mw_draft *draft)
{
    return *mw_draft_text(draft) && !draft->placed;
}

/* Letters only continue what was begun, so that they stay commands on the plot. */
static bool takes(const mw_draft *draft, mw_key key)
{
    if (!mw_key_is_text(key))
        return false;
    if ((key >= '0' && key <= '9') || key == '.' || key == '(' || key >= 0x80)
        return true;
    return is_typed(draft) && key != '?' && key != ':';
}

/* A text takes the mark's place. */
static void drop_mark(mw_draft *draft)
{
    if (draft->placed)
        mw_draft_set(draft, "");
    draft->placed = false;
}

/* Arrows move the cursor in a text, and the mark where there is none. */
static bool type_key(mw_draft *draft, mw_key key)
{
    if (!mw_key_is_text(key) && key != MW_KEY_BACKSPACE && key != MW_KEY_WORD_BACKSPACE &&
        !is_typed(draft))
        return false;
    drop_mark(draft);
    return mw_draft_key(draft, key, false);
}

static void paste(mw_draft *draft, const char *text)
{
    drop_mark(draft);
    mw_draft_paste(draft, text, false);
}

/* ---- the mark ---- */

/* An end of an axis: that of the picture, beyond which nothing is drawn, else that of the field. */
static double axis_limit(const mw_field *field, const char *axis, const char *end, double otherwise)
{
    const json_t *picture = mw_view_picture(field->view, mw_json_text(field->item, "picture"));
    const json_t *drawn = mw_json_member(picture, axis);
    double value =
        mw_json_number(drawn ? drawn : mw_json_member(field->item, axis), end, otherwise);
    return value > 0 ? value : otherwise;
}

static double inside(const mw_field *field, const char *axis, double value)
{
    return fmin(fmax(value, axis_limit(field, axis, "low", value)),
                axis_limit(field, axis, "high", value));
}

static double middle(const mw_field *field, const char *axis, double otherwise)
{
    return sqrt(axis_limit(field, axis, "low", otherwise) *
                axis_limit(field, axis, "high", otherwise));
}

/* It starts in the middle of the plot. False while a text stands in the field: the lab knows where
 * that is. */
static bool push(const mw_field *field, int columns, int rows, double step_x, double step_y)
{
    mw_draft *draft = field->draft;
    if (is_typed(draft))
        return false;
    double x = draft->placed ? draft->x * pow(step_x, columns) : middle(field, "x", 1);
    double y = draft->placed ? draft->y * pow(step_y, rows) : middle(field, "y", 1e9);
    if (!(x > 0) || !(y > 0) || !isfinite(x) || !isfinite(y))
        return true;
    mw_draft_set(draft, "");
    draft->x = inside(field, "x", x);
    draft->y = inside(field, "y", y);
    draft->placed = true;
    return true;
}

/* ---- the screen ---- */

static void write_coordinate(const mw_field_pen *pen, int *x, const char *name, double value,
                             mw_unit unit)
{
    char text[64];
    mw_value_format(value, unit, 3, text, sizeof text);
    *x +=
        mw_grid_text(pen->grid, *x, pen->y, pen->grid->width - *x, mw_style_of(MW_ROLE_DIM), name);
    *x += 1 + mw_grid_text(pen->grid, *x + 1, pen->y, pen->grid->width - *x - 1,
                           mw_style_with(MW_ROLE_PREDICTED, MW_ATTR_BOLD), text);
    *x += 3;
}

static void draw_typed(mw_field_pen *pen, const mw_draft *draft, const char *units, bool focused)
{
    enum { LEAST = 12, MOST = 28 };
    int room = pen->grid->width - mw_text_width(units) - 5;
    int box = room < LEAST ? pen->grid->width - 4 : room > MOST ? MOST : room;
    mw_field_input(pen, 2, box, mw_draft_text(draft), draft->cursor, focused);
    if (room >= LEAST)
        mw_grid_text(pen->grid, 3 + box, pen->y, room, mw_style_of(MW_ROLE_DIM), units);
}

static void draw(mw_field_pen *pen, const mw_field *field, bool focused)
{
    double x, y;
    char units[64];
    snprintf(units, sizeof units, "%s, %s", mw_json_text(mw_json_member(field->item, "x"), "unit"),
             mw_json_text(mw_json_member(field->item, "y"), "unit"));
    mw_field_label(pen, mw_json_text(field->item, "label"), focused);
    pen->y++;
    if (mw_field_is_open(field) && is_typed(field->draft)) {
        draw_typed(pen, field->draft, units, focused);
    } else if (mark(field, &x, &y)) {
        int at = 2;
        write_coordinate(pen, &at, "x", x, MW_UNIT_FLOP_PER_BYTE);
        write_coordinate(pen, &at, "y", y, MW_UNIT_FLOP_PER_SECOND);
    } else {
        mw_grid_textf(pen->grid, 2, pen->y, pen->grid->width - 3, mw_style_of(MW_ROLE_DIM),
                      _("move the mark, or type x, y [%s]"), units);
    }
    pen->y++;
}

/* ---- plain lines ---- */

/* "FLOP/s [GFLOP/s] (1 GFLOP/s to 512 GFLOP/s)": in which unit a bare number counts, and the range.
 */
static void write_axis(const json_t *item, const char *axis, mw_unit unit, char *text, size_t size)
{
    const json_t *of = mw_json_member(item, axis);
    const char *label = mw_json_text(of, "label");
    char range[MW_RANGE_TEXT];
    mw_range_said(of, unit, range);
    snprintf(text, size, "%.60s [%.20s]%s", *label ? label : axis, mw_json_text(of, "unit"), range);
}

static void ask(const json_t *item, char *text, size_t size)
{
    char x[180], y[180];
    write_axis(item, "x", MW_UNIT_FLOP_PER_BYTE, x, sizeof x);
    write_axis(item, "y", MW_UNIT_FLOP_PER_SECOND, y, sizeof y);
    snprintf(text, size, ": %s, %s", x, y);
}

/* An object of which a part is a text: both parts as a list, as they were typed. One of two numbers
 * is what a mark that keys moved gives. */
static json_t *given(const json_t *item, const json_t *value)
{
    (void)item;
    json_t *x = json_object_get(value, "x"), *y = json_object_get(value, "y");
    if (!json_is_string(x) && !json_is_string(y))
        return NULL;
    return json_pack("[O?, O?]", x, y);
}

const mw_field_kind mw_field_place = {
    .kind = "place",
    .fill = fill,
    .value = value_of,
    .draw = draw,
    .mark = mark,
    .takes = takes,
    .key = type_key,
    .paste = paste,
    .resumes = true,
    .push = push,
    .empty = N_("put the mark into the picture with the arrows, or type x, y"),
    .ask = ask,
    .given = given};
