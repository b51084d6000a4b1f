/* Rules about series of samples, from samples that are made up: no clock is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the ones above first. */
#include <cmocka.h>
#include <math.h>

#include "meter/series.h"

enum { MOST = 400 };

static double values[MOST], scratch[MOST];

/* Noise of ±`half`, evenly spread, in an order that has no period. */
static double noise_at(size_t i, double half)
{
    return half * ((double)((i * 7919 + 13) % 401) / 200 - 1);
}

static void fill(size_t count, double half)
{
    for (size_t i = 0; i < count; i++)
        values[i] = 1 + noise_at(i, half);
}

static bool is_steady(size_t count, const char *words)
{
    char text[MW_REASON_TEXT];
    double before[MOST];
    memcpy(before, values, sizeof before);
    mw_reason reason = mw_series_unsteady(values, count, 0.04, scratch);
    assert_memory_equal(before, values, sizeof before);
    mw_reason_english(&reason, text);
    if (words)
        assert_non_null(strstr(text, words));
    else
        assert_string_equal(text, "");
    return !mw_reason_is(&reason);
}

static mw_noise sample_of(double wall, double cpu, long switches)
{
    return (mw_noise){.wall_seconds = wall, .cpu_seconds = cpu, .switches = switches, .threads = 1};
}

static void a_switch_disturbs_a_short_sample_and_not_a_long_one(void **state)
{
    (void)state;
    mw_noise sample = sample_of(3e-4, 3e-4, 0);
    assert_false(mw_sample_is_disturbed(&sample));
    sample.switches = 1;
    assert_true(mw_sample_is_disturbed(&sample));
    sample.whole_machine = true;
    assert_false(mw_sample_is_disturbed(&sample));
    mw_noise second = sample_of(1, 0.99, 15);
    assert_false(mw_sample_is_disturbed(&second));
    second.switches = 25;
    assert_true(mw_sample_is_disturbed(&second));
}

static void waiting_disturbs_a_sample_unless_the_clocks_explain_it(void **state)
{
    (void)state;
    mw_noise stolen = sample_of(3e-4, 2e-4, 0), clocks = sample_of(1e-4, 0.9e-4, 0);
    assert_true(mw_sample_is_disturbed(&stolen));
    assert_false(mw_sample_is_disturbed(&clocks));
}

/* Tries at a roof of a few milliseconds. A stopped process is not switched away against its will:
 * only the clocks tell. */
static void a_short_sample_is_disturbed_by_a_switch_or_by_time_it_did_not_run(void **state)
{
    (void)state;
    const struct {
        double wall, cpu;
        long switches;
        bool disturbed;
    } table[] = {
        {2.5e-3, 2.5e-3, 0, false}, {2.5e-3, 2.47e-3, 0, false},
        {2.5e-3, 2.4e-3, 0, true},  {2.5e-3, 2.5e-3, 1, true},
        {82.5e-3, 2.5e-3, 0, true}, {300e-6, 285e-6, 0, false}, /* a tick of the timer */
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        mw_noise sample = sample_of(table[i].wall, table[i].cpu, table[i].switches);
        assert_int_equal(mw_sample_is_disturbed(&sample), table[i].disturbed);
    }
}

static void a_team_may_wait_a_tenth(void **state)
{
    (void)state;
    mw_noise team = {.wall_seconds = 1.05, .cpu_seconds = 2, .threads = 2, .whole_machine = true};
    assert_false(mw_sample_is_disturbed(&team));
    team.wall_seconds = 1.2;
    assert_true(mw_sample_is_disturbed(&team));
}

static void independent_samples_keep_nearly_their_interval(void **state)
{
    (void)state;
    fill(256, 0.05);
    mw_statistics series = mw_series_statistics(values, 256, scratch);
    memcpy(scratch, values, sizeof values);
    mw_statistics plain = mw_statistics_of(scratch, 256);
    assert_true(series.median == plain.median && series.samples == 256);
    assert_true(series.low <= plain.low && series.high >= plain.high);
    assert_true(series.high - series.low < 2 * (plain.high - plain.low));
}

/* Two moods of 32 samples each by turns: 256 samples, and yet the machine was seen 8 times. */
static void moods_that_last_widen_the_interval(void **state)
{
    (void)state;
    for (size_t i = 0; i < 256; i++)
        values[i] = (i / 32 % 2 ? 1.06 : 1.0) + noise_at(i, 0.04);
    mw_statistics series = mw_series_statistics(values, 256, scratch);
    memcpy(scratch, values, sizeof values);
    mw_statistics plain = mw_statistics_of(scratch, 256);
    assert_true(series.high - series.low > 2 * (plain.high - plain.low));
    assert_true(series.low < 1.02 && series.high > 1.04);
}

static void few_samples_have_the_plain_interval(void **state)
{
    (void)state;
    fill(63, 0.05);
    mw_statistics series = mw_series_statistics(values, 63, scratch);
    memcpy(scratch, values, sizeof values);
    mw_statistics plain = mw_statistics_of(scratch, 63);
    assert_true(series.low == plain.low && series.high == plain.high);
}

static void noise_around_one_value_is_steady(void **state)
{
    (void)state;
    fill(200, 0.04);
    assert_true(is_steady(200, NULL));
    fill(18, 0.04);
    assert_true(is_steady(18, NULL));
}

static void a_ratio_that_moves_is_not_steady(void **state)
{
    (void)state;
    for (size_t i = 0; i < 200; i++)
        values[i] = 1 + 0.09 * (double)i / 200 + noise_at(i, 0.01);
    assert_false(is_steady(200, "moved by 6 %"));
    /* Half as far is within what is allowed. */
    for (size_t i = 0; i < 200; i++)
        values[i] = 1 + 0.045 * (double)i / 200 + noise_at(i, 0.01);
    assert_true(is_steady(200, NULL));
}

static void two_groups_have_no_median_to_speak_of(void **state)
{
    (void)state;
    for (size_t i = 0; i < 200; i++)
        values[i] = ((i * 31) % 5 < 3 ? 1.0 : 1.3) + noise_at(i, 0.01);
    assert_false(is_steady(200, "middle half"));
    /* A few stragglers are what a median is for. */
    for (size_t i = 0; i < 200; i++)
        values[i] = (i % 10 ? 1.0 : 1.3) + noise_at(i, 0.01);
    assert_true(is_steady(200, NULL));
}

static void of_a_handful_nothing_is_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < 17; i++)
        values[i] = (double)(i + 1);
    assert_true(is_steady(17, NULL));
    values[17] = 18;
    assert_false(is_steady(18, "moved"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_switch_disturbs_a_short_sample_and_not_a_long_one),
        cmocka_unit_test(waiting_disturbs_a_sample_unless_the_clocks_explain_it),
        cmocka_unit_test(a_short_sample_is_disturbed_by_a_switch_or_by_time_it_did_not_run),
        cmocka_unit_test(a_team_may_wait_a_tenth),
        cmocka_unit_test(independent_samples_keep_nearly_their_interval),
        cmocka_unit_test(moods_that_last_widen_the_interval),
        cmocka_unit_test(few_samples_have_the_plain_interval),
        cmocka_unit_test(noise_around_one_value_is_steady),
        cmocka_unit_test(a_ratio_that_moves_is_not_steady),
        cmocka_unit_test(two_groups_have_no_median_to_speak_of),
        cmocka_unit_test(of_a_handful_nothing_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
