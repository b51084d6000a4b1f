/*
 * grid.h: the screen as a plain array of cells, drawn by pure views and shown by a backend.
 *
 * Text enters through one gate: mw_grid_text() and its kin decode UTF-8, replace control characters
 * and malformed bytes by U+FFFD ('?' in ASCII), measure with wcwidth and clip on cell boundaries.
 * In ASCII what has no like in it becomes '?', unless the terminal has UTF-8 and can show texts.
 */
#ifndef MW_TUI_GRID_H
#define MW_TUI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labs/locale/utf8.h"
#include "tui/grid/style.h"

typedef struct mw_cell {
    uint32_t glyph;     /* Unicode scalar; 0 in the right half of a wide glyph */
    uint32_t combining; /* one combining mark, or 0 */
    mw_style style;
} mw_cell;

typedef struct mw_rect {
    int x, y, width, height;
} mw_rect;

/* Which glyphs may be drawn. */
typedef enum mw_charset { MW_CHARSET_ASCII, MW_CHARSET_QUADRANT, MW_CHARSET_BRAILLE } mw_charset;

typedef struct mw_grid {
    int width, height;
    mw_charset charset;
    bool unicode_text; /* an ASCII charset is that of pictures, lines and marks only */
    bool cursor_visible;
    int cursor_x, cursor_y;
    mw_cell *cells; /* width * height */
} mw_grid;

/* Cells of a side at most. */
enum { MW_GRID_SIDE_MAX = 2000 };

/* Returns false when memory is short; the grid keeps its old size then. */
bool mw_grid_resize(mw_grid *grid, int width, int height);
void mw_grid_free(mw_grid *grid);
void mw_grid_clear(mw_grid *grid);

mw_cell *mw_grid_at(mw_grid *grid, int x, int y); /* NULL outside */

/* One glyph; clipped. */
void mw_grid_put(mw_grid *grid, int x, int y, uint32_t glyph, mw_style style);

/* UTF-8 text on one line, clipped to `width` cells; returns the cells used. */
int mw_grid_text(mw_grid *grid, int x, int y, int width, mw_style style, const char *text);
int mw_grid_textf(mw_grid *grid, int x, int y, int width, mw_style style, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

void mw_grid_fill(mw_grid *grid, mw_rect rect, uint32_t glyph, mw_style style);
void mw_grid_hline(mw_grid *grid, int x, int y, int width, mw_style style);
void mw_grid_vline(mw_grid *grid, int x, int y, int height, mw_style style);

/* A thin rule with a title in it: "── title ─────────". */
void mw_grid_rule(mw_grid *grid, int x, int y, int width, const char *title, mw_style style);

/* A horizontal bar of `width` cells filled to `fraction` ("━━━━────"). */
void mw_grid_bar(mw_grid *grid, int x, int y, int width, double fraction, mw_style full,
                 mw_style rest);

/* A frame around what has the focus. */
void mw_grid_frame(mw_grid *grid, mw_rect rect, const char *title, mw_style style);

/* Every glyph that chrome uses, chosen by the grid's charset, so that no view tests it. */
typedef enum mw_glyph {
    MW_GLYPH_PREDICTED,
    MW_GLYPH_COUNTED,
    MW_GLYPH_MODELLED,
    MW_GLYPH_MEASURED,
    MW_GLYPH_NOISY, /* measured, while something disturbed it */
    MW_GLYPH_PUBLISHED,
    MW_GLYPH_DONE,
    MW_GLYPH_HALF,
    MW_GLYPH_CURSOR,
    MW_GLYPH_STAR,
    MW_GLYPH_LEFT,
    MW_GLYPH_RIGHT,
    MW_GLYPH_UP,
    MW_GLYPH_DOWN,
    MW_GLYPH_KNOB,
    MW_GLYPH_ENTER,
    MW_GLYPH_DASH,
    MW_GLYPH_ELLIPSIS,
    MW_GLYPH_RADIO_ON,
    MW_GLYPH_RADIO_OFF,
    MW_GLYPH_CHECK_ON,
    MW_GLYPH_CHECK_OFF,
    MW_GLYPH_COUNT
} mw_glyph;
uint32_t mw_grid_glyph(const mw_grid *grid, mw_glyph glyph);

#endif
