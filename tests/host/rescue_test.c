/*
 * A damaged file that could not be mended at the start, for want of room, and is mended once there
 * is some: what became of it is said by both front ends.
 */
#include "tests/host/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/harness/vt.h"

enum { PATIENCE = 20000 };

static int begin(void **state)
{
    if (kept_begin(state))
        return -1;
    setenv("MEMWALL_COURSES", KEPT_COURSES, 1);
    kept_execute("DROP TRIGGER event_stays; DELETE FROM event WHERE attempt = 2 AND seq = 2;"
                 "CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN SELECT RAISE (ABORT,"
                 " 'events are only added'); END");
    return 0;
}

/* No file may grow beyond 4 KiB, as on a disk that is nearly full. */
static mw_vt *open_without_room(const char *option)
{
    char data[300], cache[300], courses[300];
    snprintf(data, sizeof data, "XDG_DATA_HOME=%s", getenv("XDG_DATA_HOME"));
    snprintf(cache, sizeof cache, "XDG_CACHE_HOME=%s", getenv("XDG_CACHE_HOME"));
    snprintf(courses, sizeof courses, "MEMWALL_COURSES=%s", getenv("MEMWALL_COURSES"));
    const char *argv[] = {"/bin/sh",
                          "-c",
                          "ulimit -S -f 8; exec \"$0\" run 04 \"$@\"",
                          MEMWALL,
                          "--measurements",
                          KEPT_RECORDING,
                          option,
                          NULL};
    const char *environment[] = {data, cache, courses, NULL};
    mw_vt *vt = mw_vt_start(
        &(mw_vt_options){.argv = argv, .columns = 200, .rows = 40, .environment = environment});
    assert_non_null(vt);
    return vt;
}

static void make_room(mw_vt *vt)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    assert_int_equal(prlimit(mw_vt_pid(vt), RLIMIT_FSIZE, &limit, NULL), 0);
}

static void plain_lines_say_what_became_of_a_file_that_is_mended_late(void **state)
{
    (void)state;
    mw_vt *vt = open_without_room("--plain");
    assert_true(mw_vt_wait_text(vt, "your progress is read, and not added to", PATIENCE));
    assert_true(mw_vt_wait_text(vt, "Step 2 of", PATIENCE));
    assert_true(mw_vt_wait_quiet(vt, 500, PATIENCE));
    make_room(vt);
    assert_true(mw_vt_type(vt, "hint"));
    assert_true(mw_vt_key(vt, "Enter"));
    assert_true(mw_vt_wait_text(vt, "Progress is kept again", PATIENCE));
    assert_true(mw_vt_wait_text(vt, "the progress file was damaged and moved to", PATIENCE));
    mw_vt_free(vt);
}

static void the_screen_says_what_became_of_a_file_that_is_mended_late(void **state)
{
    (void)state;
    mw_vt *vt = open_without_room(NULL);
    assert_true(mw_vt_wait_text(vt, "your progress is read, and not added to", PATIENCE));
    assert_true(mw_vt_wait_quiet(vt, 500, PATIENCE));
    make_room(vt);
    assert_true(mw_vt_keys(vt, "Escape h"));
    assert_true(mw_vt_wait_text(vt, "the progress file was damaged and moved to", PATIENCE));
    mw_vt_free(vt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define KEPT(name) cmocka_unit_test_setup_teardown(name, begin, kept_end)
        KEPT(plain_lines_say_what_became_of_a_file_that_is_mended_late),
        KEPT(the_screen_says_what_became_of_a_file_that_is_mended_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
