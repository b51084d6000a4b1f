/* utf8.c: decodes, encodes and measures; anything malformed is U+FFFD. */
#include "labs/locale/utf8.h"

#include <wchar.h>

#include "model/character.h"

uint32_t mw_utf8_next(const char **text)
{
    uint32_t scalar;
    size_t length = mw_character_decode(*text, 4, &scalar);
    *text += length ? length : 1;
    return length ? scalar : MW_REPLACEMENT;
}

size_t mw_utf8_encode(uint32_t scalar, char bytes[4])
{
    if (scalar < 0x80) {
        bytes[0] = (char)scalar;
        return 1;
    }
    if (scalar < 0x800) {
        bytes[0] = (char)(0xC0 | scalar >> 6);
        bytes[1] = (char)(0x80 | (scalar & 0x3F));
        return 2;
    }
    if (scalar >= 0xD800 && scalar < 0xE000)
        return 0;
    if (scalar < 0x10000) {
        bytes[0] = (char)(0xE0 | scalar >> 12);
        bytes[1] = (char)(0x80 | (scalar >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (scalar & 0x3F));
        return 3;
    }
    if (scalar > 0x10FFFF)
        return 0;
    bytes[0] = (char)(0xF0 | scalar >> 18);
    bytes[1] = (char)(0x80 | (scalar >> 12 & 0x3F));
    bytes[2] = (char)(0x80 | (scalar >> 6 & 0x3F));
    bytes[3] = (char)(0x80 | (scalar & 0x3F));
    return 4;
}

bool mw_utf8_printable(uint32_t scalar)
{
    return mw_character_kind(scalar) == MW_CHARACTER_PLAIN;
}

int mw_utf8_width(uint32_t scalar)
{
    const mw_character kind = mw_character_kind(scalar);
    if (kind != MW_CHARACTER_PLAIN)
        return kind == MW_CHARACTER_INVISIBLE ? 0 : 1;
    const int width = scalar < 0x7F ? 1 : wcwidth((wchar_t)scalar);
    return width < 0 ? 1 : width;
}

char mw_utf8_ascii(uint32_t scalar)
{
    static const struct {
        uint32_t scalar;
        char ascii;
    } table[] = {
        {0xA0, ' '},   {0xB0, 'o'},   {0xB1, '+'},    {0xB2, '2'},    {0xB3, '3'},   {0xB5, 'u'},
        {0xB7, '.'},   {0xB9, '1'},   {0xD7, 'x'},    {0xF7, '/'},    {0x3B1, 'a'},  {0x3B2, 'b'},
        {0x3BC, 'u'},  {0x3C0, 'p'},  {0x3C3, 's'},   {0x2010, '-'},  {0x2011, '-'}, {0x2012, '-'},
        {0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''}, {0x2019, '\''}, {0x201C, '"'}, {0x201D, '"'},
        {0x2022, '*'}, {0x2026, '.'}, {0x202F, ' '},  {0x203A, '>'},  {0x2070, '0'}, {0x2074, '4'},
        {0x2075, '5'}, {0x2076, '6'}, {0x2077, '7'},  {0x2078, '8'},  {0x2079, '9'}, {0x207B, '-'},
        {0x2190, '<'}, {0x2191, '^'}, {0x2192, '>'},  {0x2193, 'v'},  {0x2212, '-'}, {0x2215, '/'},
        {0x221A, 'V'}, {0x221E, '8'}, {0x2248, '~'},  {0x2260, '#'},  {0x2264, '<'}, {0x2265, '>'},
        {0x22C5, '.'}, {0x2500, '-'}, {0x2502, '|'},  {0x2501, '='},  {0x25C7, 'P'}, {0x25AA, 'C'},
        {0x25CB, 'M'}, {0x25CF, 'T'}, {0x25A1, 'B'},  {0x2713, 'x'},  {0x2605, '*'}, {0x25B8, '>'},
        {0x25C0, '<'}, {0x25B6, '>'}, {0x25B2, '^'},  {0x25BC, 'v'},  {0x23CE, '<'},
    };
    if (scalar >= 0x20 && scalar < 0x7F)
        return (char)scalar;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].scalar == scalar)
            return table[i].ascii;
    }
    return '?';
}

static bool joins_previous(const char *text)
{
    const char *end = text;
    return *text != '\0' && mw_utf8_width(mw_utf8_next(&end)) == 0;
}

size_t mw_utf8_before(const char *text, size_t offset)
{
    while (offset > 0) {
        /* The longest sequence that ends here and is well formed. */
        size_t start = offset - 1;
        for (size_t back = 2; back <= 4 && back <= offset; back++) {
            const char *end = text + offset - back;
            mw_utf8_next(&end);
            if (end == text + offset)
                start = offset - back;
        }
        offset = start;
        if (!joins_previous(text + offset))
            break;
    }
    return offset;
}

size_t mw_utf8_after(const char *text, size_t offset)
{
    const char *end = text + offset;
    if (*end == '\0')
        return offset;
    mw_utf8_next(&end);
    while (joins_previous(end))
        mw_utf8_next(&end);
    return (size_t)(end - text);
}

int mw_text_width(const char *text)
{
    int width = 0;
    while (*text != '\0') {
        const int step = mw_utf8_width(mw_utf8_next(&text));
        width += step;
    }
    return width;
}
