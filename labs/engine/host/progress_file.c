/* progress_file.c: the schema, the checks on opening, and the words for what went wrong. */
#include "labs/engine/host/progress_file.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <time.h>

#include "labs/engine/host/progress_salvage.h"

enum {
    SCHEMA_VERSION = 1,
    BUSY_MS = 2000,
    VALUE_MOST = 1 << 20,   /* bytes of one value: ten times what a record may have */
    CHECKED_MOST = 64 << 20 /* bytes of a file that is looked through when it is opened */
};

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
    " BEGIN SELECT RAISE (ABORT, 'events are only added'); END;";
static const char schema_version[] = "PRAGMA user_version = 1";

static const char newer[] = "it was written by a newer memwall; install that one, or move the file";
static const char foreign[] = "it holds tables, views or triggers that memwall does not make; move "
                              "the file away";

/* ---- why not ---- */

static bool is_damage(int code)
{
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

static void folder_of(const char *path, char folder[4200])
{
    snprintf(folder, 4200, "%.*s", (int)(strrchr(path, '/') - path), path);
}

static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
enum { ENDINGS = sizeof endings / sizeof *endings };

/* Whether one of the files cannot grow by a page under the limit of this process (ulimit -f). */
static bool is_at_size_limit(const char *path)
{
    enum { PAGE = 4096 + 64 }; /* with what a log writes before it */
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return false;
    for (int i = 0; i < ENDINGS; i++) {
        char name[4300];
        struct stat about;
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        bool there = stat(name, &about) == 0;
        if ((there || i == 0) && (uint64_t)(there ? about.st_size : 0) + PAGE > limit.rlim_cur)
            return true;
    }
    return false;
}

/* The system's reason where there is one: SQLite knows a full disk as an I/O error only. */
void mw_progress_file_why(sqlite3 *db, int code, const char *path, char why[MW_PROGRESS_WHY])
{
    char folder[4200];
    struct statvfs room;
    int number = db ? sqlite3_system_errno(db) : 0;
    bool of_files = code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_FULL ||
                    code == SQLITE_READONLY;
    folder_of(path, folder);
    bool full = of_files && statvfs(folder, &room) == 0 && room.f_bavail == 0;
    bool told = number == ENOSPC || number == EDQUOT || number == EFBIG || number == EROFS ||
                number == EACCES;
    if (of_files && told)
        snprintf(why, MW_PROGRESS_WHY, "%s", strerror(number));
    else if (of_files && is_at_size_limit(path))
        snprintf(why, MW_PROGRESS_WHY, "%s", strerror(EFBIG));
    else
        snprintf(why, MW_PROGRESS_WHY, "%s", full ? strerror(ENOSPC) : sqlite3_errstr(code));
}

bool mw_progress_file_there(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

/* A pipe or a device in the place of the file, or beside it, would hold us for ever. */
static bool are_files(const char *path, char why[MW_PROGRESS_WHY])
{
    for (int i = 0; i < ENDINGS; i++) {
        char name[4300];
        struct stat about;
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        if (stat(name, &about) == 0 && !S_ISREG(about.st_mode)) {
            snprintf(why, MW_PROGRESS_WHY, "%s%s is no regular file", strrchr(path, '/') + 1,
                     endings[i]);
            return false;
        }
    }
    return true;
}

/* ---- opening ---- */

int64_t mw_progress_number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;
    int64_t number = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL))
        return -1;
    if (sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    return sqlite3_finalize(statement) ? -1 : number;
}

static bool is_large(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && about.st_size > CHECKED_MOST;
}

/* Nothing that a file says is trusted, and nobody is waited for long. */
static void guard(sqlite3 *db)
{
    sqlite3_extended_result_codes(db, 0);
    sqlite3_busy_timeout(db, BUSY_MS);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, VALUE_MOST);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
}

static int check_integrity(sqlite3 *db)
{
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &statement, NULL);
    if (code)
        return code;
    code = sqlite3_step(statement);
    const char *said = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    bool sound = said && strcmp(said, "ok") == 0;
    int final = sqlite3_finalize(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return code;
    return final ? final : sound ? SQLITE_OK : SQLITE_CORRUPT;
}

/* Opens and, unless that was `checked` before, looks through it all; SQLITE_CORRUPT also when that
 * finds something. *db is open also after a failure, for its reason, or NULL. */
static int open_file(const char *name, const char *path, int flags, bool checked, sqlite3 **db,
                     int *version)
{
    *version = 0;
    int code = sqlite3_open_v2(name, db, flags | SQLITE_OPEN_FULLMUTEX, NULL);
    if (code)
        return code;
    guard(*db);
    int64_t number = mw_progress_number(*db, "PRAGMA user_version");
    if (number == -1)
        code = sqlite3_errcode(*db); /* none when the file itself says so */
    else
        *version = (int)number;
    return code || checked || is_large(path) ? code : check_integrity(*db);
}

