/* keep.c: rows of an interrupted run in a file of the cache folder, behind a lock. */
#include "labs/bench/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "labs/engine/host/files.h"
#include "labs/engine/wire/json_file.h"

enum { FORMAT = 2, DAY = 24 * 60 * 60 };

/* The file is { "format", "runs": { key: { "when", "suites": { suite: { row: found } } } } }. */
struct mw_keep {
    char folder[4096], path[4200];
    char *key;
    int lock;       /* -1: the folder cannot be written */
    json_t *runs;   /* all that the file holds */
    json_t *suites; /* borrowed: ours */
};

static bool is_recent(const json_t *run, time_t now)
{
    double age = difftime(now, (time_t)json_integer_value(json_object_get(run, "when")));
    return age >= -DAY && age <= DAY && json_is_object(json_object_get(run, "suites"));
}

static json_t *read_runs(const char *path)
{
    json_t *file = mw_json_read(path, MW_FILE_FOUND, NULL), *run;
    json_t *runs = json_object();
    const char *key;
    time_t now = time(NULL);
    if (json_integer_value(json_object_get(file, "format")) == FORMAT) {
        json_object_foreach(json_object_get(file, "runs"), key, run)
        {
            if (is_recent(run, now))
                json_object_set(runs, key, run);
        }
    }
    json_decref(file);
    return runs;
}

/* Held until the process ends, however it does. The host is in the name, since several machines may
 * share the folder. */
static mw_status take_lock(mw_keep *keep, mw_error *error)
{
    char path[4400], host[64] = "", holder[24] = "";
    gethostname(host, sizeof host - 1);
    for (char *c = host; *c; c++)
        *c = *c == '/' ? '-' : *c;
    snprintf(path, sizeof path, "%s/bench-%s.lock", keep->folder, host);
    keep->lock =
        mw_folders_make(keep->folder) ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (keep->lock < 0)
        return MW_OK;
    if (flock(keep->lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        ssize_t got = pread(keep->lock, holder, sizeof holder - 1, 0);
        return mw_fail(error, MW_INVALID,
                       "another bench is running here (process %.*s), and each would spoil the "
                       "other's times: wait until it has ended",
                       got > 0 ? (int)strcspn(holder, "\n") : 1, got > 0 ? holder : "?");
    }
    int length = snprintf(holder, sizeof holder, "%ld\n", (long)getpid());
    if (ftruncate(keep->lock, 0) != 0 || pwrite(keep->lock, holder, (size_t)length, 0) != length)
        return MW_OK; /* only the number is lost */
    return MW_OK;
}

mw_status mw_keep_open(const char *folder, const char *key, bool fresh, mw_keep **result,
                       mw_error *error)
{
    *result = NULL;
    if (!*folder) /* no home is known: nothing is kept */
        return MW_OK;
    mw_keep *keep = *result = calloc(1, sizeof *keep);
    char *copy = strdup(key);
    if (!keep || !copy) {
        free(keep);
        free(copy);
        *result = NULL;
        return MW_OK;
    }
    keep->key = copy;
    snprintf(keep->folder, sizeof keep->folder, "%s", folder);
    snprintf(keep->path, sizeof keep->path, "%s/bench.json", folder);
    mw_status status = take_lock(keep, error);
    keep->runs = read_runs(keep->path);
    if (fresh)
        json_object_del(keep->runs, key);
    keep->suites = json_object_get(json_object_get(keep->runs, key), "suites");
    if (status != MW_OK) {
        mw_keep_close(keep);
        *result = NULL;
    }
    return status;
}

void mw_keep_close(mw_keep *keep)
{
    if (!keep)
        return;
    if (keep->lock >= 0)
        close(keep->lock);
    json_decref(keep->runs);
    free(keep->key);
    free(keep);
}

json_t *mw_keep_find(const mw_keep *keep, const char *suite, const char *row)
{
    return keep ? json_object_get(json_object_get(keep->suites, suite), row) : NULL;
}

size_t mw_keep_count(const mw_keep *keep, const char *suite)
{
    return keep ? json_object_size(json_object_get(keep->suites, suite)) : 0;
}

static bool write_file(const mw_keep *keep)
{
    if (json_object_size(keep->runs) == 0)
        return unlink(keep->path) == 0 || errno == ENOENT;
    if (!mw_folders_make(keep->folder))
        return false;
    json_t *file = json_pack("{s:i, s:O}", "format", FORMAT, "runs", keep->runs);
    errno = 0;
    bool written = file && mw_json_save(keep->path, file, NULL) == MW_OK;
    json_decref(file);
    return written;
}

bool mw_keep_put(mw_keep *keep, const char *suite, const char *row, json_t *found)
{
    if (!keep)
        return true;
    json_t *run = json_object_get(keep->runs, keep->key);
    if (!run) {
        json_object_set_new(keep->runs, keep->key, run = json_object());
        json_object_set_new(run, "suites", keep->suites = json_object());
    }
    json_object_set_new(run, "when", json_integer(time(NULL)));
    if (!json_is_object(json_object_get(keep->suites, suite)))
        json_object_set_new(keep->suites, suite, json_object());
    json_object_set(json_object_get(keep->suites, suite), row, found);
    return write_file(keep);
}

void mw_keep_drop(mw_keep *keep, const char *suite, const char *row)
{
    json_t *rows = keep ? json_object_get(keep->suites, suite) : NULL;
    if (json_object_del(rows, row) != 0)
        return;
    if (json_object_size(rows) == 0)
        json_object_del(keep->suites, suite);
    if (json_object_size(keep->suites) == 0) {
        json_object_del(keep->runs, keep->key);
        keep->suites = NULL;
    }
    write_file(keep);
}
