#include "labs/engine/host/harmless.h"

#include <string.h>

#include "model/character.h"

void mw_text_harmless(char *text)
{
    char *from = text, *to = text;
    while (*from) {
        uint32_t scalar;
        size_t length = mw_character_decode(from, 4, &scalar);
        mw_character kind = length ? mw_character_kind(scalar) : MW_CHARACTER_HARMFUL;
        if (kind == MW_CHARACTER_PLAIN) {
            memmove(to, from, length);
            to += length;
        } else if (kind == MW_CHARACTER_HARMFUL) {
            *to++ = *from == '\t' ? ' ' : '?';
        }
        from += length ? length : 1;
    }
    *to = 0;
}
