/*
 * journal.h: the thread that writes progress, one transaction per entry, in order.
 *
 * The front end's thread hands entries over and gets tickets; the descriptor becomes readable when
 * more of them were committed.
 */
#ifndef MW_HOST_JOURNAL_H
#define MW_HOST_JOURNAL_H

#include <jansson.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "labs/engine/host/progress_file.h"
#include "model/status.h"

typedef struct mw_journal mw_journal;

/* One event, or the mark that one is not replayed any more. Texts are owned by the entry. */
typedef struct mw_journal_entry {
    struct mw_journal_entry *next;
    uint64_t ticket;
    int64_t attempt, seq, at;
    bool drop;
    char seed[64];
    char *lab, *version, *digest, *event, *verdicts, *summary;
} mw_journal_entry;

/* Writes `db` (stolen) or, while that is NULL, tries to open the file at `path` (copied) before it
 * writes; `why` says then why it could not be opened before, NULL for a `db`. */
mw_status mw_journal_open(mw_journal **journal, sqlite3 *db, const char *path, const char *why,
                          mw_error *error);

/* Writes what waits, tries it once more when it could not be written, and closes the file. */
void mw_journal_close(mw_journal *journal);

/* Steals the entry, which says when it happened (NULL is counted, as one that is lost: nothing
 * after it is written, so that no gap can arise). Tickets count from 1. What could not be written
 * is kept, and tried again, in order, whenever another entry comes. */
uint64_t mw_journal_write(mw_journal *journal, mw_journal_entry *entry);

/* The highest ticket that is dealt with: committed, or any at all while nothing can be written;
 * `why` says then why not, "" when all is well. `moved` says then, once, what became of a file that
 * was found damaged when it was opened late, else "". */
uint64_t mw_journal_committed(mw_journal *journal, char why[MW_PROGRESS_WHY],
                              char moved[MW_PROGRESS_MOVED]);
int mw_journal_fd(const mw_journal *journal);

/* What could not be written so far, oldest first:
 * [{"attempt","at","lab","seed","record","summary"}], the record as progress is loaded, or
 * {"attempt","drop": its seq}; NULL when there is nothing. The caller's. *failing: nothing can be
 * written now. */
json_t *mw_journal_waiting(mw_journal *journal, bool *failing);

/* Waits until everything is dealt with. */
void mw_journal_settle(mw_journal *journal);

#endif
