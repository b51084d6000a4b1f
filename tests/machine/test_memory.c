#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "machine/calibration.h"
#include "machine/memory.h"

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
        IN_ROOT(an_unreadable_machine_gives_zero),
        cmocka_unit_test(this_machine_has_some_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
