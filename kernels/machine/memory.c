#include "machine/memory.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/calibration.h"

enum { PATH_SIZE = 4352, LINE_SIZE = 4096 };

/* MemAvailable in bytes; kernels before 3.14 lack it, then MemFree. */
static uint64_t available_bytes(const char *root)
{
    char path[PATH_SIZE], line[256];
    snprintf(path, sizeof path, "%s/proc/meminfo", root);
    FILE *file = fopen(path, "re");
    if (!file)
        return UINT64_MAX;
    uint64_t available = UINT64_MAX, unused = UINT64_MAX, kib;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "MemAvailable: %" SCNu64 " kB", &kib) == 1)
            available = kib * 1024;
        else if (sscanf(line, "MemFree: %" SCNu64 " kB", &kib) == 1)
            unused = kib * 1024;
    }
    fclose(file);
    return available != UINT64_MAX ? available : unused;
}

/* A limit file holds a number or "max"; v1 writes a huge number for "none". */
static uint64_t limit_in(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return UINT64_MAX;
    uint64_t limit;
    if (fscanf(file, "%" SCNu64, &limit) != 1)
        limit = UINT64_MAX;
    fclose(file);
    return limit;
}

/* The smallest limit of `group` and all its parents below `mount`. A container may see a group path
 * of the host that does not exist inside; the walk to the mount's top still finds its limit. */
static uint64_t smallest_limit(const char *root, const char *mount, const char *group,
                               const char *name)
{
    uint64_t smallest = UINT64_MAX;
    char walk[LINE_SIZE];
    snprintf(walk, sizeof walk, "%s", strcmp(group, "/") == 0 ? "" : group);
    for (;;) {
        char path[LINE_SIZE + PATH_SIZE];
        snprintf(path, sizeof path, "%s%s%s/%s", root, mount, walk, name);
        uint64_t limit = limit_in(path);
        if (limit < smallest)
            smallest = limit;
        char *slash = strrchr(walk, '/');
        if (!slash)
            return smallest;
        *slash = '\0';
    }
}

/* Whether `word` stands in the comma-separated list [begin, end). */
static bool list_has(const char *begin, const char *end, const char *word)
{
    size_t length = strlen(word);
    while (begin < end) {
        const char *comma = memchr(begin, ',', (size_t)(end - begin));
        const char *stop = comma ? comma : end;
        if ((size_t)(stop - begin) == length && memcmp(begin, word, length) == 0)
            return true;
        begin = stop + 1;
    }
    return false;
}

/* /proc/self/cgroup: "0::/path" for v2, "5:memory,hugetlb:/path" for a v1 hierarchy. */
static uint64_t group_limit(const char *root)
{
    char path[PATH_SIZE], line[LINE_SIZE];
    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    FILE *file = fopen(path, "re");
    if (!file)
        return UINT64_MAX;
    uint64_t smallest = UINT64_MAX;
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        char *controllers = strchr(line, ':');
        char *group = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group)
            continue;
        controllers++;
        uint64_t limit = UINT64_MAX;
        if (controllers == group)
            limit = smallest_limit(root, "/sys/fs/cgroup", group + 1, "memory.max");
        else if (list_has(controllers, group, "memory"))
            limit =
                smallest_limit(root, "/sys/fs/cgroup/memory", group + 1, "memory.limit_in_bytes");
        if (limit < smallest)
            smallest = limit;
    }
    fclose(file);
    return smallest;
}

uint64_t mw_memory_limit_below(const char *root)
{
    uint64_t available = available_bytes(root);
    uint64_t group = group_limit(root);
    uint64_t smallest = available < group ? available : group;
    return smallest == UINT64_MAX ? 0 : smallest / 4;
}

uint64_t mw_memory_limit(void)
{
    return mw_memory_limit_below("");
}
