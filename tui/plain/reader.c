/* reader.c: reads chunks and hands out whole lines, and too long ones in parts. */
#include "tui/plain/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 4096, LINE_LONGEST = 64 * 1024 };

void mw_reader_open(mw_reader *reader, int fd)
{
    *reader = (mw_reader){.fd = fd};
}

void mw_reader_close(mw_reader *reader)
{
    free(reader->bytes);
    *reader = (mw_reader){.fd = -1};
}

void mw_reader_fill(mw_reader *reader)
{
    if (reader->length + CHUNK > reader->capacity) {
        char *grown = realloc(reader->bytes, reader->length + CHUNK);
        if (!grown) {
            reader->ended = true;
            return;
        }
        reader->bytes = grown;
        reader->capacity = reader->length + CHUNK;
    }
    ssize_t got = read(reader->fd, reader->bytes + reader->length, CHUNK);
    if (got > 0)
        reader->length += (size_t)got;
    else if (got == 0 || (errno != EINTR && errno != EAGAIN))
        reader->ended = true;
}

char *mw_reader_line(mw_reader *reader)
{
    char *end = reader->length ? memchr(reader->bytes, '\n', reader->length) : NULL;
    size_t length = end ? (size_t)(end - reader->bytes) : reader->length;
    /* A line without end is cut where no answer can be meant any more. */
    bool cut = !end && reader->length >= LINE_LONGEST;
    if (!end && !cut && !(reader->ended && reader->length > 0))
        return NULL;
    char *line = strndup(reader->bytes, length);
    size_t used = length + (end ? 1 : 0);
    reader->length -= used;
    memmove(reader->bytes, reader->bytes + used, reader->length);
    if (line && *line && line[strlen(line) - 1] == '\r')
        line[strlen(line) - 1] = '\0';
    return line;
}