static char *text_of(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;
    char *text = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL))
        return NULL;
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
        text = strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return text;
}

/* Made by memwall and not touched since, the schema reads as it was written. */
static bool is_as_made(sqlite3 *db)
{
    char *there = text_of(db, "SELECT group_concat(sql || ';', '') FROM (SELECT sql FROM"
                              " sqlite_master WHERE sql IS NOT NULL ORDER BY rowid)");
    bool same = there && strcmp(there, schema) == 0;
    free(there);
    return same;
}

/* Everything that stands in the schema, in one order; NULL when it cannot be read. */
static char *schema_of(sqlite3 *db)
{
    return text_of(db, "SELECT group_concat(line, char(10)) FROM (SELECT type || ' ' || name ||"
                       " ' ' || coalesce(sql, '') AS line FROM sqlite_master"
                       " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name)");
}

/* A view or a trigger of somebody else would run at every reading or writing. What SQLite itself
 * made anew (VACUUM) may stand in another order. */
static bool is_ours(sqlite3 *db)
{
    if (is_as_made(db))
        return true;
    sqlite3 *model = NULL;
    char *wanted = NULL, *there = schema_of(db);
    if (sqlite3_open(":memory:", &model) == SQLITE_OK &&
        sqlite3_exec(model, schema, NULL, NULL, NULL) == SQLITE_OK)
        wanted = schema_of(model);
    sqlite3_close(model);
    bool same = wanted && there && strcmp(wanted, there) == 0;
    free(wanted);
    free(there);
    return same;
}

static bool is_empty(sqlite3 *db)
{
    return mw_progress_number(db, "SELECT count(*) FROM sqlite_master") == 0;
}

static sqlite3 *give_up(sqlite3 *db)
{
    sqlite3_close(db);
    return NULL;
}

/* ---- writing ---- */

static bool is_network(const char *path)
{
    static const unsigned long kinds[] = {
        NFS_SUPER_MAGIC,       SMB_SUPER_MAGIC,  CIFS_SUPER_MAGIC,
        SMB2_SUPER_MAGIC,      V9FS_MAGIC,       AFS_SUPER_MAGIC,
        AFS_FS_MAGIC,          CODA_SUPER_MAGIC, CEPH_SUPER_MAGIC,
        FUSE_SUPER_MAGIC,      NCP_SUPER_MAGIC,  0x0BD00BD0 /* Lustre */,
        0x47504653 /* GPFS */,
    };
    char folder[4200];
    struct statfs about;
    folder_of(path, folder);
    if (statfs(folder, &about))
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if ((unsigned long)about.f_type == kinds[i])
            return true;
    return false;
}

/* A name beside the file that nothing has yet: "PATH.damaged-20261130-180211", perhaps with "-2".
 */
static void aside_name(const char *path, char name[4400])
{
    char stamp[32];
    time_t now = time(NULL);
    struct tm parts;
    gmtime_r(&now, &parts);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &parts);
    snprintf(name, 4400, "%s.damaged-%s", path, stamp);
    for (int i = 2; mw_progress_file_there(name) && i < 1000; i++)
        snprintf(name, 4400, "%s.damaged-%s-%d", path, stamp, i);
}

/* The file and what belongs to it; nothing is lost when that fails half way. */
static bool move_file(const char *path, const char *to)
{
    static const char *const parts[] = {"-journal", "-shm", "-wal", ""};
    char from[4300], target[4500];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        snprintf(from, sizeof from, "%s%s", path, parts[i]);
        snprintf(target, sizeof target, "%s%s", to, parts[i]);
        if (rename(from, target) && errno != ENOENT)
            return false;
    }
    return true;
}

static int make_schema(sqlite3 *db)
{
    int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (!code)
        code = sqlite3_exec(db, schema, NULL, NULL, NULL);
    if (!code)
        code = sqlite3_exec(db, schema_version, NULL, NULL, NULL);
    return code ? code : sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
}

