/* transcript.c: reads transcripts from JSON Lines and from SQLite, and shows where two part. */
#include "tests/labs/transcript.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *part_of(const json_t *event, const json_t *verdicts)
{
    json_t *part = json_object();
    json_object_set(part, "event", (json_t *)event);
    if (verdicts && json_array_size(verdicts))
        json_object_set(part, "verdicts", (json_t *)verdicts);
    return part;
}

json_t *transcript_of_lines(const char *lines)
{
    json_t *parts = json_array();
    char *copy = strdup(lines), *rest = copy;
    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
        json_t *json = *line ? json_loads(line, 0, NULL) : NULL;
        const json_t *event = json_object_get(json, "event");
        if (event)
            json_array_append_new(parts, part_of(event, json_object_get(json, "verdicts")));
        json_decref(json);
    }
    free(copy);
    return parts;
}

json_t *transcript_of_store(const char *folder)
{
    char path[600];
    snprintf(path, sizeof path, "%s/data/memwall/progress.sqlite", folder);
    sqlite3 *store;
    if (sqlite3_open_v2(path, &store, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        fail_msg("%s: %s", path, sqlite3_errmsg(store));
    sqlite3_stmt *query;
    static const char sql[] = "SELECT event, verdicts FROM event WHERE attempt ="
                              " (SELECT max(id) FROM attempt) ORDER BY seq";
    assert_int_equal(sqlite3_prepare_v2(store, sql, -1, &query, NULL), SQLITE_OK);
    json_t *parts = json_array();
    while (sqlite3_step(query) == SQLITE_ROW) {
        json_t *event = json_loads((const char *)sqlite3_column_text(query, 0), 0, NULL);
        const char *text = (const char *)sqlite3_column_text(query, 1);
        json_t *verdicts = text ? json_loads(text, 0, NULL) : NULL;
        json_array_append_new(parts, part_of(event, verdicts));
        json_decref(event);
        json_decref(verdicts);
    }
    sqlite3_finalize(query);
    sqlite3_close(store);
    return parts;
}

/* Length of the common beginning. */
static size_t common_length(const char *a, const char *b)
{
    size_t length = 0;
    while (a[length] && a[length] == b[length])
        length++;
    return length;
}

void transcript_assert_same(const json_t *mine, const json_t *theirs)
{
    const size_t flags = JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY | JSON_REAL_PRECISION(9);
    size_t i, count = json_array_size(mine);
    json_t *part;
    json_array_foreach(theirs, i, part)
    {
        char *wanted = json_dumps(part, flags), *had = json_dumps(json_array_get(mine, i), flags);
        size_t same = had ? common_length(had, wanted) : 0;
        if (!had || had[same] || wanted[same])
            fail_msg("record %zu differs from its byte %zu on:\nhere …%.200s\nthere …%.200s", i + 1,
                     same, had ? had + same : "(none)", wanted + same);
        free(wanted);
        free(had);
    }
    assert_int_equal(count, json_array_size(theirs));
}
