/* charset.c: chooses by a wish, the locale and the terminal's name. */
#include "tui/grid/charset.h"

#include <stdlib.h>
#include <string.h>

bool mw_charset_parse(const char *name, mw_charset *charset)
{
    static const char *const names[] = {"ascii", "quadrant", "braille"};
    for (int i = 0; i < 3; i++) {
        if (name && strcmp(names[i], name) == 0) {
            *charset = (mw_charset)i;
            return true;
        }
    }
    return false;
}

mw_charset mw_charset_choose(const char *wish, bool utf8, const char *term)
{
    mw_charset charset;
    if (!utf8)
        return MW_CHARSET_ASCII;
    if (mw_charset_parse(wish, &charset) || mw_charset_parse(getenv("MEMWALL_CHARSET"), &charset))
        return charset;
    return term && strcmp(term, "linux") == 0 ? MW_CHARSET_ASCII : MW_CHARSET_BRAILLE;
}

bool mw_charset_keeps_texts(bool utf8, const char *term)
{
    return utf8 && !(term && strcmp(term, "linux") == 0);
}
