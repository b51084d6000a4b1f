/*
 * process.h: one worker process: its socket, its counter block, its output, its end.
 */
#ifndef MW_HOST_PROCESS_H
#define MW_HOST_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "labs/engine/wire/wire.h"
#include "model/block.h"

enum { MW_LINE_MAX = 400 };

typedef struct mw_process {
    pid_t pid; /* 0: none */
    mw_wire *wire;
    int output; /* the read end of the worker's stdout and stderr, or -1 */
    const mw_block *block;
    char line[MW_LINE_MAX + 1];
    size_t line_length;
    bool line_cut;
    char chunk[1024]; /* read, not yet part of a line */
    size_t chunk_start, chunk_end;
} mw_process;

/*
 * Forks and execs `program --role role` with the socket on descriptor 3, the block on 4 and an
 * environment in which thread pools do not spin against each other. The worker is its own process
 * group (a Ctrl-C on the terminal is the front end's business) and dies with the calling thread.
 * Role "student" is boxed between fork and exec.
 */
mw_status mw_process_start(mw_process *process, const char *program, const char *role,
                           mw_error *error);

/* Takes one line of output; false when none is complete (at the end of the stream the rest counts
 * as one). The text is harmless: see model/character.h. */
bool mw_process_line(mw_process *process, char *line, size_t size);

/* Waits up to `patience_ms` for the end, then kills. Returns the wait status; the block and what is
 * left of the output can still be read. */
int mw_process_end(mw_process *process, int patience_ms);

/* Closes everything of an ended process. */
void mw_process_close(mw_process *process);

#endif
