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

#include "labs/bench/keep.h"

static char folder[64], file[96], lock[160];

static int start(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/memwall-keep-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(file, sizeof file, "%s/bench.json", folder);
    char host[64] = "";
    gethostname(host, sizeof host - 1);
    snprintf(lock, sizeof lock, "%s/bench-%s.lock", folder, host);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    chmod(folder, 0700);
    unlink(file);
    unlink(lock);
    return rmdir(folder);
}

static mw_keep *open_keep(const char *key, bool fresh)
{
    mw_keep *keep;
    mw_error error = {0};
    assert_int_equal(mw_keep_open(folder, key, fresh, &keep, &error), MW_OK);
    assert_non_null(keep);
    return keep;
}

static void put(const char *key, const char *suite, const char *row, int value)
{
    mw_keep *keep = open_keep(key, false);
    json_t *found = json_integer(value);
    assert_true(mw_keep_put(keep, suite, row, found));
    json_decref(found);
    mw_keep_close(keep);
}

static int find(const char *key, bool fresh, const char *suite, const char *row)
{
    mw_keep *keep = open_keep(key, fresh);
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

static void runs_with_other_options_keep_their_rows_beside_each_other(void **state)
{
    (void)state;
    put("budget 0", "gemm", "n=256", 1);
    put("budget 1", "gemm", "n=256", 2);
    assert_int_equal(find("budget 0", false, "gemm", "n=256"), 1);
    mw_keep *keep = open_keep("budget 1", true);
    json_t *found = json_integer(3);
    assert_true(mw_keep_put(keep, "gemm", "n=512", found));
    json_decref(found);
    mw_keep_close(keep);
    assert_int_equal(find("budget 1", false, "gemm", "n=256"), -1);
    assert_int_equal(find("budget 1", false, "gemm", "n=512"), 3);
    assert_int_equal(find("budget 0", false, "gemm", "n=256"), 1);
}

static void a_finished_row_is_dropped_and_the_last_one_takes_the_file(void **state)
{
    (void)state;
    put("a", "gemm", "x", 1);
    put("a", "gemm", "y", 2);
    put("a", "gemv", "x", 3);
    mw_keep *keep = open_keep("a", false);
    mw_keep_drop(keep, "gemm", "x");
    mw_keep_close(keep);
    assert_int_equal(find("a", false, "gemm", "x"), -1);
    assert_int_equal(find("a", false, "gemm", "y"), 2);
    assert_int_equal(find("a", false, "gemv", "x"), 3);
    keep = open_keep("a", false);
    mw_keep_drop(keep, "gemm", "y");
    mw_keep_drop(keep, "gemv", "x");
    mw_keep_drop(keep, "gemv", "never there");
    mw_keep_drop(keep, "never there", "x");
    mw_keep_close(keep);
    assert_int_not_equal(access(file, F_OK), 0);
}

static void only_one_measures_at_a_time(void **state)
{
    (void)state;
    mw_keep *first = open_keep("a", false), *second;
    mw_error error = {0};
    assert_int_equal(mw_keep_open(folder, "b", false, &second, &error), MW_INVALID);
    assert_null(second);
    char process[32];
    snprintf(process, sizeof process, "(process %ld)", (long)getpid());
    assert_non_null(strstr(error.message, process));
    mw_keep_close(first);
    mw_keep_close(open_keep("b", false));
}

static void a_damaged_or_old_file_is_left_aside(void **state)
{
    (void)state;
    static const char *const damaged[] = {"",
                                          "{\"format\":2,\"runs\":{",
                                          "[]",
                                          "{\"format\":9,\"runs\":{\"a\":{}}}",
                                          "{\"format\":2,\"runs\":7}",
                                          "{\"format\":2,\"runs\":{\"a\":[]}}"};
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        FILE *out = fopen(file, "w");
        fputs(damaged[i], out);
        fclose(out);
        assert_int_equal(find("a", false, "gemm", "x"), -1);
    }
    put("a", "gemm", "x", 1);
    assert_int_equal(find("a", false, "gemm", "x"), 1);
    json_t *json = json_load_file(file, 0, NULL);
    json_object_set_new(json_object_get(json_object_get(json, "runs"), "a"), "when",
                        json_integer(time(NULL) - 2 * 24 * 60 * 60));
    assert_int_equal(json_dump_file(json, file, 0), 0);
    json_decref(json);
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
    mw_keep *keep;
    mw_error error = {0};
    assert_int_equal(mw_keep_open(blocked, "a", false, &keep, &error), MW_OK);
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
        cmocka_unit_test_setup_teardown(runs_with_other_options_keep_their_rows_beside_each_other,
                                        start, finish),
        cmocka_unit_test_setup_teardown(a_finished_row_is_dropped_and_the_last_one_takes_the_file,
                                        start, finish),
        cmocka_unit_test_setup_teardown(only_one_measures_at_a_time, start, finish),
        cmocka_unit_test_setup_teardown(a_damaged_or_old_file_is_left_aside, start, finish),
        cmocka_unit_test_setup_teardown(
            what_cannot_be_written_is_said_and_still_found_in_this_process, start, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
