#include "labs/engine/host/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "labs/engine/host/date.h"
#include "labs/engine/host/files.h"
#include "labs/engine/host/journal.h"

enum { SCHEMA_VERSION = 1, BUSY_MS = 2000 };

/* Events are only ever added; the triggers hold everybody to it. */
static const char schema[] =
    "CREATE TABLE attempt (id INTEGER PRIMARY KEY, lab TEXT NOT NULL, seed TEXT NOT NULL,"
    " started INTEGER NOT NULL);"
    "CREATE INDEX attempt_of_lab ON attempt (lab, id);"
    "CREATE TABLE event (attempt INTEGER NOT NULL REFERENCES attempt (id), seq INTEGER NOT NULL,"
    " at INTEGER NOT NULL, version TEXT, digest TEXT, event TEXT NOT NULL, verdicts TEXT,"
    " PRIMARY KEY (attempt, seq)) WITHOUT ROWID;"
    "CREATE TABLE dropped (attempt INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY (attempt, seq)) WITHOUT ROWID;"
    "CREATE TABLE summary (attempt INTEGER PRIMARY KEY REFERENCES attempt (id), at INTEGER NOT "
    "NULL,"
    " summary TEXT NOT NULL);"
    "CREATE TRIGGER event_stays BEFORE DELETE ON event"
    " BEGIN SELECT RAISE (ABORT, 'events are only added'); END;"
    "CREATE TRIGGER event_is_final BEFORE UPDATE ON event"
    " BEGIN SELECT RAISE (ABORT, 'events are only added'); END;"
    "PRAGMA user_version = 1;";

struct mw_progress {
    char *path;
    sqlite3 *reader, *writer;
    mw_journal *journal; /* NULL: nothing is written */
    int lock;            /* of the folder, or -1 */
    bool readonly, failed;
    char notice[512];
    int64_t attempts; /* the highest number given out */
};

/* ---- writing ---- */

static char *copy_or_null(const char *text)
{
    return text ? strdup(text) : NULL;
}

static char *dump_or_null(const json_t *json)
{
    return json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
}

uint64_t mw_progress_append(mw_progress *progress, const char *lab, const mw_attempt *attempt,
                            int64_t seq, int64_t at, const json_t *record, const char *digest,
                            const json_t *summary)
{
    if (!progress->journal)
        return 0;
    mw_journal_entry *made = calloc(1, sizeof *made);
    if (made) {
        made->attempt = attempt->id;
        made->seq = seq;
        made->at = at;
        snprintf(made->seed, sizeof made->seed, "%s", attempt->seed);
        made->lab = strdup(lab);
        made->version = copy_or_null(json_string_value(json_object_get(record, "version")));
        made->digest = copy_or_null(digest);
        made->event = dump_or_null(json_object_get(record, "event"));
        made->verdicts = dump_or_null(json_object_get(record, "verdicts"));
        made->summary = dump_or_null(summary);
    }
    return mw_journal_write(progress->journal, made);
}

uint64_t mw_progress_drop(mw_progress *progress, int64_t attempt, int64_t seq)
{
    if (!progress->journal)
        return 0;
    mw_journal_entry *made = calloc(1, sizeof *made);
    if (made) {
        made->drop = true;
        made->attempt = attempt;
        made->seq = seq;
        made->at = mw_date_now();
    }
    return mw_journal_write(progress->journal, made);
}

uint64_t mw_progress_committed(mw_progress *progress)
{
    if (!progress->journal)
        return UINT64_MAX;
    int failure;
    uint64_t committed = mw_journal_committed(progress->journal, &failure);
    if (failure && !progress->failed) {
        progress->failed = true;
        snprintf(progress->notice, sizeof progress->notice,
                 "progress is no longer kept: %.300s: %s", progress->path, sqlite3_errstr(failure));
    }
    return committed;
}

int mw_progress_fd(const mw_progress *progress)
{
    return progress->journal ? mw_journal_fd(progress->journal) : -1;
}

static void settle(mw_progress *progress)
{
    if (progress->journal)
        mw_journal_settle(progress->journal);
}

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

/* ---- reading ---- */

static int first_text(sqlite3 *db, const char *sql, char *text, size_t size)
{
    sqlite3_stmt *statement;
    text[0] = 0;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code)
        return code;
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW && sqlite3_column_text(statement, 0))
        snprintf(text, size, "%s", sqlite3_column_text(statement, 0));
    int final = sqlite3_finalize(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE ? final : code;
}

static json_t *column_json(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
}

static json_t *column_string(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? json_string(text) : NULL;
}

