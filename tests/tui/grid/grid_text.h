/* grid_text.h: a row of a grid as UTF-8, so that a test can be read. */
#ifndef MW_TESTS_TUI_GRID_TEXT_H
#define MW_TESTS_TUI_GRID_TEXT_H

#include <string.h>

#include "labs/locale/utf8.h"
#include "tui/grid/grid.h"

/* Right halves of wide glyphs are skipped, blanks at the end too. Static storage. */
static inline const char *row_text(mw_grid *grid, int y)
{
    static char text[8192];
    size_t used = 0;
    for (int x = 0; x < grid->width && used + 9 < sizeof text; x++) {
        const mw_cell *cell = mw_grid_at(grid, x, y);
        if (cell->glyph != 0)
            used += mw_utf8_encode(cell->glyph, text + used);
        if (cell->combining != 0)
            used += mw_utf8_encode(cell->combining, text + used);
    }
    while (used > 0 && text[used - 1] == ' ')
        used--;
    text[used] = '\0';
    return text;
}

#endif
