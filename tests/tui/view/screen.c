/* screen.c: reads fixtures into models, draws them, and checks that cells are sound. */
#include "screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/locale/utf8.h"
#include "tui/export/export.h"
#include "tui/form/actions.h"
#include "tui/form/form.h"

static mw_grid grid;
static char *text;

json_t *screen_fixture(const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.json", FIXTURES, name);
    json_t *view = json_load_file(path, 0, NULL);
    if (!view)
        abort();
    return view;
}

mw_model *screen_model(json_t *view)
{
    mw_locale_init("en");
    mw_model *model = calloc(1, sizeof *model);
    if (!model)
        abort();
    model->screen = MW_SCREEN_LAB;
    model->locale = "en";
    if (view)
        mw_form_take_view(model, view);
    mw_action_footer(model);
    return model;
}

void screen_free(mw_model *model)
{
    mw_form_close(model);
    json_decref(model->courses);
    json_decref(model->machine);
    free(model);
    mw_grid_free(&grid);
    free(text);
    text = NULL;
}

const char *screen_draw(mw_model *model, int width, int height, mw_charset charset)
{
    grid.charset = charset;
    if (!mw_grid_resize(&grid, width, height))
        abort();
    mw_view_draw(model, &grid);
    free(text);
    text = mw_grid_to_text(&grid);
    return text;
}

const mw_grid *screen_grid(void)
{
    return &grid;
}

int screen_find(const char *wanted)
{
    const char *found = strstr(text, wanted);
    if (!found)
        return -1;
    int line = 0;
    for (const char *c = text; c < found; c++)
        line += *c == '\n';
    return line;
}

bool screen_shows(const char *wanted)
{
    return screen_find(wanted) >= 0;
}

static bool has_wide(int x, int y)
{
    return x >= 0 && x < grid.width && mw_utf8_width(grid.cells[y * grid.width + x].glyph) == 2;
}

static bool cell_is_sound(int x, int y)
{
    const mw_cell *cell = &grid.cells[y * grid.width + x];
    bool has_right = x + 1 < grid.width && cell[1].glyph == 0;
    if (cell->style.role >= MW_ROLE_COUNT)
        return false;
    if (cell->glyph == 0)
        return x > 0 && cell[-1].glyph != 0 && mw_utf8_width(cell[-1].glyph) == 2;
    if (grid.charset == MW_CHARSET_ASCII && (cell->glyph < ' ' || cell->glyph > '~'))
        return false;
    bool dots = cell->glyph >= 0x2800 && cell->glyph <= 0x28FF;
    if (dots && (has_wide(x + 1, y) || has_wide(x - 2, y)))
        return false;
    return mw_utf8_printable(cell->glyph) && (mw_utf8_width(cell->glyph) == 2) == has_right;
}

bool screen_is_sound(void)
{
    for (int y = 0; y < grid.height; y++)
        for (int x = 0; x < grid.width; x++)
            if (!cell_is_sound(x, y)) {
                fprintf(stderr, "cell %d,%d of %dx%d\n", x, y, grid.width, grid.height);
                return false;
            }
    return !grid.cursor_visible || (grid.cursor_x >= 0 && grid.cursor_x < grid.width &&
                                    grid.cursor_y >= 0 && grid.cursor_y < grid.height);
}
