/* statistics_test.c: ranks against the published tables of the sign test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "meter/measure.h"

static mw_statistics of_ramp(size_t count)
{
    double *values = malloc(count * sizeof *values);
    assert_non_null(values);
    /* 1 … count in an order that is not sorted. */
    for (size_t i = 0; i < count; i++)
        values[i] = (double)((i * 7919) % count + 1);
    mw_statistics s = mw_statistics_of(values, count);
    free(values);
    return s;
}

static void the_median_of_an_odd_and_an_even_count(void **state)
{
    (void)state;
    double odd[] = {5, 1, 3}, even[] = {4, 1, 3, 2}, one[] = {7};
    assert_true(mw_statistics_of(odd, 3).median == 3);
    assert_true(mw_statistics_of(even, 4).median == 2.5);
    mw_statistics s = mw_statistics_of(one, 1);
    assert_true(s.median == 7 && s.low == 7 && s.high == 7 && s.min == 7 && s.max == 7);
    assert_int_equal(s.samples, 1);
}

/* Ranks from the tables of the sign test: n, and the 1-based rank whose pair covers 95 %. */
static void the_interval_has_the_ranks_of_the_published_tables(void **state)
{
    (void)state;
    static const struct {
        size_t n, rank;
    } table[] = {{6, 1},  {8, 1},  {9, 2},   {12, 3},  {15, 4},
                 {20, 6}, {25, 8}, {30, 10}, {50, 18}, {100, 40}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        mw_statistics s = of_ramp(table[i].n);
        assert_true(s.low == (double)table[i].rank);
        assert_true(s.high == (double)(table[i].n + 1 - table[i].rank));
    }
}

static void few_samples_give_their_whole_range(void **state)
{
    (void)state;
    mw_statistics s = of_ramp(5);
    assert_true(s.low == 1 && s.high == 5);
}

static void many_samples_use_the_normal_approximation_without_a_jump(void **state)
{
    (void)state;
    mw_statistics exact = of_ramp(499), approximate = of_ramp(503);
    assert_true(approximate.low >= exact.low - 1 && approximate.low <= exact.low + 4);
    assert_true(of_ramp(1000).low >= 468 && of_ramp(1000).low <= 470);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_median_of_an_odd_and_an_even_count),
        cmocka_unit_test(the_interval_has_the_ranks_of_the_published_tables),
        cmocka_unit_test(few_samples_give_their_whole_range),
        cmocka_unit_test(many_samples_use_the_normal_approximation_without_a_jump),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
