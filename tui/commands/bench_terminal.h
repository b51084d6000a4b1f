/*
 * bench_terminal.h: this very program on a pseudo-terminal, driven by keys, with a clock on what
 * comes out.
 */
#ifndef MW_COMMANDS_BENCH_TERMINAL_H
#define MW_COMMANDS_BENCH_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    MW_TERMINAL_WIDTH = 120,
    MW_TERMINAL_HEIGHT = 40,
    MW_TERMINAL_BURST_MS = 3,       /* silence that ends one picture */
    MW_TERMINAL_SETTLE_MS = 150,    /* silence after which nothing more is to come */
    MW_TERMINAL_PATIENCE_MS = 10000 /* for what should take a moment */
};

typedef struct mw_bench_terminal {
    pid_t pid;
    int fd;
    char tail[4096]; /* the last bytes that came, to find words in */
    size_t length;
    uint64_t bytes;
    double last; /* when they came */
} mw_bench_terminal;

/* Starts the program with these arguments, the first of them its name. */
bool mw_bench_terminal_open(mw_bench_terminal *terminal, const char *const *arguments);
void mw_bench_terminal_close(mw_bench_terminal *terminal);

/* Takes in what comes within `wait_ms`; false when nothing came. */
bool mw_bench_terminal_take(mw_bench_terminal *terminal, int wait_ms);

/* Takes in what comes until it is quiet for so long. */
void mw_bench_terminal_settle(mw_bench_terminal *terminal, int quiet_ms);

/* Waits until a word is among what came since the last key. */
bool mw_bench_terminal_wait(mw_bench_terminal *terminal, const char *word);

bool mw_bench_terminal_press(mw_bench_terminal *terminal, const char *keys);

#endif
