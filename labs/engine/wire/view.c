/* view.c: whether a view fits its packet, and which member is too large. */
#include "labs/engine/wire/limits.h"
#include "labs/engine/wire/wire.h"

#include <stdio.h>
#include <string.h>

/* Room for what stands around the view in its message. */
enum { ENVELOPE = 256, PATH_MAX_LENGTH = 160, DEPTH_MAX = 32 };

static size_t encoded_size(const json_t *json)
{
    return json_dumpb(json, NULL, 0, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
}

static void path_append(char *path, const char *key, size_t index)
{
    size_t used = strlen(path);
    if (key)
        snprintf(path + used, PATH_MAX_LENGTH - used, "%s%s", used ? "." : "", key);
    else
        snprintf(path + used, PATH_MAX_LENGTH - used, "[%zu]", index);
}

/* Walks to the member that holds most of the bytes, as long as one child is most of its parent. */
static void path_to_largest(const json_t *json, char *path)
{
    size_t whole = encoded_size(json);
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
        const json_t *largest = NULL;
        const char *largest_key = NULL;
        size_t largest_index = 0, largest_size = 0;
        if (json_is_object(json)) {
            const char *key;
            json_t *child;
            json_object_foreach((json_t *)json, key, child)
            {
                size_t size = encoded_size(child);
                if (size > largest_size) {
                    largest = child;
                    largest_key = key;
                    largest_size = size;
                }
            }
        } else if (json_is_array(json)) {
            size_t index;
            json_t *child;
            json_array_foreach(json, index, child)
            {
                size_t size = encoded_size(child);
                if (size > largest_size) {
                    largest = child;
                    largest_index = index;
                    largest_size = size;
                }
            }
        }
        if (!largest || largest_size < whole / 2)
            return;
        path_append(path, largest_key, largest_index);
        json = largest;
        whole = largest_size;
    }
}

mw_status mw_wire_too_large(const json_t *json, size_t size, size_t limit, mw_error *error)
{
    char path[PATH_MAX_LENGTH] = "";
    path_to_largest(json, path);
    return mw_fail(error, MW_INVALID, "%s is too large: the message has %zu bytes, at most %zu fit",
                   path[0] ? path : "the message", size, limit);
}

static mw_status check_series(const json_t *json, const char *path, int depth, mw_error *error)
{
    if (depth > DEPTH_MAX)
        return mw_fail(error, MW_INVALID, "%s is nested more than %d levels deep", path, DEPTH_MAX);
    char below[PATH_MAX_LENGTH];
    mw_status status = MW_OK;
    if (json_is_object(json)) {
        const char *key;
        json_t *child;
        json_object_foreach((json_t *)json, key, child)
        {
            snprintf(below, sizeof below, "%s", path);
            path_append(below, key, 0);
            status = check_series(child, below, depth + 1, error);
            if (status != MW_OK)
                return status;
        }
    } else if (json_is_array(json)) {
        if (json_array_size(json) > MW_SERIES_MAX)
            return mw_fail(error, MW_INVALID, "%s has %zu points, at most %d are drawn", path,
                           json_array_size(json), MW_SERIES_MAX);
        size_t index;
        json_t *child;
        json_array_foreach(json, index, child)
        {
            snprintf(below, sizeof below, "%s", path);
            path_append(below, NULL, index);
            status = check_series(child, below, depth + 1, error);
            if (status != MW_OK)
                return status;
        }
    }
    return MW_OK;
}

mw_status mw_view_check(const json_t *view, mw_error *error)
{
    if (!json_is_object(view))
        return mw_fail(error, MW_INVALID, "the view is not an object");
    mw_status status = check_series(view, "", 0, error);
    if (status != MW_OK)
        return status;
    size_t size = encoded_size(view);
    if (size > MW_WIRE_MAX - ENVELOPE)
        return mw_wire_too_large(view, size, MW_WIRE_MAX - ENVELOPE, error);
    return MW_OK;
}
