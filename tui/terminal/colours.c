/* colours.c: direct, 256, 16 or no colours: which number a theme's colour has. */
#include "tui/terminal/colours.h"

#include "tui/grid/theme.h"

enum { DIRECT_COLOURS = 1 << 24 };

int mw_colours_of(int count)
{
    return count >= DIRECT_COLOURS ? DIRECT_COLOURS : count >= 256 ? 256 : count >= 16 ? 16 : 8;
}

int mw_colour_of(int colours, int32_t rgb, int ansi)
{
    if (rgb == MW_COLOUR_DEFAULT || colours == 0)
        return -1;
    if (colours == DIRECT_COLOURS)
        return rgb < 8 ? 16 : rgb; /* the first eight are the palette's; 16 is as good as black */
    if (colours == 256)
        return mw_theme_nearest_256(rgb);
    if (colours == 16)
        return ansi;
    /* Eight colours have no grey; the text's own colour is at least seen. */
    return ansi == 8 ? -1 : ansi & 7;
}
