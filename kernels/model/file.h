/*
 * file.h: files read whole, with a limit, and written whole or not at all.
 *
 * What is found in a folder must be a regular file: a pipe that nobody writes to, or a device that
 * never ends, would hold us for ever. What somebody names may be a pipe ("<(…)" of a shell).
 */
#ifndef MW_MODEL_FILE_H
#define MW_MODEL_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/status.h"

typedef enum mw_file_origin { MW_FILE_FOUND, MW_FILE_NAMED } mw_file_origin;

/*
 * The whole text of a file of at most `limit` bytes, without a byte order mark and with a zero byte
 * behind it; *text is the caller's. The error names the file: MW_INVALID for one that is too long
 * or no UTF-8, and for everything else MW_IO where it was found and MW_INVALID where it was named.
 */
mw_status mw_file_read(const char *path, mw_file_origin origin, size_t limit, char **text,
                       size_t *size, mw_error *error);

/*
 * Writes the bytes into a neighbour file that then takes the place of `path`, so that a reader
 * never sees half of them and a full disk leaves what was there; a link is followed. What is no
 * regular file (a pipe, a device) is written directly. MW_IO names the file and says why; errno
 * too.
 */
mw_status mw_file_save(const char *path, const void *bytes, size_t size, mw_error *error);

/* Whether mw_file_save could begin there; nothing remains. MW_INVALID when not. */
mw_status mw_file_check(const char *path, mw_error *error);

#endif
