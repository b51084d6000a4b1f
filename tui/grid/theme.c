/* theme.c: the table of themes, and which one suits the terminal's background. */
#include "tui/grid/theme.h"

#include <stdlib.h>
#include <string.h>

#include "labs/locale/locale.h"

enum { PLAIN = 0, BOLD = MW_ATTR_BOLD, UNDER = MW_ATTR_UNDERLINE, REVERSE = MW_ATTR_REVERSE };

/* The ANSI numbers: 0 black, 1 red, 2 green, 3 yellow, 4 blue, 5 magenta, 6 cyan, 7 white; 8 more
 * for the bright ones. */
static const mw_theme themes[] = {
    {.name = "dark",
     .title = N_("dark"),
     .ground = 0x16181D,
     .paints = {[MW_ROLE_TEXT] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, PLAIN},
                [MW_ROLE_DIM] = {0x8A909C, 8, PLAIN},
                [MW_ROLE_ACCENT] = {0x6CB6FF, 14, PLAIN},
                [MW_ROLE_TITLE] = {0xF0F3F8, 15, BOLD},
                [MW_ROLE_RULE] = {0x767D8A, 8, PLAIN},
                [MW_ROLE_FOCUS] = {0x9CD0FF, 14, BOLD},
                [MW_ROLE_ROOF] = {0xE0AF68, 11, PLAIN},
                [MW_ROLE_ROOF_BAND] = {0x9A8050, 3, PLAIN},
                [MW_ROLE_GOOD] = {0x7DCB82, 10, PLAIN},
                [MW_ROLE_WARNING] = {0xFF8F6B, 9, BOLD},
                [MW_ROLE_PREDICTED] = {0xD7A6FF, 13, PLAIN},
                [MW_ROLE_COUNTED] = {0x7DCFFF, 14, PLAIN},
                [MW_ROLE_MODELLED] = {0xE7D77A, 11, PLAIN},
                [MW_ROLE_MEASURED] = {0x8EE08B, 10, BOLD},
                [MW_ROLE_PUBLISHED] = {0xB4BCD0, 7, PLAIN},
                [MW_ROLE_KEY] = {0x6CB6FF, 14, BOLD}}},
    {.name = "light",
     .title = N_("light"),
     .ground = 0xFFFFFF,
     .paints = {[MW_ROLE_TEXT] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, PLAIN},
                [MW_ROLE_DIM] = {0x666C77, 8, PLAIN},
                [MW_ROLE_ACCENT] = {0x0A56B8, 4, PLAIN},
                [MW_ROLE_TITLE] = {0x14171C, 0, BOLD},
                [MW_ROLE_RULE] = {0x7C828D, 8, PLAIN},
                [MW_ROLE_FOCUS] = {0x0A56B8, 4, BOLD},
                [MW_ROLE_ROOF] = {0x8A5200, 3, PLAIN},
                [MW_ROLE_ROOF_BAND] = {0x94784A, 3, PLAIN},
                [MW_ROLE_GOOD] = {0x1B6E2B, 2, PLAIN},
                [MW_ROLE_WARNING] = {0xB32D0E, 1, BOLD},
                [MW_ROLE_PREDICTED] = {0x7A2FB8, 5, PLAIN},
                [MW_ROLE_COUNTED] = {0x0B6578, 6, PLAIN},
                [MW_ROLE_MODELLED] = {0x715B00, 3, PLAIN},
                [MW_ROLE_MEASURED] = {0x1B6E2B, 2, BOLD},
                [MW_ROLE_PUBLISHED] = {0x4C5361, 0, PLAIN},
                [MW_ROLE_KEY] = {0x0A56B8, 4, BOLD}}},
    {.name = "contrast",
     .title = N_("high contrast"),
     .ground = 0x000000,
     .paints_ground = true,
     .paints = {[MW_ROLE_TEXT] = {0xFFFFFF, 15, PLAIN},
                [MW_ROLE_DIM] = {0xD0D0D0, 7, PLAIN},
                [MW_ROLE_ACCENT] = {0x00FFFF, 14, BOLD},
                [MW_ROLE_TITLE] = {0xFFFFFF, 15, BOLD},
                [MW_ROLE_RULE] = {0xD0D0D0, 7, PLAIN},
                [MW_ROLE_FOCUS] = {0xFFFF00, 11, BOLD},
                [MW_ROLE_ROOF] = {0xFFFFFF, 15, PLAIN},
                [MW_ROLE_ROOF_BAND] = {0xC0C0C0, 7, PLAIN},
                [MW_ROLE_GOOD] = {0x00FF00, 10, BOLD},
                [MW_ROLE_WARNING] = {0xFF9070, 11, BOLD | UNDER},
                [MW_ROLE_PREDICTED] = {0xFF9CFF, 13, BOLD},
                [MW_ROLE_COUNTED] = {0x00FFFF, 14, BOLD},
                [MW_ROLE_MODELLED] = {0xFFFF00, 11, BOLD},
                [MW_ROLE_MEASURED] = {0x00FF00, 10, BOLD},
                [MW_ROLE_PUBLISHED] = {0xFFFFFF, 15, BOLD},
                [MW_ROLE_KEY] = {0xFFFF00, 11, BOLD}}},
    /* Okabe and Ito's set, told apart by readers with any common colour vision; its blue and its
     * vermillion are lightened for a dark ground. */
    {.name = "okabe-ito",
     .title = N_("colour-blind safe"),
     .ground = 0x16181D,
     .paints = {[MW_ROLE_TEXT] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, PLAIN},
                [MW_ROLE_DIM] = {0x8A909C, 8, PLAIN},
                [MW_ROLE_ACCENT] = {0x56B4E9, 14, PLAIN},
                [MW_ROLE_TITLE] = {0xF0F3F8, 15, BOLD},
                [MW_ROLE_RULE] = {0x767D8A, 8, PLAIN},
                [MW_ROLE_FOCUS] = {0xF0E442, 11, BOLD},
                [MW_ROLE_ROOF] = {0xE69F00, 3, PLAIN},
                [MW_ROLE_ROOF_BAND] = {0xA87A18, 3, PLAIN},
                [MW_ROLE_GOOD] = {0x56B4E9, 12, PLAIN},
                [MW_ROLE_WARNING] = {0xE8743B, 9, BOLD | UNDER},
                [MW_ROLE_PREDICTED] = {0xCC79A7, 13, PLAIN},
                [MW_ROLE_COUNTED] = {0x56B4E9, 14, PLAIN},
                [MW_ROLE_MODELLED] = {0xF0E442, 11, PLAIN},
                [MW_ROLE_MEASURED] = {0x1FB98C, 10, BOLD},
                [MW_ROLE_PUBLISHED] = {0xB4BCD0, 7, PLAIN},
                [MW_ROLE_KEY] = {0x56B4E9, 14, BOLD}}},
    {.name = "mono",
     .title = N_("without colour"),
     .ground = 0x16181D,
     .paints = {[MW_ROLE_TEXT] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, PLAIN},
                [MW_ROLE_DIM] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, PLAIN},
                [MW_ROLE_ACCENT] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, BOLD},
                [MW_ROLE_TITLE] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, BOLD},
                [MW_ROLE_RULE] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, PLAIN},
                [MW_ROLE_FOCUS] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, BOLD},
                [MW_ROLE_ROOF] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, PLAIN},
                [MW_ROLE_ROOF_BAND] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, PLAIN},
                [MW_ROLE_GOOD] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, BOLD},
                [MW_ROLE_WARNING] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, BOLD | UNDER},
                [MW_ROLE_PREDICTED] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, PLAIN},
                [MW_ROLE_COUNTED] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, PLAIN},
                [MW_ROLE_MODELLED] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, PLAIN},
                [MW_ROLE_MEASURED] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, BOLD},
                [MW_ROLE_PUBLISHED] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, PLAIN},
                [MW_ROLE_KEY] = {MW_COLOUR_DEFAULT, MW_COLOUR_DEFAULT, BOLD}}},
};

