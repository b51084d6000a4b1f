/* medium.c: the sizes of letters, marks and gaps on cells. */
#include "labs/chart/medium.h"

#include <math.h>
#include <stddef.h>

const mw_medium mw_medium_cells = {
    .cells = true, .line = 1, .letter = 1, .mark = 1, .grain = 0.5, .stretch = 2};

double mw_medium_measure(const mw_medium *medium, const char *text)
{
    if (medium->measure)
        return medium->measure(medium->context, text);
    int count = 0;
    for (; *text; text++)
        count += (*text & 0xC0) != 0x80;
    return count * medium->letter;
}

double mw_medium_snap(const mw_medium *medium, double position)
{
    return medium->cells ? floor(position) : position;
}
