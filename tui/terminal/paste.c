/* paste.c: collects characters until the end mark, or a second of silence. */
#include "tui/terminal/paste.h"

#include <string.h>
#include <time.h>

#include "labs/locale/utf8.h"

enum { SILENCE_MS = 1000 }; /* after which the end is not coming any more */

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void mw_paste_begin(mw_paste *paste)
{
    paste->open = true;
    paste->length = 0;
    paste->text[0] = '\0';
    paste->last_ms = now_ms();
}

void mw_paste_add(mw_paste *paste, uint32_t character)
{
    char bytes[4];
    const size_t size = mw_utf8_encode(character, bytes);
    paste->last_ms = now_ms();
    if (character == 0 || paste->length + size >= sizeof paste->text)
        return;
    memcpy(paste->text + paste->length, bytes, size);
    paste->length += size;
    paste->text[paste->length] = '\0';
}

int mw_paste_patience(const mw_paste *paste)
{
    if (!paste->open)
        return -1;
    const int64_t left = paste->last_ms + SILENCE_MS - now_ms();
    return left > 0 ? (int)left : 0;
}
