/*
 * canvas.h: dots finer than cells, for charts: braille (2x4), quadrants (2x2) or ASCII (1x1 with
 * line characters), chosen by the grid's charset. A cell keeps the style that was drawn last.
 */
#ifndef MW_TUI_CANVAS_H
#define MW_TUI_CANVAS_H

#include "tui/grid/grid.h"

typedef struct mw_canvas mw_canvas;

mw_canvas *mw_canvas_new(mw_charset charset, int cells_wide, int cells_high);
void mw_canvas_free(mw_canvas *canvas);

int mw_canvas_width(const mw_canvas *canvas); /* in dots */
int mw_canvas_height(const mw_canvas *canvas);

/* Dot coordinates, y downward; outside is clipped. */
void mw_canvas_dot(mw_canvas *canvas, int x, int y, mw_style style);
void mw_canvas_line(mw_canvas *canvas, double x0, double y0, double x1, double y1, mw_style style);
void mw_canvas_dashed(mw_canvas *canvas, double x0, double y0, double x1, double y1,
                      mw_style style);

/* Puts every non-empty cell on the grid at (x, y). */
void mw_canvas_blit(const mw_canvas *canvas, mw_grid *grid, int x, int y);

/* Takes dots away that touch a wide character: many terminals draw the one over the other. After
 * the words of a picture. */
void mw_canvas_part_words(mw_grid *grid, mw_rect rect);

#endif
