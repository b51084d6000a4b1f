/* progress_salvage.c: copies rows from both ends of each table until one cannot be read. */
#include "labs/engine/host/progress_salvage.h"

#include <stdbool.h>
#include <stddef.h>

#include "labs/engine/host/progress_file.h"

enum { COLUMNS_MOST = 7 };

/* A summary is written with each record: a younger one had a record that is gone. */
static const char ends[] =
    "SELECT count(*) FROM summary AS s WHERE at >"
    " (SELECT coalesce(max(at), 0) FROM event AS e WHERE e.attempt = s.attempt)";

int64_t mw_progress_missing(sqlite3 *db)
{
    static const char gaps[] = "SELECT coalesce(sum(top - number), 0) FROM"
                               " (SELECT max(seq) AS top, count(*) AS number FROM event"
                               " GROUP BY attempt)";
    static const char accounted[] = "SELECT count(*) FROM dropped AS d WHERE NOT EXISTS"
                                    " (SELECT 1 FROM event AS e"
                                    " WHERE e.attempt = d.attempt AND e.seq = d.seq)";
    static const char orphans[] =
        "SELECT count(*) FROM event WHERE attempt NOT IN (SELECT id FROM attempt)";
    int64_t missing = mw_progress_number(db, gaps), strays = mw_progress_number(db, orphans);
    int64_t known = missing > 0 ? mw_progress_number(db, accounted) : 0,
            cut = mw_progress_number(db, ends);
    if (missing < 0 || strays < 0 || known < 0 || cut < 0)
        return 1;
    return (missing > known ? missing - known : 0) + strays + cut;
}

