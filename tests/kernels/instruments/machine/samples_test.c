/* samples_test.c: which tries are kept, and when the best of them is sure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine/neighbour.h"
#include "machine/samples.h"

static void a_disturbed_try_does_not_count_beside_undisturbed_ones(void **state)
{
    (void)state;
    mw_samples s = {.count = 0};
    mw_samples_add(&s, 10, true);
    mw_samples_add(&s, 98, false);
    mw_samples_add(&s, 12, true);
    mw_samples_add(&s, 100, false);
    mw_samples_add(&s, 99, false);
    mw_band band = mw_samples_band(&s);
    assert_true(band.value == 100 && band.high == 100);
    assert_true(band.low == 99);
    assert_true(mw_samples_least(&s) == 10);
}

static void where_all_were_disturbed_they_are_all_there_is(void **state)
{
    (void)state;
    mw_samples s = {.count = 0};
    assert_true(mw_samples_band(&s).value == 0 && mw_samples_least(&s) == 0);
    mw_samples_add(&s, 10, true);
    mw_samples_add(&s, 30, true);
    mw_samples_add(&s, 20, true);
    mw_band band = mw_samples_band(&s);
    assert_true(band.value == 30 && band.low == 20);
}

static void the_best_stays_when_there_is_no_room(void **state)
{
    (void)state;
    mw_samples s = {.count = 0};
    mw_samples_add(&s, 1000, false);
    for (int i = 0; i < 2 * MW_SAMPLES_MAX; i++)
        mw_samples_add(&s, i, false);
    assert_int_equal(s.count, MW_SAMPLES_MAX);
    assert_true(mw_samples_band(&s).value == 1000);
}

/* As many slow tries as fast ones, over and over: slow ones are not forgotten first. */
static void the_median_stays_that_of_all_when_there_is_no_room(void **state)
{
    (void)state;
    mw_samples s = {.count = 0};
    mw_samples_add(&s, 101, false);
    for (int i = 0; i < 2 * MW_SAMPLES_MAX; i++)
        mw_samples_add(&s, i % 2 ? 80 : 100, false);
    mw_band band = mw_samples_band(&s);
    assert_true(band.value == 101 && band.low <= 90);
    assert_true(mw_samples_least(&s) == 80);
    /* What was tried since they were full goes last. */
    for (int i = 0; i < MW_SAMPLES_MAX - 1; i++)
        mw_samples_add(&s, 50, false);
    band = mw_samples_band(&s);
    assert_true(band.value == 101 && band.low == 50);
    mw_samples_keep_now(&s);
    assert_int_equal(s.count, MW_SAMPLES_MAX);
}

static void the_oldest_goes_first_also_after_the_present_moment_was_kept(void **state)
{
    (void)state;
    mw_samples s = {.count = 0};
    for (int i = 0; i < MW_SAMPLES_MAX + 10; i++)
        mw_samples_add(&s, 1000 - i, false);
    mw_samples_keep_now(&s);
    mw_samples_add(&s, 0, false);
    for (size_t i = 0; i < s.count; i++)
        assert_true(s.value[i] != 989); /* the oldest that was left, but for the best */
    assert_true(mw_samples_band(&s).value == 1000);
}

/* `moments` moments of four tries; what `rate` says of the first try of each, the others half. */
static mw_samples table(int moments, double (*rate)(int moment), bool disturbed)
{
    mw_samples s = {.count = 0};
    for (int m = 0; m < moments; m++) {
        mw_samples_next_moment(&s);
        for (int i = 0; i < 4; i++)
            mw_samples_add(&s, i == 0 ? rate(m) : rate(m) / 2, disturbed);
    }
    return s;
}

static double steady(int moment)
{
    return 100 - moment;
}

static double one_peak(int moment)
{
    return moment == 1 ? 100 : 80;
}

