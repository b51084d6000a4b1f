#include <stdio.h>
#include <string.h>

#include "tui/locale.h"
#include "tui/view/chrome.h"
#include "tui/view/data.h"
#include "tui/view/view.h"

static void draw_screen(const mw_model *model, mw_grid *grid)
{
    switch (model->screen) {
    case MW_SCREEN_COURSE:
        mw_view_course(model, grid);
        break;
    case MW_SCREEN_LAB:
        mw_view_lab(model, grid);
        break;
    case MW_SCREEN_MACHINE:
        mw_view_machine(model, grid);
        break;
    }
}

/* --- help
 * ------------------------------------------------------------------------------------------ */

static int widest_key(const mw_model *model)
{
    int widest = 3;
    for (int i = 0; i < model->footer_count && i < MW_FOOTER_MAX; i++) {
        int width = mw_text_width(model->footer[i].key ? model->footer[i].key : "");
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* The marks mean the same on every screen: here they are learnt. */
static int draw_marks(mw_grid *grid, mw_rect body)
{
    static const mw_kind kinds[] = {MW_PREDICTED, MW_COUNTED, MW_MODELLED, MW_MEASURED,
                                    MW_PUBLISHED};
    static const char *const meanings[] = {
        N_("what you said before the run"), N_("tallied by our own loop as it ran"),
        N_("from a formula or a cache simulator"), N_("by the clock or by hardware events"),
        N_("from a paper or a data sheet")};
    mw_grid_text(grid, body.x, body.y, body.width, mw_style_with(MW_ROLE_TITLE, MW_ATTR_BOLD),
                 _("Marks"));
    int y = body.y + 1;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && y < body.y + body.height; i++, y++) {
        mw_grid_put(grid, body.x + 2, y, mw_grid_glyph(grid, mw_kind_glyph(kinds[i])),
                    mw_style_with(mw_kind_role(kinds[i]), MW_ATTR_BOLD));
        mw_grid_text(grid, body.x + 5, y, 12, mw_style_of(MW_ROLE_TEXT), mw_kind_word(kinds[i]));
        mw_grid_text(grid, body.x + 18, y, body.width - 18, mw_style_of(MW_ROLE_DIM),
                     _(meanings[i]));
    }
    return y - body.y;
}

void mw_view_help(const mw_model *model, mw_grid *grid)
{
    mw_grid_clear(grid);
    if (!mw_chrome_fits(grid))
        return;
    mw_chrome_head(grid, _("memwall"), _("Keys that work here"), "");
    mw_rect body = mw_chrome_body(grid);
    int column = widest_key(model),
        count = model->footer_count < MW_FOOTER_MAX ? model->footer_count : MW_FOOTER_MAX;
    int first =
        model->overlay_scroll > 0 && model->overlay_scroll < count ? model->overlay_scroll : 0;
    int columns = body.width >= 100 ? 2 : 1, rows = (count - first + columns - 1) / columns;
    if (rows > body.height)
        rows = body.height;
    for (int i = first; i < count; i++) {
        int at = i - first;
        if (at / (rows > 0 ? rows : 1) >= columns)
            break;
        int x = body.x + 2 + (rows > 0 ? at / rows : 0) * (body.width / 2),
            y = body.y + (rows > 0 ? at % rows : 0);
        mw_grid_text(grid, x, y, column, mw_style_with(MW_ROLE_KEY, MW_ATTR_BOLD),
                     model->footer[i].key ? model->footer[i].key : "");
        mw_grid_text(grid, x + column + 3, y, body.width / columns - column - 6,
                     mw_style_of(MW_ROLE_TEXT), model->footer[i].name ? model->footer[i].name : "");
    }
    if (body.height - rows >= 8)
        draw_marks(grid, (mw_rect){body.x, body.y + rows + 1, body.width, body.height - rows - 1});
    mw_chrome_foot(model, grid);
}

/* --- palette
 * --------------------------------------------------------------------------------------- */

static bool matches(const char *name, const char *typed)
{
    for (; *typed; typed++) {
        while (*name && (*name | 0x20) != (*typed | 0x20))
            name++;
        if (!*name)
            return false;
        name++;
    }
    return true;
}

void mw_view_palette(const mw_model *model, mw_grid *grid)
{
    draw_screen(model, grid);
    if (grid->width < MW_SCREEN_LEAST_WIDTH || grid->height < MW_SCREEN_LEAST_HEIGHT)
        return;
    int found[MW_FOOTER_MAX], count = 0;
    for (int i = 0; i < model->footer_count && i < MW_FOOTER_MAX; i++)
        if (matches(model->footer[i].name ? model->footer[i].name : "", model->palette_text))
            found[count++] = i;
    int width = grid->width < 70 ? grid->width - 4 : 60;
    int rows = count < grid->height - 9 ? count : grid->height - 9;
    mw_rect frame = {(grid->width - width) / 2, 2, width, rows + (rows > 0 ? 4 : 5)};
    mw_grid_fill(grid, frame, ' ', mw_style_of(MW_ROLE_TEXT));
    mw_grid_frame(grid, frame, _("Commands"), mw_style_of(MW_ROLE_FOCUS));
    mw_grid_text(grid, frame.x + 2, frame.y + 1, 1, mw_style_with(MW_ROLE_KEY, MW_ATTR_BOLD), ":");
    int used = mw_grid_text(grid, frame.x + 4, frame.y + 1, width - 6, mw_style_of(MW_ROLE_FOCUS),
                            model->palette_text);
    grid->cursor_visible = true;
    grid->cursor_x = frame.x + 4 + used;
    grid->cursor_y = frame.y + 1;
    int first = model->palette_row >= rows && rows > 0 ? model->palette_row - rows + 1 : 0;
    for (int i = 0; i < rows && first + i < count; i++) {
        const mw_hint_key *entry = &model->footer[found[first + i]];
        bool here = first + i == model->palette_row;
        int y = frame.y + 3 + i;
        mw_style style =
            here ? mw_style_with(MW_ROLE_FOCUS, MW_ATTR_BOLD) : mw_style_of(MW_ROLE_TEXT);
        if (here)
            mw_grid_put(grid, frame.x + 2, y, mw_grid_glyph(grid, MW_GLYPH_CURSOR), style);
        mw_grid_text(grid, frame.x + 4, y, width - 20, style, entry->name ? entry->name : "");
        int key = mw_text_width(entry->key ? entry->key : "");
        mw_grid_text(grid, frame.x + width - 2 - key, y, key, mw_style_of(MW_ROLE_KEY),
                     entry->key ? entry->key : "");
    }
    if (count == 0)
        mw_grid_text(grid, frame.x + 4, frame.y + 3, width - 6, mw_style_of(MW_ROLE_DIM),
                     _("No command here has these letters."));
}

/* --- log
 * ------------------------------------------------------------------------------------------- */

void mw_view_log(const mw_model *model, mw_grid *grid)
{
    mw_grid_clear(grid);
    if (!mw_chrome_fits(grid))
        return;
    char right[48];
    int count = model->log_count < 0              ? 0
                : model->log_count > MW_LOG_LINES ? MW_LOG_LINES
                                                  : model->log_count;
    snprintf(right, sizeof right, ngettext("%d line", "%d lines", (unsigned long)count), count);
    mw_chrome_head(grid, _("memwall"), _("What the worker wrote"), right);
    mw_rect body = mw_chrome_body(grid);
    if (count == 0)
        mw_grid_text(grid, body.x, body.y, body.width, mw_style_of(MW_ROLE_DIM),
                     _("Nothing so far."));
    int most = count > body.height ? count - body.height : 0;
    int scroll = model->overlay_scroll < 0      ? 0
                 : model->overlay_scroll > most ? most
                                                : model->overlay_scroll;
    /* The newest line is the one that is looked for. */
    int first = most - scroll;
    for (int i = 0; i < body.height && first + i < count; i++)
        mw_grid_text(grid, body.x, body.y + i, body.width, mw_style_of(MW_ROLE_TEXT),
                     model->log[first + i]);
    mw_chrome_foot(model, grid);
}
