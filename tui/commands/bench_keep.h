/*
 * bench_keep.h: what an interrupted `memwall bench` had found, so that the next one goes on there.
 *
 * One file below the cache folder, written anew (beside, then renamed) after each row: whatever
 * ends the process, the file is the old one or the new one. It holds rows of this machine, this
 * build and these options only; anything else, and what is older than a day, is left aside.
 */
#ifndef MW_COMMANDS_BENCH_KEEP_H
#define MW_COMMANDS_BENCH_KEEP_H

#include <jansson.h>
#include <stdbool.h>

typedef struct mw_keep mw_keep;

/* `fresh` begins with nothing. NULL when memory is out: every function then does nothing. */
mw_keep *mw_keep_open(const char *folder, const char *key, bool fresh);
void mw_keep_close(mw_keep *keep);

/* What was found for `row` of `suite`, borrowed, or NULL. */
json_t *mw_keep_find(const mw_keep *keep, const char *suite, const char *row);

/* False with errno when the file could not be written: then `found` is lost with the process. */
bool mw_keep_put(mw_keep *keep, const char *suite, const char *row, json_t *found);

/* The suite is finished and was shown. */
void mw_keep_drop(mw_keep *keep, const char *suite);

#endif
