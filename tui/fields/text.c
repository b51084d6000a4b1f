/* text.c: several lines in the student's own words. */
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "tui/fields/field.h"
#include "tui/markdown/wrap.h"

enum { LINE_BYTES = 1024 }; /* of one drawn line, which is as wide as the column */

/* Enter is a new line in it. */
static bool takes(const mw_draft *draft, mw_key key)
{
    (void)draft;
    return mw_key_is_text(key) || key == MW_KEY_ENTER;
}

/* The window of lines that is drawn; the cursor is found while the lines go by. */
typedef struct window {
    mw_grid *grid;
    const char *text;
    int top, rows, hidden;
    int cursor, cursor_line; /* byte offset, or -1: it is not drawn */
    mw_style style;
} window;

static void find_cursor(void *context, int line, const char *text, size_t length)
{
    window *w = context;
    (void)length;
    if (w->cursor >= (int)(text - w->text))
        w->cursor_line = line;
}

static void draw_line(void *context, int line, const char *text, size_t length)
{
    window *w = context;
    int row = line - w->hidden, within = w->cursor - (int)(text - w->text);
    char shown[LINE_BYTES];
    if (row < 0 || row >= w->rows)
        return;
    snprintf(shown, sizeof shown, "%.*s", (int)length, text);
    mw_grid_text(w->grid, 2, w->top + row, w->grid->width - 3, w->style, shown);
    if (line != w->cursor_line)
        return;
    snprintf(shown, sizeof shown, "%.*s", within, text);
    int at = mw_text_width(shown), most = w->grid->width - 4;
    w->grid->cursor_x = 2 + (at < most ? at : most);
    w->grid->cursor_y = w->top + row;
}

static void draw(mw_field_pen *pen, const mw_field *field, bool focused)
{
    bool locked = mw_json_true(field->item, "locked"), open = mw_field_is_open(field);
    const char *text = open ? mw_draft_text(field->draft) : mw_json_text(field->item, "value");
    mw_field_label(pen, mw_json_text(field->item, "label"), focused);
    pen->y++;
    mw_role role = focused ? MW_ROLE_FOCUS : locked ? MW_ROLE_TEXT : MW_ROLE_ACCENT;
    window w = {.grid = pen->grid,
                .text = text,
                .top = pen->y,
                .cursor = focused && open ? field->draft->cursor : -1,
                .cursor_line = -1,
                .style = mw_style_with(role, locked ? 0 : MW_ATTR_UNDERLINE)};
    int width = pen->grid->width - 3, lines = mw_wrap_text(text, width - 1, find_cursor, &w);
    int least = locked ? 1 : pen->roomy ? 3 : 2, most = pen->roomy ? 8 : 4;
    w.rows = lines < least ? least : lines > most ? most : lines;
    /* Its end, or the lines as far as that of the cursor. */
    int end = w.cursor_line >= w.rows ? w.cursor_line + 1 : w.cursor_line >= 0 ? w.rows : lines;
    w.hidden = end > w.rows ? end - w.rows : 0;
    for (int row = 0; row < w.rows && !locked; row++)
        mw_grid_fill(pen->grid, (mw_rect){2, pen->y + row, width, 1}, ' ', w.style);
    if (focused) {
        pen->grid->cursor_visible = true;
        pen->grid->cursor_x = 2;
        pen->grid->cursor_y = pen->y;
    }
    mw_wrap_text(text, width - 1, draw_line, &w);
    pen->y += w.rows;
}

const mw_field_kind mw_field_text = {.kind = "text", .draw = draw, .takes = takes, .lines = true};
