/* machine.c: remembers calibrations, one file for each key, in the cache folder. */
#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "labs/engine/host/date.h"
#include "labs/engine/host/files.h"
#include "labs/engine/host/state.h"
#include "labs/engine/wire/json_file.h"

const char *mw_host_key(mw_host *host, mw_error *error)
{
    if (!host->key && mw_host_wait_hello(host, error) != MW_OK)
        return NULL;
    if (!host->key)
        host->key = json_incref(json_object_get(host->workers[0]->hello, "key"));
    const char *key = json_string_value(host->key);
    if (!key)
        mw_fail(error, MW_PROTOCOL, "the worker does not say what machine this is");
    return key;
}

/* $XDG_CACHE_HOME/memwall/machine-<digest of the key>.json */
static mw_status cache_path(mw_host *host, char *path, size_t size, const char **key,
                            mw_error *error)
{
    mw_error problem = {.code = MW_OK};
    *key = mw_host_key(host, &problem);
    if (!*key)
        return mw_fail(error, problem.code, "%s", problem.message);
    if (!*host->paths.cache)
        return mw_fail(error, MW_IO, "the machine is not remembered: no home is known");
    struct sha256_ctx context;
    uint8_t digest[8];
    char text[2 * sizeof digest + 1];
    sha256_init(&context);
    sha256_update(&context, strlen(*key), (const uint8_t *)*key);
    sha256_digest(&context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    snprintf(path, size, "%s/machine-%s.json", host->paths.cache, text);
    return MW_OK;
}

json_t *mw_host_machine_load(mw_host *host, mw_error *error)
{
    char path[4200];
    const char *key;
    mw_status status = cache_path(host, path, sizeof path, &key, error);
    if (status != MW_OK)
        return NULL;
    json_t *file = mw_json_read(path, MW_FILE_FOUND, NULL);
    json_t *machine = json_object_get(file, "machine");
    const char *had = json_string_value(json_object_get(file, "key"));
    bool fits = had && strcmp(had, key) == 0 && json_is_object(machine);
    json_t *result = fits ? json_incref(machine) : NULL;
    if (!result)
        mw_fail(error, MW_OK, "this machine was not measured yet");
    json_decref(file);
    return result;
}

static bool stored_at(mw_host *host, time_t *at)
{
    char path[4200];
    const char *key;
    struct stat about;
    if (cache_path(host, path, sizeof path, &key, NULL) != MW_OK || stat(path, &about) != 0)
        return false;
    *at = about.st_mtime;
    return true;
}

double mw_host_machine_age(mw_host *host)
{
    time_t at;
    if (!stored_at(host, &at))
        return -1;
    double age = difftime(time(NULL), at);
    return age > 0 ? age : 0;
}

void mw_host_machine_measured(mw_host *host, char text[MW_DATE_TEXT])
{
    time_t at = 0;
    text[0] = '\0';
    if (stored_at(host, &at))
        mw_date_write((int64_t)at * 1000, text);
}

mw_status mw_host_machine_store(mw_host *host, const json_t *machine, mw_error *error)
{
    char path[4200];
    const char *key;
    mw_status status = cache_path(host, path, sizeof path, &key, error);
    if (status != MW_OK)
        return status;
    if (!mw_folders_make(host->paths.cache))
        return mw_fail(error, MW_IO, "the machine is not remembered: %.300s: %s", host->paths.cache,
                       strerror(errno));
    json_t *file =
        json_pack("{s:i, s:s, s:O}", "format", 1, "key", key, "machine", (json_t *)machine);
    mw_error problem = {.code = MW_OK};
    if (mw_json_save(path, file, &problem) != MW_OK)
        status =
            mw_fail(error, problem.code, "the machine is not remembered: %.400s", problem.message);
    json_decref(file);
    return status;
}

json_t *mw_host_machine_nominal(mw_host *host)
{
    json_t *machine = NULL;
    mw_error error;
    mw_host_call(host, "nominal", NULL, NULL, NULL, &machine, &error);
    return machine;
}
