#include "tui/utf8.h"

#include <wchar.h>

uint32_t mw_utf8_next(const char **text)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)*text;
    uint32_t scalar = bytes[0];
    int length = 1;

    if (scalar >= 0xF0 && scalar < 0xF8) {
        length = 4;
        scalar &= 0x07;
    } else if (scalar >= 0xE0 && scalar < 0xF0) {
        length = 3;
        scalar &= 0x0F;
    } else if (scalar >= 0xC0 && scalar < 0xE0) {
        length = 2;
        scalar &= 0x1F;
    } else if (scalar >= 0x80) {
        *text += 1;
        return MW_REPLACEMENT;
    }
    for (int i = 1; i < length; i++) {
        /* Also ends at the terminator, which is no continuation byte. */
        if ((bytes[i] & 0xC0) != 0x80) {
            *text += 1;
            return MW_REPLACEMENT;
        }
        scalar = scalar << 6 | (bytes[i] & 0x3F);
    }
    if (scalar < least[length] || scalar > 0x10FFFF || (scalar >= 0xD800 && scalar < 0xE000)) {
        *text += 1;
        return MW_REPLACEMENT;
    }
    *text += length;
    return scalar;
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

/* Characters that occupy nothing and change how their neighbours look: joiners, selectors, marks.
 */
static bool is_invisible(uint32_t scalar)
{
    return scalar == 0xAD || (scalar >= 0x200B && scalar <= 0x200F) ||
           (scalar >= 0x2060 && scalar <= 0x2064) || (scalar >= 0xFE00 && scalar <= 0xFE0F) ||
           scalar == 0xFEFF || (scalar >= 0xE0000 && scalar <= 0xE0FFF);
}

bool mw_utf8_printable(uint32_t scalar)
{
    const bool control = scalar < 0x20 || (scalar >= 0x7F && scalar < 0xA0);
    const bool breaks_line = scalar == 0x2028 || scalar == 0x2029;
    const bool turns_direction =
        (scalar >= 0x202A && scalar <= 0x202E) || (scalar >= 0x2066 && scalar <= 0x2069);
    const bool noncharacter = (scalar & 0xFFFE) == 0xFFFE || (scalar >= 0xFDD0 && scalar <= 0xFDEF);
    const bool surrogate = scalar >= 0xD800 && scalar < 0xE000;
    return !control && !breaks_line && !turns_direction && !noncharacter && !surrogate &&
           !is_invisible(scalar) && scalar <= 0x10FFFF;
}

int mw_utf8_width(uint32_t scalar)
{
    if (is_invisible(scalar))
        return 0;
    if (!mw_utf8_printable(scalar))
        return 1;
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
