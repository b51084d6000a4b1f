/*
 * journal.h: the thread that writes progress, one transaction per entry, in order.
 *
 * The front end's thread hands entries over and gets tickets; the descriptor becomes readable when
 * more of them were committed.
 */
#ifndef MW_HOST_JOURNAL_H
#define MW_HOST_JOURNAL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

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

/* `db` is borrowed, and the thread's alone until mw_journal_close. */
mw_status mw_journal_open(mw_journal **journal, sqlite3 *db, mw_error *error);
void mw_journal_close(mw_journal *journal); /* writes what waits */

/* Steals the entry, which says when it happened (NULL is counted, as one that could not be
 * written). Tickets count from 1. */
uint64_t mw_journal_write(mw_journal *journal, mw_journal_entry *entry);

/* The highest ticket that is dealt with; *failure is the error code of SQLite after which nothing
 * more is written, so that no gap can arise, or 0. */
uint64_t mw_journal_committed(mw_journal *journal, int *failure);
int mw_journal_fd(const mw_journal *journal);

/* Waits until everything is dealt with. */
void mw_journal_settle(mw_journal *journal);

#endif
