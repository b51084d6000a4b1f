#include "tui/commands/bench_keep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "labs/engine/host/files.h"

enum { FORMAT = 1, DAY = 24 * 60 * 60 };

struct mw_keep {
    char folder[4096], path[4200];
    char *key;
    json_t *suites; /* suite → row → what was found */
};

static json_t *read_suites(const mw_keep *keep)
{
    struct stat about;
    if (stat(keep->path, &about) != 0 || difftime(time(NULL), about.st_mtime) > DAY)
        return NULL;
    json_t *file = json_load_file(keep->path, 0, NULL);
    const char *key = json_string_value(json_object_get(file, "key"));
    json_t *suites = json_object_get(file, "suites");
    bool fits = key && strcmp(key, keep->key) == 0 && json_is_object(suites) &&
                json_integer_value(json_object_get(file, "format")) == FORMAT;
    json_t *result = fits ? json_incref(suites) : NULL;
    json_decref(file);
    return result;
}

mw_keep *mw_keep_open(const char *folder, const char *key, bool fresh)
{
    mw_keep *keep = calloc(1, sizeof *keep);
    char *copy = strdup(key);
    if (!keep || !copy) {
        free(keep);
        free(copy);
        return NULL;
    }
    keep->key = copy;
    snprintf(keep->folder, sizeof keep->folder, "%s", folder);
    snprintf(keep->path, sizeof keep->path, "%s/bench.json", folder);
    keep->suites = fresh ? NULL : read_suites(keep);
    if (!keep->suites)
        keep->suites = json_object();
    return keep;
}

void mw_keep_close(mw_keep *keep)
{
    if (!keep)
        return;
    json_decref(keep->suites);
    free(keep->key);
    free(keep);
}

json_t *mw_keep_find(const mw_keep *keep, const char *suite, const char *row)
{
    return keep ? json_object_get(json_object_get(keep->suites, suite), row) : NULL;
}

static bool write_file(const mw_keep *keep)
{
    char draft[4300];
    if (json_object_size(keep->suites) == 0)
        return unlink(keep->path) == 0 || errno == ENOENT;
    if (!mw_folders_make(keep->folder))
        return false;
    json_t *file =
        json_pack("{s:i, s:s, s:O}", "format", FORMAT, "key", keep->key, "suites", keep->suites);
    snprintf(draft, sizeof draft, "%s.%ld.tmp", keep->path, (long)getpid());
    errno = 0;
    bool written = file && json_dump_file(file, draft, JSON_SORT_KEYS | JSON_INDENT(1)) == 0 &&
                   rename(draft, keep->path) == 0;
    int why = errno;
    if (!written)
        unlink(draft);
    json_decref(file);
    errno = why;
    return written;
}

bool mw_keep_put(mw_keep *keep, const char *suite, const char *row, json_t *found)
{
    if (!keep)
        return true;
    json_t *rows = json_object_get(keep->suites, suite);
    if (!rows) {
        rows = json_object();
        json_object_set_new(keep->suites, suite, rows);
    }
    json_object_set(rows, row, found);
    return write_file(keep);
}

void mw_keep_drop(mw_keep *keep, const char *suite)
{
    if (keep && json_object_del(keep->suites, suite) == 0)
        write_file(keep);
}
