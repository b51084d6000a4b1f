/* status.c: writes the line of an error and mends what is no UTF-8 in it. */
#include "model/status.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* Bytes of the UTF-8 sequence at `text`, 0 when it is none or cut short. */
static size_t sequence(const unsigned char *text)
{
    static const struct {
        unsigned char low, high, second_low, second_high;
        size_t length;
    } forms[] = {
        {0x20, 0x7e, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        if (text[0] < forms[f].low || text[0] > forms[f].high)
            continue;
        if (forms[f].length > 1 &&
            (text[1] < forms[f].second_low || text[1] > forms[f].second_high))
            return 0;
        for (size_t i = 2; i < forms[f].length; i++) {
            if (text[i] < 0x80 || text[i] > 0xbf)
                return 0;
        }
        return forms[f].length;
    }
    return 0;
}

/* Messages quote what people gave, sometimes a part of it only: what is no UTF-8 becomes '?', so
 * that the line can go wherever text goes. */
static void mend(char *text)
{
    while (*text) {
        size_t length = sequence((unsigned char *)text);
        if (length == 0)
            *text = '?';
        text += length ? length : 1;
    }
}

mw_status mw_fail(mw_error *error, mw_status code, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        error->code = code;
        vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
        mend(error->message);
    }
    return code;
}

const char *mw_status_name(mw_status status)
{
    static const char *const names[] = {
        [MW_OK] = "ok",
        [MW_INVALID] = "invalid",
        [MW_NO_MEMORY] = "no-memory",
        [MW_CANCELLED] = "cancelled",
        [MW_UNSUPPORTED] = "unsupported",
        [MW_IO] = "io",
        [MW_PROTOCOL] = "protocol",
        [MW_DEAD] = "dead",
        [MW_TIMEOUT] = "timeout",
        [MW_INTERNAL] = "internal",
    };
    const char *name = (unsigned)status < sizeof names / sizeof *names ? names[status] : NULL;
    return name ? name : "internal";
}
