/*
 * asked.h: what the student can answer or set: fields, controls, and what was said to the answers.
 */
#ifndef MW_TUI_VIEW_ASKED_H
#define MW_TUI_VIEW_ASKED_H

#include "tui/form/model.h"

/* Rows of a drawing that is higher than its window. */
typedef struct mw_asked {
    int rows;
    int focus_first, focus_last; /* rows of what has the focus; -1 without */
} mw_asked;

/*
 * Draws from row 0 of a grid as wide as the column, which is high enough for anything sensible.
 * `roomy` puts a frame around the focused field and air between fields.
 */
mw_asked mw_asked_draw(const mw_model *model, mw_grid *grid, bool roomy);

/* The field of the step that marks a point of the roofline (NULL if none) and the point, if one was
 * set. */
const json_t *mw_asked_place(const mw_model *model, bool *set, double *x, double *y, bool *focused);

#endif
