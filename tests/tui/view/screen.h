/* screen.h: draws a model and reads the screen as text. */
#ifndef MW_TESTS_TUI_VIEW_SCREEN_H
#define MW_TESTS_TUI_VIEW_SCREEN_H

#include "tui/view/view.h"

/* A view model of the engine, by file name without its ending. */
json_t *screen_fixture(const char *name);

/* A model that shows this view (stolen) with its footer. The caller frees it with screen_free(). */
mw_model *screen_model(json_t *view);
void screen_free(mw_model *model);

/* Draws and returns the text, which is good until the next call. */
const char *screen_draw(mw_model *model, int width, int height, mw_charset charset);
const mw_grid *screen_grid(void);

/* The line of the present text that holds `wanted`, or -1. */
int screen_find(const char *wanted);
bool screen_shows(const char *wanted);

/* False when a cell holds what no terminal should get: a control character, half a wide glyph, an
 * unknown role, dots of a picture that touch a wide character, or in ASCII anything else. */
bool screen_is_sound(void);

#endif
