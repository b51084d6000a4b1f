/* The table of targets holds what was promised, and its rows judge as the manual says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "labs/bench/pair.h"
#include "labs/bench/targets.h"
#include "tui/commands/bench.h"

static const mw_target *find(const char *suite, const char *label)
{
    size_t count;
    const mw_target *table = mw_target_table(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].suite, suite) == 0 && strcmp(table[i].label, label) == 0)
            return &table[i];
    }
    fail_msg("no target '%s' in %s", label, suite);
    return NULL;
}

static void every_promise_is_a_row(void **state)
{
    (void)state;
    static const struct {
        const char *suite, *label, *args, *rival;
        double wanted;
    } promises[] = {
        {"gemm", "sgemm n=256", "m=256 n=256 k=256 dtype=f32 threads=1", "gemm/openblas", 1.00},
        {"gemm", "sgemm n=512", "m=512 n=512 k=512 dtype=f32 threads=1", "gemm/openblas", 1.00},
        {"gemm", "sgemm n=1024", "m=1024 n=1024 k=1024 dtype=f32", "gemm/openblas", 1.00},
        {"gemm", "sgemm n=2048", "m=2048 n=2048 k=2048 dtype=f32", "gemm/openblas", 1.00},
        {"gemm", "sgemm n=1024, of the peak", "m=1024 n=1024 k=1024", "roof:peak", 0.85},
        {"gemm", "sgemm n=2048, of the peak", "m=2048 n=2048 k=2048", "roof:peak", 0.85},
        {"gemm", "dgemm n=256", "m=256 n=256 k=256 dtype=f64 threads=1", "gemm/openblas", 0.97},
        {"gemm", "dgemm n=512", "m=512 n=512 k=512 dtype=f64", "gemm/openblas", 0.97},
        {"gemm", "dgemm n=1024", "m=1024 n=1024 k=1024 dtype=f64", "gemm/openblas", 0.97},
        {"gemm", "dgemm n=2048", "m=2048 n=2048 k=2048 dtype=f64", "gemm/openblas", 0.97},
        {"gemm", "sgemm n=1024, 2 threads", "threads=2", "gemm/openblas", 0.97},
        {"gemm", "sgemm n=2048, 2 threads", "threads=2", "gemm/openblas", 0.97},
        {"gemm", "sgemm n=1024, beside BLIS", "dtype=f32", "gemm/blis", 1.00},
        {"gemv", "sgemv in L2, of the reduction roof", "dtype=f32", "roof:reduce", 0.95},
        {"gemv", "sgemv in LLC, of the read roof", "dtype=f32", "roof:read", 0.95},
        {"gemv", "sgemv in DRAM, of the read roof", "dtype=f32", "roof:read", 0.95},
        {"gemv", "sgemv in L1", "dtype=f32", "gemv/openblas", 1.0},
        {"gemv", "sgemv in L2", "dtype=f32", "gemv/openblas", 1.0},
        {"gemv", "sgemv in LLC", "dtype=f32", "gemv/openblas", 1.0},
        {"gemv", "sgemv in DRAM", "dtype=f32", "gemv/openblas", 1.0},
        {"quant", "gemv Q8_0", "m=32768 n=16384 threads=1", "gemv/", 3.4},
        {"quant", "gemv Q4_0", "m=32768 n=16384 threads=1", "gemv/", 6.0},
        {"stream", "triad past the caches", "dtype=f64", "likwid:stream_mem", 0.95},
        {"blocks", "transpose blocked n=4096", "n=4096", "stream/copy", 0.7},
        {"blocks", "attention tiled N=4096 d=64", "n=4096 d=64", "attention/naive", 1.15},
        {"blocks", "attention tiled N=4096 d=64, bytes", "n=4096 d=64", "attention/naive", 7},
        {"blocks", "gelu(x+b)+r fused", "dtype=f32", "eltwise/unfused", 2},
        {"blocks", "gelu(x+b)+r fused, bytes", "dtype=f32", "eltwise/unfused", 7.0 / 3},
        {"blocks", "gemm/skinny batch 2, step time", "n=2", "gemm/skinny", 1 / 1.1},
        {"blocks", "gemm/skinny batch 4, step time", "n=4", "gemm/skinny", 1 / 1.1},
        {"blocks", "gemm/skinny batch 8, step time", "n=8", "gemm/skinny", 1 / 1.1},
        {"blocks", "gemm/skinny batch 12, step time", "n=12", "gemm/skinny", 1 / 1.1},
    };
    for (size_t i = 0; i < sizeof promises / sizeof *promises; i++) {
        const mw_target *target = find(promises[i].suite, promises[i].label);
        assert_non_null(strstr(target->args, promises[i].args));
        assert_non_null(strstr(target->rival, promises[i].rival));
        assert_true(fabs(target->wanted - promises[i].wanted) < 1e-12);
    }
    assert_int_equal(find("blocks", "attention tiled N=4096 d=64, bytes")->sense,
                     MW_SENSE_MODELLED);
    assert_int_equal(find("blocks", "gelu(x+b)+r fused, bytes")->sense, MW_SENSE_COUNTED);
    assert_true(find("gemm", "sgemm n=2048")->goal == 1.05);
}

static void every_row_belongs_to_a_suite_and_has_a_name_of_its_own(void **state)
{
    (void)state;
    size_t count, suites;
    const mw_target *table = mw_target_table(&count);
    const mw_suite *suite = mw_suite_table(&suites);
    for (size_t i = 0; i < count; i++) {
        bool known = false;
        for (size_t j = 0; j < suites; j++)
            known = known || (strcmp(suite[j].name, table[i].suite) == 0 && !suite[j].run);
        assert_true(known);
        assert_true(table[i].wanted > 0 && table[i].budget > 0 && *table[i].against);
        for (size_t j = 0; j < i; j++)
            assert_false(strcmp(table[i].suite, table[j].suite) == 0 &&
                         strcmp(table[i].label, table[j].label) == 0);
    }
}

static const char *verdict_of(const mw_target *target, double median, double low, double high,
                              bool noisy)
{
    static char verdict[16];
    mw_pair_value value = {median, low, high, noisy};
    json_t *row = mw_pair_row(target, &value, "");
    assert_non_null(row);
    assert_true(json_is_number(json_object_get(json_object_get(row, "value"), "value")));
    strcpy(verdict, json_string_value(json_object_get(row, "verdict")));
    json_decref(row);
    return verdict;
}

static void a_ratio_is_judged_by_its_interval(void **state)
{
    (void)state;
    const mw_target *target = find("gemm", "dgemm n=1024"); /* at least 0.97 */
    assert_string_equal(verdict_of(target, 1.01, 0.98, 1.02, false), "met");
    assert_string_equal(verdict_of(target, 0.96, 0.95, 0.98, false), "close");
    assert_string_equal(verdict_of(target, 0.94, 0.93, 0.96, false), "missed");
    assert_string_equal(verdict_of(target, 0.94, 0.93, 0.96, true), "noisy");
}

