#include "lua_text.h"

#include <string.h>

#include "model/character.h"

static const char replacement[] = "\xEF\xBF\xBD";

/* The kind of the character at `text`, and its length; what is not UTF-8 is one harmful byte. */
static mw_character next(const char *text, size_t size, size_t *length)
{
    uint32_t scalar = 0;
    *length = mw_character_decode(text, size, &scalar);
    if (*length == 0) {
        *length = 1;
        return MW_CHARACTER_HARMFUL;
    }
    return scalar == '\n' || scalar == '\t' ? MW_CHARACTER_PLAIN : mw_character_kind(scalar);
}

size_t mw_text_clean(const char *text, size_t size, char *clean)
{
    size_t written = 0, length;
    for (size_t i = 0; i < size; i += length) {
        mw_character kind = next(text + i, size - i, &length);
        if (kind == MW_CHARACTER_HARMFUL) {
            memcpy(clean + written, replacement, 3);
            written += 3;
        } else if (kind == MW_CHARACTER_PLAIN) {
            memcpy(clean + written, text[i] == '\t' ? " " : text + i, length);
            written += length;
        }
    }
    clean[written] = '\0';
    return written;
}

size_t mw_text_check(const char *text, size_t size)
{
    size_t i = 0, length;
    while (i < size && next(text + i, size - i, &length) != MW_CHARACTER_HARMFUL)
        i += length;
    return i;
}
