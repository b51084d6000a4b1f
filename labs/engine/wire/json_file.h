/*
 * json_file.h: files of JSON: what memwall keeps, what courses say, what somebody hands over.
 */
#ifndef MW_WIRE_JSON_FILE_H
#define MW_WIRE_JSON_FILE_H

#include <jansson.h>

#include "model/file.h"

enum {
    MW_JSON_FOUND_MOST = 4 << 20, /* bytes of a file found in a folder */
    MW_JSON_NAMED_MOST = 64 << 20 /* and of one that was named: a long recording has 10 MiB */
};

/* The value in a file, or NULL; the caller's. MW_INVALID names the file, and the line where it is
 * not JSON. A file that was named must not say a member twice. */
json_t *mw_json_read(const char *path, mw_file_origin origin, mw_error *error);

/* The value in a text that came from `path`. */
json_t *mw_json_parse(const char *path, const char *text, size_t size, mw_error *error);

/* Written whole or not at all (mw_file_save), one member a line. */
mw_status mw_json_save(const char *path, const json_t *json, mw_error *error);

#endif
