/* character.c: which characters are harmful or invisible, and text without them. */
#include "model/character.h"

#include <stdbool.h>
#include <string.h>

typedef struct range {
    uint32_t first, last;
} range;

static const range invisible[] = {
    {0x00AD, 0x00AD},   /* soft hyphen */
    {0x034F, 0x034F},   /* grapheme joiner */
    {0x115F, 0x1160},   /* Hangul fillers */
    {0x180B, 0x180F},   /* Mongolian selectors */
    {0x200B, 0x200D},   /* zero width space and joiners */
    {0x2060, 0x2065},   /* word joiner, invisible operators */
    {0xFE00, 0xFE0F},   /* variation selectors */
    {0xFEFF, 0xFEFF},   /* byte order mark */
    {0xE0000, 0xE0FFF}, /* tags, and more selectors */
};

static const range harmful[] = {
    {0x0000, 0x001F}, {0x007F, 0x009F}, /* C0, DEL, C1 */
    {0x061C, 0x061C}, {0x200E, 0x200F}, /* direction marks */
    {0x2028, 0x202E},                   /* separators, embeddings, overrides */
    {0x2066, 0x206F},                   /* isolates, and marks that are deprecated */
    {0xD800, 0xDFFF},                   /* surrogates */
    {0xFDD0, 0xFDEF},                   /* noncharacters; also the last two of every plane */
    {0xFFF9, 0xFFFB},                   /* interlinear annotation */
};

static bool is_in(uint32_t scalar, const range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (scalar >= ranges[i].first && scalar <= ranges[i].last)
            return true;
    }
    return false;
}

mw_character mw_character_kind(uint32_t scalar)
{
    if (scalar >= 0x20 && scalar < 0x7F)
        return MW_CHARACTER_PLAIN;
    if (is_in(scalar, harmful, sizeof harmful / sizeof *harmful) || (scalar & 0xFFFE) == 0xFFFE ||
        scalar > 0x10FFFF)
        return MW_CHARACTER_HARMFUL;
    if (is_in(scalar, invisible, sizeof invisible / sizeof *invisible))
        return MW_CHARACTER_INVISIBLE;
    return MW_CHARACTER_PLAIN;
}

size_t mw_character_decode(const char *text, size_t size, uint32_t *scalar)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    if (size == 0)
        return 0;
    uint32_t value = bytes[0];
    size_t length = value < 0x80   ? 1
                    : value < 0xC2 ? 0
                    : value < 0xE0 ? 2
                    : value < 0xF0 ? 3
                    : value < 0xF5 ? 4
                                   : 0;
    if (length == 0 || length > size)
        return 0;
    if (length > 1)
        value &= 0xFFu >> (length + 1);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3Fu);
    }
    if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *scalar = value;
    return length;
}

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

size_t mw_character_clean(const char *text, size_t size, const char *mark, bool lines, char *clean,
                          size_t room)
{
    size_t written = 0, length;
    for (size_t i = 0; i < size; i += length) {
        mw_character kind = next(text + i, size - i, &length);
        if (kind == MW_CHARACTER_INVISIBLE)
            continue;
        bool blank = text[i] == '\t' || (text[i] == '\n' && !lines);
        const char *put = kind == MW_CHARACTER_HARMFUL ? mark : blank ? " " : text + i;
        size_t count = kind == MW_CHARACTER_HARMFUL ? strlen(mark) : length;
        if (written + count >= room)
            break;
        memmove(clean + written, put, count);
        written += count;
    }
    clean[written] = '\0';
    return written;
}

size_t mw_character_check(const char *text, size_t size)
{
    size_t i = 0, length;
    while (i < size && next(text + i, size - i, &length) != MW_CHARACTER_HARMFUL)
        i += length;
    return i;
}