static void counted_bytes_are_right_or_wrong(void **state)
{
    (void)state;
    const mw_target *target = find("blocks", "gelu(x+b)+r fused, bytes");
    double exact = 28.0 * 1048576 / (12.0 * 1048576);
    assert_string_equal(verdict_of(target, exact, exact, exact, false), "met");
    double more = (28.0 * 1048576 + 4) / (12.0 * 1048576);
    assert_string_equal(verdict_of(target, more, more, more, false), "missed");
    json_t *row = mw_pair_row(target, &(mw_pair_value){exact, exact, exact, false}, "");
    assert_string_equal(json_string_value(json_object_get(json_object_get(row, "value"), "kind")),
                        "counted");
    json_decref(row);
}

static void what_is_not_here_says_why(void **state)
{
    (void)state;
    json_t *row = mw_pair_absent(find("gemm", "sgemm n=1024, beside BLIS"),
                                 mw_reason_told("libblis is not here"));
    assert_string_equal(json_string_value(json_object_get(row, "verdict")), "absent");
    assert_string_equal(json_string_value(json_object_get(json_object_get(row, "value"), "reason")),
                        "libblis is not here");
    json_decref(row);
}

static void a_handful_is_known_to_its_range_only(void **state)
{
    (void)state;
    double values[] = {1.2, 0.9, 1.0, 1.1, 1.3};
    mw_pair_value value = mw_pair_median(values, 5);
    assert_true(value.median == 1.1 && value.low == 0.9 && value.high == 1.3);
    double two[] = {3, 1};
    value = mw_pair_median(two, 2);
    assert_true(value.median == 2 && value.low == 1 && value.high == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_promise_is_a_row),
        cmocka_unit_test(every_row_belongs_to_a_suite_and_has_a_name_of_its_own),
        cmocka_unit_test(a_ratio_is_judged_by_its_interval),
        cmocka_unit_test(counted_bytes_are_right_or_wrong),
        cmocka_unit_test(what_is_not_here_says_why),
        cmocka_unit_test(a_handful_is_known_to_its_range_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
