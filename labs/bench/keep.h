/*
 * keep.h: what an interrupted `memwall bench` had found, so that the next one goes on there.
 *
 * One file below the cache folder, written anew (beside, then renamed) after each row: whatever
 * ends the process, the file is the old one or the new one. Rows are found again by the machine,
 * the build and the options that they are of; those of others stay beside them, for a day.
 *
 * Two that measure at once would spoil each other's times, and each would write over what the other
 * keeps: only one may hold the folder.
 */
#ifndef MW_BENCH_KEEP_H
#define MW_BENCH_KEEP_H

#include <jansson.h>
#include <stdbool.h>

#include "model/status.h"

typedef struct mw_keep mw_keep;

/* `fresh` begins with nothing. *result is NULL when memory is out: every function then does
 * nothing. MW_INVALID: another process measures here, and which. A folder that cannot be written
 * holds nobody up. */
mw_status mw_keep_open(const char *folder, const char *key, bool fresh, mw_keep **result,
                       mw_error *error);
void mw_keep_close(mw_keep *keep);

/* What was found for `row` of `suite`, borrowed, or NULL. */
json_t *mw_keep_find(const mw_keep *keep, const char *suite, const char *row);

/* How many rows of `suite` there are. */
size_t mw_keep_count(const mw_keep *keep, const char *suite);

/* False with errno when the file could not be written: then `found` is lost with the process. */
bool mw_keep_put(mw_keep *keep, const char *suite, const char *row, json_t *found);

/* The row is finished and was shown. */
void mw_keep_drop(mw_keep *keep, const char *suite, const char *row);

#endif
