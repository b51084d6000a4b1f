/* journal.c: the queue between two threads, and the SQL of one entry. */
#include "labs/engine/host/journal.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct mw_journal {
    sqlite3 *db; /* the thread's alone; NULL while it could not be opened */
    char *path;
    int event;
    uint64_t tickets;
    pthread_t thread;
    pthread_mutex_t guard;
    pthread_cond_t moved; /* an entry came, or one was committed, or quit */
    /* Under the guard. */
    mw_journal_entry *first, **last; /* an entry leaves when it is written */
    uint64_t committed;
    bool quit;
    bool lost;  /* an entry that there was no memory for: nothing after it can be written */
    bool again; /* what could not be written is to be tried again */
    bool failed;
    char why[MW_PROGRESS_WHY];
    char rescue[MW_PROGRESS_MOVED]; /* what a late opening found and nobody was told yet, or "" */
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

/* The thread's, without the guard: writes one entry, or says why not; and sets `moved` when the
 * file was damaged. */
static bool try_entry(mw_journal *journal, const mw_journal_entry *entry, char why[MW_PROGRESS_WHY],
                      char moved[MW_PROGRESS_MOVED])
{
    if (!journal->db)
        journal->db = mw_progress_file_writer(journal->path, moved, why, &(bool){false});
    if (!journal->db)
        return false;
    int code = write_entry(journal->db, entry);
    if (code)
        mw_progress_file_why(journal->db, code, journal->path, why);
    return code == SQLITE_OK;
}

static void written(mw_journal *journal)
{
    mw_journal_entry *entry = journal->first;
    journal->first = entry->next;
    if (!journal->first)
        journal->last = &journal->first;
    journal->committed = entry->ticket;
    entry_free(entry);
    /* Only when nothing waits any more is all well again. */
    journal->failed = journal->failed && (journal->first || journal->lost);
    journal->again = journal->failed;
}

static void not_written(mw_journal *journal, const char *why)
{
    journal->failed = true;
    if (!journal->lost)
        snprintf(journal->why, sizeof journal->why, "%s", why);
}

static bool is_due(const mw_journal *journal)
{
    return journal->first && (!journal->failed || journal->again);
}

static void *writer_main(void *context)
{
    mw_journal *journal = context;
    bool last_try = false;
    pthread_mutex_lock(&journal->guard);
    for (;;) {
        while (!is_due(journal) && !journal->quit)
            pthread_cond_wait(&journal->moved, &journal->guard);
        if (!journal->first || (last_try && !is_due(journal)))
            break;
        last_try = journal->quit;
        journal->again = false;
        const mw_journal_entry *entry = journal->first;
        pthread_mutex_unlock(&journal->guard);
        char why[MW_PROGRESS_WHY], moved[MW_PROGRESS_MOVED] = "";
        bool done = try_entry(journal, entry, why, moved);
        pthread_mutex_lock(&journal->guard);
        if (*moved)
            memcpy(journal->rescue, moved, sizeof moved);
        if (done)
            written(journal);
        else
            not_written(journal, why);
        uint64_t one = 1;
        while (write(journal->event, &one, sizeof one) < 0 && errno == EINTR)
            ;
        pthread_cond_broadcast(&journal->moved);
    }
    pthread_mutex_unlock(&journal->guard);
    return NULL;
}

static void journal_free(mw_journal *journal)
{
    for (mw_journal_entry *each = journal->first, *next; each; each = next) {
        next = each->next;
        entry_free(each);
    }
    if (journal->event >= 0)
        close(journal->event);
    pthread_mutex_destroy(&journal->guard);
    pthread_cond_destroy(&journal->moved);
    sqlite3_close(journal->db);
    free(journal->path);
    free(journal);
}

