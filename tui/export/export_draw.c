/* export_draw.c: a grid drawn by cairo. */
#include <cairo-svg.h>
#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/chart/drawing.h"
#include "labs/locale/utf8.h"
#include "tui/export/export_draw.h"

/* fontconfig keeps the fonts it found until the process ends: leak checkers must not count them. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#else
#define __lsan_disable() (void)0
#define __lsan_enable()  (void)0
#endif

/* DejaVu Sans Mono advances 0.602 em, so that this size fills the cell exactly. */
static const double cell_width = 9, cell_height = 18, font_size = 14.95, baseline = 13.5,
                    padding = 12;

typedef struct brush {
    cairo_t *cairo;
    const mw_theme *theme;
    int32_t ground;
} brush;

static void set_colour(cairo_t *cairo, int32_t rgb)
{
    cairo_set_source_rgb(cairo, (rgb >> 16 & 0xFF) / 255.0, (rgb >> 8 & 0xFF) / 255.0,
                         (rgb & 0xFF) / 255.0);
}

static bool is_dark(int32_t rgb)
{
    return (rgb >> 16 & 0xFF) * 3 + (rgb >> 8 & 0xFF) * 6 + (rgb & 0xFF) < 1280;
}

/* The terminal's own colours, where a theme leaves the choice to it. */
static int32_t ground_of(const mw_theme *theme)
{
    return theme->ground == MW_COLOUR_DEFAULT ? 0x16181D : theme->ground;
}

static int32_t ink_of(const mw_theme *theme, mw_role role)
{
    int32_t rgb = role < MW_ROLE_COUNT ? theme->paints[role].rgb : MW_COLOUR_DEFAULT;
    return rgb != MW_COLOUR_DEFAULT ? rgb : is_dark(ground_of(theme)) ? 0xD5D9E0 : 0x24292F;
}

/* ---- shapes ---- */

/* Arms of box-drawing characters: left, right, up, down; 1 thin, 2 thick. */
typedef struct box {
    uint32_t glyph;
    unsigned char left, right, up, down;
} box;

static const box boxes[] = {{0x2502, 0, 0, 1, 1}, {0x2503, 0, 0, 2, 2}, {0x250C, 0, 1, 0, 1},
                            {0x2510, 1, 0, 0, 1}, {0x2514, 0, 1, 1, 0}, {0x2518, 1, 0, 1, 0},
                            {0x251C, 0, 1, 1, 1}, {0x2524, 1, 0, 1, 1}, {0x252C, 1, 1, 0, 1},
                            {0x2534, 1, 1, 1, 0}, {0x253C, 1, 1, 1, 1}, {0x2574, 1, 0, 0, 0},
                            {0x2575, 0, 0, 1, 0}, {0x2576, 0, 1, 0, 0}, {0x2577, 0, 0, 0, 1},
                            {0x2578, 2, 0, 0, 0}, {0x257A, 0, 2, 0, 0}};

static void stroke_arm(cairo_t *cairo, unsigned weight, double x0, double y0, double x1, double y1)
{
    if (weight == 0)
        return;
    cairo_set_line_width(cairo, weight == 2 ? 3 : 1);
    cairo_move_to(cairo, x0, y0);
    cairo_line_to(cairo, x1, y1);
    cairo_stroke(cairo);
}

static bool draw_box(cairo_t *cairo, uint32_t glyph, double x, double y)
{
    double cx = x + cell_width / 2, cy = y + cell_height / 2;
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        const box *b = &boxes[i];
        if (b->glyph != glyph)
            continue;
        stroke_arm(cairo, b->left, x, cy, cx + 0.5, cy);
        stroke_arm(cairo, b->right, cx - 0.5, cy, x + cell_width, cy);
        stroke_arm(cairo, b->up, cx, y, cx, cy + 0.5);
        stroke_arm(cairo, b->down, cx, cy - 0.5, cx, y + cell_height);
        return true;
    }
    return false;
}

/* Rounded corners, and the dotted vertical. */
static bool draw_curve(cairo_t *cairo, uint32_t glyph, double x, double y)
{
    double cx = x + cell_width / 2, cy = y + cell_height / 2, right = x + cell_width,
           bottom = y + cell_height, r = cell_width / 2;
    cairo_set_line_width(cairo, 1);
    switch (glyph) {
    case 0x256D:
        cairo_move_to(cairo, cx, bottom);
        cairo_line_to(cairo, cx, cy + r);
        cairo_arc(cairo, cx + r, cy + r, r, M_PI, 1.5 * M_PI);
        break;
    case 0x256E:
        cairo_move_to(cairo, x, cy);
        cairo_arc(cairo, cx - r, cy + r, r, 1.5 * M_PI, 2 * M_PI);
        cairo_line_to(cairo, cx, bottom);
        break;
    case 0x256F:
        cairo_move_to(cairo, cx, y);
        cairo_line_to(cairo, cx, cy - r);
        cairo_arc(cairo, cx - r, cy - r, r, 0, 0.5 * M_PI);
        break;
    case 0x2570:
        cairo_move_to(cairo, right, cy);
        cairo_arc(cairo, cx + r, cy - r, r, 0.5 * M_PI, M_PI);
        cairo_line_to(cairo, cx, y);
        break;
    case 0x250A:
        for (int i = 0; i < 4; i++) {
            cairo_move_to(cairo, cx, y + i * cell_height / 4 + 1);
            cairo_rel_line_to(cairo, 0, cell_height / 8);
        }
        break;
    default:
        return false;
    }
    cairo_stroke(cairo);
    return true;
}

