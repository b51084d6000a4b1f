/*
 * terminal.h: shows grids on a terminal and reads keys from it. The only user of curses.
 *
 * There is one terminal per process and one thread that uses it. The caller reads SIGWINCH, SIGTSTP
 * and SIGCONT itself (blocked, by signalfd) and calls _resized, _suspend and _redraw.
 */
#ifndef MW_TUI_TERMINAL_H
#define MW_TUI_TERMINAL_H

#include "model/status.h"
#include "tui/grid/grid.h"
#include "tui/grid/theme.h"
#include "tui/keys/keys.h"

typedef struct mw_terminal mw_terminal;

typedef struct mw_terminal_options {
    const mw_theme *theme;
    mw_charset charset;
    bool mouse; /* the wheel scrolls; off leaves the terminal's own text selection alone */
} mw_terminal_options;

/*
 * Takes over stdin and stdout. MW_UNSUPPORTED when they are no terminal, or TERM is unset, dumb or
 * unknown: then nothing was changed and the caller falls back to plain lines. What the program
 * writes to stderr from now on appears when the terminal is given back.
 */
mw_status mw_terminal_open(mw_terminal **terminal, const mw_terminal_options *options,
                           mw_error *error);
void mw_terminal_close(mw_terminal *terminal);

int mw_terminal_fd(const mw_terminal *terminal); /* to poll for input */

/* At most MW_GRID_SIDE_MAX each; 80 and 24 where the terminal says what cannot be. */
void mw_terminal_size(const mw_terminal *terminal, int *width, int *height);
int mw_terminal_colours(const mw_terminal *terminal); /* 0 (none), 8, 16, 256, 2^24 */
void mw_terminal_set_theme(mw_terminal *terminal, const mw_theme *theme);

/* Makes the screen look like the grid, sending only what changed, in one go. */
void mw_terminal_show(mw_terminal *terminal, const mw_grid *grid);

/* The next key, or MW_KEY_NONE when none waits. A paste whose end does not come is over after a
 * second of silence, or at Ctrl-C, Ctrl-Z or Esc, which is the key after it. */
mw_key mw_terminal_key(mw_terminal *terminal);

/* Milliseconds after which mw_terminal_key is to be called though nothing came; -1: never. */
int mw_terminal_patience(const mw_terminal *terminal);

/* After MW_KEY_PASTE: the text, valid until the next key. */
const char *mw_terminal_pasted(const mw_terminal *terminal);

/* The window has another size. */
void mw_terminal_resized(mw_terminal *terminal);

/* Forgets what is on the screen: the next show draws everything. */
void mw_terminal_redraw(mw_terminal *terminal);

/* Gives the terminal back, stops the process group, and takes over again when it is continued. */
void mw_terminal_suspend(mw_terminal *terminal);

#endif
