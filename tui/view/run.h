/* run.h: the line that says what runs and how far it is. */
#ifndef MW_TUI_VIEW_RUN_H
#define MW_TUI_VIEW_RUN_H

#include "tui/form/model.h"

/* "── gemm/skinny · running 61 % ━━━━──── 1.2 s left", or a plain rule when nothing runs. */
void mw_run_draw(const mw_model *model, mw_grid *grid, int x, int y, int width);

#endif