static json_t *read_records(sqlite3 *db, int64_t attempt, int64_t *measured_at)
{
    sqlite3_stmt *statement;
    json_t *records = json_array();
    if (sqlite3_prepare_v2(db,
                           "SELECT seq, version, digest, event, verdicts, at FROM event"
                           " WHERE attempt = ?1 AND seq NOT IN"
                           " (SELECT seq FROM dropped WHERE attempt = ?1) ORDER BY seq",
                           -1, &statement, NULL))
        return records;
    sqlite3_bind_int64(statement, 1, attempt);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        json_t *event = column_json(statement, 3);
        if (!event)
            continue;
        json_t *record = json_pack(
            "{s:I, s:o, s:o*, s:o*, s:o*}", "seq", (json_int_t)sqlite3_column_int64(statement, 0),
            "event", event, "version", column_string(statement, 1), "digest",
            column_string(statement, 2), "verdicts", column_json(statement, 4));
        json_array_append_new(records, record);
        const char *what = json_string_value(json_object_get(event, "e"));
        if (what && strcmp(what, "result") == 0)
            *measured_at = sqlite3_column_int64(statement, 5);
    }
    sqlite3_finalize(statement);
    return records;
}

mw_status mw_progress_load(mw_progress *progress, const char *lab, mw_attempt *attempt,
                           mw_error *error)
{
    memset(attempt, 0, sizeof *attempt);
    settle(progress);
    if (progress->reader) {
        sqlite3_stmt *statement;
        int code = sqlite3_prepare_v2(progress->reader,
                                      "SELECT id, seed FROM attempt WHERE lab = ? ORDER BY id DESC "
                                      "LIMIT 1",
                                      -1, &statement, NULL);
        if (code)
            return mw_fail(error, MW_IO, "%s: %s", progress->path,
                           sqlite3_errmsg(progress->reader));
        bind_text(statement, 1, lab);
        if (sqlite3_step(statement) == SQLITE_ROW) {
            attempt->id = sqlite3_column_int64(statement, 0);
            snprintf(attempt->seed, sizeof attempt->seed, "%s", sqlite3_column_text(statement, 1));
        }
        sqlite3_finalize(statement);
    }
    attempt->records = attempt->id
                           ? read_records(progress->reader, attempt->id, &attempt->measured_at)
                           : json_array();
    return MW_OK;
}

int64_t mw_progress_new_attempt(mw_progress *progress)
{
    return ++progress->attempts;
}

bool mw_progress_last(mw_progress *progress, char *lab, size_t size)
{
    settle(progress);
    return progress->reader &&
           first_text(progress->reader,
                      "SELECT lab FROM attempt JOIN summary ON attempt = id"
                      " ORDER BY at DESC, id DESC LIMIT 1",
                      lab, size) == SQLITE_OK &&
           *lab;
}

json_t *mw_progress_summaries(mw_progress *progress)
{
    json_t *all = json_object();
    settle(progress);
    sqlite3_stmt *statement;
    if (!progress->reader ||
        sqlite3_prepare_v2(progress->reader,
                           "SELECT lab, summary FROM attempt JOIN summary ON attempt = id"
                           " ORDER BY id",
                           -1, &statement, NULL))
        return all;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        json_t *summary = column_json(statement, 1);
        if (summary) /* later attempts replace earlier ones */
            json_object_set_new(all, (const char *)sqlite3_column_text(statement, 0), summary);
    }
    sqlite3_finalize(statement);
    return all;
}

/* ---- opening ---- */

static bool is_network(const char *folder)
{
    static const unsigned long kinds[] = {
        NFS_SUPER_MAGIC,       SMB_SUPER_MAGIC,  CIFS_SUPER_MAGIC,
        SMB2_SUPER_MAGIC,      V9FS_MAGIC,       AFS_SUPER_MAGIC,
        AFS_FS_MAGIC,          CODA_SUPER_MAGIC, CEPH_SUPER_MAGIC,
        FUSE_SUPER_MAGIC,      NCP_SUPER_MAGIC,  0x0BD00BD0 /* Lustre */,
        0x47504653 /* GPFS */,
    };
    struct statfs about;
    if (statfs(folder, &about))
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if ((unsigned long)about.f_type == kinds[i])
            return true;
    return false;
}

