/* overlay.c: draws help, palette and log over whatever screen is there. */
#include <stdio.h>
#include <string.h>

#include "labs/locale/locale.h"
#include "labs/locale/words.h"
#include "labs/view/data.h"
#include "tui/form/actions.h"
#include "tui/view/chrome.h"
#include "tui/view/kinds.h"
#include "tui/view/overlay.h"
#include "tui/view/view.h"

/* ---- help ---- */

enum { ACTIONS_MAX = MW_ACTION_COUNT, KEYS_MAX = 40 };

/* The marks mean the same on every screen: here they are learnt. */
static const struct {
    mw_kind kind;
    const char *meaning;
    bool noisy;
} marks[] = {{MW_PREDICTED, N_("what you said before the run"), false},
             {MW_COUNTED, N_("tallied by our own loop as it ran"), false},
             {MW_MODELLED, N_("from a formula or a cache simulator"), false},
             {MW_MEASURED, N_("by the clock or by hardware events"), false},
             {MW_MEASURED, N_("the same, while something disturbed it"), true},
             {MW_PUBLISHED, N_("from a paper or a data sheet"), false}};

enum { MARKS = sizeof marks / sizeof *marks };

static void draw_mark(mw_grid *grid, mw_rect body, int y, int column, int index)
{
    mw_kind kind = marks[index].kind;
    bool noisy = marks[index].noisy;
    mw_grid_put(grid, body.x, y, mw_grid_glyph(grid, noisy ? MW_GLYPH_NOISY : mw_kind_glyph(kind)),
                mw_style_with(mw_kind_role(kind), MW_ATTR_BOLD));
    mw_grid_text(grid, body.x + 2, y, column - 2, mw_style_of(mw_kind_role(kind)),
                 noisy ? _("noisy") : mw_kind_word(kind));
    mw_chrome_cut(grid, body.x + column + 2, y, body.width - column - 3, mw_style_of(MW_ROLE_TEXT),
                  _(marks[index].meaning));
}

/* The actions that work now, those that do not under a heading, and the marks, as one list. */
typedef struct help {
    mw_action_id ids[ACTIONS_MAX];
    int now, count; /* of ids: the first `now` work now */
    int marks;      /* line of the heading of the marks */
    int lines;
} help;

static help help_of(const mw_model *model)
{
    help h;
    size_t now;
    h.count = (int)mw_action_help(model, h.ids, ACTIONS_MAX, &now);
    h.now = (int)now;
    h.marks = h.count + (h.now < h.count ? 2 : 0) + 1;
    h.lines = h.marks + 1 + MARKS;
    return h;
}

static int help_lines(const mw_model *model)
{
    return help_of(model).lines;
}

static void draw_heading(mw_grid *grid, mw_rect body, int y, const char *text)
{
    mw_grid_text(grid, body.x, y, body.width, mw_style_with(MW_ROLE_TITLE, MW_ATTR_BOLD), text);
}

static void draw_action(mw_grid *grid, mw_rect body, int y, int column, mw_action_id id, bool now)
{
    char keys[KEYS_MAX];
    mw_action_keys(id, 2, keys, KEYS_MAX);
    mw_grid_text(grid, body.x, y, column,
                 now ? mw_style_with(MW_ROLE_KEY, MW_ATTR_BOLD) : mw_style_of(MW_ROLE_DIM), keys);
    mw_chrome_cut(grid, body.x + column + 2, y, body.width - column - 3,
                  mw_style_of(now ? MW_ROLE_TEXT : MW_ROLE_DIM), _(mw_action_of(id)->help));
}

static void draw_help_line(mw_grid *grid, mw_rect body, int y, int column, int line, const help *h)
{
    const int later = line - 2; /* past a blank line and a heading */
    if (line < h->now)
        draw_action(grid, body, y, column, h->ids[line], true);
    else if (line > h->marks)
        draw_mark(grid, body, y, column, line - h->marks - 1);
    else if (line == h->marks)
        draw_heading(grid, body, y, _("Marks"));
    else if (line == h->now + 1)
        draw_heading(grid, body, y, _("At other times"));
    else if (later >= h->now && later < h->count)
        draw_action(grid, body, y, column, h->ids[later], false);
}

