/* files.c: answers and recordings: read with one clear line for whatever is wrong, written whole.
 */
#include <string.h>

#include "tui/plain/plain.h"

static mw_status load(const char *path, mw_file_origin origin, json_t **json, mw_error *error)
{
    *json = mw_json_read(path, origin, error);
    if (!*json)
        return error->code;
    if (!json_is_object(*json)) {
        json_decref(*json);
        *json = NULL;
        return mw_fail(error, MW_INVALID, "%s: the file must hold one JSON object", path);
    }
    return MW_OK;
}

mw_status mw_plain_answers_load(const char *path, mw_file_origin origin, json_t **answers,
                                mw_error *error)
{
    mw_status status = load(path, origin, answers, error);
    if (status != MW_OK)
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
        if (!json_is_string(json_object_get(result, "status")))
            return "a result has no status";
    }
    return NULL;
}

mw_status mw_plain_recording_load(const char *path, json_t **recording, mw_error *error)
{
    mw_status status = load(path, MW_FILE_NAMED, recording, error);
    if (status == MW_OK)
        status = mw_plain_recording_verify(path, *recording, error);
    if (status != MW_OK) {
        json_decref(*recording);
        *recording = NULL;
    }
    return status;
}

mw_status mw_plain_recording_verify(const char *path, const json_t *recording, mw_error *error)
{
    const char *problem = recording_problem(recording);
    if (!problem)
        return MW_OK;
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

mw_status mw_plain_recording_check(const char *path, mw_error *error)
{
    return mw_file_check(path, error);
}

mw_status mw_plain_recording_save(const char *path, const json_t *recording, mw_error *error)
{
    return mw_json_save(path, recording, error);
}