static void the_best_is_sure_when_another_moment_comes_near_it(void **state)
{
    (void)state;
    mw_samples s = table(3, steady, false);
    assert_int_equal(mw_samples_verdict(&s, 0.05), MW_ROW_GOOD);
    s = table(3, one_peak, false);
    assert_int_equal(mw_samples_verdict(&s, 0.05), MW_ROW_ALONE);
    assert_int_equal(mw_samples_verdict(&s, 0.25), MW_ROW_GOOD);
    /* As often as it likes, but at one moment. */
    s = (mw_samples){.count = 0};
    for (int i = 0; i < 20; i++)
        mw_samples_add(&s, 100, false);
    assert_int_equal(mw_samples_verdict(&s, 0.05), MW_ROW_ALONE);
}

static void what_hardly_ever_ran_undisturbed_is_not_sure(void **state)
{
    (void)state;
    mw_samples s = table(5, steady, true);
    assert_int_equal(mw_samples_verdict(&s, 0.05), MW_ROW_FEW);
    for (int i = 1; i < MW_SAMPLES_LEAST; i++)
        mw_samples_add(&s, 97, false);
    assert_int_equal(mw_samples_verdict(&s, 0.05), MW_ROW_FEW);
    assert_int_equal(mw_samples_undisturbed(&s), MW_SAMPLES_LEAST - 1);
    mw_samples_add(&s, 97, false);
    assert_int_equal(mw_samples_undisturbed(&s), MW_SAMPLES_LEAST);
    assert_int_equal(mw_samples_verdict(&s, 0.05), MW_ROW_GOOD);
    s = (mw_samples){.count = 0};
    assert_int_equal(mw_samples_verdict(&s, 0.05), MW_ROW_FEW);
}

static void a_disturbance_that_no_try_sees_is_laid_on_all_of_its_moment(void **state)
{
    (void)state;
    mw_samples s = table(2, steady, false);
    mw_samples_disturb_now(&s);
    for (size_t i = 0; i < s.count; i++)
        assert_int_equal(s.disturbed[i], i >= 4);
}

static void the_best_and_the_present_moment_can_be_kept_alone(void **state)
{
    (void)state;
    mw_samples s = table(3, one_peak, false);
    mw_samples_keep_now(&s);
    assert_int_equal(s.count, 5);
    assert_true(mw_samples_band(&s).value == 100);
    assert_int_equal(mw_samples_verdict(&s, 0.05), MW_ROW_ALONE);
    assert_int_equal(mw_samples_verdict(&s, 0.25), MW_ROW_GOOD);
}

static void a_disturbed_try_that_is_the_best_is_a_roof_all_the_same(void **state)
{
    (void)state;
    mw_samples s = {.count = 0};
    mw_samples_add(&s, 90, false);
    mw_samples_add(&s, 100, true);
    mw_band band = mw_samples_band(&s);
    assert_true(band.value == 100 && band.high == 100 && band.low == 90);
}

static void half_the_additions_in_a_cycle_are_a_core_that_is_shared(void **state)
{
    (void)state;
    assert_false(mw_core_seems_shared(0)); /* no probe */
    assert_false(mw_core_seems_shared(4.17));
    assert_true(mw_core_seems_shared(2.1));
    assert_false(mw_core_seems_shared(6));
    assert_true(mw_core_seems_shared(3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disturbed_try_does_not_count_beside_undisturbed_ones),
        cmocka_unit_test(where_all_were_disturbed_they_are_all_there_is),
        cmocka_unit_test(the_best_stays_when_there_is_no_room),
        cmocka_unit_test(the_median_stays_that_of_all_when_there_is_no_room),
        cmocka_unit_test(the_oldest_goes_first_also_after_the_present_moment_was_kept),
        cmocka_unit_test(the_best_is_sure_when_another_moment_comes_near_it),
        cmocka_unit_test(what_hardly_ever_ran_undisturbed_is_not_sure),
        cmocka_unit_test(a_disturbance_that_no_try_sees_is_laid_on_all_of_its_moment),
        cmocka_unit_test(the_best_and_the_present_moment_can_be_kept_alone),
        cmocka_unit_test(a_disturbed_try_that_is_the_best_is_a_roof_all_the_same),
        cmocka_unit_test(half_the_additions_in_a_cycle_are_a_core_that_is_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