void mw_view_help(const mw_model *model, mw_grid *grid)
{
    mw_grid_clear(grid);
    if (!mw_chrome_fits(grid))
        return;
    mw_chrome_head(grid, _("memwall"), _("Keys that work here"), "");
    mw_rect body = mw_chrome_body(grid);
    const help h = help_of(model);
    int column = 12;
    for (int i = 0; i < h.count; i++) {
        char keys[KEYS_MAX];
        mw_action_keys(h.ids[i], 2, keys, KEYS_MAX);
        int width = mw_text_width(keys);
        column = width > column ? width : column;
    }
    int most = h.lines > body.height ? h.lines - body.height : 0;
    int scroll = model->overlay_scroll < 0      ? 0
                 : model->overlay_scroll > most ? most
                                                : model->overlay_scroll;
    for (int row = 0; row < body.height && scroll + row < h.lines; row++)
        draw_help_line(grid, body, body.y + row, column, scroll + row, &h);
    mw_style mark = mw_style_with(MW_ROLE_ACCENT, MW_ATTR_BOLD);
    int right = body.x + body.width - 1;
    if (scroll > 0)
        mw_grid_put(grid, right, body.y, mw_grid_glyph(grid, MW_GLYPH_UP), mark);
    if (scroll < most)
        mw_grid_put(grid, right, body.y + body.height - 1, mw_grid_glyph(grid, MW_GLYPH_DOWN),
                    mark);
    mw_chrome_foot(model, grid);
}

int mw_overlay_scroll_most(const mw_model *model, const mw_grid *grid)
{
    int lines = model->overlay == MW_OVERLAY_HELP ? help_lines(model) : model->log_count;
    int rows = mw_chrome_body(grid).height;
    return lines > rows ? lines - rows : 0;
}

/* ---- palette ---- */

static void draw_command(mw_grid *grid, mw_rect frame, int y, mw_action_id id, bool here)
{
    const mw_action *action = mw_action_of(id);
    char keys[KEYS_MAX];
    mw_action_keys(id, 1, keys, sizeof keys);
    mw_style style = here ? mw_style_with(MW_ROLE_FOCUS, MW_ATTR_BOLD) : mw_style_of(MW_ROLE_TEXT);
    if (here)
        mw_grid_put(grid, frame.x + 2, y, mw_grid_glyph(grid, MW_GLYPH_CURSOR), style);
    int key = mw_text_width(keys), right = frame.x + frame.width - 2 - key;
    int x = frame.x + 4;
    x += mw_grid_text(grid, x, y, right - x, style, _(action->name)) + 2;
    if (x < frame.x + 22)
        x = frame.x + 22;
    mw_chrome_cut(grid, x, y, right - x - 1, mw_style_of(MW_ROLE_DIM), _(action->help));
    mw_grid_text(grid, right, y, key, mw_style_with(MW_ROLE_KEY, MW_ATTR_BOLD), keys);
}

void mw_view_palette(const mw_model *model, mw_grid *grid)
{
    mw_view_screen(model, grid);
    if (grid->width < MW_SCREEN_LEAST_WIDTH || grid->height < MW_SCREEN_LEAST_HEIGHT)
        return;
    mw_action_id ids[ACTIONS_MAX];
    int count = (int)mw_action_palette(model, ids, ACTIONS_MAX);
    int width = grid->width < 84 ? grid->width - 4 : 80;
    int rows = count < grid->height - 9 ? count : grid->height - 9;
    mw_rect frame = {(grid->width - width) / 2, 2, width, (rows > 0 ? rows : 1) + 4};
    /* Single letters left over beside the frame would only puzzle. */
    mw_rect around = frame;
    if (grid->width - width < 16)
        around = (mw_rect){0, frame.y, grid->width, frame.height};
    mw_grid_fill(grid, around, ' ', mw_style_of(MW_ROLE_TEXT));
    mw_grid_frame(grid, frame, _("Commands"), mw_style_of(MW_ROLE_FOCUS));
    mw_grid_put(grid, frame.x + 2, frame.y + 1, ':', mw_style_with(MW_ROLE_KEY, MW_ATTR_BOLD));
    int used = mw_grid_text(grid, frame.x + 4, frame.y + 1, width - 7, mw_style_of(MW_ROLE_FOCUS),
                            model->palette_text);
    grid->cursor_visible = true;
    grid->cursor_x = frame.x + 4 + used;
    grid->cursor_y = frame.y + 1;
    int first = model->palette_row >= rows ? model->palette_row - rows + 1 : 0;
    for (int i = 0; i < rows && first + i < count; i++)
        draw_command(grid, frame, frame.y + 3 + i, ids[first + i], first + i == model->palette_row);
    if (count == 0)
        mw_grid_text(grid, frame.x + 4, frame.y + 3, width - 6, mw_style_of(MW_ROLE_DIM),
                     _("No command here has these letters."));
}

/* ---- log ---- */

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
