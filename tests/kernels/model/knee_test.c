/* knee_test.c: knees of made-up rooflines, under load, and where there is none. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/knee.h"

static const double batches[] = {1, 2, 4, 8, 12, 16, 24, 32, 48, 64};

enum { COUNT = sizeof batches / sizeof *batches };

static mw_knee_point points[COUNT];

/* A roofline: level up to the knee, rising beyond; each ratio with an interval of ± `half`. */
static void make(double knee, double half)
{
    for (size_t i = 0; i < COUNT; i++) {
        double ratio = fmin(1, knee / batches[i]);
        points[i] = (mw_knee_point){batches[i], ratio, ratio * (1 - half), ratio * (1 + half)};
    }
}

static void the_crossing_of_a_roofline_is_its_knee(void **state)
{
    (void)state;
    for (double truth = 2; truth < 40; truth *= 1.3) {
        make(truth, 0.02);
        mw_knee knee = mw_knee_find(points, COUNT);
        assert_false(mw_reason_is(&knee.absent));
        assert_true(fabs(knee.value / truth - 1) < 1e-9);
        assert_true(knee.low < truth && truth < knee.high);
    }
}

static void it_is_the_same_under_load(void **state)
{
    (void)state;
    /* T(1)/T(B) as a busy machine of load 14 to 18 gave it, interleaved. */
    static const mw_knee_point busy[] = {
        {1, 1, 1, 1},
        {2, 0.989, 0.80, 1.05},
        {4, 0.819, 0.56, 1.13},
        {8, 0.743, 0.62, 1.00},
        {16, 0.516, 0.42, 0.85},
        {24, 0.447, 0.392, 0.493},
        {32, 0.329, 0.255, 0.372},
        {48, 0.236, 0.227, 0.261},
        {64, 0.189, 0.146, 0.209},
    };
    mw_knee knee = mw_knee_find(busy, sizeof busy / sizeof *busy);
    assert_false(mw_reason_is(&knee.absent));
    assert_true(knee.value > 10.4 && knee.value < 12.2);
    assert_true(knee.low > 8 && knee.high < 14);
}

static void one_disturbed_sample_does_not_move_it(void **state)
{
    (void)state;
    make(12, 0.03);
    points[1].ratio = 0.5; /* batch 2 met a neighbour: the first sample that rises */
    points[1].low = 0.3;
    points[1].high = 0.7;
    mw_knee knee = mw_knee_find(points, COUNT);
    assert_true(fabs(knee.value / 12 - 1) < 1e-9);
}

static void a_wide_interval_gives_no_number(void **state)
{
    (void)state;
    make(12, 0.4);
    mw_knee knee = mw_knee_find(points, COUNT);
    char text[MW_REASON_TEXT];
    assert_int_equal(knee.absent.id, MW_REASON_KNEE_WIDE);
    assert_non_null(strstr(mw_reason_english(&knee.absent, text), "factor 2"));
}

static void a_step_that_never_gets_longer_has_none(void **state)
{
    (void)state;
    make(500, 0.02);
    assert_int_equal(mw_knee_find(points, COUNT).absent.id, MW_REASON_KNEE_LEVEL);
    make(60, 0.02); /* just begun to rise */
    assert_int_equal(mw_knee_find(points, COUNT).absent.id, MW_REASON_KNEE_LEVEL);
}

static void what_is_missing_or_not_a_number_gives_none(void **state)
{
    (void)state;
    make(12, 0.02);
    assert_int_equal(mw_knee_find(points, 2).absent.id, MW_REASON_KNEE_FEW);
    points[4].ratio = NAN;
    assert_int_equal(mw_knee_find(points, COUNT).absent.id, MW_REASON_KNEE_GAP);
    make(12, 0.02);
    points[COUNT - 1].high = INFINITY;
    assert_int_equal(mw_knee_find(points, COUNT).absent.id, MW_REASON_KNEE_GAP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_crossing_of_a_roofline_is_its_knee),
        cmocka_unit_test(it_is_the_same_under_load),
        cmocka_unit_test(one_disturbed_sample_does_not_move_it),
        cmocka_unit_test(a_wide_interval_gives_no_number),
        cmocka_unit_test(a_step_that_never_gets_longer_has_none),
        cmocka_unit_test(what_is_missing_or_not_a_number_gives_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
