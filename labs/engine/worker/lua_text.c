#include "lua_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const char replacement[] = "\xEF\xBF\xBD";

/* Decodes one character of valid UTF-8; returns its length, or 0 when the bytes are not UTF-8. */
static size_t decode(const unsigned char *text, size_t size, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = text[0];
    size_t length = first < 0x80   ? 1
                    : first < 0xC2 ? 0
                    : first < 0xE0 ? 2
                    : first < 0xF0 ? 3
                    : first < 0xF5 ? 4
                                   : 0;
    if (length == 0 || length > size)
        return 0;
    if (length == 1) {
        *code = first;
        return 1;
    }
    uint32_t value = first & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (text[i] & 0x3Fu);
    }
    if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *code = value;
    return length;
}

static bool harmless(uint32_t code)
{
    if (code < 0x20)
        return code == '\n' || code == '\t';
    if (code >= 0x7F && code <= 0x9F)
        return false;
    if (code >= 0x202A && code <= 0x202E) /* bidirectional embeddings and overrides */
        return false;
    if (code >= 0x2066 && code <= 0x2069) /* bidirectional isolates */
        return false;
    return code != 0x2028 && code != 0x2029;
}

size_t mw_text_clean(const char *text, size_t size, char *clean)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t written = 0;
    for (size_t i = 0; i < size;) {
        uint32_t code = 0;
        size_t length = decode(bytes + i, size - i, &code);
        if (length == 0 || !harmless(code)) {
            memcpy(clean + written, replacement, 3);
            written += 3;
            i += length ? length : 1;
        } else if (code == '\t') {
            clean[written++] = ' ';
            i++;
        } else {
            memcpy(clean + written, text + i, length);
            written += length;
            i += length;
        }
    }
    clean[written] = '\0';
    return written;
}

size_t mw_text_check(const char *text, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)text;
    for (size_t i = 0; i < size;) {
        uint32_t code = 0;
        size_t length = decode(bytes + i, size - i, &code);
        if (length == 0 || !harmless(code))
            return i;
        i += length;
    }
    return size;
}
