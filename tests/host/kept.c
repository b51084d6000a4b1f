/* kept.c: copies the fixtures into a home, and changes their bytes or rows as told. */
#include "tests/host/kept.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *home;

static void shell(const char *format, ...)
{
    char command[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    assert_int_equal(system(command), 0);
}

int kept_begin(void **state)
{
    (void)state;
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("MEMWALL_COURSES");
    home = program_home();
    if (!home)
        return -1;
    shell("mkdir -p '%s/XDG_DATA_HOME/memwall' && cp " KEPT_FIXTURES "/progress.sqlite '%s'", home,
          kept_file());
    return 0;
}

int kept_end(void **state)
{
    (void)state;
    program_home_remove();
    return 0;
}

const char *kept_file(void)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/XDG_DATA_HOME/memwall/progress.sqlite", home);
    return path;
}

void kept_execute(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(kept_file(), &db), SQLITE_OK);
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why))
        fail_msg("%s: %s", sql, why);
    sqlite3_close(db);
}

void kept_finished(void)
{
    kept_execute(
        "UPDATE attempt SET lab = 'another' WHERE id = 2; DELETE FROM summary WHERE attempt = 2");
}

long long kept_number(const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    long long number = -1;
    assert_int_equal(sqlite3_open(kept_file(), &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    if (sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

const char *kept_courses_copy(void)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/courses", home);
    shell("cp -r " KEPT_COURSES " '%s' && chmod -R u+w '%s'", path, path);
    return path;
}

static char *read_text(const char *path)
{
    struct stat about;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &about), 0);
    char *text = calloc(1, (size_t)about.st_size + 1);
    assert_int_equal(fread(text, 1, (size_t)about.st_size, file), about.st_size);
    fclose(file);
    return text;
}

void kept_change(const char *name, const char *from, const char *to)
{
    char path[512];
    snprintf(path, sizeof path, "%s/courses/memory-wall/" KEPT_LAB "/%s", home, name);
    char *text = read_text(path);
    const char *at = strstr(text, from);
    assert_non_null(at);
    FILE *file = fopen(path, "w");
    fprintf(file, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    fclose(file);
    free(text);
}

json_t *kept_summary(const char *lines)
{
    const char *last = strstr(lines, "{\"summary\"");
    assert_non_null(last);
    json_t *line = program_json(last);
    json_t *summary = json_incref(json_object_get(line, "summary"));
    json_decref(line);
    assert_non_null(summary);
    return summary;
}
