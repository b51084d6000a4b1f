/*
 * vt.h: a terminal for tests: a program runs on a pseudo-terminal, libvterm keeps its screen, and
 * the test types keys and looks at what a person would see.
 *
 * Functions that wait return false when the time was up, after printing the present screen to
 * stderr, so that a failing test shows what went wrong.
 */
#ifndef MW_TESTS_HARNESS_VT_H
#define MW_TESTS_HARNESS_VT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct mw_vt mw_vt;

typedef struct mw_vt_options {
    const char *const *argv; /* ended by NULL; argv[0] is looked up in PATH */
    int columns, rows;
    const char *home;      /* HOME and all XDG folders are placed in it; NULL: left unset */
    const char *directory; /* working directory; NULL: the present one */
    /* "NAME=value" sets and "NAME" unsets, ended by NULL, on top of a small fixed environment:
     * PATH and the sanitizers' options as they are, TERM=xterm-256color, LC_ALL=C.UTF-8. */
    const char *const *environment;
} mw_vt_options;

/* NULL when the program or the terminal could not be started; the reason is on stderr. A test of
 * suspension runs an interactive shell ("sh", "-i") here and types the command, since a program
 * without a shell above it cannot be stopped by the terminal. */
mw_vt *mw_vt_start(const mw_vt_options *options);
void mw_vt_free(mw_vt *vt); /* SIGKILLs what is still running */
pid_t mw_vt_pid(const mw_vt *vt);

/* A key by name: a character ("a", "?", "你"), "Space", "Enter", "Escape", "Tab", "Backspace",
 * "Up", "Down", "Left", "Right", "Home", "End", "PageUp", "PageDown", "Insert", "Delete",
 * "F1"…"F12"; with "C-", "M-", "S-" before it. False for an unknown name. */
bool mw_vt_key(mw_vt *vt, const char *name);
bool mw_vt_type(mw_vt *vt, const char *text);  /* each character as one key */
bool mw_vt_keys(mw_vt *vt, const char *names); /* names separated by spaces */
void mw_vt_click(mw_vt *vt, int x, int y,
                 int button); /* press and release; 4 and 5 are the wheel */
void mw_vt_resize(mw_vt *vt, int columns, int rows);
/* The line is cut: SIGHUP goes to the leader of the terminal's session, whoever reads the terminal
 * finds its end, and nothing is seen of the program any more but its exit. */
void mw_vt_hang_up(mw_vt *vt);

/* Takes in output until `condition` holds. */
typedef bool mw_vt_condition(mw_vt *vt, void *context);
bool mw_vt_wait(mw_vt *vt, mw_vt_condition *condition, void *context, int timeout_ms);
bool mw_vt_wait_text(mw_vt *vt, const char *text, int timeout_ms);    /* shown somewhere */
bool mw_vt_wait_no_text(mw_vt *vt, const char *text, int timeout_ms); /* shown nowhere */
bool mw_vt_wait_quiet(mw_vt *vt, int quiet_ms, int timeout_ms); /* nothing written for quiet_ms */

/* The end of the program: *status as by waitpid. All its output has been taken in then. */
bool mw_vt_wait_exit(mw_vt *vt, int *status, int timeout_ms);

/* What is on the screen. Rows are separated by \n, blanks at their ends are dropped; the caller
 * frees the text. */
char *mw_vt_text(const mw_vt *vt);
char *mw_vt_row(const mw_vt *vt, int row);
bool mw_vt_shows(const mw_vt *vt, const char *text);
bool mw_vt_find(const mw_vt *vt, const char *text, int *x, int *y); /* first cell; within one row */

typedef struct mw_vt_colour {
    enum { MW_VT_DEFAULT, MW_VT_INDEXED, MW_VT_RGB } kind;
    uint8_t index;
    uint8_t red, green, blue;
} mw_vt_colour;

typedef struct mw_vt_cell {
    char text[28]; /* UTF-8; "" in the right half of a wide glyph, " " when blank */
    int width;     /* 1 or 2 */
    bool bold, underline, italic, reverse, blink;
    mw_vt_colour foreground, background;
} mw_vt_cell;

mw_vt_cell mw_vt_at(const mw_vt *vt, int x, int y);
void mw_vt_size(const mw_vt *vt, int *columns, int *rows);
void mw_vt_cursor(const mw_vt *vt, int *x, int *y, bool *visible);
bool mw_vt_alternate(const mw_vt *vt); /* the alternate screen is shown */
bool mw_vt_cooked(const mw_vt *vt);    /* the terminal echoes and edits lines, as for a shell */

/* Bytes the program has written so far, taken in by now. */
uint64_t mw_vt_written(const mw_vt *vt);

/* A picture for people; false when built without cairo or the file cannot be written. */
bool mw_vt_png(const mw_vt *vt, const char *path);

#endif
