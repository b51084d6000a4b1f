/* machine.h: this computer in a few lines, for the foot of the course map. */
#ifndef MW_TUI_VIEW_MACHINE_H
#define MW_TUI_VIEW_MACHINE_H

#include "tui/form/model.h"

/* The machine's pictures in the shape of a lab's view: { "lab", "step", "pictures" }. The
 * caller owns it. */
json_t *mw_machine_view(const json_t *machine);

int mw_machine_summary_height(int width);
int mw_machine_scroll_most(const mw_model *model, const mw_grid *grid);
void mw_machine_summary_draw(const mw_model *model, mw_grid *grid, mw_rect rect);

#endif
