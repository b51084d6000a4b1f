/*
 * theme.h: what the roles look like. Colours are 24-bit; a terminal with fewer gets the nearest of
 * its 256, a hand-picked one of its 16, or attributes alone.
 */
#ifndef MW_TUI_THEME_H
#define MW_TUI_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/grid/style.h"

enum { MW_COLOUR_DEFAULT = -1 }; /* the terminal's own */

typedef struct mw_paint {
    int32_t rgb;   /* 0xRRGGBB or MW_COLOUR_DEFAULT */
    int8_t ansi;   /* 0 … 15 or MW_COLOUR_DEFAULT, for terminals with 8 or 16 colours */
    uint8_t attrs; /* mw_attr bits, added to those of the style */
} mw_paint;

typedef struct mw_theme {
    const char *name;   /* as in --theme */
    const char *title;  /* marked for translation */
    int32_t ground;     /* the background the colours were chosen for */
    bool paints_ground; /* true: it is drawn; false: the terminal's own background stays */
    mw_paint paints[MW_ROLE_COUNT];
} mw_theme;

/* "dark", "light", "contrast", "okabe-ito", "mono". NULL for an unknown name. */
const mw_theme *mw_theme_find(const char *name);
const mw_theme *mw_theme_list(size_t *count);

/* The theme for a name that may be NULL, and the environment: NO_COLOR (when not empty) gives mono,
 * MEMWALL_THEME comes next, then COLORFGBG tells light terminals from dark ones. */
const mw_theme *mw_theme_choose(const char *name);

/* Index of the nearest colour in the xterm palette, 16 … 255 (the lower ones are the user's). */
int mw_theme_nearest_256(int32_t rgb);

#endif
