/* colours.h: a colour as the number that a terminal with so many colours has for it. */
#ifndef MW_TUI_COLOURS_H
#define MW_TUI_COLOURS_H

#include <stdint.h>

/* What can be made of that many: 2^24 (a number is a colour itself), 256, 16 or 8. */
int mw_colours_of(int count);

/* -1 is the terminal's own colour; of 0 colours every one is. */
int mw_colour_of(int colours, int32_t rgb, int ansi);

#endif