/* What is read of a damaged file, in a new one beside it. */
static int salvage_into(sqlite3 *old, const char *made, mw_salvaged *found)
{
    sqlite3 *db = NULL;
    remove(made);
    int code = sqlite3_open_v2(made, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (!code) {
        guard(db);
        code = make_schema(db);
    }
    if (!code && is_ours(old))
        code = mw_progress_salvage(old, db, found);
    int closed = sqlite3_close(db);
    return code ? code : closed;
}

/* A damaged file (its connection is closed) is kept as it is under another name, and what can be
 * read of it takes its place. */
static int replace_damaged(const char *path, sqlite3 *damaged, char moved[MW_PROGRESS_MOVED])
{
    char made[4300], aside[4400];
    mw_salvaged found = {0, 0};
    snprintf(made, sizeof made, "%s.new", path);
    int code = salvage_into(damaged, made, &found);
    sqlite3_db_config(damaged, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(damaged);
    if (!code) {
        aside_name(path, aside);
        code = move_file(path, aside) && rename(made, path) == 0 ? SQLITE_OK : SQLITE_IOERR;
    }
    if (code) {
        remove(made);
        return code;
    }
    size_t used = (size_t)snprintf(moved, MW_PROGRESS_MOVED,
                                   "the progress file was damaged and moved to %.300s; ", aside);
    if (found.taken == 0)
        snprintf(moved + used, MW_PROGRESS_MOVED - used,
                 "nothing of it can be read, and a new one begins");
    else
        snprintf(moved + used, MW_PROGRESS_MOVED - used,
                 "records taken over from it: %" PRId64 ", lost: at least %" PRId64, found.taken,
                 found.lost);
    return code;
}

sqlite3 *mw_progress_file_writer(const char *path, char moved[MW_PROGRESS_MOVED],
                                 char why[MW_PROGRESS_WHY], bool *hopeless)
{
    enum { FLAGS = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE };
    sqlite3 *db = NULL;
    int version = 0;
    *hopeless = true;
    if (!are_files(path, why))
        return NULL;
    int code = open_file(path, path, FLAGS, false, &db, &version);
    if (!code && version == SCHEMA_VERSION && !is_large(path) && is_ours(db) &&
        mw_progress_missing(db) > 0)
        code = SQLITE_CORRUPT;
    if (is_damage(code)) {
        code = replace_damaged(path, db, moved);
        db = NULL;
        if (!code)
            code = open_file(path, path, FLAGS, false, &db, &version);
    }
    if (!code && version != 0 && (version > SCHEMA_VERSION || !is_ours(db))) {
        snprintf(why, MW_PROGRESS_WHY, "%s", version > SCHEMA_VERSION ? newer : foreign);
        return give_up(db);
    }
    *hopeless = false;
    if (!code && sqlite3_db_readonly(db, "main") == 1)
        code = SQLITE_READONLY;
    if (!code)
        code = sqlite3_exec(db,
                            is_network(path)
                                ? "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL"
                                : "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
                            NULL, NULL, NULL);
    if (!code && version == 0)
        code = make_schema(db);
    if (!code)
        return db;
    mw_progress_file_why(db, code, path, why);
    return give_up(db);
}

/* ---- reading ---- */

/* "file:PATH?immutable=1": nothing is made beside the file, and nothing is waited for. */
static void immutable_name(const char *path, char *name, size_t size)
{
    size_t used = (size_t)snprintf(name, size, "file:");
    for (; *path && used + 16 < size; path++) {
        if (*path == '%' || *path == '?' || *path == '#')
            used += (size_t)snprintf(name + used, size - used, "%%%02X", (unsigned)*path);
        else
            name[used++] = *path;
    }
    snprintf(name + used, size - used, "?immutable=1");
}

/* What was kept last, and stands beside the file alone. */
static bool has_log(const char *path)
{
    char name[4300];
    struct stat about;
    snprintf(name, sizeof name, "%s-wal", path);
    return stat(name, &about) == 0 && about.st_size > 0;
}

sqlite3 *mw_progress_file_reader(const char *path, bool checked, bool *begun,
                                 char why[MW_PROGRESS_WHY])
{
    char name[3 * 4200];
    sqlite3 *db = NULL;
    int version = 0;
    bool without_log = false;
    *begun = false;
    if (!are_files(path, why))
        return NULL;
    int code = open_file(path, path, SQLITE_OPEN_READONLY, checked, &db, &version);
    if (code) {
        /* A file that is read with a log wants another one beside it. */
        mw_progress_file_why(db, code, path, why);
        sqlite3_close(db);
        immutable_name(path, name, sizeof name);
        without_log = has_log(path);
        code =
            open_file(name, path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, checked, &db, &version);
    }
    if (code)
        return give_up(db);
    if (version == SCHEMA_VERSION && is_ours(db))
        return db;
    /* Begun and not made, as on a full disk: the writer knows why. */
    if (version == 0 && is_empty(db)) {
        *begun = !without_log;
        *why = '\0';
    } else {
        snprintf(why, MW_PROGRESS_WHY, "%s", version > SCHEMA_VERSION ? newer : foreign);
    }
    return give_up(db);
}
