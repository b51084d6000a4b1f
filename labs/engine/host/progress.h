/*
 * progress.h: what students did, in one SQLite file: append-only, one transaction per record.
 *
 * A thread of its own writes, so that a slow disk never holds up a key; the descriptor becomes
 * readable when more was committed. Opening never fails for a bad file or folder, or for no folder
 * (""): the work goes on and the notice says what is not kept. What cannot be written is still read
 * where that is possible.
 */
#ifndef MW_HOST_PROGRESS_H
#define MW_HOST_PROGRESS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "labs/engine/wire/wire.h"
#include "model/status.h"

enum { MW_RECORD_MOST = MW_WIRE_MAX - 4096 }; /* bytes of one record, with room for its message */

typedef struct mw_progress mw_progress;

mw_status mw_progress_open(mw_progress **progress, const char *folder, mw_error *error);
void mw_progress_close(mw_progress *progress); /* finishes the writes */

/* Why progress is not kept, or what became of a damaged file; NULL when all is well. */
const char *mw_progress_notice(const mw_progress *progress);
bool mw_progress_readonly(const mw_progress *progress);
bool mw_progress_unknown(const mw_progress *progress); /* there is a file that cannot be read */
/* Nothing can be written now; the notice says why. What comes is kept in memory, is tried again
 * with every append and when progress is closed, and is loaded as if it were written. */
bool mw_progress_failed(const mw_progress *progress);

/* One go at a lab. Its number is 0 while there is none. */
typedef struct mw_attempt {
    int64_t id;
    char seed[64];
    int64_t last_seq; /* of its events, those that are not replayed any more too */
    /* Or {"seq","unfit": why} where there is no record that could be replayed. */
    json_t *records;     /* [{"seq","event","version","digest","verdicts"}], the caller's */
    int64_t measured_at; /* of its newest result, in milliseconds since 1970; 0: there is none */
} mw_attempt;

/* When the results among the records came is when the attempt was measured. */
void mw_attempt_note_measured(mw_attempt *attempt, const json_t *record, int64_t at);

/* The newest attempt at a lab ("course/folder" or a path), or a number for the next one. */
mw_status mw_progress_load(mw_progress *progress, const char *lab, mw_attempt *attempt,
                           mw_error *error);
int64_t mw_progress_new_attempt(mw_progress *progress);

/* Queues one record (all borrowed) and returns its ticket; tickets count up by one. `at`: when it
 * happened, in milliseconds since 1970. `summary` is {"step","earned","possible","finished"} or
 * NULL. */
uint64_t mw_progress_append(mw_progress *progress, const char *lab, const mw_attempt *attempt,
                            int64_t seq, int64_t at, const json_t *record, const char *digest,
                            const json_t *summary);

/* From now on this record is not replayed; the row stays. */
uint64_t mw_progress_drop(mw_progress *progress, int64_t attempt, int64_t seq);

/* The highest ticket that is committed; or the last one, while nothing can be written. */
uint64_t mw_progress_committed(mw_progress *progress);
int mw_progress_fd(
    const mw_progress *progress); /* readable when that moved; -1 when it never does */

/* The lab that was worked on last ("course/folder" or a path); false when there is none. */
bool mw_progress_last(mw_progress *progress, char *lab, size_t size);

/* {lab: {"step","earned","possible","finished"}} of the newest attempts, null for what cannot be
 * read of a lab; NULL when nothing can be. The caller's. */
json_t *mw_progress_summaries(mw_progress *progress);

#endif
