/*
 * draw.h: what kinds of field draw with: a grid as wide as the column, the next free row, and the
 * parts that look alike in all of them.
 */
#ifndef MW_TUI_FIELDS_DRAW_H
#define MW_TUI_FIELDS_DRAW_H

#include "tui/grid/grid.h"

typedef struct mw_field_pen {
    mw_grid *grid;
    int y;           /* the next free row: below what was drawn */
    bool roomy;      /* the focused field gets a frame, whose top takes the row of its label */
    int label_width; /* of labels that stand beside what they name; 0: above it */
} mw_field_pen;

/* A label that is longer than its line goes on below; `y` is then its last line. */
void mw_field_label(mw_field_pen *pen, const char *label, bool focused);

/* One line of what is being typed, moved so that the cursor (a byte offset) can be seen. */
void mw_field_input(mw_field_pen *pen, int x, int width, const char *text, int cursor,
                    bool focused);

#endif
