/*
 * page.h: lines of styled text, ready to be drawn: what a layout leaves behind.
 */
#ifndef MW_TUI_PAGE_H
#define MW_TUI_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/grid/grid.h"

/* Neighbouring characters of one style: a NUL-ended string in `text`. */
typedef struct mw_page_run {
    size_t offset;
    int x, width;
    mw_style style;
} mw_page_run;

typedef struct mw_page_line {
    size_t first_run, run_count;
} mw_page_line;

typedef struct mw_page {
    char *text;
    size_t text_size, text_capacity;
    mw_page_run *runs;
    size_t run_count, run_capacity;
    mw_page_line *lines;
    size_t line_count, line_capacity;
} mw_page;

void mw_page_free(mw_page *page);

/* Begins a line, and adds text to the last one. False when memory is short. */
bool mw_page_begin_line(mw_page *page);
bool mw_page_add(mw_page *page, int x, int width, mw_style style, const char *text, size_t length);

/* Draws one line; `role` stands for every plain text in it. */
void mw_page_draw_line(const mw_page *page, mw_grid *grid, int x, int y, size_t line, mw_role role);

/* Makes room for `more` items behind `count` in the array whose pointer is at `items`. */
bool mw_page_grow(void *items, size_t count, size_t *capacity, size_t size, size_t more);

#endif
