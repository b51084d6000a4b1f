/*
 * progress_salvage.h: what can still be read of a damaged progress file; inside the host only.
 */
#ifndef MW_HOST_PROGRESS_SALVAGE_H
#define MW_HOST_PROGRESS_SALVAGE_H

#include <sqlite3.h>
#include <stdint.h>

typedef struct mw_salvaged {
    int64_t taken, lost; /* records; of the lost at least so many */
} mw_salvaged;

/* Records that an undamaged file would have: gaps in the numbers of an attempt that nothing
 * accounts for, ends that a summary tells of, and records of no attempt. An error of reading counts
 * as one. */
int64_t mw_progress_missing(sqlite3 *db);

/* Copies into `db`, an empty file with the schema, what can be read of `old`, which is left as it
 * is. The numbers of lost records count as dropped. Returns a code of SQLITE_*: damage is no error.
 */
int mw_progress_salvage(sqlite3 *old, sqlite3 *db, mw_salvaged *found);

#endif
