/* plot.c: a picture on the grid: its room, and what stands around the plot. */
#include "tui/view/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "tui/view/asked.h"
#include "tui/view/axes.h"
#include "tui/view/chrome.h"
#include "tui/view/pen.h"

/* ---- the legend ---- */

/* Its cells with the sign before it; 0: it has no place on a grid. */
static int entry_width(const mw_legend_entry *entry)
{
    int width = entry->roof ? 0 : mw_text_width(entry->word);
    return width > 0 ? width + 2 : 0;
}

static int legend_width(const mw_surround *around)
{
    int width = 0;
    for (int i = 0; i < around->legend_count; i++)
        if (entry_width(&around->legend[i]) > 0)
            width += entry_width(&around->legend[i]) + 2;
    return width;
}

static void draw_entry(mw_grid *grid, const mw_legend_entry *entry, int x, int y, int width)
{
    mw_grid_put(grid, x, y, mw_cell_mark(grid, &entry->mark), mw_cell_mark_style(&entry->mark));
    mw_grid_text(grid, x + 2, y, width - 2, mw_style_of(MW_ROLE_DIM), entry->word);
}

/* Entries from the right, in the row from `left` on; one that is full goes on in the next, or what
 * has no room is left out. Returns the rows that were used; without a grid it only counts them. */
static int draw_legend(const mw_surround *around, mw_grid *grid, int left, mw_rect rect)
{
    int rows = 1, right = rect.x + rect.width, y = rect.y;
    for (int i = around->legend_count - 1; i >= 0; i--) {
        int width = entry_width(&around->legend[i]);
        if (width == 0 || (around->legend_wraps && width > rect.width))
            continue;
        if (right - width < left && !around->legend_wraps)
            break;
        if (right - width < left) {
            right = rect.x + rect.width;
            left = rect.x;
            rows++;
            y++;
        }
        right -= width;
        if (grid)
            draw_entry(grid, &around->legend[i], right, y, width);
        right -= 2;
    }
    return rows;
}

/* ---- the room ---- */

static double measure_cells(void *context, const char *text)
{
    (void)context;
    return mw_text_width(text);
}

static mw_picture *read_picture(const json_t *picture, const mw_model *model, mw_charset charset,
                                const mw_medium *medium)
{
    mw_picture_wish wish = {.ascii = charset == MW_CHARSET_ASCII};
    bool focused;
    const json_t *field =
        model ? mw_asked_place(model, &wish.placed, &wish.placed_x, &wish.placed_y, &focused)
              : NULL;
    wish.placed = wish.placed && field && !mw_json_true(field, "locked") &&
                  strcmp(mw_json_text(field, "picture"), mw_json_text(picture, "id")) == 0;
    wish.level = model ? model->bytes_level : "";
    wish.live_rate = model && model->running ? &model->rate_flops : NULL;
    return mw_picture_new(picture, &wish, medium);
}

static int head_rows(const mw_plot *plot)
{
    return plot->picture->drawing.around.title ? 1 : 0;
}

static void plan(const mw_plot *plot, int width, int height)
{
    plot->picture->drawing.plan(&plot->picture->drawing, width, height);
}

/* Rows of the legend beyond its first, and of what lies off the axes. */
static int rows_above(mw_plot *plot)
{
    const mw_surround *around = &plot->picture->drawing.around;
    const mw_rect outer = plot->outer;
    int unit = mw_text_width(around->y_title);
    plot->aside_below =
        *around->aside &&
        mw_text_width(around->aside) > outer.width - (unit + 3 + legend_width(around)) &&
        outer.height > MW_PLOT_LEAST_HEIGHT + 2;
    int legend = around->legend_wraps ? draw_legend(around, NULL, outer.x + unit + 2, outer) : 1;
    return outer.height - head_rows(plot) - 2 - legend < 3 ? plot->aside_below
                                                           : legend - 1 + plot->aside_below;
}

/* The y axis does not depend on the width, so its labels are known after a first plan. */
static void lay_out(mw_plot *plot)
{
    const mw_surround *around = &plot->picture->drawing.around;
    const mw_rect outer = plot->outer;
    int head = head_rows(plot), rows = outer.height - 3 - head;
    plan(plot, outer.width - 6, rows);
    int above = rows_above(plot);
    bool axes = around->x && around->y;
    if (above > 0 && axes)
        plan(plot, outer.width - 6, rows - above);
    rows -= above;
    int margin = axes ? mw_axes_label_width(around->y_ticks, around->y_count) + 1 : 0;
    rows += axes ? 0 : 2;
    plot->inner =
        (mw_rect){outer.x + margin, outer.y + 1 + head + above, outer.width - margin, rows};
    plan(plot, plot->inner.width, rows);
}

