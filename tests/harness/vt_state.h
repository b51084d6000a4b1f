/* vt_state.h: what a terminal for tests holds; between the files of the harness only. */
#ifndef MW_TESTS_HARNESS_VT_STATE_H
#define MW_TESTS_HARNESS_VT_STATE_H

#include <stddef.h>
#include <vterm.h>

#include "tests/harness/vt.h"

struct mw_vt {
    VTerm *terminal;
    VTermScreen *screen;
    int columns, rows;
    int master;
    int slave; /* kept open, so that modes can be read after the program has gone */
    pid_t pid;
    bool ended;
    int status;
    uint64_t written;
    long long last_output_ms;
    bool cursor_visible, alternate;
};

/* Takes in what there is, waiting up to `ms` for the first of it; false when nothing came. */
bool mw_vt_take_in(mw_vt *vt, int ms);

/* Sends bytes to the program: keys, and the terminal's answers to questions. `user` is the mw_vt.
 */
void mw_vt_send(const char *bytes, size_t length, void *user);

#endif
