/* memory_test.c: limits of control groups, of quotas and of ulimit, in a root of its own. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "model/groups.h"
#include "model/memory.h"

static char root[64];

static int make_root(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/memwall-memory-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int drop_root(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", root);
    return system(command);
}

static void put(const char *path, const char *text)
{
    char full[PATH_MAX];
    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *slash = full + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        assert_true(mkdir(full, 0700) == 0 || errno == EEXIST);
        *slash = '/';
    }
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void without_groups_it_is_a_quarter_of_what_is_available(void **state)
{
    (void)state;
    put("/proc/meminfo", "MemTotal:       24000000 kB\nMemFree:   1000 kB\n"
                         "MemAvailable:   16777216 kB\nBuffers:  12 kB\n");
    assert_int_equal(mw_memory_limit_below(root), UINT64_C(4) << 30);
}

static void a_version_2_limit_of_a_parent_counts(void **state)
{
    (void)state;
    put("/proc/meminfo", "MemAvailable:   16777216 kB\n");
    put("/proc/self/cgroup", "0::/user.slice/app.scope\n");
    put("/sys/fs/cgroup/user.slice/app.scope/memory.max", "max\n");
    put("/sys/fs/cgroup/user.slice/memory.max", "1073741824\n");
    assert_int_equal(mw_memory_limit_below(root), UINT64_C(1) << 28);
}

static void a_container_whose_path_is_the_hosts_finds_the_limit_at_the_mount(void **state)
{
    (void)state;
    put("/proc/meminfo", "MemAvailable:   16777216 kB\n");
    put("/proc/self/cgroup", "0::/docker/0123456789\n");
    put("/sys/fs/cgroup/memory.max", "2147483648\n");
    assert_int_equal(mw_memory_limit_below(root), UINT64_C(1) << 29);
}

static void a_version_1_limit_counts_and_its_huge_number_means_none(void **state)
{
    (void)state;
    put("/proc/meminfo", "MemAvailable:   16777216 kB\n");
    put("/proc/self/cgroup", "12:cpu,cpuacct:/a\n5:hugetlb,memory:/jobs/7\n1:name=systemd:/\n");
    put("/sys/fs/cgroup/memory/jobs/7/memory.limit_in_bytes", "4294967296\n");
    put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    assert_int_equal(mw_memory_limit_below(root), UINT64_C(1) << 30);
    put("/sys/fs/cgroup/memory/jobs/7/memory.limit_in_bytes", "9223372036854771712\n");
    assert_int_equal(mw_memory_limit_below(root), UINT64_C(4) << 30);
}

static void what_a_group_uses_is_not_left(void **state)
{
    (void)state;
    put("/proc/meminfo", "MemAvailable:   16777216 kB\n");
    put("/proc/self/cgroup", "0::/job\n");
    put("/sys/fs/cgroup/job/memory.max", "4294967296\n");
    put("/sys/fs/cgroup/job/memory.current", "3221225472\n");
    assert_int_equal(mw_memory_limit_below(root), UINT64_C(1) << 28);
    /* Pages of files that nobody needs come back when they are wanted. */
    put("/sys/fs/cgroup/job/memory.stat", "anon 1\ninactive_file 1073741824\nactive_file 7\n");
    assert_int_equal(mw_memory_limit_below(root), UINT64_C(1) << 29);
    put("/sys/fs/cgroup/job/memory.current", "9223372036854775807\n");
    assert_int_equal(mw_memory_limit_below(root), 0);
}

