/*
 * markdown.h: lab text laid out in cells: paragraphs, emphasis, code, lists, headings, quotations
 * and small tables, wrapped by width so that Chinese and English both keep to their measure.
 */
#ifndef MW_TUI_MARKDOWN_H
#define MW_TUI_MARKDOWN_H

#include "tui/grid/grid.h"

typedef struct mw_markdown mw_markdown;

/* NULL when memory is short. `width` is at least 1; raw HTML is text like any other. */
mw_markdown *mw_markdown_layout(const char *text, int width);
void mw_markdown_free(mw_markdown *markdown);

int mw_markdown_lines(const mw_markdown *markdown); /* 0 for NULL */

/* Draws lines first … first + count - 1 at (x, y). */
void mw_markdown_draw(const mw_markdown *markdown, mw_grid *grid, int x, int y, int first,
                      int count);

/* Lays out and draws in one go, all in one style apart from emphasis; returns the lines used. */
int mw_markdown_write(mw_grid *grid, mw_rect rect, mw_role role, const char *text);

#endif
