/* canvas.c: sets dots, clips lines, and turns the dots of each cell into a glyph. */
#include "tui/grid/canvas.h"

#include <math.h>
#include <stdlib.h>

#include "labs/locale/utf8.h"

enum { DASH_ON = 3, DASH_OFF = 3 };

/* What one cell holds: the dots that are set (Unicode) or a character (ASCII); 0 is empty. */
typedef struct spot {
    uint8_t dots;
    char ascii;
    mw_style style;
} spot;

struct mw_canvas {
    mw_charset charset;
    int cells_wide, cells_high;
    int dots_wide, dots_high; /* of one cell */
    spot *spots;
};

mw_canvas *mw_canvas_new(mw_charset charset, int cells_wide, int cells_high)
{
    if (cells_wide < 1 || cells_high < 1 || cells_wide > MW_GRID_SIDE_MAX ||
        cells_high > MW_GRID_SIDE_MAX)
        return NULL;
    mw_canvas *canvas = calloc(1, sizeof *canvas);
    spot *spots = calloc((size_t)cells_wide * (size_t)cells_high, sizeof *spots);
    if (!canvas || !spots) {
        free(canvas);
        free(spots);
        return NULL;
    }
    *canvas = (mw_canvas){.charset = charset,
                          .cells_wide = cells_wide,
                          .cells_high = cells_high,
                          .dots_wide = charset == MW_CHARSET_ASCII ? 1 : 2,
                          .dots_high = charset == MW_CHARSET_ASCII      ? 1
                                       : charset == MW_CHARSET_QUADRANT ? 2
                                                                        : 4,
                          .spots = spots};
    return canvas;
}

void mw_canvas_free(mw_canvas *canvas)
{
    if (canvas)
        free(canvas->spots);
    free(canvas);
}

int mw_canvas_width(const mw_canvas *canvas)
{
    return canvas->cells_wide * canvas->dots_wide;
}

int mw_canvas_height(const mw_canvas *canvas)
{
    return canvas->cells_high * canvas->dots_high;
}

