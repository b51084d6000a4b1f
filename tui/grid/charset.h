/* charset.h: which glyphs a terminal is given. */
#ifndef MW_TUI_CHARSET_H
#define MW_TUI_CHARSET_H

#include <stdbool.h>

#include "tui/grid/grid.h"

/* "ascii", "quadrant", "braille"; false for another word. */
bool mw_charset_parse(const char *name, mw_charset *charset);

/*
 * The wish (an option, or NULL), then MEMWALL_CHARSET, then what the terminal can be trusted with.
 * Without UTF-8 it is always ASCII; the Linux console has UTF-8 but hardly any glyphs.
 */
mw_charset mw_charset_choose(const char *wish, bool utf8, const char *term);

/* Whether texts may keep what is not ASCII where that is the charset: the Linux console has no
 * glyphs for them either. */
bool mw_charset_keeps_texts(bool utf8, const char *term);

#endif
