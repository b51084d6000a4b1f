/* The verdicts of a measurement whose samples are made up: no kernel runs and no clock is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka wants the ones above first. */
#include <cmocka.h>

#include "meter/session.h"

enum { MOST = 100 };

static double own[MOST], other[MOST], values[MOST], scratch[MOST];
static bool disturbed[MOST];
static mw_measurement measurements[2];
static mw_ratio ratio;

/* `count` pairs of 1 ms and 2 ms, ±1 %; every `each`th (0: none) was disturbed, and its second side
 * took four times as long. */
static mw_session session_of(size_t count, size_t each)
{
    mw_session s = {.side_count = 2,
                    .options = {.interval = 0.02},
                    .values = values,
                    .scratch = scratch,
                    .disturbed = disturbed,
                    .budget = 0.5};
    memset(measurements, 0, sizeof measurements);
    CPU_ZERO(&s.affinity.allowed);
    CPU_SET(0, &s.affinity.allowed);
    CPU_SET(1, &s.affinity.allowed);
    for (size_t i = 0; i < count; i++) {
        disturbed[i] = each > 0 && i % each == 0;
        own[i] = 1e-3 * (1 + 0.01 * ((double)(i * 37 % 11) / 5 - 1));
        other[i] = 2e-3 * (disturbed[i] ? 4 : 1) * (1 + 0.01 * ((double)(i * 29 % 13) / 6 - 1));
    }
    double *const samples[2] = {own, other};
    for (int i = 0; i < 2; i++) {
        measurements[i].threads_asked = measurements[i].threads_had = 1;
        s.sides[i] =
            (mw_side){.result = &measurements[i],
                      .threads = 1,
                      .samples = samples[i],
                      .count = count,
                      .noise = {.wall_seconds = 0.1, .cpu_seconds = 0.1, .span_seconds = 0.3}};
    }
    return s;
}

static void a_quiet_pair_is_clean_throughout(void **state)
{
    (void)state;
    mw_session s = session_of(40, 0);
    assert_true(mw_session_is_settled(&s));
    for (int i = 0; i < 2; i++) {
        mw_session_judge_side(&s, &s.sides[i]);
        assert_false(measurements[i].noisy);
    }
    mw_session_judge_ratio(&s, &ratio);
    assert_false(ratio.noisy || ratio.disturbed);
    assert_int_equal(ratio.reason.id, MW_REASON_NONE);
    assert_true(ratio.value.low <= 2 && ratio.value.high >= 2);
    assert_int_equal(ratio.pairs, 40);
    assert_int_equal(ratio.disturbed_pairs, 0);
}

/* Three of four pairs were disturbed: their median would be 8. */
static void a_ratio_is_told_from_the_pairs_in_which_nothing_else_ran(void **state)
{
    (void)state;
    mw_session s = session_of(40, 0);
    for (size_t i = 0; i < 40; i++) {
        disturbed[i] = i % 4 != 0;
        other[i] *= disturbed[i] ? 4 : 1;
    }
    assert_true(mw_session_is_settled(&s));
    mw_session_judge_ratio(&s, &ratio);
    assert_false(ratio.noisy);
    assert_true(ratio.value.low > 1.97 && ratio.value.high < 2.03);
    assert_int_equal(ratio.value.samples, 10);
    assert_int_equal(ratio.disturbed_pairs, 30);
}

static void a_time_stays_noisy_where_others_ran_though_the_ratio_is_clean(void **state)
{
    (void)state;
    mw_session s = session_of(40, 4);
    s.sides[0].noise.switches = 200;
    mw_session_judge_side(&s, &s.sides[0]);
    assert_true(measurements[0].noisy && measurements[0].disturbed);
    assert_int_equal(measurements[0].reason.id, MW_REASON_SWITCHED);
    mw_session_judge_ratio(&s, &ratio);
    assert_false(ratio.noisy);
}

static void too_few_undisturbed_pairs_cannot_be_told(void **state)
{
    (void)state;
    char text[MW_REASON_TEXT];
    mw_session s = session_of(40, 0);
    for (size_t i = 0; i < 34; i++)
        disturbed[i] = true;
    assert_false(mw_session_is_settled(&s));
    mw_session_judge_ratio(&s, &ratio);
    assert_true(ratio.noisy && ratio.disturbed);
    assert_string_equal(mw_reason_english(&ratio.reason, text),
                        "only 6 of 40 pairs ran undisturbed");
    assert_int_equal(ratio.value.samples, 40); /* the figure is there, from all of them */
    disturbed[0] = false;
    mw_session_judge_ratio(&s, &ratio);
    assert_int_equal(ratio.value.samples, 7);
    assert_false(ratio.disturbed);
}

static void a_ratio_that_moves_cannot_be_told(void **state)
{
    (void)state;
    mw_session s = session_of(60, 0);
    for (size_t i = 0; i < 60; i++)
        other[i] *= 1 + 0.1 * (double)i / 60;
    mw_session_judge_ratio(&s, &ratio);
    assert_true(ratio.noisy && ratio.disturbed);
    assert_int_equal(ratio.reason.id, MW_REASON_MOVED);
}

/* The clock of the whole machine moves: both times do, their ratio does not. */
static void what_falls_on_both_sides_alike_spoils_times_only(void **state)
{
    (void)state;
    mw_session s = session_of(60, 0);
    for (size_t i = 0; i < 60; i++) {
        own[i] *= 1 + 0.1 * (double)i / 60;
        other[i] *= 1 + 0.1 * (double)i / 60;
    }
    mw_session_judge_side(&s, &s.sides[0]);
    assert_true(measurements[0].noisy);
    mw_session_judge_ratio(&s, &ratio);
    assert_false(ratio.noisy);
}

static void a_wide_interval_is_noisy_and_not_disturbed(void **state)
{
    (void)state;
    char text[MW_REASON_TEXT];
    mw_session s = session_of(12, 0);
    for (size_t i = 0; i < 12; i++)
        other[i] *= 1 + 0.1 * (double)(i * 5 % 12) / 12;
    mw_session_judge_ratio(&s, &ratio);
    assert_true(ratio.noisy && !ratio.disturbed);
    assert_int_equal(ratio.reason.id, MW_REASON_WIDE);
    s = session_of(1, 0);
    mw_session_judge_ratio(&s, &ratio);
    assert_string_equal(mw_reason_english(&ratio.reason, text), "only 1 sample fitted into 0.5 s");
    s = session_of(3, 0);
    mw_session_judge_ratio(&s, &ratio);
    assert_true(ratio.noisy && !ratio.disturbed);
    assert_string_equal(mw_reason_english(&ratio.reason, text), "only 3 samples fitted into 0.5 s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quiet_pair_is_clean_throughout),
        cmocka_unit_test(a_ratio_is_told_from_the_pairs_in_which_nothing_else_ran),
        cmocka_unit_test(a_time_stays_noisy_where_others_ran_though_the_ratio_is_clean),
        cmocka_unit_test(too_few_undisturbed_pairs_cannot_be_told),
        cmocka_unit_test(a_ratio_that_moves_cannot_be_told),
        cmocka_unit_test(what_falls_on_both_sides_alike_spoils_times_only),
        cmocka_unit_test(a_wide_interval_is_noisy_and_not_disturbed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
