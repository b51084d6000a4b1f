/* paths.c: where courses, programs, progress and caches lie: built, installed or told. */
#include "labs/engine/host/host.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Copies a printf into one of the paths; false when it does not fit. */
__attribute__((format(printf, 2, 3))) static bool put(char path[4096], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(path, 4096, format, arguments);
    va_end(arguments);
    return length >= 0 && length < 4096;
}

/* $variable when it is an absolute path, as the XDG specification wants. */
static const char *absolute(const char *variable)
{
    const char *value = getenv(variable);
    return value && value[0] == '/' ? value : NULL;
}

/* Without HOME (env -i, a container) the system knows whose home this is; "" where it does not. */
static bool put_home(char path[4096], const char *variable, const char *below_home)
{
    const char *base = absolute(variable), *home = absolute("HOME");
    if (base)
        return put(path, "%s/memwall", base);
    const struct passwd *user = home ? NULL : getpwuid(geteuid());
    if (user && user->pw_dir && user->pw_dir[0] == '/')
        home = user->pw_dir;
    return home ? put(path, "%s/%s/memwall", home, below_home) : put(path, "%s", "");
}

/* The folder of the running program, without its last component. */
static bool program_folder(char folder[4096])
{
    ssize_t length = readlink("/proc/self/exe", folder, 4095);
    if (length <= 0)
        return false;
    folder[length] = 0;
    char *slash = strrchr(folder, '/');
    if (!slash)
        return false;
    *slash = 0;
    return true;
}

static bool put_installed(mw_paths *paths, const char *prefix)
{
    return put(paths->worker, "%s/%s/memwall-worker", prefix, MW_LIBEXEC) &&
           put(paths->student, "%s/%s/memwall-worker-student", prefix, MW_LIBEXEC) &&
           put(paths->scripts, "%s/%s/scripts-lua", prefix, MW_SHARE) &&
           put(paths->courses, "%s/%s/labs", prefix, MW_SHARE) &&
           put(paths->assets, "%s/%s/assets", prefix, MW_SHARE);
}

static bool put_build_tree(mw_paths *paths, const char *programs)
{
    return put(paths->worker, "%s/memwall-worker", programs) &&
           put(paths->student, "%s/memwall-worker-student", programs) &&
           put(paths->scripts, "%s/scripts-lua", MW_SOURCE_DIR) &&
           put(paths->courses, "%s/labs", MW_SOURCE_DIR) &&
           put(paths->assets, "%s/assets", MW_SOURCE_DIR);
}

static bool put_override(char path[4096], const char *variable)
{
    const char *value = getenv(variable);
    return !value || !*value || put(path, "%s", value);
}

mw_status mw_paths_find(mw_paths *paths, mw_error *error)
{
    memset(paths, 0, sizeof *paths);
    char programs[4096], parent[4096], cache_file[4096];
    const char *prefix = absolute("MEMWALL_PREFIX");
    bool found;
    if (prefix) {
        found = put_installed(paths, prefix);
    } else {
        found = program_folder(programs) && put(parent, "%s", programs);
        char *slash = found ? strrchr(parent, '/') : NULL;
        if (slash)
            *slash = 0;
        found = found && put(cache_file, "%s/CMakeCache.txt", parent);
        if (found && access(cache_file, F_OK) == 0)
            found = put_build_tree(paths, programs);
        else
            found = found && put_installed(paths, parent);
    }
    found = found && put_home(paths->data, "XDG_DATA_HOME", ".local/share") &&
            put_home(paths->cache, "XDG_CACHE_HOME", ".cache") &&
            put_home(paths->config, "XDG_CONFIG_HOME", ".config") &&
            put_override(paths->worker, "MEMWALL_WORKER") &&
            put_override(paths->scripts, "MEMWALL_SCRIPTS") &&
            put_override(paths->courses, "MEMWALL_COURSES") &&
            put_override(paths->assets, "MEMWALL_ASSETS");
    if (!found)
        return mw_fail(error, MW_IO, "a path is longer than 4095 bytes, or /proc is not mounted");
    return MW_OK;
}
