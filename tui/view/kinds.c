/* kinds.c: a glyph and a colour for each kind of number, and ± in ASCII. */
#include "tui/view/kinds.h"

#include <string.h>

mw_glyph mw_kind_glyph(mw_kind kind)
{
    switch (kind) {
    case MW_COUNTED:
        return MW_GLYPH_COUNTED;
    case MW_MODELLED:
        return MW_GLYPH_MODELLED;
    case MW_PREDICTED:
        return MW_GLYPH_PREDICTED;
    case MW_PUBLISHED:
        return MW_GLYPH_PUBLISHED;
    case MW_MEASURED:
    case MW_GIVEN:
        break;
    }
    return MW_GLYPH_MEASURED;
}

mw_role mw_kind_role(mw_kind kind)
{
    switch (kind) {
    case MW_COUNTED:
        return MW_ROLE_COUNTED;
    case MW_MODELLED:
        return MW_ROLE_MODELLED;
    case MW_PREDICTED:
        return MW_ROLE_PREDICTED;
    case MW_PUBLISHED:
        return MW_ROLE_PUBLISHED;
    case MW_MEASURED:
        return MW_ROLE_MEASURED;
    case MW_GIVEN:
        break;
    }
    return MW_ROLE_TEXT;
}
