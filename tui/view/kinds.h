/* kinds.h: how the kinds of numbers look on the grid. */
#ifndef MW_TUI_VIEW_KINDS_H
#define MW_TUI_VIEW_KINDS_H

#include "model/number.h"
#include "tui/grid/grid.h"

/* The glyph and the role of a kind, the same on every screen. */
mw_glyph mw_kind_glyph(mw_kind kind);
mw_role mw_kind_role(mw_kind kind);

#endif
