/*
 * counters.h: the numbers of a run, one column per kind, so that nobody mistakes a model for a
 * count.
 */
#ifndef MW_TUI_VIEW_COUNTERS_H
#define MW_TUI_VIEW_COUNTERS_H

#include <stddef.h>

#include "labs/view/rows.h"
#include "tui/form/model.h"

/* Lines that say everything in this width: the heading, the rows, and below them what has no room
 * in them; 0 when the view has none. */
int mw_counters_height(const mw_model *model, int width);

/* Draws what fits; while a kernel runs the counted rows are those of the counter block. */
void mw_counters_draw(const mw_model *model, mw_grid *grid, mw_rect rect);

#endif
