#include "labs/engine/host/journal.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct mw_journal {
    sqlite3 *db;
    int event;
    uint64_t tickets;
    pthread_t thread;
    pthread_mutex_t guard;
    pthread_cond_t moved; /* an entry came, or one was committed, or quit */
    /* Under the guard. */
    mw_journal_entry *first, **last;
    uint64_t committed;
    bool quit;
    int failure;
};

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    if (text)
        sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
    else
        sqlite3_bind_null(statement, index);
}

/* Runs one prepared statement to its end and finalizes it. */
static int run_statement(sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    int final = sqlite3_finalize(statement);
    return code == SQLITE_DONE ? SQLITE_OK : final ? final : code;
}

static int write_drop(sqlite3 *db, const mw_journal_entry *entry)
{
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO dropped VALUES (?, ?, ?)", -1,
                                  &statement, NULL);
    if (code)
        return code;
    sqlite3_bind_int64(statement, 1, entry->attempt);
    sqlite3_bind_int64(statement, 2, entry->seq);
    sqlite3_bind_int64(statement, 3, entry->at);
    return run_statement(statement);
}

static int write_record(sqlite3 *db, const mw_journal_entry *entry)
{
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO attempt VALUES (?, ?, ?, ?)", -1,
                                  &statement, NULL);
    if (code)
        return code;
    sqlite3_bind_int64(statement, 1, entry->attempt);
    bind_text(statement, 2, entry->lab);
    bind_text(statement, 3, entry->seed);
    sqlite3_bind_int64(statement, 4, entry->at);
    code = run_statement(statement);
    if (code)
        return code;

    code = sqlite3_prepare_v2(db, "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", -1, &statement,
                              NULL);
    if (code)
        return code;
    sqlite3_bind_int64(statement, 1, entry->attempt);
    sqlite3_bind_int64(statement, 2, entry->seq);
    sqlite3_bind_int64(statement, 3, entry->at);
    bind_text(statement, 4, entry->version);
    bind_text(statement, 5, entry->digest);
    bind_text(statement, 6, entry->event);
    bind_text(statement, 7, entry->verdicts);
    code = run_statement(statement);
    if (code || !entry->summary)
        return code;

    code = sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO summary VALUES (?, ?, ?)", -1, &statement,
                              NULL);
    if (code)
        return code;
    sqlite3_bind_int64(statement, 1, entry->attempt);
    sqlite3_bind_int64(statement, 2, entry->at);
    bind_text(statement, 3, entry->summary);
    return run_statement(statement);
}

static int write_entry(sqlite3 *db, const mw_journal_entry *entry)
{
    int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (code)
        return code;
    code = entry->drop ? write_drop(db, entry) : write_record(db, entry);
    if (!code)
        code = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (code)
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return code;
}

static void entry_free(mw_journal_entry *entry)
{
    if (!entry)
        return;
    free(entry->lab);
    free(entry->version);
    free(entry->digest);
    free(entry->event);
    free(entry->verdicts);
    free(entry->summary);
    free(entry);
}

static mw_journal_entry *take_first(mw_journal *journal)
{
    mw_journal_entry *entry = journal->first;
    if (entry) {
        journal->first = entry->next;
        if (!journal->first)
            journal->last = &journal->first;
    }
    return entry;
}

static void *writer_main(void *context)
{
    mw_journal *journal = context;
    pthread_mutex_lock(&journal->guard);
    for (;;) {
        while (!journal->first && !journal->quit)
            pthread_cond_wait(&journal->moved, &journal->guard);
        mw_journal_entry *entry = take_first(journal);
        if (!entry)
            break;
        bool skip = journal->failure != 0;
        pthread_mutex_unlock(&journal->guard);
        int code = skip ? SQLITE_OK : write_entry(journal->db, entry);
        uint64_t ticket = entry->ticket;
        entry_free(entry);

        pthread_mutex_lock(&journal->guard);
        if (code)
            journal->failure = code;
        journal->committed = ticket;
        uint64_t one = 1;
        while (write(journal->event, &one, sizeof one) < 0 && errno == EINTR)
            ;
        pthread_cond_broadcast(&journal->moved);
    }
    pthread_mutex_unlock(&journal->guard);
    return NULL;
}

mw_status mw_journal_open(mw_journal **journal, sqlite3 *db, mw_error *error)
{
    *journal = NULL;
    mw_journal *made = calloc(1, sizeof *made);
    if (!made)
        return mw_fail(error, MW_NO_MEMORY, "no memory for the journal");
    made->db = db;
    made->last = &made->first;
    pthread_mutex_init(&made->guard, NULL);
    pthread_cond_init(&made->moved, NULL);
    made->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int code = made->event < 0 ? errno : pthread_create(&made->thread, NULL, writer_main, made);
    if (code) {
        if (made->event >= 0)
            close(made->event);
        free(made);
        return mw_fail(error, MW_IO, "the thread that keeps progress could not start: %s",
                       strerror(code));
    }
    *journal = made;
    return MW_OK;
}

void mw_journal_close(mw_journal *journal)
{
    if (!journal)
        return;
    pthread_mutex_lock(&journal->guard);
    journal->quit = true;
    pthread_cond_broadcast(&journal->moved);
    pthread_mutex_unlock(&journal->guard);
    pthread_join(journal->thread, NULL);
    close(journal->event);
    pthread_mutex_destroy(&journal->guard);
    pthread_cond_destroy(&journal->moved);
    free(journal);
}

uint64_t mw_journal_write(mw_journal *journal, mw_journal_entry *entry)
{
    uint64_t ticket = ++journal->tickets;
    pthread_mutex_lock(&journal->guard);
    if (entry) {
        entry->ticket = ticket;
        *journal->last = entry;
        journal->last = &entry->next;
    } else if (!journal->failure) {
        journal->failure = SQLITE_NOMEM;
    }
    pthread_cond_broadcast(&journal->moved);
    pthread_mutex_unlock(&journal->guard);
    return ticket; /* the entry may be written and gone already */
}

/* With an empty queue every ticket is dealt with: the last ones may have had no entry. */
static uint64_t dealt_with(const mw_journal *journal)
{
    return journal->failure && !journal->first ? journal->tickets : journal->committed;
}

uint64_t mw_journal_committed(mw_journal *journal, int *failure)
{
    uint64_t count;
    while (read(journal->event, &count, sizeof count) < 0 && errno == EINTR)
        ;
    pthread_mutex_lock(&journal->guard);
    uint64_t committed = dealt_with(journal);
    *failure = journal->failure;
    pthread_mutex_unlock(&journal->guard);
    return committed;
}

int mw_journal_fd(const mw_journal *journal)
{
    return journal->event;
}

void mw_journal_settle(mw_journal *journal)
{
    pthread_mutex_lock(&journal->guard);
    while (dealt_with(journal) < journal->tickets)
        pthread_cond_wait(&journal->moved, &journal->guard);
    pthread_mutex_unlock(&journal->guard);
}
