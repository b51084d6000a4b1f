/* grid.c: puts glyphs into cells, and never leaves half of a wide one. */
#include "tui/grid/grid.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/locale/utf8.h"

enum { FORMAT_MAX = 2048 };

bool mw_grid_resize(mw_grid *grid, int width, int height)
{
    width = width < 1 ? 1 : width > MW_GRID_SIDE_MAX ? MW_GRID_SIDE_MAX : width;
    height = height < 1 ? 1 : height > MW_GRID_SIDE_MAX ? MW_GRID_SIDE_MAX : height;
    mw_cell *cells = calloc((size_t)width * (size_t)height, sizeof *cells);
    if (!cells)
        return false;
    free(grid->cells);
    grid->cells = cells;
    grid->width = width;
    grid->height = height;
    mw_grid_clear(grid);
    return true;
}

void mw_grid_free(mw_grid *grid)
{
    free(grid->cells);
    *grid = (mw_grid){0};
}

void mw_grid_clear(mw_grid *grid)
{
    const size_t count = (size_t)grid->width * (size_t)grid->height;
    for (size_t i = 0; i < count; i++)
        grid->cells[i] = (mw_cell){.glyph = ' ', .style = mw_style_of(MW_ROLE_TEXT)};
    grid->cursor_visible = false;
}

mw_cell *mw_grid_at(mw_grid *grid, int x, int y)
{
    if (x < 0 || y < 0 || x >= grid->width || y >= grid->height)
        return NULL;
    return &grid->cells[(size_t)y * (size_t)grid->width + (size_t)x];
}

/* Half a wide glyph cannot stand alone: what was its other half becomes a blank. */
static void detach(mw_grid *grid, int x, int y)
{
    mw_cell *cell = mw_grid_at(grid, x, y);
    mw_cell *right = mw_grid_at(grid, x + 1, y);
    mw_cell *left = mw_grid_at(grid, x - 1, y);
    if (cell && cell->glyph == 0 && left)
        *left = (mw_cell){.glyph = ' ', .style = left->style};
    if (right && right->glyph == 0)
        *right = (mw_cell){.glyph = ' ', .style = right->style};
}

/* Puts a harmless glyph of `width` cells, which must lie inside. */
static void set_glyph(mw_grid *grid, int x, int y, uint32_t glyph, int width, mw_style style)
{
    detach(grid, x, y);
    *mw_grid_at(grid, x, y) = (mw_cell){.glyph = glyph, .style = style};
    if (width == 2) {
        detach(grid, x + 1, y);
        *mw_grid_at(grid, x + 1, y) = (mw_cell){.glyph = 0, .style = style};
    }
}

/* Lines, blocks, marks, braille: what pictures are made of, also where it stands in a text. */
static bool is_sign(uint32_t scalar)
{
    return (scalar >= 0x2300 && scalar <= 0x27BF) || (scalar >= 0x2800 && scalar <= 0x28FF);
}

static bool must_be_ascii(const mw_grid *grid, uint32_t scalar)
{
    return grid->charset == MW_CHARSET_ASCII && (!grid->unicode_text || is_sign(scalar));
}

/* Draws one character if it ends before `limit`; returns its width, or -1 when it does not fit. */
static int draw(mw_grid *grid, int x, int y, int limit, uint32_t scalar, mw_style style)
{
    const int width = mw_utf8_width(scalar);
    const bool ascii = must_be_ascii(grid, scalar);
    if (width == 0) {
        mw_cell *base = mw_grid_at(grid, x - 1, y);
        if (base && base->glyph == 0)
            base = mw_grid_at(grid, x - 2, y);
        if (base && !ascii && mw_utf8_printable(scalar) && base->combining == 0)
            base->combining = scalar;
        return 0;
    }
    if (x + width > limit)
        return -1;
    if (!mw_utf8_printable(scalar))
        scalar = MW_REPLACEMENT;
    const bool inside = y >= 0 && y < grid->height && x >= 0 && x + width <= grid->width;
    if (inside && ascii) {
        for (int i = 0; i < width; i++)
            set_glyph(grid, x + i, y, (unsigned char)mw_utf8_ascii(scalar), 1, style);
    } else if (inside) {
        set_glyph(grid, x, y, scalar, width, style);
    }
    return width;
}

void mw_grid_put(mw_grid *grid, int x, int y, uint32_t glyph, mw_style style)
{
    if (mw_utf8_width(glyph) > 0)
        draw(grid, x, y, grid->width, glyph, style);
}

int mw_grid_text(mw_grid *grid, int x, int y, int width, mw_style style, const char *text)
{
    const int limit = width > grid->width - x ? grid->width : x + width;
    int used = 0;
    /* A mark at the very start must not land on somebody else's cell. */
    while (*text != '\0') {
        const uint32_t scalar = mw_utf8_next(&text);
        if (used == 0 && mw_utf8_width(scalar) == 0)
            continue;
        const int step = draw(grid, x + used, y, limit, scalar, style);
        if (step < 0)
            break;
        used += step;
    }
    return used;
}

