/*
 * catalogue.h: the translations of one language, as msgfmt compiles them from a file of assets/po.
 *
 * Read here and not by the C library: some read none unless the system has a locale of that
 * language. A file is looked through once when it is opened, whatever the byte order of the machine
 * that made it; one that does not hold together is refused. What a text says is not looked at: its
 * formats are checked when the catalogue is made.
 */
#ifndef MW_LABS_CATALOGUE_H
#define MW_LABS_CATALOGUE_H

#include "model/status.h"

typedef struct mw_catalogue mw_catalogue;

/* *catalogue is the caller's, for mw_catalogue_close(). The error is MW_INVALID for what is no
 * catalogue of UTF-8 texts or longer than 4 MiB, else that of mw_file_read(). */
mw_status mw_catalogue_open(const char *path, mw_catalogue **catalogue, mw_error *error);

void mw_catalogue_close(mw_catalogue *catalogue);

/* The translation, which lives as long as the catalogue, or `english` itself. */
const char *mw_catalogue_text(const mw_catalogue *catalogue, const char *english)
    __attribute__((format_arg(2)));

/* That of `one` and `many` of something for n of it; in English, one is for 1. */
const char *mw_catalogue_plural(const mw_catalogue *catalogue, const char *one, const char *many,
                                unsigned long n) __attribute__((format_arg(2), format_arg(3)));

#endif