static void mark(mw_canvas *canvas, int x, int y, char ascii, mw_style style)
{
    /* Dots of a braille cell in the order of their Unicode bits. */
    static const uint8_t braille[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    static const uint8_t quadrant[2][2] = {{1, 2}, {4, 8}};

    if (x < 0 || y < 0 || x >= mw_canvas_width(canvas) || y >= mw_canvas_height(canvas))
        return;
    const int column = x / canvas->dots_wide, row = y / canvas->dots_high;
    const int dx = x % canvas->dots_wide, dy = y % canvas->dots_high;
    spot *here = &canvas->spots[(size_t)row * (size_t)canvas->cells_wide + (size_t)column];
    here->style = style;
    if (canvas->charset == MW_CHARSET_BRAILLE)
        here->dots |= braille[dy][dx];
    else if (canvas->charset == MW_CHARSET_QUADRANT)
        here->dots |= quadrant[dy][dx];
    else
        here->ascii = ascii;
}

void mw_canvas_dot(mw_canvas *canvas, int x, int y, mw_style style)
{
    mark(canvas, x, y, '.', style);
}

/* Narrows [*from, *to] of the parameter t to where `start + t * delta` lies in [low, high]. */
static bool clip_axis(double start, double delta, double low, double high, double *from, double *to)
{
    if (delta == 0)
        return start >= low && start <= high;
    double enter = (low - start) / delta, leave = (high - start) / delta;
    if (enter > leave) {
        const double swap = enter;
        enter = leave;
        leave = swap;
    }
    *from = fmax(*from, enter);
    *to = fmin(*to, leave);
    return *from <= *to;
}

/* The character that looks most like a stroke of this slope at this height within its cell. */
static char stroke(double dx, double dy, double y)
{
    if (dy == 0)
        return '-';
    if (fabs(dy) >= 2 * fabs(dx))
        return '|';
    if (fabs(dy) >= 0.5 * fabs(dx))
        return (dx > 0) == (dy > 0) ? '\\' : '/';
    const double offset = y - round(y);
    return offset < -0.2 ? '\'' : offset > 0.2 ? '.' : '-';
}

static void line(mw_canvas *canvas, double x0, double y0, double x1, double y1, bool dashed,
                 mw_style style)
{
    if (!isfinite(x0) || !isfinite(y0) || !isfinite(x1) || !isfinite(y1))
        return;
    const double dx = x1 - x0, dy = y1 - y0;
    double from = 0, to = 1;
    if (!clip_axis(x0, dx, -1, mw_canvas_width(canvas), &from, &to) ||
        !clip_axis(y0, dy, -1, mw_canvas_height(canvas), &from, &to))
        return;

    /* One dot per unit of the longer axis, counted from the unclipped start so that the dashes of
     * a line do not move when the picture is cut. */
    const double length = fmax(fabs(dx), fabs(dy));
    const double first = ceil(from * length), last = floor(to * length);
    const int period = canvas->charset == MW_CHARSET_ASCII ? 2 : DASH_ON + DASH_OFF;
    const int on = canvas->charset == MW_CHARSET_ASCII ? 1 : DASH_ON;
    for (double step = first; step <= last; step++) {
        if (dashed && fmod(step, period) >= on)
            continue;
        const double t = length > 0 ? step / length : 0;
        const double x = x0 + t * dx, y = y0 + t * dy;
        mark(canvas, (int)floor(x + 0.5), (int)floor(y + 0.5), stroke(dx, dy, y), style);
    }
}

void mw_canvas_line(mw_canvas *canvas, double x0, double y0, double x1, double y1, mw_style style)
{
    line(canvas, x0, y0, x1, y1, false, style);
}

void mw_canvas_dashed(mw_canvas *canvas, double x0, double y0, double x1, double y1, mw_style style)
{
    line(canvas, x0, y0, x1, y1, true, style);
}

void mw_canvas_blit(const mw_canvas *canvas, mw_grid *grid, int x, int y)
{
    static const uint32_t quadrants[16] = {' ',    0x2598, 0x259D, 0x2580, 0x2596, 0x258C,
                                           0x259E, 0x259B, 0x2597, 0x259A, 0x2590, 0x259C,
                                           0x2584, 0x2599, 0x259F, 0x2588};
    for (int row = 0; row < canvas->cells_high; row++) {
        for (int column = 0; column < canvas->cells_wide; column++) {
            const spot *here =
                &canvas->spots[(size_t)row * (size_t)canvas->cells_wide + (size_t)column];
            uint32_t glyph = (unsigned char)here->ascii;
            if (here->dots != 0)
                glyph = canvas->charset == MW_CHARSET_BRAILLE ? 0x2800u + here->dots
                                                              : quadrants[here->dots & 15];
            if (glyph != 0)
                mw_grid_put(grid, x + column, y + row, glyph, here->style);
        }
    }
}

static bool is_dots(const mw_cell *cell)
{
    return cell && ((cell->glyph >= 0x2800 && cell->glyph <= 0x28FF) ||
                    (cell->glyph >= 0x2580 && cell->glyph <= 0x259F));
}

void mw_canvas_part_words(mw_grid *grid, mw_rect rect)
{
    for (int y = rect.y; y < rect.y + rect.height; y++)
        for (int x = rect.x; x < rect.x + rect.width; x++) {
            const mw_cell *cell = mw_grid_at(grid, x, y);
            if (!cell || mw_utf8_width(cell->glyph) != 2)
                continue;
            mw_cell *left = mw_grid_at(grid, x - 1, y), *right = mw_grid_at(grid, x + 2, y);
            if (is_dots(left))
                left->glyph = ' ';
            if (is_dots(right))
                right->glyph = ' ';
        }
}