enum { THEME_COUNT = sizeof themes / sizeof *themes };

const mw_theme *mw_theme_list(size_t *count)
{
    *count = THEME_COUNT;
    return themes;
}

const mw_theme *mw_theme_find(const char *name)
{
    for (size_t i = 0; i < THEME_COUNT; i++) {
        if (strcmp(themes[i].name, name) == 0)
            return &themes[i];
    }
    return NULL;
}

/* COLORFGBG is "foreground;background", sometimes with a word between; 7 and 15 are white. */
static bool terminal_is_light(void)
{
    const char *colours = getenv("COLORFGBG");
    const char *ground = colours ? strrchr(colours, ';') : NULL;
    return ground && (strcmp(ground, ";7") == 0 || strcmp(ground, ";15") == 0);
}

const mw_theme *mw_theme_choose(const char *name)
{
    const mw_theme *found = name ? mw_theme_find(name) : NULL;
    const char *none = getenv("NO_COLOR");
    const char *wish = getenv("MEMWALL_THEME");
    if (!found && none && *none != '\0')
        return mw_theme_find("mono");
    if (!found && wish)
        found = mw_theme_find(wish);
    if (!found)
        found = mw_theme_find(terminal_is_light() ? "light" : "dark");
    return found;
}

static int squared_distance(int32_t rgb, int red, int green, int blue)
{
    const int dr = (rgb >> 16 & 0xFF) - red, dg = (rgb >> 8 & 0xFF) - green,
              db = (rgb & 0xFF) - blue;
    return dr * dr + dg * dg + db * db;
}

int mw_theme_nearest_256(int32_t rgb)
{
    static const int steps[6] = {0, 95, 135, 175, 215, 255};
    int best = 16, least = squared_distance(rgb, 0, 0, 0);
    for (int i = 0; i < 216; i++) {
        const int distance = squared_distance(rgb, steps[i / 36], steps[i / 6 % 6], steps[i % 6]);
        if (distance < least) {
            least = distance;
            best = 16 + i;
        }
    }
    for (int i = 0; i < 24; i++) {
        const int grey = 8 + 10 * i;
        const int distance = squared_distance(rgb, grey, grey, grey);
        if (distance < least) {
            least = distance;
            best = 232 + i;
        }
    }
    return best;
}