mw_status mw_journal_open(mw_journal **journal, sqlite3 *db, const char *path, const char *why,
                          mw_error *error)
{
    *journal = NULL;
    mw_journal *made = calloc(1, sizeof *made);
    if (!made) {
        sqlite3_close(db);
        return mw_fail(error, MW_NO_MEMORY, "no memory for the journal");
    }
    made->db = db;
    made->path = strdup(path);
    made->last = &made->first;
    made->failed = why != NULL;
    snprintf(made->why, sizeof made->why, "%s", why ? why : "");
    pthread_mutex_init(&made->guard, NULL);
    pthread_cond_init(&made->moved, NULL);
    made->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int code = made->event < 0 ? errno : pthread_create(&made->thread, NULL, writer_main, made);
    if (code) {
        journal_free(made);
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
    journal_free(journal);
}

uint64_t mw_journal_write(mw_journal *journal, mw_journal_entry *entry)
{
    uint64_t ticket = ++journal->tickets;
    pthread_mutex_lock(&journal->guard);
    if (entry && !journal->lost) {
        entry->ticket = ticket;
        *journal->last = entry;
        journal->last = &entry->next;
        journal->again = true;
    } else {
        entry_free(entry);
        journal->lost = journal->failed = journal->again = true;
        snprintf(journal->why, sizeof journal->why, "%s", strerror(ENOMEM));
    }
    pthread_cond_broadcast(&journal->moved);
    pthread_mutex_unlock(&journal->guard);
    return ticket; /* the entry may be written and gone already */
}

/* While nothing can be written nobody waits for it. */
static uint64_t dealt_with(const mw_journal *journal)
{
    return journal->failed ? journal->tickets : journal->committed;
}

uint64_t mw_journal_committed(mw_journal *journal, char why[MW_PROGRESS_WHY],
                              char moved[MW_PROGRESS_MOVED])
{
    uint64_t count;
    while (read(journal->event, &count, sizeof count) < 0 && errno == EINTR)
        ;
    pthread_mutex_lock(&journal->guard);
    uint64_t committed = dealt_with(journal);
    snprintf(why, MW_PROGRESS_WHY, "%s", journal->failed ? journal->why : "");
    snprintf(moved, MW_PROGRESS_MOVED, "%s", journal->failed ? "" : journal->rescue);
    if (!journal->failed)
        journal->rescue[0] = '\0';
    pthread_mutex_unlock(&journal->guard);
    return committed;
}

int mw_journal_fd(const mw_journal *journal)
{
    return journal->event;
}

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : NULL;
}

static json_t *parsed_or_null(const char *text)
{
    return text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
}

static json_t *entry_json(const mw_journal_entry *entry)
{
    if (entry->drop)
        return json_pack("{s:I, s:I}", "attempt", (json_int_t)entry->attempt, "drop",
                         (json_int_t)entry->seq);
    json_t *record =
        json_pack("{s:I, s:o*, s:o*, s:o*, s:o*}", "seq", (json_int_t)entry->seq, "event",
                  parsed_or_null(entry->event), "version", text_or_null(entry->version), "digest",
                  text_or_null(entry->digest), "verdicts", parsed_or_null(entry->verdicts));
    return json_pack("{s:I, s:I, s:s, s:s, s:o, s:o*}", "attempt", (json_int_t)entry->attempt, "at",
                     (json_int_t)entry->at, "lab", entry->lab, "seed", entry->seed, "record",
                     record, "summary", parsed_or_null(entry->summary));
}

json_t *mw_journal_waiting(mw_journal *journal, bool *failing)
{
    json_t *all = NULL;
    pthread_mutex_lock(&journal->guard);
    *failing = journal->failed;
    if (journal->failed && journal->first)
        all = json_array();
    for (const mw_journal_entry *each = journal->first; all && each; each = each->next)
        json_array_append_new(all, entry_json(each));
    pthread_mutex_unlock(&journal->guard);
    return all;
}

void mw_journal_settle(mw_journal *journal)
{
    pthread_mutex_lock(&journal->guard);
    while (dealt_with(journal) < journal->tickets)
        pthread_cond_wait(&journal->moved, &journal->guard);
    pthread_mutex_unlock(&journal->guard);
}
