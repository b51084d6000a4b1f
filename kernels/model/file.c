/* file.c: opens without waiting, refuses what is no file, and reads up to the limit. */
#include "model/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_ROOM = 64 * 1024 };

static mw_status refuse(const char *path, mw_file_origin origin, const char *why, mw_error *error)
{
    return mw_fail(error, origin == MW_FILE_NAMED ? MW_INVALID : MW_IO, "%.300s: %s", path, why);
}

/* Without waiting for somebody to open the other end of a pipe, unless it was named. */
static mw_status open_file(const char *path, mw_file_origin origin, int *fd, mw_error *error)
{
    struct stat about;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (origin == MW_FILE_FOUND ? O_NONBLOCK : 0));
    if (*fd < 0 || fstat(*fd, &about) != 0)
        return refuse(path, origin, strerror(errno), error);
    if (S_ISDIR(about.st_mode))
        return refuse(path, origin, strerror(EISDIR), error);
    if (origin == MW_FILE_FOUND && !S_ISREG(about.st_mode))
        return refuse(path, origin, "it is no regular file", error);
    return MW_OK;
}

/* At most one byte more than `limit`, so that a longer file shows itself. */
static mw_status read_all(const char *path, mw_file_origin origin, int fd, size_t limit,
                          char **text, size_t *size, mw_error *error)
{
    size_t room = limit + 1 < FIRST_ROOM ? limit + 1 : FIRST_ROOM;
    char *bytes = malloc(room + 1);
    *size = 0;
    while (bytes) {
        ssize_t got = read(fd, bytes + *size, room - *size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            free(bytes);
            return refuse(path, origin, strerror(errno), error);
        }
        *size += (size_t)got;
        if (got == 0 || *size > limit)
            break;
        if (*size < room)
            continue;
        room = 2 * room < limit + 1 ? 2 * room : limit + 1;
        char *larger = realloc(bytes, room + 1);
        if (!larger)
            free(bytes);
        bytes = larger;
    }
    *text = bytes;
    return bytes ? MW_OK : mw_fail(error, MW_NO_MEMORY, "no memory for %.300s", path);
}

static mw_status check_size(const char *path, size_t size, size_t limit, mw_error *error)
{
    if (size <= limit)
        return MW_OK;
    if (limit >= 1 << 20)
        return mw_fail(error, MW_INVALID, "%.300s: longer than %zu MiB", path, limit >> 20);
    return mw_fail(error, MW_INVALID, "%.300s: longer than %zu KiB", path, limit >> 10);
}

mw_status mw_file_read(const char *path, mw_file_origin origin, size_t limit, char **text,
                       size_t *size, mw_error *error)
{
    int fd;
    *text = NULL;
    mw_status status = open_file(path, origin, &fd, error);
    if (status == MW_OK)
        status = read_all(path, origin, fd, limit, text, size, error);
    if (fd >= 0)
        close(fd);
    if (status == MW_OK)
        status = check_size(path, *size, limit, error);
    const char *begin = *text;
    if (status == MW_OK && *size >= 2 &&
        (!memcmp(begin, "\xff\xfe", 2) || !memcmp(begin, "\xfe\xff", 2)))
        status = mw_fail(error, MW_INVALID, "%.300s: this text is UTF-16: save it as UTF-8", path);
    if (status != MW_OK) {
        free(*text);
        *text = NULL;
        return status;
    }
    if (*size >= 3 && memcmp(begin, "\xef\xbb\xbf", 3) == 0) {
        *size -= 3;
        memmove(*text, begin + 3, *size);
    }
    (*text)[*size] = '\0';
    return MW_OK;
}
