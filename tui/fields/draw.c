/* draw.c: labels, and one line that is being typed. */
#include "tui/fields/draw.h"

#include <string.h>

#include "tui/markdown/markdown.h"

void mw_field_label(mw_field_pen *pen, const char *label, bool focused)
{
    mw_grid *grid = pen->grid;
    if (focused)
        mw_grid_put(grid, 0, pen->y, mw_grid_glyph(grid, MW_GLYPH_CURSOR),
                    mw_style_with(MW_ROLE_FOCUS, MW_ATTR_BOLD));
    mw_role role = focused ? MW_ROLE_FOCUS : MW_ROLE_TEXT;
    mw_rect rest = {2, pen->y, grid->width - 2, grid->height - pen->y};
    if (mw_text_width(label) > rest.width)
        pen->y += mw_markdown_write(grid, rest, role, label) - 1;
    else
        mw_grid_text(grid, rest.x, rest.y, rest.width,
                     mw_style_with(role, focused ? MW_ATTR_BOLD : 0), label);
}

static int cells_between(const char *text, const char *end)
{
    int cells = 0;
    while (text < end)
        cells += mw_utf8_width(mw_utf8_next(&text));
    return cells;
}

void mw_field_input(mw_field_pen *pen, int x, int width, const char *text, int cursor, bool focused)
{
    mw_grid *grid = pen->grid;
    mw_style style = mw_style_with(focused ? MW_ROLE_FOCUS : MW_ROLE_ACCENT, MW_ATTR_UNDERLINE);
    size_t at = strlen(text);
    if (cursor >= 0 && (size_t)cursor < at)
        at = (size_t)cursor;
    size_t first = at;
    int used = 0;
    while (first > 0) {
        size_t before = mw_utf8_before(text, first);
        int cells = cells_between(text + before, text + first);
        if (used + cells > width - 1)
            break;
        used += cells;
        first = before;
    }
    mw_grid_fill(grid, (mw_rect){x, pen->y, width, 1}, ' ', style);
    mw_grid_text(grid, x, pen->y, width, style, text + first);
    if (focused) {
        grid->cursor_visible = true;
        grid->cursor_x = x + used;
        grid->cursor_y = pen->y;
    }
}
