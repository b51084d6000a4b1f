/* axes.c: the axes of a picture on the grid. */
#include "tui/view/axes.h"

#include <math.h>

typedef enum axis_glyph {
    AXIS_V,
    AXIS_V_MAJOR,
    AXIS_V_MINOR,
    AXIS_H,
    AXIS_H_MAJOR,
    AXIS_H_MINOR,
    AXIS_CORNER
} axis_glyph;

static uint32_t axis(const mw_grid *grid, axis_glyph glyph)
{
    static const uint32_t lines[] = {0x2502, 0x2524, 0x251C, 0x2500, 0x252C, 0x2534, 0x2514};
    static const uint32_t ascii[] = {'|', '+', '|', '-', '+', '\'', '+'};
    return grid->charset == MW_CHARSET_ASCII ? ascii[glyph] : lines[glyph];
}

int mw_axes_label_width(const mw_tick *ticks, int count)
{
    int widest = 1;
    for (int i = 0; i < count; i++)
        if (ticks[i].labelled && mw_text_width(ticks[i].label) > widest)
            widest = mw_text_width(ticks[i].label);
    return widest;
}

static int tick_cell(const mw_tick *tick, int cells)
{
    return (int)fmin(fmax(floor(tick->position), 0), cells - 1);
}

static void draw_y_axis(mw_grid *grid, mw_rect inner, const mw_tick *ticks, int count)
{
    mw_style rule = mw_style_of(MW_ROLE_RULE);
    for (int row = 0; row < inner.height; row++)
        mw_grid_put(grid, inner.x - 1, inner.y + row, axis(grid, AXIS_V), rule);
    for (int i = 0; i < count; i++)
        if (!ticks[i].labelled)
            mw_grid_put(grid, inner.x - 1, inner.y + tick_cell(&ticks[i], inner.height),
                        axis(grid, AXIS_V_MINOR), rule);
    for (int i = 0; i < count; i++) {
        if (!ticks[i].labelled)
            continue;
        int row = inner.y + tick_cell(&ticks[i], inner.height);
        int width = mw_text_width(ticks[i].label);
        mw_grid_put(grid, inner.x - 1, row, axis(grid, AXIS_V_MAJOR), rule);
        mw_grid_text(grid, inner.x - 1 - width, row, width, mw_style_of(MW_ROLE_DIM),
                     ticks[i].label);
    }
}

static void draw_x_axis(mw_grid *grid, mw_rect inner, const mw_tick *ticks, int count,
                        const char *title)
{
    mw_style rule = mw_style_of(MW_ROLE_RULE), dim = mw_style_of(MW_ROLE_DIM);
    int row = inner.y + inner.height, right = inner.x + inner.width;
    mw_grid_put(grid, inner.x - 1, row, axis(grid, AXIS_CORNER), rule);
    for (int column = 0; column < inner.width; column++)
        mw_grid_put(grid, inner.x + column, row, axis(grid, AXIS_H), rule);
    for (int major = 0; major < 2; major++)
        for (int i = 0; i < count; i++)
            if (ticks[i].labelled == (major == 1))
                mw_grid_put(grid, inner.x + tick_cell(&ticks[i], inner.width), row,
                            axis(grid, major ? AXIS_H_MAJOR : AXIS_H_MINOR), rule);
    int title_width = mw_text_width(title);
    if (title_width > 0 && title_width + 1 < inner.width / 2) {
        mw_grid_put(grid, right - title_width - 1, row, ' ', rule);
        mw_grid_text(grid, right - title_width, row, title_width, dim, title);
    }
    int end = inner.x - 2;
    for (int i = 0; i < count; i++) {
        int width = mw_text_width(ticks[i].label);
        int x = inner.x + tick_cell(&ticks[i], inner.width) - (width - 1) / 2;
        if (x + width > right)
            x = right - width;
        if (!ticks[i].labelled || x <= end)
            continue;
        mw_grid_text(grid, x, row + 1, width, dim, ticks[i].label);
        end = x + width;
    }
}

void mw_axes_draw(mw_grid *grid, mw_rect inner, const mw_surround *around)
{
    draw_y_axis(grid, inner, around->y_ticks, around->y_count);
    draw_x_axis(grid, inner, around->x_ticks, around->x_count, around->x_title);
}
