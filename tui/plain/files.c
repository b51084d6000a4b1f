/* files.c: answers and recordings: read with one clear line for whatever is wrong, written whole.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/plain/plain.h"

static mw_status load(const char *path, json_t **json, mw_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return mw_fail(error, MW_INVALID, "%s: %s", path, strerror(errno));
    json_error_t problem;
    *json = json_loadf(file, JSON_REJECT_DUPLICATES, &problem);
    fclose(file);
    if (!*json)
        return mw_fail(error, MW_INVALID, "%s:%d: not JSON: %s", path, problem.line, problem.text);
    if (!json_is_object(*json)) {
        json_decref(*json);
        *json = NULL;
        return mw_fail(error, MW_INVALID, "%s: the file must hold one JSON object", path);
    }
    return MW_OK;
}

mw_status mw_plain_answers_load(const char *path, json_t **answers, mw_error *error)
{
    mw_status status = load(path, answers, error);
    if (status)
        return status;
    const char *step;
    json_t *fields;
    json_object_foreach(*answers, step, fields)
    {
        if (!json_is_object(fields)) {
            mw_fail(error, MW_INVALID, "%s: step '%s' must be an object: {\"field\": value}", path,
                    step);
            json_decref(*answers);
            *answers = NULL;
            return MW_INVALID;
        }
    }
    return MW_OK;
}

static const char *recording_problem(const json_t *recording)
{
    const json_t *results = json_object_get(recording, "results");
    if (json_integer_value(json_object_get(recording, "format")) != 1)
        return "it is no recording of format 1";
    if (!json_is_object(json_object_get(recording, "machine")))
        return "the machine is missing";
    if (!json_is_array(results))
        return "the list of results is missing";
    size_t i;
    json_t *result;
    json_array_foreach(results, i, result)
    {
        if (!json_is_string(json_object_get(result, "run")))
            return "a result has no run";
    }
    return NULL;
}

mw_status mw_plain_recording_load(const char *path, json_t **recording, mw_error *error)
{
    mw_status status = load(path, recording, error);
    if (status)
        return status;
    const char *problem = recording_problem(*recording);
    if (!problem)
        return MW_OK;
    json_decref(*recording);
    *recording = NULL;
    return mw_fail(error, MW_INVALID, "%s: %s; 'memwall run LAB --record FILE' writes one", path,
                   problem);
}

json_t *mw_plain_recording_of(const json_t *transcript)
{
    json_t *results = json_array();
    json_t *machine = NULL;
    size_t i;
    json_t *record;
    json_array_foreach(transcript, i, record)
    {
        json_t *event = json_object_get(record, "event");
        const char *e = json_string_value(json_object_get(event, "e"));
        if (e && strcmp(e, "machine") == 0)
            machine = json_object_get(event, "machine");
        else if (e && strcmp(e, "result") == 0)
            json_array_append(results, event);
    }
    return json_pack("{s:i, s:O?, s:o}", "format", 1, "machine", machine, "results", results);
}

/* Opens a neighbour of `path`, which a rename will put in its place. */
static mw_status open_neighbour(const char *path, char *neighbour, size_t size, int *fd,
                                mw_error *error)
{
    int length = snprintf(neighbour, size, "%s.XXXXXX", path);
    if (length < 0 || (size_t)length >= size)
        return mw_fail(error, MW_INVALID, "%.100s…: the name is too long", path);
    *fd = mkstemp(neighbour);
    if (*fd < 0)
        return mw_fail(error, MW_INVALID, "%s: cannot be written: %s", path, strerror(errno));
    return MW_OK;
}

mw_status mw_plain_recording_check(const char *path, mw_error *error)
{
    char neighbour[4200];
    int fd = -1;
    mw_status status = open_neighbour(path, neighbour, sizeof neighbour, &fd, error);
    if (status == MW_OK) {
        close(fd);
        unlink(neighbour);
    }
    return status;
}

mw_status mw_plain_recording_save(const char *path, const json_t *recording, mw_error *error)
{
    char neighbour[4200];
    int fd = -1;
    mw_status status = open_neighbour(path, neighbour, sizeof neighbour, &fd, error);
    if (status)
        return status;
    bool good =
        json_dumpfd(recording, fd, JSON_INDENT(1) | JSON_SORT_KEYS) == 0 && write(fd, "\n", 1) == 1;
    good = fsync(fd) == 0 && good;
    good = close(fd) == 0 && good;
    if (good && rename(neighbour, path) == 0)
        return MW_OK;
    int why = errno;
    unlink(neighbour);
    return mw_fail(error, MW_IO, "%s: cannot be written: %s", path, strerror(why));
}
