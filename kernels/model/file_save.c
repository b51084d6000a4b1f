/* file_save.c: writes a neighbour and renames it over the file; devices are written directly. */
#include "model/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct target {
    char path[PATH_MAX];      /* behind links */
    char neighbour[PATH_MAX]; /* "": written directly */
    bool exists;
    mode_t mode; /* of what is there */
    int fd;
} target;

/* A new file beside `path`, with the rights that new files have here. */
static int create_neighbour(const char *path, char *neighbour, size_t size)
{
    for (unsigned attempt = 0; attempt < 100; attempt++) {
        int length = snprintf(neighbour, size, "%s.%ld-%u.tmp", path, (long)getpid(), attempt);
        if (length < 0 || (size_t)length >= size) {
            errno = ENAMETOOLONG;
            return -1;
        }
        int fd = open(neighbour, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static mw_status refuse(const char *path, int why, mw_status code, mw_error *error)
{
    mw_fail(error, code, "%.300s: cannot be written: %s", path, strerror(why));
    errno = why;
    return code;
}

/* A pipe that nobody reads is refused (ENXIO) and not waited for; writing itself waits as usual. */
static int open_device(const char *path)
{
    int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0)
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    return fd;
}

/* Opens what the bytes go to; `path` itself only when it is no regular file. `code`: what it is
 * when that cannot be done. */
static mw_status open_target(const char *path, target *t, mw_status code, mw_error *error)
{
    struct stat about;
    bool exists = stat(path, &about) == 0;
    *t = (target){.fd = -1, .exists = exists, .mode = exists ? about.st_mode & 07777 : 0};
    if (!*path)
        return refuse(path, ENOENT, code, error);
    if (!exists || !realpath(path, t->path)) {
        if (strlen(path) >= sizeof t->path)
            return mw_fail(error, MW_INVALID, "%.100s…: the name is too long", path);
        strcpy(t->path, path);
    }
    if (exists && S_ISDIR(about.st_mode))
        return refuse(path, EISDIR, code, error);
    if (exists && !S_ISREG(about.st_mode)) {
        t->fd = open_device(path);
    } else {
        /* A file that may not be written is not replaced either. */
        if (!exists || access(t->path, W_OK) == 0)
            t->fd = create_neighbour(t->path, t->neighbour, sizeof t->neighbour);
        if (t->fd < 0)
            t->neighbour[0] = '\0';
    }
    return t->fd < 0 ? refuse(path, errno, code, error) : MW_OK;
}

static bool write_all(int fd, const unsigned char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

/* Returns 0 or why it failed; then nothing of it remains. */
static int fill(target *t, const void *bytes, size_t size)
{
    bool whole = *t->neighbour != '\0';
    bool good = write_all(t->fd, bytes, size);
    if (good && whole)
        good = (!t->exists || fchmod(t->fd, t->mode) == 0) && fsync(t->fd) == 0;
    int why = good ? 0 : errno;
    if (close(t->fd) != 0 && good)
        why = errno;
    if (!why && whole && rename(t->neighbour, t->path) != 0)
        why = errno;
    if (why && whole)
        unlink(t->neighbour);
    return why;
}

mw_status mw_file_save(const char *path, const void *bytes, size_t size, mw_error *error)
{
    target t;
    /* Being stopped in the middle would leave the neighbour behind. */
    sigset_t held, before;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, limit; /* of file sizes: told by write() */
    sigaction(SIGXFSZ, &ignore, &limit);
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    sigprocmask(SIG_BLOCK, &held, &before);
    mw_status status = open_target(path, &t, MW_IO, error);
    int why = status != MW_OK ? 0 : fill(&t, bytes, size);
    sigprocmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGXFSZ, &limit, NULL);
    return why ? refuse(path, why, MW_IO, error) : status;
}

mw_status mw_file_check(const char *path, mw_error *error)
{
    target t;
    mw_status status = open_target(path, &t, MW_INVALID, error);
    if (status == MW_OK)
        close(t.fd);
    if (status == MW_OK && *t.neighbour)
        unlink(t.neighbour);
    return status;
}
