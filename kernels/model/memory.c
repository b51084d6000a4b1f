/* memory.c: the least of what the machine, the groups and ulimit leave. */
#include "model/memory.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "model/groups.h"

enum { PATH_SIZE = 4352, SETTLE_NS = 5 * 1000 * 1000, SETTLED = 10, SETTLE_TRIES = 60 };

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

static uint64_t minus(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* What is left under the limit of one group. v1 writes a huge number for "none". */
static void least_left(void *context, const char *folder, int version)
{
    uint64_t *least = context;
    const char *const *names =
        version == 2 ? (const char *[]){"memory.max", "memory.current", "inactive_file"}
                     : (const char *[]){"memory.limit_in_bytes", "memory.usage_in_bytes",
                                        "total_inactive_file"};
    uint64_t limit = mw_group_number(folder, names[0]);
    if (limit == UINT64_MAX)
        return;
    uint64_t used = mw_group_number(folder, names[1]);
    if (used == UINT64_MAX)
        used = 0;
    uint64_t left = minus(limit, minus(used, mw_group_statistic(folder, "memory.stat", names[2])));
    if (left < *least)
        *least = left;
}

static mw_memory_ceiling ceiling_below(const char *root)
{
    uint64_t available = available_bytes(root), group = UINT64_MAX;
    mw_groups_walk(root, "memory", least_left, &group);
    if (group < available)
        return (mw_memory_ceiling){group / 4, MW_REASON_QUARTER_GROUP};
    return (mw_memory_ceiling){available == UINT64_MAX ? 0 : available / 4, MW_REASON_QUARTER_FREE};
}

uint64_t mw_memory_limit_below(const char *root)
{
    return ceiling_below(root).bytes;
}

static uint64_t limit_of(int resource)
{
    struct rlimit limit;
    bool none = getrlimit((__rlimit_resource_t)resource, &limit) || limit.rlim_cur == RLIM_INFINITY;
    return none ? UINT64_MAX : limit.rlim_cur;
}

/* Pages that this process has mapped. */
typedef struct mapped_pages {
    uint64_t all, data;
} mapped_pages;

static mapped_pages mapped_now(void)
{
    mapped_pages now = {0, 0};
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file)
        return now;
    /* size resident shared text lib data */
    if (fscanf(file, "%" SCNu64 " %*u %*u %*u %*u %" SCNu64, &now.all, &now.data) != 2)
        now = (mapped_pages){0, 0};
    fclose(file);
    return now;
}

/* The threads of a library that was just loaded map their own, 128 MiB each: waits for that. */
static void settle(void)
{
    mapped_pages last = mapped_now();
    for (int i = 0, same = 0; i < SETTLE_TRIES && same < SETTLED; i++) {
        nanosleep(&(struct timespec){.tv_nsec = SETTLE_NS}, NULL);
        mapped_pages now = mapped_now();
        same = now.all == last.all && now.data == last.data ? same + 1 : 0;
        last = now;
    }
}

/* Libraries are loaded when the process starts: only who asks first has to wait. */
static once_flag settled = ONCE_FLAG_INIT;

static uint64_t half_left(uint64_t limit, uint64_t used)
{
    return limit == UINT64_MAX ? UINT64_MAX : minus(limit, used) / 2;
}

uint64_t mw_memory_limit_process(void)
{
    uint64_t space = limit_of(RLIMIT_AS), data = limit_of(RLIMIT_DATA);
    if (space == UINT64_MAX && data == UINT64_MAX)
        return UINT64_MAX;
    call_once(&settled, settle);
    mapped_pages used = mapped_now();
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    space = half_left(space, used.all * page);
    data = half_left(data, used.data * page);
    return space < data ? space : data;
}

mw_memory_ceiling mw_memory_ceiling_now(void)
{
    mw_memory_ceiling machine = ceiling_below("");
    uint64_t process = mw_memory_limit_process();
    if (process < machine.bytes || (machine.bytes == 0 && process != UINT64_MAX))
        return (mw_memory_ceiling){process ? process : 1, MW_REASON_HALF_ULIMIT};
    return machine;
}

uint64_t mw_memory_limit(void)
{
    return mw_memory_ceiling_now().bytes;
}