/* Quadrants by their bits: upper left, upper right, lower left, lower right. */
static bool draw_quadrants(cairo_t *cairo, uint32_t glyph, double x, double y)
{
    static const unsigned char quadrants[] = {4, 8, 1, 13, 9, 7, 11, 2, 6, 14};
    unsigned bits = 0;
    if (glyph >= 0x2596 && glyph <= 0x259F)
        bits = quadrants[glyph - 0x2596];
    else if (glyph == 0x2588)
        bits = 15;
    else if (glyph == 0x2580)
        bits = 3;
    else if (glyph == 0x2584)
        bits = 12;
    else if (glyph == 0x258C)
        bits = 5;
    else if (glyph == 0x2590)
        bits = 10;
    else
        return false;
    for (int i = 0; i < 4; i++)
        if (bits >> i & 1)
            cairo_rectangle(cairo, x + (i & 1) * cell_width / 2, y + (i >> 1) * cell_height / 2,
                            cell_width / 2, cell_height / 2);
    cairo_fill(cairo);
    return true;
}

static bool is_braille(uint32_t glyph)
{
    return glyph >= 0x2800 && glyph <= 0x28FF;
}

/* Dots are the round ends of lines without length: the shortest way to say them in SVG. */
static void draw_braille(cairo_t *cairo, const mw_cell *cells, int count, double x, double y)
{
    static const unsigned char column[] = {0, 0, 0, 1, 1, 1, 0, 1};
    static const unsigned char row[] = {0, 1, 2, 0, 1, 2, 3, 3};
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(cairo, 2.5);
    for (int cell = 0; cell < count; cell++)
        for (int i = 0; i < 8; i++)
            if ((cells[cell].glyph - 0x2800) >> i & 1) {
                cairo_move_to(cairo, x + (2 * cell + column[i] + 0.5) * cell_width / 2,
                              y + (row[i] + 0.5) * cell_height / 4);
                cairo_rel_line_to(cairo, 0, 0);
            }
    cairo_stroke(cairo);
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_BUTT);
}

static bool is_rule(uint32_t glyph)
{
    return glyph == 0x2500 || glyph == 0x2501;
}

static bool draw_shape(cairo_t *cairo, uint32_t glyph, double x, double y)
{
    return draw_box(cairo, glyph, x, y) || draw_curve(cairo, glyph, x, y) ||
           draw_quadrants(cairo, glyph, x, y);
}

/* ---- text ---- */

static int attributes(const mw_theme *theme, const mw_cell *cell)
{
    return cell->style.attrs |
           (cell->style.role < MW_ROLE_COUNT ? theme->paints[cell->style.role].attrs : 0);
}

static void draw_text(cairo_t *cairo, const char *text, bool wide, int attrs, double x, double y)
{
    cairo_select_font_face(
        cairo, wide ? "Noto Sans Mono CJK SC" : "DejaVu Sans Mono",
        attrs & MW_ATTR_ITALIC ? CAIRO_FONT_SLANT_OBLIQUE : CAIRO_FONT_SLANT_NORMAL,
        attrs & MW_ATTR_BOLD ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, font_size);
    cairo_move_to(cairo, x, y + baseline);
    cairo_show_text(cairo, text);
}

/* Letters that every monospace font has. */
static bool is_letter(const mw_cell *cell)
{
    return cell->glyph >= ' ' && cell->glyph < 0x180 && cell->combining == 0;
}

/* Neighbours in one style that are letters, dots or one rule are drawn at once. */
static int run_length(const mw_cell *cells, int count)
{
    enum { RUN_MOST = 400 };
    const mw_cell *first = &cells[0];
    if (count > 1 && cells[1].glyph == 0)
        return 2;
    int length = 1;
    for (; length < count && length < RUN_MOST; length++) {
        const mw_cell *next = &cells[length];
        bool alike = is_letter(first) ? is_letter(next)
                     : is_braille(first->glyph)
                         ? is_braille(next->glyph)
                         : is_rule(first->glyph) && next->glyph == first->glyph;
        if (!alike || next->style.role != first->style.role ||
            next->style.attrs != first->style.attrs)
            break;
    }
    return length;
}

