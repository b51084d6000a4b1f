/* chrome.h: what every screen has in common: the head line, the message line and the keys. */
#ifndef MW_TUI_VIEW_CHROME_H
#define MW_TUI_VIEW_CHROME_H

#include "tui/form/model.h"

enum { MW_SCREEN_LEAST_WIDTH = 60, MW_SCREEN_LEAST_HEIGHT = 20 };

/* False after having said which size is needed: the screen has no room for anything else. */
bool mw_chrome_fits(mw_grid *grid);

/* "where › what" on the left; `right` ends at the right edge. Returns the columns left between. */
void mw_chrome_head(mw_grid *grid, const char *where, const char *what, const char *right);

/* The message line and the footer; what is between them and the head is the body. */
void mw_chrome_foot(const mw_model *model, mw_grid *grid);
mw_rect mw_chrome_body(const mw_grid *grid);

/* Plain text wrapped into a rectangle; returns the lines used. */
int mw_chrome_write(mw_grid *grid, mw_rect rect, mw_style style, const char *text);

/* One line of text; what does not fit ends in an ellipsis. Returns the cells used. */
int mw_chrome_cut(mw_grid *grid, int x, int y, int width, mw_style style, const char *text);

/* The sign before something said: a tick, an exclamation mark, an i. */
uint32_t mw_chrome_tone(const mw_grid *grid, const char *tone);

#endif
