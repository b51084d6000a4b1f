/* control.c: what is turned through its values and set without being handed in: a slider for
 * numbers, and words one by one. The draft holds the position of the present value, and the value
 * as a text; it is sent when it has rested (tui/app/app_send.c). */
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/words.h"
#include "labs/view/data.h"
#include "tui/fields/field.h"

enum { VALUE_TEXT = 64, DIGITS = 15 };

static void set_option(mw_draft *draft, const json_t *value, int option)
{
    char text[VALUE_TEXT];
    draft->option = option;
    mw_draft_set(draft, mw_data_said(value, DIGITS, text, sizeof text));
}

static void fill(mw_draft *draft, const json_t *item)
{
    const json_t *now = mw_json_member(item, "value");
    set_option(draft, now, -1);
    for (int i = 0; i < mw_json_count(item, "values") && draft->option < 0; i++) {
        const json_t *one = mw_json_item(item, "values", i);
        bool numbers = json_is_number(one) && json_is_number(now);
        if (numbers ? json_number_value(one) == json_number_value(now) : json_equal(one, now))
            draft->option = i;
    }
}

/* Of all `values`, or the one that the view says and the list does not. */
static const json_t *present(const mw_field *field)
{
    const json_t *one =
        mw_json_item(field->item, "values", field->draft ? field->draft->option : -1);
    return one ? one : mw_json_member(field->item, "value");
}

static json_t *value_of(const mw_field *field)
{
    return json_incref((json_t *)present(field));
}

/* By so many values, not beyond the ends. */
static bool turn(const mw_field *field, int steps)
{
    int count = mw_json_count(field->item, "values"), now = field->draft->option;
    long wanted = (long)now + steps;
    int next = wanted < 0 ? 0 : wanted >= count ? count - 1 : (int)wanted;
    if (count == 0 || next == now)
        return false;
    set_option(field->draft, mw_json_item(field->item, "values", next), next);
    return true;
}

/* ---- the screen ---- */

typedef struct parts {
    const char *value, *unit;
    int x; /* the next column */
    mw_style act;
} parts;

/* The label, and the sign that it can be turned down. */
static void draw_start(const mw_field_pen *pen, const mw_field *field, bool focused, parts *p,
                       char text[VALUE_TEXT])
{
    mw_grid *grid = pen->grid;
    p->value = mw_data_said(present(field), 6, text, VALUE_TEXT);
    p->unit = mw_count_word(mw_json_text(field->item, "unit"));
    p->act = mw_style_with(focused ? MW_ROLE_FOCUS : MW_ROLE_ACCENT, focused ? MW_ATTR_BOLD : 0);
    if (focused)
        mw_grid_put(grid, 0, pen->y, mw_grid_glyph(grid, MW_GLYPH_CURSOR), p->act);
    mw_grid_text(grid, 2, pen->y, pen->label_width, focused ? p->act : mw_style_of(MW_ROLE_TEXT),
                 mw_json_text(field->item, "label"));
    p->x = 2 + pen->label_width + 2;
    mw_grid_put(grid, p->x, pen->y, mw_grid_glyph(grid, MW_GLYPH_LEFT), p->act);
    p->x += 2;
}

static void draw_value(const mw_field_pen *pen, parts *p)
{
    mw_grid *grid = pen->grid;
    p->x += mw_grid_text(grid, p->x, pen->y, grid->width - p->x,
                         mw_style_with(MW_ROLE_TEXT, MW_ATTR_BOLD), p->value);
    if (*p->unit)
        p->x += 1 + mw_grid_text(grid, p->x + 1, pen->y, grid->width - p->x - 1,
                                 mw_style_of(MW_ROLE_DIM), p->unit);
}

static void draw_track(const mw_field_pen *pen, int x, int width, int index, int count,
                       mw_style style)
{
    mw_grid_bar(pen->grid, x, pen->y, width, count > 1 ? (double)index / (count - 1) : 1, style,
                mw_style_of(MW_ROLE_RULE));
    int knob = count > 1 ? index * (width - 1) / (count - 1) : 0;
    mw_grid_put(pen->grid, x + knob, pen->y, mw_grid_glyph(pen->grid, MW_GLYPH_KNOB),
                mw_style_with(style.role, MW_ATTR_BOLD));
}

static void draw_slider(mw_field_pen *pen, const mw_field *field, bool focused)
{
    enum { MOST = 26, VALUE_LEAST = 5 };
    parts p;
    char text[VALUE_TEXT];
    draw_start(pen, field, focused, &p, text);
    int value = mw_text_width(p.value) + (*p.unit ? mw_text_width(p.unit) + 1 : 0);
    int width = pen->grid->width - p.x - 4 - (value > VALUE_LEAST ? value : VALUE_LEAST);
    width = width > MOST ? MOST : width > 3 ? width : 0;
    int count = mw_json_count(field->item, "values");
    if (width > 0 && field->draft && field->draft->option >= 0 && field->draft->option < count)
        draw_track(pen, p.x, width, field->draft->option, count, p.act);
    p.x += width + 1;
    mw_grid_put(pen->grid, p.x, pen->y, mw_grid_glyph(pen->grid, MW_GLYPH_RIGHT), p.act);
    p.x += 3;
    draw_value(pen, &p);
    pen->y++;
}

static void draw_words(mw_field_pen *pen, const mw_field *field, bool focused)
{
    parts p;
    char text[VALUE_TEXT];
    draw_start(pen, field, focused, &p, text);
    draw_value(pen, &p);
    mw_grid_put(pen->grid, p.x + 1, pen->y, mw_grid_glyph(pen->grid, MW_GLYPH_RIGHT), p.act);
    pen->y++;
}

/* ---- plain lines ---- */

/* "rows (n) [elements]: 512; of 256, 512, 1024": 'set' knows it by its id. */
static void tell(const json_t *item, mw_field_say *say, void *context)
{
    char text[1024], one[VALUE_TEXT];
    const char *label = mw_json_text(item, "label"), *id = mw_json_text(item, "id");
    const char *unit = mw_count_word(mw_json_text(item, "unit"));
    bool named = *label && strcmp(label, id) != 0, plainly = !*unit;
    int used = snprintf(text, sizeof text, "%s%s%s%s%s%s%s: %s", named ? label : id,
                        named ? " (" : "", named ? id : "", named ? ")" : "", plainly ? "" : " [",
                        plainly ? "" : unit, plainly ? "" : "]",
                        mw_data_said(mw_json_member(item, "value"), DIGITS, one, sizeof one));
    for (int i = 0; i < mw_json_count(item, "values") && used < (int)sizeof text; i++)
        used += snprintf(text + used, sizeof text - (size_t)used, "%s%s", i ? ", " : _("; of "),
                         mw_data_said(mw_json_item(item, "values", i), DIGITS, one, sizeof one));
    say(context, 4, "  ", text);
}

const mw_field_kind mw_field_slider = {.kind = "slider",
                                       .fill = fill,
                                       .value = value_of,
                                       .draw = draw_slider,
                                       .turn = turn,
                                       .tell = tell};

const mw_field_kind mw_field_words = {.kind = "choice",
                                      .fill = fill,
                                      .value = value_of,
                                      .draw = draw_words,
                                      .turn = turn,
                                      .tell = tell};
