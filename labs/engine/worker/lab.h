/*
 * lab.h: a lab inside the worker: its own Lua state, its source, and one function that takes
 * inputs.
 *
 * The state is bare: text chunks only, allow-listed globals, sorted pairs, no clock, no unseeded
 * randomness, memory bounded by its allocator. Time is bounded from outside: the host ends the
 * process when a callback takes too long.
 */
#ifndef MW_WORKER_LAB_H
#define MW_WORKER_LAB_H

#include <jansson.h>

#include "model/status.h"

typedef struct mw_lab mw_lab;

/*
 * `request` is the `open` message: dir, locale, seed, machine. `kernels` is the registry as
 * `memwall kernels --json` prints it (borrowed), so that a lab's kernel names and ranges are
 * checked when it opens. `scripts` is the folder of the authoring library. MW_INVALID carries
 * "file:line: step 'id': field 'name': what is wrong" for any mistake of the author.
 */
mw_status mw_lab_open(mw_lab **lab, const json_t *request, const json_t *kernels,
                      const char *scripts, mw_error *error);
void mw_lab_close(mw_lab *lab);

/* {"id","number","title","course","version","digest","steps":[…],"memory","minutes"}; borrowed. */
const json_t *mw_lab_about(const mw_lab *lab);

/*
 * Feeds one input. `recorded` is NULL for a new input, else the stored record
 * {"event","version","verdicts"} that is being replayed. The reply {"view","effects","verdicts"} is
 * the caller's; that of a record has no view, which nobody would see before the last of them. An
 * error leaves the lab as it was before the input.
 */
mw_status mw_lab_input(mw_lab *lab, const json_t *event, const json_t *recorded, json_t **reply,
                       mw_error *error);

/* The view of what was taken so far; the caller's. */
mw_status mw_lab_view(mw_lab *lab, json_t **view, mw_error *error);

#endif
