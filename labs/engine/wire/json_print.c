/* json_print.c: dumps, and escapes characters that a terminal would obey as \uXXXX. */
#include "labs/engine/wire/json_print.h"

#include <stdbool.h>
#include <stdlib.h>

#include "model/character.h"

static void escape(FILE *file, uint32_t scalar)
{
    if (scalar < 0x10000) {
        fprintf(file, "\\u%04x", (unsigned)scalar);
        return;
    }
    uint32_t rest = scalar - 0x10000;
    fprintf(file, "\\u%04x\\u%04x", (unsigned)(0xD800 + (rest >> 10)),
            (unsigned)(0xDC00 + (rest & 0x3FF)));
}

/* ASCII that nothing acts upon, and line ends. */
static bool is_usual(char c)
{
    return (c >= 0x20 && c < 0x7F) || c == '\n';
}

/* Outside of strings JSON has no such characters, but for the line ends between members. */
void mw_json_print(FILE *file, const json_t *json, size_t flags)
{
    char *text = json_dumps(json, flags);
    const char *begin = text, *at = text;
    while (at && *at) {
        uint32_t scalar = 0;
        size_t length = is_usual(*at) ? 1 : mw_character_decode(at, 4, &scalar);
        if (length == 0)
            break; /* jansson holds UTF-8 only */
        at += length;
        if (is_usual(at[-1]) || mw_character_kind(scalar) == MW_CHARACTER_PLAIN)
            continue;
        fwrite(begin, 1, (size_t)(at - begin) - length, file);
        escape(file, scalar);
        begin = at;
    }
    if (text)
        fwrite(begin, 1, (size_t)(at - begin), file);
    free(text);
}
