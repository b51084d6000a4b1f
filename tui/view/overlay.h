/* overlay.h: how far the help and the log can be scrolled. */
#ifndef MW_TUI_VIEW_OVERLAY_H
#define MW_TUI_VIEW_OVERLAY_H

#include "tui/form/model.h"

int mw_overlay_scroll_most(const mw_model *model, const mw_grid *grid);

#endif