static bool is_damage(int code)
{
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/* Opens and checks; SQLITE_CORRUPT also when the check finds something. */
static int open_file(const char *path, int flags, sqlite3 **db, int *version)
{
    char text[64];
    int code = sqlite3_open_v2(path, db, flags | SQLITE_OPEN_FULLMUTEX, NULL);
    if (!code) {
        sqlite3_extended_result_codes(*db, 0);
        sqlite3_busy_timeout(*db, BUSY_MS);
        code = first_text(*db, "PRAGMA user_version", text, sizeof text);
        *version = atoi(text);
    }
    if (!code)
        code = first_text(*db, "PRAGMA quick_check(1)", text, sizeof text);
    if (!code && strcmp(text, "ok") != 0)
        code = SQLITE_CORRUPT;
    if (code) {
        sqlite3_close(*db);
        *db = NULL;
    }
    return code;
}

static void move_aside(mw_progress *progress)
{
    static const char *const parts[] = {"", "-wal", "-shm", "-journal"};
    char stamp[32], from[4200], to[4300];
    time_t now = time(NULL);
    struct tm parts_of_now;
    gmtime_r(&now, &parts_of_now);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &parts_of_now);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        snprintf(from, sizeof from, "%s%s", progress->path, parts[i]);
        snprintf(to, sizeof to, "%s.damaged-%s%s", progress->path, stamp, parts[i]);
        rename(from, to);
    }
    snprintf(progress->notice, sizeof progress->notice,
             "the progress file was damaged and moved to %.300s.damaged-%s; a new one begins",
             progress->path, stamp);
}

static bool take_lock(mw_progress *progress, const char *folder)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/progress.lock", folder);
    progress->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (progress->lock < 0)
        return true; /* the folder's own trouble is told elsewhere */
    return flock(progress->lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

static void not_kept(mw_progress *progress, const char *why)
{
    snprintf(progress->notice, sizeof progress->notice, "progress is not kept: %.200s: %.200s",
             progress->path, why);
}

/* The file of this version, empty or not; the schema is made in it when it is new. */
static bool open_writer(mw_progress *progress, const char *folder)
{
    int version = 0;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int code = open_file(progress->path, flags, &progress->writer, &version);
    if (is_damage(code)) {
        move_aside(progress);
        code = open_file(progress->path, flags, &progress->writer, &version);
    }
    if (!code && version > SCHEMA_VERSION) {
        not_kept(progress, "it was written by a newer memwall; install that one, or move the file");
        sqlite3_close(progress->writer);
        progress->writer = NULL;
        return false;
    }
    if (!code && sqlite3_db_readonly(progress->writer, "main") == 1)
        code = SQLITE_READONLY;
    if (!code)
        code = sqlite3_exec(progress->writer,
                            is_network(folder)
                                ? "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL"
                                : "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
                            NULL, NULL, NULL);
    if (!code && version == 0) {
        code = sqlite3_exec(progress->writer, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        if (!code)
            code = sqlite3_exec(progress->writer, schema, NULL, NULL, NULL);
        if (!code)
            code = sqlite3_exec(progress->writer, "COMMIT", NULL, NULL, NULL);
    }
    if (!code)
        return true;
    not_kept(progress, sqlite3_errstr(code));
    sqlite3_close(progress->writer);
    progress->writer = NULL;
    return false;
}

static void open_reader(mw_progress *progress)
{
    int version = 0;
    int code = open_file(progress->path, SQLITE_OPEN_READONLY, &progress->reader, &version);
    char text[32] = "0";
    if (!code && (version == 0 || version > SCHEMA_VERSION)) {
        sqlite3_close(progress->reader);
        progress->reader = NULL;
    }
    if (progress->reader)
        first_text(progress->reader, "SELECT max(id) FROM attempt", text, sizeof text);
    progress->attempts = atoll(text);
}

mw_status mw_progress_open(mw_progress **progress, const char *folder, mw_error *error)
{
    *progress = NULL;
    mw_progress *made = calloc(1, sizeof *made);
    if (!made || asprintf(&made->path, "%s/progress.sqlite", folder) < 0) {
        free(made);
        return mw_fail(error, MW_NO_MEMORY, "no memory for the progress");
    }
    made->lock = -1;

    bool writable = mw_folders_make(folder) && access(folder, W_OK) == 0;
    if (!writable) {
        not_kept(made, strerror(errno));
    } else if (!take_lock(made, folder)) {
        made->readonly = true;
        snprintf(made->notice, sizeof made->notice,
                 "another memwall is open: this one reads your progress and does not add to it");
    }
    mw_status status = MW_OK;
    if (writable && !made->readonly && open_writer(made, folder))
        status = mw_journal_open(&made->journal, made->writer, error);
    open_reader(made);
    if (status) {
        mw_progress_close(made);
        return status;
    }
    *progress = made;
    return MW_OK;
}

void mw_progress_close(mw_progress *progress)
{
    if (!progress)
        return;
    mw_journal_close(progress->journal);
    sqlite3_close(progress->reader);
    sqlite3_close(progress->writer);
    if (progress->lock >= 0)
        close(progress->lock);
    free(progress->path);
    free(progress);
}

const char *mw_progress_notice(const mw_progress *progress)
{
    return progress->notice[0] ? progress->notice : NULL;
}

bool mw_progress_readonly(const mw_progress *progress)
{
    return progress->readonly;
}

bool mw_progress_failed(const mw_progress *progress)
{
    return progress->failed;
}