/* The row on which `from` stands, into `into`. */
static int copy_row(sqlite3_stmt *from, sqlite3_stmt *into)
{
    for (int i = 0; i < sqlite3_column_count(from) && i < COLUMNS_MOST; i++)
        sqlite3_bind_value(into, i + 1, sqlite3_column_value(from, i));
    int code = sqlite3_step(into);
    sqlite3_reset(into);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* Takes over rows one by one until one cannot be read; an error of writing only is returned. */
static int copy_rows(sqlite3 *old, const char *select, sqlite3 *db, const char *insert)
{
    sqlite3_stmt *from = NULL, *into = NULL;
    int code = sqlite3_prepare_v2(db, insert, -1, &into, NULL);
    if (sqlite3_prepare_v2(old, select, -1, &from, NULL) == SQLITE_OK)
        while (!code && sqlite3_step(from) == SQLITE_ROW)
            code = copy_row(from, into);
    sqlite3_finalize(into);
    sqlite3_finalize(from);
    return code;
}

static const char stage[] = "INSERT OR IGNORE INTO staged VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/* Records between two damaged pages, by their numbers. */
static int copy_missing(sqlite3 *old, sqlite3 *db)
{
    static const char missing[] =
        "WITH RECURSIVE wanted (attempt, seq, top) AS"
        " (SELECT attempt, 1, min(max(seq), 100000) FROM staged GROUP BY attempt"
        " UNION ALL SELECT attempt, seq + 1, top FROM wanted WHERE seq < top)"
        " SELECT attempt, seq FROM wanted EXCEPT SELECT attempt, seq FROM staged";
    sqlite3_stmt *list = NULL, *from = NULL, *into = NULL;
    int code = sqlite3_prepare_v2(db, missing, -1, &list, NULL);
    if (!code)
        code = sqlite3_prepare_v2(db, stage, -1, &into, NULL);
    if (sqlite3_prepare_v2(old, "SELECT * FROM event WHERE attempt = ?1 AND seq = ?2", -1, &from,
                           NULL) == SQLITE_OK)
        while (!code && sqlite3_step(list) == SQLITE_ROW) {
            sqlite3_bind_int64(from, 1, sqlite3_column_int64(list, 0));
            sqlite3_bind_int64(from, 2, sqlite3_column_int64(list, 1));
            if (sqlite3_step(from) == SQLITE_ROW)
                code = copy_row(from, into);
            sqlite3_reset(from);
        }
    sqlite3_finalize(from);
    sqlite3_finalize(into);
    sqlite3_finalize(list);
    return code;
}

/* Each table from its beginning and from its end, so that a damaged page hides only itself. */
static int copy_tables(sqlite3 *old, sqlite3 *db)
{
    static const char attempts[] = "INSERT OR IGNORE INTO attempt VALUES (?1, ?2, ?3, ?4)",
                      drops[] = "INSERT OR IGNORE INTO dropped VALUES (?1, ?2, ?3)",
                      summaries[] = "INSERT OR IGNORE INTO summary VALUES (?1, ?2, ?3)";
    static const char *const copies[][2] = {
        {"SELECT * FROM attempt ORDER BY id", attempts},
        {"SELECT * FROM attempt ORDER BY id DESC", attempts},
        {"SELECT * FROM dropped ORDER BY attempt, seq", drops},
        {"SELECT * FROM dropped ORDER BY attempt DESC, seq DESC", drops},
        {"SELECT * FROM summary ORDER BY attempt", summaries},
        {"SELECT * FROM summary ORDER BY attempt DESC", summaries},
        {"SELECT * FROM event ORDER BY attempt, seq", stage},
        {"SELECT * FROM event ORDER BY attempt DESC, seq DESC", stage},
    };
    int code = SQLITE_OK;
    for (size_t i = 0; i < sizeof copies / sizeof *copies && !code; i++)
        code = copy_rows(old, copies[i][0], db, copies[i][1]);
    return code ? code : copy_missing(old, db);
}

/* What is staged becomes records, unless its number is itself damaged. Counts are taken before the
 * numbers that nothing was found for are given up. */
static int settle(sqlite3 *db, mw_salvaged *found)
{
    static const char adopt[] =
        "INSERT OR IGNORE INTO event SELECT * FROM staged WHERE"
        " attempt IN (SELECT id FROM attempt) AND typeof(event) = 'text' AND"
        " seq BETWEEN 1 AND 2 * (SELECT count(*) FROM staged) + 100;";
    static const char give_up[] =
        "WITH RECURSIVE wanted (attempt, seq, top) AS"
        " (SELECT attempt, 1, max(seq) FROM event GROUP BY attempt"
        " UNION ALL SELECT attempt, seq + 1, top FROM wanted WHERE seq < top)"
        " INSERT OR IGNORE INTO dropped SELECT w.attempt, w.seq, 0 FROM wanted AS w"
        " WHERE NOT EXISTS (SELECT 1 FROM event AS e"
        " WHERE e.attempt = w.attempt AND e.seq = w.seq);";
    static const char amend[] =
        "DELETE FROM summary WHERE attempt NOT IN (SELECT attempt FROM event);"
        "UPDATE summary AS s SET at = min(at, (SELECT max(at) FROM event AS e"
        " WHERE e.attempt = s.attempt));";
    int code = sqlite3_exec(db, adopt, NULL, NULL, NULL);
    if (code)
        return code;
    found->taken = mw_progress_number(db, "SELECT count(*) FROM event");
    int64_t strays = mw_progress_number(db, "SELECT count(*) FROM staged") - found->taken;
    int before = sqlite3_total_changes(db);
    code = sqlite3_exec(db, give_up, NULL, NULL, NULL);
    int64_t gaps = sqlite3_total_changes(db) - before, cut = mw_progress_number(db, ends);
    /* A record whose number is damaged leaves a gap and is a stray: it is one. */
    found->lost = (gaps > strays ? gaps : strays) + (cut > 0 ? cut : 0);
    return code ? code : sqlite3_exec(db, amend, NULL, NULL, NULL);
}

int mw_progress_salvage(sqlite3 *old, sqlite3 *db, mw_salvaged *found)
{
    *found = (mw_salvaged){0, 0};
    int code = sqlite3_exec(db,
                            "PRAGMA temp_store = MEMORY;"
                            "CREATE TEMP TABLE staged (attempt, seq, at, version, digest, event,"
                            " verdicts, PRIMARY KEY (attempt, seq)) WITHOUT ROWID;"
                            "BEGIN IMMEDIATE",
                            NULL, NULL, NULL);
    if (!code)
        code = copy_tables(old, db);
    if (!code)
        code = settle(db, found);
    if (!code)
        code = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    return code;
}
