/* paths_test.c: where files lie by build tree, prefix, XDG variables and without a home. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labs/engine/host/host.h"

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static void a_build_tree_uses_the_sources(void **state)
{
    (void)state;
    mw_paths paths;
    mw_error error;
    assert_int_equal(mw_paths_find(&paths, &error), MW_OK);
    assert_string_equal(paths.scripts, SOURCES "/scripts-lua");
    assert_string_equal(paths.courses, SOURCES "/labs");
    assert_true(ends_with(paths.worker, "/bin/memwall-worker"));
    assert_true(ends_with(paths.student, "/bin/memwall-worker-student"));
}

static void a_prefix_and_single_overrides_win(void **state)
{
    (void)state;
    mw_paths paths;
    mw_error error;
    setenv("MEMWALL_PREFIX", "/opt/memwall", 1);
    setenv("MEMWALL_COURSES", "/srv/courses", 1);
    assert_int_equal(mw_paths_find(&paths, &error), MW_OK);
    assert_string_equal(paths.scripts, "/opt/memwall/share/memwall/scripts-lua");
    assert_true(ends_with(paths.worker, "/memwall/memwall-worker"));
    assert_true(ends_with(paths.student, "/memwall/memwall-worker-student"));
    assert_string_equal(paths.courses, "/srv/courses");
    unsetenv("MEMWALL_PREFIX");
    unsetenv("MEMWALL_COURSES");
}

static void what_is_the_students_lies_where_xdg_says_and_relative_ones_are_ignored(void **state)
{
    (void)state;
    mw_paths paths;
    mw_error error;
    setenv("HOME", "/home/ada", 1);
    setenv("XDG_DATA_HOME", "/data", 1);
    setenv("XDG_CACHE_HOME", "relative/cache", 1);
    unsetenv("XDG_CONFIG_HOME");
    assert_int_equal(mw_paths_find(&paths, &error), MW_OK);
    assert_string_equal(paths.data, "/data/memwall");
    assert_string_equal(paths.cache, "/home/ada/.cache/memwall");
    assert_string_equal(paths.config, "/home/ada/.config/memwall");
}

static void without_home_the_system_says_whose_it_is(void **state)
{
    (void)state;
    mw_paths paths;
    mw_error error;
    char wanted[4200];
    const struct passwd *user = getpwuid(geteuid());
    snprintf(wanted, sizeof wanted, "%s/.local/share/memwall", user ? user->pw_dir : "");
    unsetenv("HOME");
    unsetenv("XDG_DATA_HOME");
    assert_int_equal(mw_paths_find(&paths, &error), MW_OK);
    assert_string_equal(paths.data, user ? wanted : "");
    setenv("HOME", "relative", 1);
    assert_int_equal(mw_paths_find(&paths, &error), MW_OK);
    assert_string_equal(paths.data, user ? wanted : "");
    setenv("HOME", "/home/ada", 1);
}

static void a_path_that_is_too_long_is_an_error(void **state)
{
    (void)state;
    mw_paths paths;
    mw_error error;
    char *long_path = malloc(6000);
    memset(long_path, 'x', 5999);
    long_path[0] = '/';
    long_path[5999] = 0;
    setenv("XDG_DATA_HOME", long_path, 1);
    assert_int_equal(mw_paths_find(&paths, &error), MW_IO);
    unsetenv("XDG_DATA_HOME");
    free(long_path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_build_tree_uses_the_sources),
        cmocka_unit_test(a_prefix_and_single_overrides_win),
        cmocka_unit_test(what_is_the_students_lies_where_xdg_says_and_relative_ones_are_ignored),
        cmocka_unit_test(without_home_the_system_says_whose_it_is),
        cmocka_unit_test(a_path_that_is_too_long_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
