/*
 * save.h: files written whole or not at all.
 */
#ifndef MW_TUI_SAVE_H
#define MW_TUI_SAVE_H

#include <stddef.h>

#include "model/status.h"

/*
 * Writes the bytes into a neighbour file that then takes the place of `path`, so that a reader
 * never sees half of them and a full disk leaves what was there; a link is followed. What is no
 * regular file (a pipe, a device) is written directly. MW_IO names the file and says why.
 */
mw_status mw_file_save(const char *path, const void *bytes, size_t size, mw_error *error);

/* Whether mw_file_save could begin there; nothing remains. MW_INVALID when not. */
mw_status mw_file_check(const char *path, mw_error *error);

#endif
