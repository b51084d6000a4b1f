/* page.c: arrays that grow: lines of runs, and the text that they point into. */
#include "tui/markdown/page.h"

#include <stdlib.h>
#include <string.h>

bool mw_page_grow(void *items, size_t count, size_t *capacity, size_t size, size_t more)
{
    if (count + more <= *capacity)
        return true;
    /* The pointer may be of any type: it is copied, never looked at through another one. */
    void *old, *grown;
    memcpy(&old, items, sizeof old);
    size_t wanted = (*capacity ? *capacity * 2 : 64) + more;
    grown = realloc(old, wanted * size);
    if (!grown)
        return false;
    memcpy(items, &grown, sizeof grown);
    *capacity = wanted;
    return true;
}

void mw_page_free(mw_page *page)
{
    free(page->text);
    free(page->runs);
    free(page->lines);
    *page = (mw_page){0};
}

bool mw_page_begin_line(mw_page *page)
{
    if (!mw_page_grow(&page->lines, page->line_count, &page->line_capacity, sizeof *page->lines, 1))
        return false;
    page->lines[page->line_count++] = (mw_page_line){.first_run = page->run_count};
    return true;
}

bool mw_page_add(mw_page *page, int x, int width, mw_style style, const char *text, size_t length)
{
    if (length == 0 || page->line_count == 0)
        return true;
    if (!mw_page_grow(&page->text, page->text_size, &page->text_capacity, 1, length + 1) ||
        !mw_page_grow(&page->runs, page->run_count, &page->run_capacity, sizeof *page->runs, 1))
        return false;
    page->runs[page->run_count++] =
        (mw_page_run){.offset = page->text_size, .x = x, .width = width, .style = style};
    memcpy(page->text + page->text_size, text, length);
    page->text[page->text_size + length] = '\0';
    page->text_size += length + 1;
    page->lines[page->line_count - 1].run_count++;
    return true;
}

void mw_page_draw_line(const mw_page *page, mw_grid *grid, int x, int y, size_t line, mw_role role)
{
    const mw_page_line *shown = &page->lines[line];
    for (size_t i = 0; i < shown->run_count; i++) {
        const mw_page_run *run = &page->runs[shown->first_run + i];
        mw_style style = run->style;
        if (style.role == MW_ROLE_TEXT)
            style.role = (uint8_t)role;
        mw_grid_text(grid, x + run->x, y, run->width, style, page->text + run->offset);
    }
}