mw_plot *mw_plot_new(const json_t *picture, const mw_model *model, mw_charset charset,
                     mw_rect outer)
{
    if (!json_is_object(picture) || outer.width < MW_PLOT_LEAST_WIDTH ||
        outer.height < MW_PLOT_LEAST_HEIGHT)
        return NULL;
    mw_plot *plot = calloc(1, sizeof *plot);
    if (!plot)
        return NULL;
    plot->medium = mw_medium_cells;
    plot->medium.measure = measure_cells;
    plot->outer = outer;
    plot->picture = read_picture(picture, model, charset, &plot->medium);
    if (!plot->picture || plot->picture->drawing.empty) {
        mw_plot_free(plot);
        return NULL;
    }
    plot->picture->drawing.room = outer.width;
    lay_out(plot);
    return plot;
}

void mw_plot_free(mw_plot *plot)
{
    if (plot)
        free(plot->picture);
    free(plot);
}

bool mw_plot_axes(const mw_plot *plot, const mw_axis **x, const mw_axis **y)
{
    *x = plot->picture->drawing.around.x;
    *y = plot->picture->drawing.around.y;
    return *x && *y;
}

/* ---- drawing ---- */

static void draw_around(const mw_plot *plot, mw_grid *grid)
{
    const mw_surround *around = &plot->picture->drawing.around;
    const mw_style dim = mw_style_of(MW_ROLE_DIM);
    mw_rect head = plot->outer;
    if (around->title)
        mw_grid_rule(grid, head.x, head.y++, head.width, around->title, mw_style_of(MW_ROLE_RULE));
    int x = head.x, right = head.x + head.width;
    x += mw_grid_text(grid, x, head.y, head.width, dim, around->y_title);
    if (*around->aside && plot->aside_below)
        mw_chrome_cut(grid, head.x, head.y + 1, head.width, dim, around->aside);
    else if (*around->aside)
        x += 2 + mw_chrome_cut(grid, x + 2, head.y, right - x - 2, dim, around->aside);
    draw_legend(around, grid, x + 2, head);
    if (around->x && around->y)
        mw_axes_draw(grid, plot->inner, around);
}

void mw_plot_draw(const mw_plot *plot, mw_grid *grid)
{
    const mw_drawing *drawing = &plot->picture->drawing;
    mw_cell_pen pen;
    draw_around(plot, grid);
    mw_cell_pen_begin(&pen, grid, plot->inner, &plot->medium);
    drawing->draw(drawing, &pen.pen);
    mw_cell_pen_end(&pen);
}

/* Guides pass behind words. */
static void put_guide(mw_grid *grid, int x, int y, uint32_t glyph)
{
    const mw_cell *cell = mw_grid_at(grid, x, y);
    if (cell && (cell->glyph == ' ' || cell->glyph >= 0x2500))
        mw_grid_put(grid, x, y, glyph, mw_style_of(MW_ROLE_FOCUS));
}

void mw_plot_draw_placed(const mw_plot *plot, mw_grid *grid, double x, double y, bool focused)
{
    double px, py;
    const mw_axis *across, *up;
    if (!mw_plot_axes(plot, &across, &up) || !mw_axis_position(across, x, &px) ||
        !mw_axis_position(up, y, &py))
        return;
    px = fmin(mw_axis_clamp(across, px), plot->inner.width - 0.001);
    py = fmin(mw_axis_clamp(up, py), plot->inner.height - 0.001);
    int column = plot->inner.x + (int)px, row = plot->inner.y + (int)py;
    bool ascii = grid->charset == MW_CHARSET_ASCII;
    if (focused) {
        for (int i = plot->inner.x; i < column; i += 2)
            put_guide(grid, i, row, ascii ? '.' : 0x00B7);
        for (int i = row + 1; i < plot->inner.y + plot->inner.height; i++)
            put_guide(grid, column, i, ascii ? ':' : 0x250A);
    }
    mw_grid_put(grid, column, row, mw_grid_glyph(grid, MW_GLYPH_PREDICTED),
                mw_style_with(MW_ROLE_PREDICTED, MW_ATTR_BOLD | (focused ? MW_ATTR_REVERSE : 0)));
    if (focused) {
        grid->cursor_visible = true;
        grid->cursor_x = column;
        grid->cursor_y = row;
    }
}
