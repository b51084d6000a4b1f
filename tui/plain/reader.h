/* reader.h: lines from a descriptor without ever blocking: the caller polls, then fills. */
#ifndef MW_PLAIN_READER_H
#define MW_PLAIN_READER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct mw_reader {
    int fd;
    bool ended; /* end of input: what is buffered may still hold a last line */
    char *bytes;
    size_t length, capacity;
} mw_reader;

void mw_reader_open(mw_reader *reader, int fd);
void mw_reader_close(mw_reader *reader);

/* Reads once; call when poll says that there is something (or end of file). */
void mw_reader_fill(mw_reader *reader);

/* The next whole line without its end (the caller's), or NULL. The last one may lack its end. */
char *mw_reader_line(mw_reader *reader);

#endif