static void draw_glyphs(cairo_t *cairo, const mw_cell *cells, int length, int attrs, double x,
                        double y)
{
    uint32_t glyph = cells[0].glyph;
    if (is_braille(glyph)) {
        draw_braille(cairo, cells, length, x, y);
    } else if (is_rule(glyph)) {
        double middle = y + cell_height / 2;
        stroke_arm(cairo, glyph == 0x2501 ? 2 : 1, x, middle, x + length * cell_width, middle);
    } else if (!draw_shape(cairo, glyph, x, y)) {
        char text[2048];
        size_t used = 0;
        for (int i = 0; i < length; i++) {
            used += mw_utf8_encode(cells[i].glyph, text + used);
            if (cells[i].combining)
                used += mw_utf8_encode(cells[i].combining, text + used);
        }
        text[used] = '\0';
        if (strspn(text, " ") < used)
            draw_text(cairo, text, length > 1 && cells[1].glyph == 0, attrs, x, y);
    }
}

/* Draws the run that begins here; returns its length in cells. */
static int draw_run(const brush *b, const mw_cell *cells, int count, double x, double y)
{
    int length = run_length(cells, count), attrs = attributes(b->theme, &cells[0]);
    int32_t ink = ink_of(b->theme, (mw_role)cells[0].style.role);
    if (attrs & MW_ATTR_REVERSE) {
        set_colour(b->cairo, ink);
        cairo_rectangle(b->cairo, x, y, length * cell_width, cell_height);
        cairo_fill(b->cairo);
        ink = b->ground;
    }
    set_colour(b->cairo, ink);
    if (attrs & MW_ATTR_UNDERLINE) {
        cairo_rectangle(b->cairo, x, y + cell_height - 2, length * cell_width, 1);
        cairo_fill(b->cairo);
    }
    draw_glyphs(b->cairo, cells, length, attrs, x, y);
    return length;
}

static const mw_cell *cell_at(const mw_grid *grid, int x, int y)
{
    return &grid->cells[(size_t)y * (size_t)grid->width + (size_t)x];
}

static void draw_grid(const mw_grid *grid, const mw_theme *theme, cairo_t *cairo)
{
    brush b = {.cairo = cairo, .theme = theme, .ground = ground_of(theme)};
    set_colour(cairo, b.ground);
    cairo_paint(cairo);
    for (int y = 0; y < grid->height; y++)
        for (int x = 0; x < grid->width;)
            x += draw_run(&b, cell_at(grid, x, y), grid->width - x, padding + x * cell_width,
                          padding + y * cell_height);
    if (grid->cursor_visible) {
        set_colour(cairo, ink_of(theme, MW_ROLE_FOCUS));
        cairo_rectangle(cairo, padding + grid->cursor_x * cell_width,
                        padding + grid->cursor_y * cell_height + 1, 2, cell_height - 2);
        cairo_fill(cairo);
    }
}

/* Into memory, so that what was there before is replaced by a whole picture only. */
static cairo_status_t keep(void *memory, const unsigned char *bytes, unsigned size)
{
    return fwrite(bytes, 1, size, memory) == size ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_NO_MEMORY;
}

static cairo_status_t draw_into(FILE *memory, const mw_grid *grid, const mw_theme *theme,
                                bool vector)
{
    double width = grid->width * cell_width + 2 * padding;
    double height = grid->height * cell_height + 2 * padding;
    cairo_surface_t *surface =
        vector ? cairo_svg_surface_create_for_stream(keep, memory, width, height)
               : cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
    cairo_t *cairo = cairo_create(surface);
    __lsan_disable();
    draw_grid(grid, theme, cairo);
    __lsan_enable();
    cairo_status_t status = cairo_status(cairo);
    cairo_destroy(cairo);
    if (status == CAIRO_STATUS_SUCCESS && !vector)
        status = cairo_surface_write_to_png_stream(surface, keep, memory);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    return status;
}

static mw_status picture_of(const mw_grid *grid, const mw_theme *theme, bool vector, char **bytes,
                            size_t *size, mw_error *error)
{
    *bytes = NULL;
    FILE *memory = open_memstream(bytes, size);
    cairo_status_t status =
        memory ? draw_into(memory, grid, theme, vector) : CAIRO_STATUS_NO_MEMORY;
    if (memory && fclose(memory) != 0 && status == CAIRO_STATUS_SUCCESS)
        status = CAIRO_STATUS_NO_MEMORY;
    if (status == CAIRO_STATUS_SUCCESS)
        return MW_OK;
    free(*bytes);
    *bytes = NULL;
    if (status == CAIRO_STATUS_NO_MEMORY)
        return mw_fail(error, MW_NO_MEMORY, "no memory for a picture of %d×%d cells", grid->width,
                       grid->height);
    return mw_fail(error, MW_IO, "the picture cannot be drawn: %s", cairo_status_to_string(status));
}

MW_DRAWING_OFFERS const mw_grid_pen mw_grid_pen_of_cairo = {.draw = picture_of};
