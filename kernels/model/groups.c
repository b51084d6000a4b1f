/* groups.c: walks from this process's group up to the mount, in cgroup v1 and v2. */
#include "model/groups.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 4352, LINE_SIZE = 4096 };

static FILE *open_in(const char *folder, const char *name)
{
    char path[LINE_SIZE + PATH_SIZE];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    return length < (int)sizeof path ? fopen(path, "re") : NULL;
}

uint64_t mw_group_number(const char *folder, const char *name)
{
    FILE *file = open_in(folder, name);
    uint64_t number;
    if (!file)
        return UINT64_MAX;
    if (fscanf(file, "%" SCNu64, &number) != 1)
        number = UINT64_MAX;
    fclose(file);
    return number;
}

uint64_t mw_group_statistic(const char *folder, const char *name, const char *key)
{
    FILE *file = open_in(folder, name);
    char word[64];
    uint64_t number, found = 0;
    if (!file)
        return 0;
    while (fscanf(file, "%63s %" SCNu64, word, &number) == 2)
        if (strcmp(word, key) == 0)
            found = number;
    fclose(file);
    return found;
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

/* From `group` up to the mount. */
static void walk_up(const char *mount, const char *group, int version, mw_group_visit *visit,
                    void *context)
{
    char walk[LINE_SIZE], folder[LINE_SIZE + PATH_SIZE];
    snprintf(walk, sizeof walk, "%s", strcmp(group, "/") == 0 ? "" : group);
    for (;;) {
        snprintf(folder, sizeof folder, "%s%s", mount, walk);
        visit(context, folder, version);
        char *slash = strrchr(walk, '/');
        if (!slash)
            return;
        *slash = '\0';
    }
}

/* /proc/self/cgroup: "0::/path" for v2, "5:memory,hugetlb:/path" for a v1 hierarchy. Beside v1
 * hierarchies v2 is mounted one folder further down. */
void mw_groups_walk(const char *root, const char *controller, mw_group_visit *visit, void *context)
{
    char path[PATH_SIZE], line[LINE_SIZE];
    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        char *controllers = strchr(line, ':');
        char *group = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group)
            continue;
        controllers++;
        if (controllers == group) {
            snprintf(path, sizeof path, "%s/sys/fs/cgroup", root);
            walk_up(path, group + 1, 2, visit, context);
            snprintf(path, sizeof path, "%s/sys/fs/cgroup/unified", root);
            walk_up(path, group + 1, 2, visit, context);
        } else if (list_has(controllers, group, controller)) {
            snprintf(path, sizeof path, "%s/sys/fs/cgroup/%s", root, controller);
            walk_up(path, group + 1, 1, visit, context);
        }
    }
    fclose(file);
}

static void quota_of(void *context, const char *folder, int version)
{
    double *least = context, quota = 0, period = 0;
    if (version == 2) {
        FILE *file = open_in(folder, "cpu.max");
        bool limited = file && fscanf(file, "%lf %lf", &quota, &period) == 2;
        if (file)
            fclose(file);
        if (!limited)
            return;
    } else {
        uint64_t microseconds = mw_group_number(folder, "cpu.cfs_quota_us");
        uint64_t every = mw_group_number(folder, "cpu.cfs_period_us");
        /* "-1" for none is read as a number beyond any quota. */
        if (microseconds > UINT32_MAX || every == UINT64_MAX)
            return;
        quota = (double)microseconds;
        period = (double)every;
    }
    if (quota > 0 && period > 0 && (!(*least > 0) || quota / period < *least))
        *least = quota / period;
}

double mw_cpu_quota_below(const char *root)
{
    double least = 0;
    mw_groups_walk(root, "cpu", quota_of, &least);
    return least;
}

double mw_cpu_quota(void)
{
    return mw_cpu_quota_below("");
}
