/* json_file.c: a limit by who gave the file, the line of a mistake, and one form of writing. */
#include "labs/engine/wire/json_file.h"

#include <stdlib.h>
#include <string.h>

static json_t *parse(const char *path, const char *text, size_t size, size_t flags, mw_error *error)
{
    json_error_t problem;
    json_t *json = json_loadb(text, size, flags, &problem);
    if (!json)
        mw_fail(error, MW_INVALID, "%.300s:%d: not JSON: %.200s", path, problem.line, problem.text);
    return json;
}

json_t *mw_json_parse(const char *path, const char *text, size_t size, mw_error *error)
{
    return parse(path, text, size, JSON_REJECT_DUPLICATES, error);
}

json_t *mw_json_read(const char *path, mw_file_origin origin, mw_error *error)
{
    char *text;
    size_t size, most = origin == MW_FILE_FOUND ? MW_JSON_FOUND_MOST : MW_JSON_NAMED_MOST;
    if (mw_file_read(path, origin, most, &text, &size, error) != MW_OK)
        return NULL;
    json_t *json =
        parse(path, text, size, origin == MW_FILE_NAMED ? JSON_REJECT_DUPLICATES : 0, error);
    free(text);
    return json;
}

mw_status mw_json_save(const char *path, const json_t *json, mw_error *error)
{
    char *text = json_dumps(json, JSON_INDENT(1) | JSON_SORT_KEYS);
    size_t length = text ? strlen(text) : 0;
    if (!text)
        return mw_fail(error, MW_NO_MEMORY, "no memory to write %.300s", path);
    text[length] = '\n'; /* in place of the end, which a file does not have */
    mw_status status = mw_file_save(path, text, length + 1, error);
    free(text);
    return status;
}
