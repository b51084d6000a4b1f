/* terminfo.h: which descriptions of a terminal are worth trying. */
#ifndef MW_TUI_TERMINFO_H
#define MW_TUI_TERMINFO_H

#include <stddef.h>

enum { MW_TERMINFO_MOST = 4 };

/*
 * Names for a TERM, the best first; returns how many. A terminal that says by COLORTERM that it
 * shows 24-bit colours first gets an entry of ours: its own with other colour sequences. One that
 * only its maker describes ends with its family's.
 */
size_t mw_terminfo_entries(const char *term, const char *names[MW_TERMINFO_MOST]);

/* Makes our entries known; they lie beside the program, in a build tree as in an installed prefix.
 */
void mw_terminfo_find(void);

#endif