int mw_grid_textf(mw_grid *grid, int x, int y, int width, mw_style style, const char *format, ...)
{
    char text[FORMAT_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return mw_grid_text(grid, x, y, width, style, text);
}

void mw_grid_fill(mw_grid *grid, mw_rect rect, uint32_t glyph, mw_style style)
{
    const int step = mw_utf8_width(glyph) == 2 ? 2 : 1;
    const int right = rect.x + rect.width < grid->width ? rect.x + rect.width : grid->width;
    const int bottom = rect.y + rect.height < grid->height ? rect.y + rect.height : grid->height;
    for (int y = rect.y < 0 ? 0 : rect.y; y < bottom; y++) {
        for (int x = rect.x < 0 ? 0 : rect.x; x + step <= right; x += step)
            mw_grid_put(grid, x, y, glyph, style);
    }
}

static uint32_t pick(const mw_grid *grid, uint32_t unicode, char ascii)
{
    return grid->charset == MW_CHARSET_ASCII ? (unsigned char)ascii : unicode;
}

void mw_grid_hline(mw_grid *grid, int x, int y, int width, mw_style style)
{
    mw_grid_fill(grid, (mw_rect){x, y, width, 1}, pick(grid, 0x2500, '-'), style);
}

void mw_grid_vline(mw_grid *grid, int x, int y, int height, mw_style style)
{
    mw_grid_fill(grid, (mw_rect){x, y, 1, height}, pick(grid, 0x2502, '|'), style);
}

void mw_grid_rule(mw_grid *grid, int x, int y, int width, const char *title, mw_style style)
{
    mw_grid_hline(grid, x, y, width, style);
    if (!title || *title == '\0' || width < 6)
        return;
    const mw_style bright = mw_style_with(MW_ROLE_TITLE, style.attrs);
    const int room = width - 5;
    mw_grid_put(grid, x + 2, y, ' ', style);
    const int used = mw_grid_text(grid, x + 3, y, room, bright, title);
    mw_grid_put(grid, x + 3 + used, y, ' ', style);
}

void mw_grid_bar(mw_grid *grid, int x, int y, int width, double fraction, mw_style full,
                 mw_style rest)
{
    if (!(fraction >= 0))
        fraction = 0;
    const int filled = (int)lround(fmin(fraction, 1) * width);
    mw_grid_fill(grid, (mw_rect){x, y, filled, 1}, pick(grid, 0x2501, '='), full);
    mw_grid_fill(grid, (mw_rect){x + filled, y, width - filled, 1}, pick(grid, 0x2500, '-'), rest);
}

void mw_grid_frame(mw_grid *grid, mw_rect rect, const char *title, mw_style style)
{
    if (rect.width < 2 || rect.height < 2)
        return;
    const int right = rect.x + rect.width - 1, bottom = rect.y + rect.height - 1;
    mw_grid_hline(grid, rect.x + 1, rect.y, rect.width - 2, style);
    mw_grid_hline(grid, rect.x + 1, bottom, rect.width - 2, style);
    mw_grid_vline(grid, rect.x, rect.y + 1, rect.height - 2, style);
    mw_grid_vline(grid, right, rect.y + 1, rect.height - 2, style);
    mw_grid_put(grid, rect.x, rect.y, pick(grid, 0x256D, '+'), style);
    mw_grid_put(grid, right, rect.y, pick(grid, 0x256E, '+'), style);
    mw_grid_put(grid, rect.x, bottom, pick(grid, 0x2570, '+'), style);
    mw_grid_put(grid, right, bottom, pick(grid, 0x256F, '+'), style);
    if (title && *title != '\0' && rect.width >= 7) {
        mw_grid_put(grid, rect.x + 2, rect.y, ' ', style);
        const int used = mw_grid_text(grid, rect.x + 3, rect.y, rect.width - 6, style, title);
        mw_grid_put(grid, rect.x + 3 + used, rect.y, ' ', style);
    }
}

uint32_t mw_grid_glyph(const mw_grid *grid, mw_glyph glyph)
{
    static const struct {
        uint32_t unicode;
        char ascii;
    } table[MW_GLYPH_COUNT] = {
        [MW_GLYPH_PREDICTED] = {0x25C7, 'P'}, [MW_GLYPH_COUNTED] = {0x25AA, 'C'},
        [MW_GLYPH_MODELLED] = {0x25CB, 'M'},  [MW_GLYPH_MEASURED] = {0x25CF, 'T'},
        [MW_GLYPH_NOISY] = {0x25C9, 't'},     [MW_GLYPH_PUBLISHED] = {0x25A1, 'B'},
        [MW_GLYPH_DONE] = {0x2713, 'x'},      [MW_GLYPH_HALF] = {0x25D0, '~'},
        [MW_GLYPH_CURSOR] = {0x25B8, '>'},    [MW_GLYPH_STAR] = {0x2605, '*'},
        [MW_GLYPH_LEFT] = {0x25C0, '<'},      [MW_GLYPH_RIGHT] = {0x25B6, '>'},
        [MW_GLYPH_UP] = {0x25B2, '^'},        [MW_GLYPH_DOWN] = {0x25BC, 'v'},
        [MW_GLYPH_KNOB] = {0x25CF, 'O'},      [MW_GLYPH_ENTER] = {0x23CE, '<'},
        [MW_GLYPH_DASH] = {0x2013, '-'},      [MW_GLYPH_ELLIPSIS] = {0x2026, '.'},
        [MW_GLYPH_RADIO_ON] = {0x25C9, '*'},  [MW_GLYPH_RADIO_OFF] = {0x25CB, 'o'},
        [MW_GLYPH_CHECK_ON] = {0x25A3, 'x'},  [MW_GLYPH_CHECK_OFF] = {0x25A2, 'o'},
    };
    if (glyph < 0 || glyph >= MW_GLYPH_COUNT)
        return '?';
    return pick(grid, table[glyph].unicode, table[glyph].ascii);
}
