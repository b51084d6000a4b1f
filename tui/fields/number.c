/* number.c: a number, typed with or without its unit; the lab reads it. */
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/words.h"
#include "labs/view/data.h"
#include "tui/fields/field.h"

/* Everything but what asks for the keys and the commands: the lab says what it means. */
static bool takes(const mw_draft *draft, mw_key key)
{
    (void)draft;
    return mw_key_is_text(key) && key != '?' && key != ':';
}

/* What is printed behind it. */
static const char *unit_of(const json_t *item)
{
    const char *unit = mw_json_text(item, "unit");
    return strcmp(unit, "1") == 0 ? "" : unit;
}

static void draw_locked(mw_field_pen *pen, const json_t *item, int x)
{
    char text[64];
    mw_grid *grid = pen->grid;
    const char *unit = unit_of(item);
    int room = grid->width - x - mw_text_width(unit) - 3;
    mw_grid_put(grid, x, pen->y, mw_grid_glyph(grid, MW_GLYPH_PREDICTED),
                mw_style_of(MW_ROLE_PREDICTED));
    int used = mw_grid_text(grid, x + 2, pen->y, room, mw_style_of(MW_ROLE_TEXT),
                            mw_data_scalar(item, "value", text, sizeof text));
    mw_grid_text(grid, x + 3 + used, pen->y, grid->width - x - 3 - used, mw_style_of(MW_ROLE_DIM),
                 unit);
}

/* The range stands behind the unit where the text keeps enough room. */
static void draw_open(mw_field_pen *pen, const mw_field *field, int x, bool focused)
{
    enum { LEAST = 12, MOST = 28 };
    char range[MW_RANGE_TEXT], text[64];
    mw_grid *grid = pen->grid;
    const char *unit = unit_of(field->item);
    const char *shown = field->draft ? mw_draft_text(field->draft)
                                     : mw_data_scalar(field->item, "value", text, sizeof text);
    mw_range_said(field->item, MW_UNIT_ONE, range);
    int room = grid->width - x - mw_text_width(unit) - 3, left = room - mw_text_width(range);
    if (left < LEAST)
        range[0] = '\0';
    else
        room = left;
    int box = room > MOST ? MOST : room;
    mw_field_input(pen, x, box, shown, field->draft ? field->draft->cursor : -1, focused);
    mw_grid_textf(grid, x + box + 1, pen->y, grid->width - x - box - 1, mw_style_of(MW_ROLE_DIM),
                  "%s%s", unit, range + (*unit ? 0 : strspn(range, " ")));
}

static void draw(mw_field_pen *pen, const mw_field *field, bool focused)
{
    int x = 2;
    mw_field_label(pen, mw_json_text(field->item, "label"), focused);
    if (pen->label_width > 0)
        x += pen->label_width + 2;
    else
        pen->y++;
    if (mw_json_true(field->item, "locked"))
        draw_locked(pen, field->item, x);
    else
        draw_open(pen, field, x, focused);
    pen->y++;
}

static void ask(const json_t *item, char *text, size_t size)
{
    char range[MW_RANGE_TEXT];
    const char *unit = unit_of(item);
    mw_range_said(item, MW_UNIT_ONE, range);
    snprintf(text, size, "%s%s%s%s", *unit ? " [" : "", unit, *unit ? "]" : "", range);
}

const mw_field_kind mw_field_number = {
    .kind = "number", .draw = draw, .takes = takes, .resumes = true, .ask = ask};
