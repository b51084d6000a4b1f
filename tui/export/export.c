/* export.c: cells as lines of text, or drawn by cairo in the colours of a theme. */
#include "tui/export/export.h"

#include <stdlib.h>
#include <string.h>

#include "labs/chart/drawing.h"
#include "labs/locale/utf8.h"
#include "model/file.h"
#include "tui/export/export_draw.h"

static const mw_cell *cell_at(const mw_grid *grid, int x, int y)
{
    return &grid->cells[(size_t)y * (size_t)grid->width + (size_t)x];
}

char *mw_grid_to_text(const mw_grid *grid)
{
    /* At most a glyph and a mark of 4 bytes each per cell, and a line end. */
    size_t size = (size_t)grid->height * ((size_t)grid->width * 8 + 1) + 1, used = 0;
    char *text = malloc(size);
    if (!text)
        return NULL;
    for (int y = 0; y < grid->height; y++) {
        size_t line = used, end = used;
        for (int x = 0; x < grid->width; x++) {
            const mw_cell *cell = cell_at(grid, x, y);
            if (cell->glyph == 0)
                continue;
            used += mw_utf8_encode(cell->glyph, text + used);
            if (cell->combining)
                used += mw_utf8_encode(cell->combining, text + used);
            if (cell->glyph != ' ')
                end = used;
        }
        used = end > line ? end : line;
        text[used++] = '\n';
    }
    text[used] = '\0';
    return text;
}

static mw_status export_text(const mw_grid *grid, const char *path, mw_error *error)
{
    char *text = mw_grid_to_text(grid);
    if (!text)
        return mw_fail(error, MW_NO_MEMORY, "no memory for the text of a screen");
    mw_status status = mw_file_save(path, text, strlen(text), error);
    free(text);
    return status;
}

static mw_status export_picture(const mw_grid *grid, const mw_theme *theme, const char *path,
                                mw_error *error)
{
    char *bytes;
    size_t size;
    bool vector = strcmp(strrchr(path, '.'), ".svg") == 0;
    mw_error why;
    const mw_grid_pen *pen = mw_drawing_find(MW_GRID_PEN, &why);
    if (!pen)
        return mw_fail(error, MW_UNSUPPORTED, "%.300s: %.300s; .txt can be written", path,
                       why.message);
    mw_status status = pen->draw(grid, theme, vector, &bytes, &size, error);
    if (status == MW_OK)
        status = mw_file_save(path, bytes, size, error);
    free(bytes);
    return status;
}

mw_status mw_grid_export(const mw_grid *grid, const mw_theme *theme, const char *path,
                         mw_error *error)
{
    const char *dot = strrchr(path, '.');
    if (dot && (strcmp(dot, ".svg") == 0 || strcmp(dot, ".png") == 0))
        return export_picture(grid, theme, path, error);
    if (dot && strcmp(dot, ".txt") == 0)
        return export_text(grid, path, error);
    return mw_fail(error, MW_INVALID, "%.300s: a picture ends in .svg, .png or .txt", path);
}