static void a_version_1_group_uses_some_of_its_limit(void **state)
{
    (void)state;
    put("/proc/meminfo", "MemAvailable:   16777216 kB\n");
    put("/proc/self/cgroup", "4:memory:/a\n");
    put("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "2147483648\n");
    put("/sys/fs/cgroup/memory/a/memory.usage_in_bytes", "1610612736\n");
    put("/sys/fs/cgroup/memory/a/memory.stat", "cache 5\ntotal_inactive_file 536870912\n");
    assert_int_equal(mw_memory_limit_below(root), UINT64_C(1) << 28);
}

static void beside_version_1_the_second_is_mounted_further_down(void **state)
{
    (void)state;
    put("/proc/meminfo", "MemAvailable:   16777216 kB\n");
    put("/proc/self/cgroup", "0::/job\n");
    put("/sys/fs/cgroup/unified/job/memory.max", "1073741824\n");
    assert_int_equal(mw_memory_limit_below(root), UINT64_C(1) << 28);
}

static void a_quota_of_processors_is_read_in_both_versions(void **state)
{
    (void)state;
    assert_true(mw_cpu_quota_below(root) == 0);
    put("/proc/self/cgroup", "0::/user/job\n");
    put("/sys/fs/cgroup/user/job/cpu.max", "max 100000\n");
    assert_true(mw_cpu_quota_below(root) == 0);
    put("/sys/fs/cgroup/user/cpu.max", "50000 100000\n");
    assert_true(mw_cpu_quota_below(root) == 0.5);
    put("/proc/self/cgroup", "1:cpu,cpuacct:/user/job\n");
    put("/sys/fs/cgroup/cpu/user/job/cpu.cfs_quota_us", "-1\n");
    put("/sys/fs/cgroup/cpu/user/job/cpu.cfs_period_us", "100000\n");
    assert_true(mw_cpu_quota_below(root) == 0);
    put("/sys/fs/cgroup/cpu/user/job/cpu.cfs_quota_us", "150000\n");
    assert_true(mw_cpu_quota_below(root) == 1.5);
}

/* A control group of this kernel's own; skipped where none may be made. */
static void the_limit_of_a_real_group_holds(void **state)
{
    (void)state;
    char folder[PATH_MAX], path[PATH_MAX + 32], line[PATH_MAX], own[PATH_MAX] = "";
    FILE *groups = fopen("/proc/self/cgroup", "r");
    while (groups && fgets(line, sizeof line, groups))
        sscanf(line, "%*d:memory:%4000s", own);
    if (groups)
        fclose(groups);
    assert_true(snprintf(folder, sizeof folder, "/sys/fs/cgroup/memory%s/memwall-test-%d",
                         strcmp(own, "/") == 0 ? "" : own, (int)getpid()) < (int)sizeof folder);
    if (!*own || mkdir(folder, 0700) != 0)
        skip();
    snprintf(path, sizeof path, "%s/memory.limit_in_bytes", folder);
    FILE *limit = fopen(path, "w");
    bool made = limit && fputs("268435456", limit) >= 0;
    made = limit && fclose(limit) == 0 && made;
    pid_t child = made ? fork() : -1;
    if (child == 0) {
        snprintf(path, sizeof path, "%s/cgroup.procs", folder);
        FILE *members = fopen(path, "w");
        if (!members || fprintf(members, "%d", (int)getpid()) < 0 || fclose(members) != 0)
            _exit(2);
        uint64_t bytes = mw_memory_limit();
        _exit(bytes > 0 && bytes <= 268435456 / 4 ? 0 : 1);
    }
    int status = 0;
    if (child > 0)
        waitpid(child, &status, 0);
    rmdir(folder);
    if (!made || WEXITSTATUS(status) == 2)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Stands in the way of the system's: how often somebody slept. */
static int naps;

int nanosleep(const struct timespec *asked, struct timespec *left)
{
    (void)left;
    naps++;
    return usleep((useconds_t)(asked->tv_nsec / 1000));
}

/* It is asked before every run, and waiting takes as long as a run. */
static void only_the_first_question_under_a_limit_waits_for_libraries(void **state)
{
    (void)state;
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {900 << 20, 900 << 20};
        if (setrlimit(RLIMIT_AS, &limit))
            _exit(2);
        uint64_t first = mw_memory_limit_process();
        int waited = naps;
        uint64_t second = mw_memory_limit_process();
        bool both = first < limit.rlim_cur && second < limit.rlim_cur;
        _exit(both && waited > 0 && naps == waited ? 0 : 1);
    }
    waitpid(child, &status, 0);
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Limits can be lowered and not raised again: each in a child of its own. */
static int limit_in_a_child(int resource, rlim_t bytes)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {bytes, bytes};
        if (setrlimit((__rlimit_resource_t)resource, &limit))
            _exit(2);
        mw_memory_ceiling ceiling = mw_memory_ceiling_now();
        bool said = ceiling.share == MW_REASON_HALF_ULIMIT;
        _exit(ceiling.bytes > 0 && ceiling.bytes <= bytes / 2 && said ? 0 : 1);
    }
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

static void a_limit_of_the_process_itself_counts(void **state)
{
    (void)state;
    assert_int_equal(limit_in_a_child(RLIMIT_AS, 900 << 20), 0);
    assert_int_equal(limit_in_a_child(RLIMIT_DATA, 300 << 20), 0);
    assert_int_equal(limit_in_a_child(RLIMIT_DATA, 4096), 0);
}

static void an_unreadable_machine_gives_zero(void **state)
{
    (void)state;
    put("/proc/self/cgroup", "nonsense\n");
    assert_int_equal(mw_memory_limit_below(root), 0);
}

static void this_machine_has_some_memory(void **state)
{
    (void)state;
    assert_true(mw_memory_limit() > 0);
}

int main(void)
{
#define IN_ROOT(test) cmocka_unit_test_setup_teardown(test, make_root, drop_root)
    const struct CMUnitTest tests[] = {
        IN_ROOT(without_groups_it_is_a_quarter_of_what_is_available),
        IN_ROOT(a_version_2_limit_of_a_parent_counts),
        IN_ROOT(a_container_whose_path_is_the_hosts_finds_the_limit_at_the_mount),
        IN_ROOT(a_version_1_limit_counts_and_its_huge_number_means_none),
        IN_ROOT(what_a_group_uses_is_not_left),
        IN_ROOT(a_version_1_group_uses_some_of_its_limit),
        IN_ROOT(beside_version_1_the_second_is_mounted_further_down),
        IN_ROOT(a_quota_of_processors_is_read_in_both_versions),
        cmocka_unit_test(the_limit_of_a_real_group_holds),
        cmocka_unit_test(a_limit_of_the_process_itself_counts),
        cmocka_unit_test(only_the_first_question_under_a_limit_waits_for_libraries),
        IN_ROOT(an_unreadable_machine_gives_zero),
        cmocka_unit_test(this_machine_has_some_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
