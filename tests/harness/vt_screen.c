/* What is on the screen, as text, as cells and as a picture. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include "tests/harness/vt_state.h"

#ifdef MW_HAVE_CAIRO
#include <cairo.h>
#endif

static size_t encode_utf8(uint32_t scalar, char *bytes)
{
    if (scalar < 0x80) {
        bytes[0] = (char)scalar;
        return 1;
    }
    const int more = scalar >= 0x10000 ? 3 : scalar >= 0x800 ? 2 : 1;
    bytes[0] = (char)((0xFF00 >> (more + 1) & 0xFF) | (int)(scalar >> 6 * more));
    for (int i = 1; i <= more; i++) {
        bytes[i] = (char)(0x80 | (scalar >> 6 * (more - i) & 0x3F));
    }
    return (size_t)more + 1;
}

static mw_vt_colour colour_of(VTermColor colour)
{
    mw_vt_colour result = {.kind = MW_VT_DEFAULT};
    if (VTERM_COLOR_IS_DEFAULT_FG(&colour) || VTERM_COLOR_IS_DEFAULT_BG(&colour)) {
        return result;
    }
    if (VTERM_COLOR_IS_INDEXED(&colour)) {
        result.kind = MW_VT_INDEXED;
        result.index = colour.indexed.idx;
        return result;
    }
    result.kind = MW_VT_RGB;
    result.red = colour.rgb.red;
    result.green = colour.rgb.green;
    result.blue = colour.rgb.blue;
    return result;
}

mw_vt_cell mw_vt_at(const mw_vt *vt, int x, int y)
{
    mw_vt_cell cell = {.text = " ", .width = 1};
    VTermScreenCell raw;
    if (x < 0 || y < 0 || x >= vt->columns || y >= vt->rows ||
        !vterm_screen_get_cell(vt->screen, (VTermPos){.row = y, .col = x}, &raw)) {
        return cell;
    }
    if (raw.chars[0] == (uint32_t)-1) {
        cell.text[0] = '\0';
    } else if (raw.chars[0] != 0) {
        size_t length = 0;
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && raw.chars[i] != 0; i++) {
            length += encode_utf8(raw.chars[i], cell.text + length);
        }
        cell.text[length] = '\0';
    }
    cell.width = raw.width;
    cell.bold = raw.attrs.bold;
    cell.underline = raw.attrs.underline != VTERM_UNDERLINE_OFF;
    cell.italic = raw.attrs.italic;
    cell.reverse = raw.attrs.reverse;
    cell.blink = raw.attrs.blink;
    cell.foreground = colour_of(raw.fg);
    cell.background = colour_of(raw.bg);
    return cell;
}

char *mw_vt_row(const mw_vt *vt, int row)
{
    char *text = malloc((size_t)vt->columns * sizeof(((mw_vt_cell *)0)->text) + 1);
    size_t length = 0;
    if (text == NULL) {
        return NULL;
    }
    for (int x = 0; x < vt->columns; x++) {
        const mw_vt_cell cell = mw_vt_at(vt, x, row);
        const size_t bytes = strlen(cell.text);
        memcpy(text + length, cell.text, bytes);
        length += bytes;
    }
    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }
    text[length] = '\0';
    return text;
}

char *mw_vt_text(const mw_vt *vt)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL) {
        return NULL;
    }
    for (int y = 0; y < vt->rows; y++) {
        char *row = mw_vt_row(vt, y);
        fprintf(stream, "%s\n", row != NULL ? row : "");
        free(row);
    }
    fclose(stream);
    return text;
}

bool mw_vt_shows(const mw_vt *vt, const char *text)
{
    int x = 0, y = 0;
    return mw_vt_find(vt, text, &x, &y);
}

bool mw_vt_find(const mw_vt *vt, const char *text, int *x, int *y)
{
    for (int row = 0; row < vt->rows; row++) {
        char *line = mw_vt_row(vt, row);
        const char *found = line != NULL ? strstr(line, text) : NULL;
        if (found != NULL) {
            size_t bytes = (size_t)(found - line);
            int column = 0;
            while (bytes > 0 && column < vt->columns) {
                const size_t here = strlen(mw_vt_at(vt, column, row).text);
                bytes -= here < bytes ? here : bytes;
                column++;
            }
            *x = column;
            *y = row;
            free(line);
            return true;
        }
        free(line);
    }
    return false;
}

void mw_vt_size(const mw_vt *vt, int *columns, int *rows)
{
    *columns = vt->columns;
    *rows = vt->rows;
}

void mw_vt_cursor(const mw_vt *vt, int *x, int *y, bool *visible)
{
    VTermPos position = {0};
    vterm_state_get_cursorpos(vterm_obtain_state(vt->terminal), &position);
    *x = position.col;
    *y = position.row;
    *visible = vt->cursor_visible;
}

bool mw_vt_alternate(const mw_vt *vt)
{
    return vt->alternate;
}

bool mw_vt_cooked(const mw_vt *vt)
{
    struct termios modes;
    return tcgetattr(vt->slave, &modes) == 0 && (modes.c_lflag & ICANON) != 0 &&
           (modes.c_lflag & ECHO) != 0 && (modes.c_lflag & ISIG) != 0 &&
           (modes.c_oflag & OPOST) != 0;
}

uint64_t mw_vt_written(const mw_vt *vt)
{
    return vt->written;
}

#ifdef MW_HAVE_CAIRO

enum { CELL_WIDTH = 10, CELL_HEIGHT = 20 };

static void set_colour(const mw_vt *vt, cairo_t *cairo, mw_vt_colour colour, double otherwise)
{
    if (colour.kind == MW_VT_DEFAULT) {
        cairo_set_source_rgb(cairo, otherwise, otherwise, otherwise);
        return;
    }
    VTermColor rgb;
    if (colour.kind == MW_VT_INDEXED) {
        vterm_color_indexed(&rgb, colour.index);
        vterm_screen_convert_color_to_rgb(vt->screen, &rgb);
    } else {
        vterm_color_rgb(&rgb, colour.red, colour.green, colour.blue);
    }
    cairo_set_source_rgb(cairo, rgb.rgb.red / 255.0, rgb.rgb.green / 255.0, rgb.rgb.blue / 255.0);
}

static void draw_cell(const mw_vt *vt, cairo_t *cairo, int x, int y)
{
    const mw_vt_cell cell = mw_vt_at(vt, x, y);
    const double left = x * CELL_WIDTH, top = y * CELL_HEIGHT;
    set_colour(vt, cairo, cell.reverse ? cell.foreground : cell.background,
               cell.reverse ? 0.9 : 0.1);
    cairo_rectangle(cairo, left, top, CELL_WIDTH * cell.width, CELL_HEIGHT);
    cairo_fill(cairo);
    if (cell.text[0] == '\0' || strcmp(cell.text, " ") == 0) {
        return;
    }
    set_colour(vt, cairo, cell.reverse ? cell.background : cell.foreground,
               cell.reverse ? 0.1 : 0.9);
    cairo_select_font_face(cairo, "monospace",
                           cell.italic ? CAIRO_FONT_SLANT_ITALIC : CAIRO_FONT_SLANT_NORMAL,
                           cell.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, CELL_HEIGHT * 0.8);
    cairo_move_to(cairo, left, top + CELL_HEIGHT * 0.78);
    cairo_show_text(cairo, cell.text);
    if (cell.underline) {
        cairo_rectangle(cairo, left, top + CELL_HEIGHT - 2, CELL_WIDTH * cell.width, 1);
        cairo_fill(cairo);
    }
}

bool mw_vt_png(const mw_vt *vt, const char *path)
{
    cairo_surface_t *surface = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, vt->columns * CELL_WIDTH, vt->rows * CELL_HEIGHT);
    cairo_t *cairo = cairo_create(surface);
    for (int y = 0; y < vt->rows; y++) {
        for (int x = 0; x < vt->columns; x++) {
            draw_cell(vt, cairo, x, y);
        }
    }
    const bool written = cairo_surface_write_to_png(surface, path) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
    return written;
}

#else

bool mw_vt_png(const mw_vt *vt, const char *path)
{
    (void)vt;
    (void)path;
    return false;
}

#endif
