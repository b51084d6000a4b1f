/*
 * rescue.h: gives the terminal back when the program dies by a signal: crash, stack overflow,
 * abort, hang-up, termination. The true signal stays the cause of death.
 *
 * State is static because a signal handler has no other; one terminal can be armed at a time.
 */
#ifndef MW_TUI_RESCUE_H
#define MW_TUI_RESCUE_H

#include <stddef.h>
#include <termios.h>

enum { MW_RESCUE_BYTES = 256 };

typedef struct mw_rescue {
    int fd;                      /* of the terminal */
    struct termios modes;        /* as they were */
    char bytes[MW_RESCUE_BYTES]; /* leaves the alternate screen, shows the cursor, … */
    size_t length;
    int captured;  /* what was written to stderr meanwhile, a regular file; -1: nothing */
    int stderr_fd; /* where it goes then */
} mw_rescue;

/* Appends what is to be sent, without a capability's padding ("$<5>"). */
void mw_rescue_add(mw_rescue *rescue, const char *text);

/* A stray line on stderr would sit in the middle of the picture: what is written there waits in a
 * file in memory, unless stderr is no terminal. The release writes it where it belongs. */
void mw_rescue_capture(mw_rescue *rescue);
void mw_rescue_release(mw_rescue *rescue);

void mw_rescue_arm(const mw_rescue *rescue);

/* Puts the default actions back. */
void mw_rescue_disarm(void);

#endif
