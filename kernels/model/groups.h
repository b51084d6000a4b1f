/*
 * groups.h: the control groups this process is in, read from a root so that tests bring their own.
 */
#ifndef MW_MODEL_GROUPS_H
#define MW_MODEL_GROUPS_H

#include <stdint.h>

/* Told a group's folder, and which version of control groups it belongs to: 1 or 2. */
typedef void mw_group_visit(void *context, const char *folder, int version);

/*
 * Visits every group that counts for `controller` ("memory", "cpu"), from the one this process is
 * in to the top of its mount: a limit of any of them binds. `root` is "" for this machine. A
 * container may see a path of its host that does not exist inside; the walk to the mount's top
 * still finds what holds for it.
 */
void mw_groups_walk(const char *root, const char *controller, mw_group_visit *visit, void *context);

/* The number in `folder`/`name`; UINT64_MAX for "max", and where there is no such file. */
uint64_t mw_group_number(const char *folder, const char *name);

/* The number behind `key` in a file of lines "key number"; 0 without one. */
uint64_t mw_group_statistic(const char *folder, const char *name, const char *key);

/* Processors at a time that the groups allow (v2 cpu.max, v1 cpu.cfs_quota_us); 0: no quota. */
double mw_cpu_quota_below(const char *root);
double mw_cpu_quota(void);

#endif
