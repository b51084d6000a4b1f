/*
 * progress_file.h: opening progress.sqlite, whatever lies there; inside the host only.
 *
 * The file may be absent, damaged, of a newer memwall, tampered with, no file at all; its folder
 * may be full, read-only or another user's. What can be read is read all the same.
 */
#ifndef MW_HOST_PROGRESS_FILE_H
#define MW_HOST_PROGRESS_FILE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MW_PROGRESS_WHY = 256, MW_PROGRESS_MOVED = 512 };

/* The first number of the first row; -1 when it cannot be had. */
int64_t mw_progress_number(sqlite3 *db, const char *sql);

/* Ready to be written, with the schema made in it when it is new; NULL with the reason, and
 * *hopeless tells that another try would not change it. A damaged file is moved aside, what can be
 * read of it takes its place, and `moved` says where it is and what is lost (else it stays as it
 * was). */
sqlite3 *mw_progress_file_writer(const char *path, char moved[MW_PROGRESS_MOVED],
                                 char why[MW_PROGRESS_WHY], bool *hopeless);

/* Ready to be read; NULL with the reason. Where nothing can be made beside the file, what was not
 * yet taken into it is not seen. `checked`: a writer has just looked through it. `begun`: NULL
 * because nothing was ever kept in it, as in the moment in which another memwall makes it. */
sqlite3 *mw_progress_file_reader(const char *path, bool checked, bool *begun,
                                 char why[MW_PROGRESS_WHY]);

/* What the code of SQLite means here: "No space left on device" rather than "disk I/O error". */
void mw_progress_file_why(sqlite3 *db, int code, const char *path, char why[MW_PROGRESS_WHY]);

/* Whether there is a file, or a folder that does not let us see. */
bool mw_progress_file_there(const char *path);

#endif
