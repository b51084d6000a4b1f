#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disturbed_try_does_not_count_beside_undisturbed_ones),
        cmocka_unit_test(where_all_were_disturbed_they_are_all_there_is),
        cmocka_unit_test(the_best_stays_when_there_is_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
