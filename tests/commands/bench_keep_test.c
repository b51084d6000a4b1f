/* What an interrupted run found is there again, and nothing that is not its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include "tui/commands/bench_keep.h"

static char folder[64], file[96];

static int start(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/memwall-keep-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(file, sizeof file, "%s/bench.json", folder);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    chmod(folder, 0700);
    unlink(file);
    return rmdir(folder);
}

static void put(const char *key, const char *suite, const char *row, int value)
{
    mw_keep *keep = mw_keep_open(folder, key, false);
    json_t *found = json_integer(value);
    assert_true(mw_keep_put(keep, suite, row, found));
    json_decref(found);
    mw_keep_close(keep);
}

static int find(const char *key, bool fresh, const char *suite, const char *row)
{
    mw_keep *keep = mw_keep_open(folder, key, fresh);
    json_t *found = mw_keep_find(keep, suite, row);
    int value = found ? (int)json_integer_value(found) : -1;
    mw_keep_close(keep);
    return value;
}

static void rows_are_found_again_by_the_same_run_only(void **state)
{
    (void)state;
    put("machine A", "gemm", "n=256", 1);
    put("machine A", "gemm", "n=512", 2);
    put("machine A", "gemv", "n=256", 3);
    assert_int_equal(find("machine A", false, "gemm", "n=256"), 1);
    assert_int_equal(find("machine A", false, "gemm", "n=512"), 2);
    assert_int_equal(find("machine A", false, "gemv", "n=256"), 3);
    assert_int_equal(find("machine A", false, "gemv", "n=512"), -1);
    assert_int_equal(find("machine B", false, "gemm", "n=256"), -1);
    assert_int_equal(find("machine A", true, "gemm", "n=256"), -1);
}

static void a_finished_suite_is_dropped_and_the_last_one_takes_the_file(void **state)
{
    (void)state;
    put("a", "gemm", "x", 1);
    put("a", "gemv", "x", 2);
    mw_keep *keep = mw_keep_open(folder, "a", false);
    mw_keep_drop(keep, "gemm");
    mw_keep_close(keep);
    assert_int_equal(find("a", false, "gemm", "x"), -1);
    assert_int_equal(find("a", false, "gemv", "x"), 2);
    keep = mw_keep_open(folder, "a", false);
    mw_keep_drop(keep, "gemv");
    mw_keep_drop(keep, "never there");
    mw_keep_close(keep);
    assert_int_not_equal(access(file, F_OK), 0);
}

static void a_damaged_or_old_file_is_left_aside(void **state)
{
    (void)state;
    static const char *const damaged[] = {"", "{\"format\":1,\"key\":\"a\",\"suites\":{", "[]",
                                          "{\"format\":9,\"key\":\"a\",\"suites\":{}}",
                                          "{\"format\":1,\"key\":\"a\",\"suites\":7}"};
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        FILE *out = fopen(file, "w");
        fputs(damaged[i], out);
        fclose(out);
        assert_int_equal(find("a", false, "gemm", "x"), -1);
    }
    put("a", "gemm", "x", 1);
    assert_int_equal(find("a", false, "gemm", "x"), 1);
    time_t before = time(NULL) - 2 * 24 * 60 * 60;
    assert_int_equal(utime(file, &(struct utimbuf){before, before}), 0);
    assert_int_equal(find("a", false, "gemm", "x"), -1);
}

static void what_cannot_be_written_is_said_and_still_found_in_this_process(void **state)
{
    (void)state;
    char blocked[128];
    snprintf(blocked, sizeof blocked, "%s/file/below", folder);
    char path[96];
    snprintf(path, sizeof path, "%s/file", folder);
    fclose(fopen(path, "w"));
    mw_keep *keep = mw_keep_open(blocked, "a", false);
    json_t *found = json_integer(4);
    assert_false(mw_keep_put(keep, "gemm", "x", found));
    assert_ptr_equal(mw_keep_find(keep, "gemm", "x"), found);
    mw_keep_close(keep);
    json_decref(found);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_are_found_again_by_the_same_run_only, start, finish),
        cmocka_unit_test_setup_teardown(a_finished_suite_is_dropped_and_the_last_one_takes_the_file,
                                        start, finish),
        cmocka_unit_test_setup_teardown(a_damaged_or_old_file_is_left_aside, start, finish),
        cmocka_unit_test_setup_teardown(
            what_cannot_be_written_is_said_and_still_found_in_this_process, start, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
