/* progress.c: attempts and records from the file, with what waits to be written laid over. */
#include "labs/engine/host/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "labs/engine/host/date.h"
#include "labs/engine/host/files.h"
#include "labs/engine/host/journal.h"
#include "labs/engine/host/progress_file.h"
#include "labs/engine/host/waiting.h"

enum {
    READING_SECONDS = 30,  /* for one question: a disk that hangs must not hold us */
    STEPS_PER_LOOK = 10000 /* of SQLite's machine, between looks at the clock */
};

struct mw_progress {
    char *path;
    sqlite3 *reader;
    mw_journal *journal; /* NULL: nothing is written, now or later */
    int lock;            /* of the folder, or -1 */
    bool readonly;
    bool failed;  /* nothing is written, for now */
    bool stale;   /* the reader, if any, was opened before there was something to write to */
    bool unknown; /* there is a file, and it cannot be read */
    char notice[MW_PROGRESS_MOVED];
    int64_t attempts; /* the highest number given out */
    time_t overdue;   /* when the present question has taken too long */
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

static void open_reader(mw_progress *progress, bool checked, char why[MW_PROGRESS_WHY]);

/* What waited is written: the file may be there only now, or be another one. */
static void renew_reader(mw_progress *progress)
{
    char why[MW_PROGRESS_WHY] = "";
    if (!progress->stale)
        return;
    progress->stale = false;
    sqlite3_close(progress->reader);
    open_reader(progress, false, why);
}

/* `moved` says that the file was damaged. */
static void take_up(mw_progress *progress, const char *moved)
{
    snprintf(progress->notice, sizeof progress->notice, "%s", moved);
    renew_reader(progress);
}

uint64_t mw_progress_committed(mw_progress *progress)
{
    if (!progress->journal)
        return UINT64_MAX;
    char why[MW_PROGRESS_WHY], moved[MW_PROGRESS_MOVED];
    uint64_t committed = mw_journal_committed(progress->journal, why, moved);
    bool failed = *why != '\0';
    if (failed && !progress->failed)
        snprintf(progress->notice, sizeof progress->notice,
                 "progress is no longer kept: %.200s: %.200s", progress->path, why);
    else if (!failed && progress->failed)
        take_up(progress, moved);
    progress->failed = failed;
    return committed;
}

int mw_progress_fd(const mw_progress *progress)
{
    return progress->journal ? mw_journal_fd(progress->journal) : -1;
}

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

/* ---- reading ---- */

static time_t seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static int is_overdue(void *context)
{
    const mw_progress *progress = context;
    return seconds_now() > progress->overdue;
}

/* Whether there is something to ask. */
static bool begin_reading(mw_progress *progress)
{
    progress->overdue = seconds_now() + READING_SECONDS;
    return progress->reader != NULL;
}

static int64_t last_seq_of(mw_progress *progress, int64_t attempt)
{
    char sql[96];
    snprintf(sql, sizeof sql, "SELECT max(seq) FROM event WHERE attempt = %" PRId64, attempt);
    int64_t last = mw_progress_number(progress->reader, sql);
    return last > 0 ? last : 0;
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

static json_t *unfit(int64_t seq, const char *why)
{
    return json_pack("{s:I, s:s}", "seq", (json_int_t)seq, "unfit", why);
}

/* The record in the row that `statement` stands on; what cannot be one says why not. */
static json_t *record_of(sqlite3_stmt *statement, int64_t seq)
{
    enum { VERSION, DIGEST, EVENT, VERDICTS };
    int size = sqlite3_column_bytes(statement, EVENT) + sqlite3_column_bytes(statement, VERDICTS);
    if (size > MW_RECORD_MOST)
        return unfit(seq, "it is longer than a record can be");
    json_t *event = column_json(statement, EVENT);
    if (!json_is_object(event)) {
        json_decref(event);
        return unfit(seq, "it is no record");
    }
    return json_pack("{s:I, s:o, s:o*, s:o*, s:o*}", "seq", (json_int_t)seq, "event", event,
                     "version", column_string(statement, VERSION), "digest",
                     column_string(statement, DIGEST), "verdicts",
                     column_json(statement, VERDICTS));
}

/* Row by row, so that one which is too large to be looked at ends nothing. */
static int read_records(mw_progress *progress, mw_attempt *attempt)
{
    enum { AT = 4 };
    sqlite3_stmt *list = NULL, *row = NULL;
    int code = sqlite3_prepare_v2(progress->reader,
                                  "SELECT seq FROM event WHERE attempt = ?1 AND seq NOT IN"
                                  " (SELECT seq FROM dropped WHERE attempt = ?1) ORDER BY seq",
                                  -1, &list, NULL);
    if (!code)
        code = sqlite3_prepare_v2(progress->reader,
                                  "SELECT version, digest, event, verdicts, at FROM event"
                                  " WHERE attempt = ? AND seq = ?",
                                  -1, &row, NULL);
    if (!code)
        sqlite3_bind_int64(list, 1, attempt->id);
    while (!code && (code = sqlite3_step(list)) == SQLITE_ROW) {
        int64_t seq = sqlite3_column_int64(list, 0);
        sqlite3_bind_int64(row, 1, attempt->id);
        sqlite3_bind_int64(row, 2, seq);
        code = sqlite3_step(row);
        if (code == SQLITE_ROW) {
            json_t *record = record_of(row, seq);
            mw_attempt_note_measured(attempt, record, sqlite3_column_int64(row, AT));
            json_array_append_new(attempt->records, record);
        } else if (code == SQLITE_TOOBIG || code == SQLITE_DONE) {
            /* Listed and not found: the file was damaged after it was opened. */
            json_array_append_new(attempt->records,
                                  unfit(seq, code == SQLITE_DONE
                                                 ? "it cannot be found"
                                                 : "it is longer than a record can be"));
        }
        code =
            code == SQLITE_ROW || code == SQLITE_TOOBIG || code == SQLITE_DONE ? SQLITE_OK : code;
        sqlite3_reset(row);
    }
    sqlite3_finalize(row);
    sqlite3_finalize(list);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

void mw_attempt_note_measured(mw_attempt *attempt, const json_t *record, int64_t at)
{
    const char *what = json_string_value(json_object_get(json_object_get(record, "event"), "e"));
    if (what && strcmp(what, "result") == 0)
        attempt->measured_at = at;
}

static int read_attempt(mw_progress *progress, const char *lab, mw_attempt *attempt)
{
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(
        progress->reader, "SELECT id, seed FROM attempt WHERE lab = ? ORDER BY id DESC LIMIT 1", -1,
        &statement, NULL);
    if (code)
        return code;
    bind_text(statement, 1, lab);
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        attempt->id = sqlite3_column_int64(statement, 0);
        snprintf(attempt->seed, sizeof attempt->seed, "%s", sqlite3_column_text(statement, 1));
    }
    sqlite3_finalize(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

/* What waits is asked for before the file, so that nothing falls between the two; and where nothing
 * waits any more, the file is read that it was written to. */
static json_t *waiting_of(mw_progress *progress)
{
    if (!progress->journal)
        return NULL;
    bool failing;
    mw_journal_settle(progress->journal);
    json_t *waiting = mw_journal_waiting(progress->journal, &failing);
    if (!failing)
        renew_reader(progress);
    return waiting;
}

mw_status mw_progress_load(mw_progress *progress, const char *lab, mw_attempt *attempt,
                           mw_error *error)
{
    memset(attempt, 0, sizeof *attempt);
    int code = SQLITE_OK;
    attempt->records = json_array();
    json_t *waiting = waiting_of(progress);
    bool readable = begin_reading(progress);
    if (readable)
        code = read_attempt(progress, lab, attempt);
    bool newer = !code && mw_waiting_attempt(waiting, lab, attempt);
    if (!code && !newer && attempt->id && readable) {
        attempt->last_seq = last_seq_of(progress, attempt->id);
        code = read_records(progress, attempt);
    }
    if (!code && attempt->id)
        mw_waiting_records(waiting, attempt);
    json_decref(waiting);
    if (!code)
        return MW_OK;
    json_decref(attempt->records);
    attempt->records = NULL;
    return mw_fail(error, MW_IO, "%.300s cannot be read: %s", progress->path, sqlite3_errstr(code));
}

int64_t mw_progress_new_attempt(mw_progress *progress)
{
    return ++progress->attempts;
}

static void read_last(mw_progress *progress, char *lab, size_t size)
{
    sqlite3_stmt *statement;
    if (!begin_reading(progress) ||
        sqlite3_prepare_v2(progress->reader,
                           "SELECT lab FROM attempt JOIN summary ON attempt = id"
                           " ORDER BY at DESC, id DESC LIMIT 1",
                           -1, &statement, NULL))
        return;
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
        snprintf(lab, size, "%s", sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
}

bool mw_progress_last(mw_progress *progress, char *lab, size_t size)
{
    json_t *waiting = waiting_of(progress);
    const char *last = mw_waiting_last(waiting);
    snprintf(lab, size, "%s", last ? last : "");
    if (!last)
        read_last(progress, lab, size);
    json_decref(waiting);
    return *lab;
}

static int read_summaries(mw_progress *progress, json_t *all)
{
    sqlite3_stmt *list = NULL, *row = NULL;
    int code = sqlite3_prepare_v2(progress->reader,
                                  "SELECT id, lab FROM attempt JOIN summary ON attempt = id"
                                  " ORDER BY id",
                                  -1, &list, NULL);
    if (!code)
        code = sqlite3_prepare_v2(progress->reader, "SELECT summary FROM summary WHERE attempt = ?",
                                  -1, &row, NULL);
    while (!code && (code = sqlite3_step(list)) == SQLITE_ROW) {
        sqlite3_bind_int64(row, 1, sqlite3_column_int64(list, 0));
        code = sqlite3_step(row);
        json_t *summary = code == SQLITE_ROW ? column_json(row, 0) : NULL;
        const char *lab = (const char *)sqlite3_column_text(list, 1);
        /* Later attempts replace earlier ones. */
        if (lab)
            json_object_set_new(all, lab,
                                json_is_object(summary) ? json_incref(summary) : json_null());
        json_decref(summary);
        code = code == SQLITE_ROW || code == SQLITE_TOOBIG ? SQLITE_OK : code;
        sqlite3_reset(row);
    }
    sqlite3_finalize(row);
    sqlite3_finalize(list);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

json_t *mw_progress_summaries(mw_progress *progress)
{
    json_t *all = json_object(), *waiting = waiting_of(progress);
    int code = SQLITE_OK;
    if (begin_reading(progress))
        code = read_summaries(progress, all);
    mw_waiting_summaries(waiting, all);
    json_decref(waiting);
    if (!code && !progress->unknown)
        return all;
    json_decref(all);
    return NULL;
}

/* ---- opening ---- */

static bool take_lock(mw_progress *progress, const char *folder)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/progress.lock", folder);
    progress->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (progress->lock < 0)
        return true; /* the folder's own trouble is told elsewhere */
    return flock(progress->lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

/* What can be read is said to be read; a file of which nothing is known is no empty one. */
static void tell_not_kept(mw_progress *progress, const char *why, const char *unread)
{
    if (progress->reader)
        snprintf(progress->notice, sizeof progress->notice,
                 "your progress is read, and not added to: %.200s: %.200s", progress->path, why);
    else
        snprintf(progress->notice, sizeof progress->notice, "progress is not kept: %.200s: %.200s",
                 progress->path, *unread && progress->unknown ? unread : why);
}

static void open_reader(mw_progress *progress, bool checked, char why[MW_PROGRESS_WHY])
{
    bool begun;
    progress->reader = mw_progress_file_reader(progress->path, checked, &begun, why);
    progress->unknown = !progress->reader && !begun && mw_progress_file_there(progress->path);
    if (!progress->reader)
        return;
    sqlite3_progress_handler(progress->reader, STEPS_PER_LOOK, is_overdue, progress);
    begin_reading(progress);
    int64_t highest = mw_progress_number(progress->reader, "SELECT max(id) FROM attempt");
    if (highest > progress->attempts)
        progress->attempts = highest;
}

/* Where nothing at all can be kept: no folder. */
static void open_nowhere(mw_progress *progress)
{
    snprintf(progress->notice, sizeof progress->notice,
             "progress is not kept: HOME is not set, and the system knows no folder of yours");
}

static mw_status open_in(mw_progress *progress, const char *folder, mw_error *error)
{
    char why[MW_PROGRESS_WHY] = "", unread[MW_PROGRESS_WHY] = "";
    bool writable = mw_folders_make(folder) && access(folder, W_OK) == 0;
    if (!writable)
        snprintf(why, sizeof why, "%s", strerror(errno));
    progress->readonly = writable && !take_lock(progress, folder);
    sqlite3 *writer = NULL;
    bool hopeless = true;
    if (writable && !progress->readonly)
        writer = mw_progress_file_writer(progress->path, progress->notice, why, &hopeless);
    open_reader(progress, writer != NULL, unread);
    if (progress->readonly)
        snprintf(progress->notice, sizeof progress->notice,
                 "another memwall is open: this one reads your progress and does not add to it");
    else if (!writer || !progress->reader)
        tell_not_kept(progress, writer ? unread : why, unread);
    /* Without knowing what is there nothing may be added to it. */
    bool known = progress->reader || (!writer && !*unread);
    if (!known || (!writer && (hopeless || progress->lock < 0))) {
        sqlite3_close(writer);
        return MW_OK;
    }
    progress->failed = progress->stale = !writer;
    return mw_journal_open(&progress->journal, writer, progress->path, writer ? NULL : why, error);
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
    mw_status status = MW_OK;
    if (*folder)
        status = open_in(made, folder, error);
    else
        open_nowhere(made);
    if (status != MW_OK) {
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
    sqlite3_close(progress->reader); /* first: who closes last tidies up, which a reader cannot */
    mw_journal_close(progress->journal);
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

bool mw_progress_unknown(const mw_progress *progress)
{
    return progress->unknown;
}
