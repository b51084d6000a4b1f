/*
 * box.h: what a process that runs student code may not do, as a filter of system calls.
 *
 * The filter is made before fork, so that the child only has to put it on.
 */
#ifndef MW_HOST_BOX_H
#define MW_HOST_BOX_H

#include <linux/filter.h>

#include "model/status.h"

typedef struct mw_box {
    struct sock_fprog program; /* len 0: no filter */
} mw_box;

/* MW_UNSUPPORTED when this build has no libseccomp. */
mw_status mw_box_make(mw_box *box, mw_error *error);
void mw_box_free(mw_box *box);

/* In the child, between fork and exec; async-signal-safe. Returns 0, or -1 with errno. */
int mw_box_enter(const mw_box *box);

#endif
