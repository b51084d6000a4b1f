/* chrome.c: a head with three parts, a message that may grow upwards, a footer of keys. */
#include "tui/view/chrome.h"

#include <stdio.h>
#include <string.h>

#include "labs/locale/locale.h"
#include "tui/markdown/wrap.h"

typedef struct target {
    mw_grid *grid;
    mw_rect rect;
    mw_style style;
    bool centred;
} target;

static void write_line(void *context, int line, const char *text, size_t length)
{
    target *t = context;
    if (line >= t->rect.height)
        return;
    char shown[1024];
    snprintf(shown, sizeof shown, "%.*s", (int)(length < 1000 ? length : 1000), text);
    int x = t->rect.x;
    if (t->centred)
        x += (t->rect.width - mw_text_width(shown)) / 2;
    mw_grid_text(t->grid, x, t->rect.y + line, t->rect.width, t->style, shown);
}

int mw_chrome_write(mw_grid *grid, mw_rect rect, mw_style style, const char *text)
{
    if (rect.width < 1 || rect.height < 1)
        return 0;
    target t = {.grid = grid, .rect = rect, .style = style};
    int lines = mw_wrap_text(text, rect.width, write_line, &t);
    return lines < rect.height ? lines : rect.height;
}

int mw_chrome_cut(mw_grid *grid, int x, int y, int width, mw_style style, const char *text)
{
    if (width < 1)
        return 0;
    if (mw_text_width(text) <= width)
        return mw_grid_text(grid, x, y, width, style, text);
    int used = mw_grid_text(grid, x, y, width - 1, style, text);
    mw_grid_put(grid, x + used, y, mw_grid_glyph(grid, MW_GLYPH_ELLIPSIS), style);
    return used + 1;
}

uint32_t mw_chrome_tone(const mw_grid *grid, const char *tone)
{
    if (strcmp(tone, "warning") == 0)
        return '!';
    if (strcmp(tone, "good") != 0)
        return 'i';
    /* The ASCII tick of the course map is an x, which beside an answer would say the opposite. */
    return grid->charset == MW_CHARSET_ASCII ? '+' : mw_grid_glyph(grid, MW_GLYPH_DONE);
}

bool mw_chrome_fits(mw_grid *grid)
{
    if (grid->width >= MW_SCREEN_LEAST_WIDTH && grid->height >= MW_SCREEN_LEAST_HEIGHT)
        return true;
    char text[160];
    snprintf(text, sizeof text, _("memwall needs %d×%d.\nThis terminal is %d×%d."),
             MW_SCREEN_LEAST_WIDTH, MW_SCREEN_LEAST_HEIGHT, grid->width, grid->height);
    int lines = mw_wrap_text(text, grid->width, NULL, NULL);
    int y = grid->height > lines ? (grid->height - lines) / 2 : 0;
    target t = {.grid = grid,
                .rect = {0, y, grid->width, grid->height - y},
                .style = mw_style_of(MW_ROLE_TEXT),
                .centred = true};
    mw_wrap_text(text, grid->width, write_line, &t);
    return false;
}

void mw_chrome_head(mw_grid *grid, const char *where, const char *what, const char *right)
{
    int right_width = mw_text_width(right), x = 1;
    int limit = grid->width - 1 - (right_width ? right_width + 2 : 0);
    if (*where) {
        x += mw_grid_text(grid, x, 0, limit - x, mw_style_of(MW_ROLE_DIM), where);
        if (*what)
            x += mw_grid_text(grid, x, 0, limit - x, mw_style_of(MW_ROLE_DIM), " › ");
    }
    mw_chrome_cut(grid, x, 0, limit - x, mw_style_with(MW_ROLE_TITLE, MW_ATTR_BOLD), what);
    mw_grid_text(grid, grid->width - 1 - right_width, 0, right_width, mw_style_of(MW_ROLE_DIM),
                 right);
}

mw_rect mw_chrome_body(const mw_grid *grid)
{
    /* Air under the head where there is any. */
    int top = grid->height >= 24 ? 2 : 1;
    return (mw_rect){1, top, grid->width - 2, grid->height - 2 - top};
}

enum { MESSAGE_LINES = 4 };

/* What is said is said whole: a longer message covers the rows above its own for as long as it
 * stands. Returns its first row. */
static int write_up(mw_grid *grid, int x, mw_style style, const char *text)
{
    int width = grid->width - 1 - x, lines = mw_wrap_text(text, width, NULL, NULL);
    lines = lines > MESSAGE_LINES ? MESSAGE_LINES : lines;
    mw_rect rect = {x, grid->height - 1 - lines, width, lines};
    if (lines > 1)
        mw_grid_fill(grid, (mw_rect){0, rect.y, grid->width, lines}, ' ',
                     mw_style_of(MW_ROLE_TEXT));
    mw_chrome_write(grid, rect, style, text);
    return rect.y;
}

static void draw_message(const mw_model *model, mw_grid *grid)
{
    if (model->message_tone && *model->message) {
        bool good = strcmp(model->message_tone, "good") == 0;
        bool warning = strcmp(model->message_tone, "warning") == 0;
        mw_role role = good ? MW_ROLE_GOOD : warning ? MW_ROLE_WARNING : MW_ROLE_TEXT;
        int y = write_up(grid, 3, mw_style_of(role), model->message);
        mw_grid_put(grid, 1, y, mw_chrome_tone(grid, model->message_tone),
                    mw_style_with(role, MW_ATTR_BOLD));
    } else if (*model->notice) {
        write_up(grid, 1, mw_style_of(MW_ROLE_DIM), model->notice);
    }
}

void mw_chrome_foot(const mw_model *model, mw_grid *grid)
{
    int x = 1, y = grid->height - 1;
    draw_message(model, grid);
    for (int i = 0; i < model->footer_count && i < MW_FOOTER_MAX; i++) {
        const char *key = model->footer[i].key;
        const char *name = model->footer[i].name ? model->footer[i].name : "";
        int width = mw_text_width(key) + 1 + mw_text_width(name);
        if (x + width > grid->width - 1)
            continue; /* a shorter one may still fit */
        x += mw_grid_text(grid, x, y, width, mw_style_with(MW_ROLE_KEY, MW_ATTR_BOLD), key) + 1;
        x += mw_grid_text(grid, x, y, width, mw_style_of(MW_ROLE_DIM), name) + 3;
    }
}
