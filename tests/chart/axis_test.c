/* axis_test.c: positions, ticks and labels of axes, with bounds that make no sense among them. */
#include "labs/chart/axis.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void positions_rise_with_values_and_invert(void **state)
{
    (void)state;
    static const mw_scale scales[] = {MW_SCALE_LINEAR, MW_SCALE_LOG, MW_SCALE_LOG2};
    srand(7);
    for (int trial = 0; trial < 3000; trial++) {
        double low = pow(10, rand() % 12 - 4), high = low * (1.1 + rand() % 100000);
        mw_axis axis =
            mw_axis_make(scales[trial % 3], low, high, trial % 2 ? 40 : 0, trial % 2 ? 0 : 60);
        double before = NAN;
        for (int i = 0; i <= 20; i++) {
            double value = low * pow(high / low, i / 20.0), position;
            assert_true(mw_axis_position(&axis, value, &position));
            if (i > 0)
                assert_true(axis.to > axis.from ? position > before : position < before);
            before = position;
            assert_true(fabs(mw_axis_value(&axis, position) / value - 1) < 1e-9);
        }
    }
}

static void bad_bounds_still_give_an_axis(void **state)
{
    (void)state;
    static const double bad[] = {NAN, INFINITY, -INFINITY, 0, -3, 1e300, 1e-300, 5};
    for (int scale = 0; scale < 3; scale++)
        for (size_t i = 0; i < 8; i++)
            for (size_t k = 0; k < 8; k++) {
                mw_axis axis = mw_axis_make((mw_scale)scale, bad[i], bad[k], 0, 10);
                assert_true(isfinite(axis.low) && isfinite(axis.high) && axis.low < axis.high);
                assert_true(scale == MW_SCALE_LINEAR || axis.low > 0);
                mw_tick ticks[MW_TICKS_MAX];
                int count = mw_axis_ticks(&axis, 1, 1, 1, ticks, MW_TICKS_MAX);
                assert_true(count >= 0 && count <= MW_TICKS_MAX);
            }
}

static void what_has_no_logarithm_has_no_place(void **state)
{
    (void)state;
    mw_axis axis = mw_axis_make(MW_SCALE_LOG, 0.1, 100, 0, 50);
    double position;
    assert_false(mw_axis_position(&axis, 0, &position));
    assert_false(mw_axis_position(&axis, -1, &position));
    assert_false(mw_axis_position(&axis, NAN, &position));
    assert_false(mw_axis_position(&axis, INFINITY, &position));
    assert_true(mw_axis_position(&axis, 0.01, &position));
    assert_true(position < 0); /* outside, and said so by its place */
    assert_true(mw_axis_clamp(&axis, position) == 0);
}

static void join_labels(const mw_axis *axis, double factor, double char_width, double gap,
                        char *text, size_t size)
{
    mw_tick ticks[MW_TICKS_MAX];
    int count = mw_axis_ticks(axis, factor, char_width, gap, ticks, MW_TICKS_MAX);
    text[0] = '\0';
    for (int i = 0; i < count; i++)
        if (ticks[i].labelled) {
            strncat(text, ticks[i].label, size - strlen(text) - 1);
            strncat(text, " ", size - strlen(text) - 1);
        }
}

static void decades_are_labelled_as_densely_as_they_fit(void **state)
{
    (void)state;
    char text[512];
    mw_axis wide = mw_axis_make(MW_SCALE_LOG, 0.1, 100, 0, 60);
    join_labels(&wide, 1, 1, 2, text, sizeof text);
    assert_string_equal(text, "0.1 0.2 0.5 1 2 5 10 20 50 100 ");
    mw_axis narrow = mw_axis_make(MW_SCALE_LOG, 0.1, 100, 0, 28);
    join_labels(&narrow, 1, 1, 1, text, sizeof text);
    assert_string_equal(text, "0.1 0.3 1 3 10 30 100 ");
    mw_axis tight = mw_axis_make(MW_SCALE_LOG, 0.1, 100, 0, 14);
    join_labels(&tight, 1, 1, 1, text, sizeof text);
    assert_string_equal(text, "0.1 1 10 100 ");
    mw_axis vertical = mw_axis_make(MW_SCALE_LOG, 1e9, 2e11, 20, 0);
    join_labels(&vertical, 1e9, 0, 1.5, text, sizeof text);
    assert_string_equal(text, "1 2 3 5 10 20 30 50 100 200 ");
}

static void minor_ticks_stand_at_every_digit_of_a_decade(void **state)
{
    (void)state;
    mw_axis axis = mw_axis_make(MW_SCALE_LOG, 1, 100, 0, 40);
    mw_tick ticks[MW_TICKS_MAX];
    assert_int_equal(mw_axis_ticks(&axis, 1, 1, 2, ticks, MW_TICKS_MAX), 19);
    assert_true(fabs(ticks[4].value - 5) < 1e-9 && fabs(ticks[18].value - 100) < 1e-6);
}

static void sizes_are_labelled_in_powers_of_two(void **state)
{
    (void)state;
    char text[512];
    mw_axis axis = mw_axis_make(MW_SCALE_LOG2, 4096, 1 << 30, 0, 50);
    join_labels(&axis, 1, 1, 2, text, sizeof text);
    assert_string_equal(text, "4K 16K 64K 256K 1M 4M 16M 64M 256M 1G ");
}

static void large_and_divided_values_are_labelled_without_an_exponent(void **state)
{
    (void)state;
    mw_tick ticks[MW_TICKS_MAX];
    static const double values[] = {300, 64313, 51380224, 1e9};
    mw_axis axis = mw_axis_make(MW_SCALE_LOG, 100, 1e10, 0, 200);
    assert_int_equal(mw_axis_ticks_at(&axis, values, 4, 1, 1, 1, ticks, MW_TICKS_MAX), 4);
    assert_string_equal(ticks[1].label, "64 313");
    assert_string_equal(ticks[2].label, "51 380 224");
    assert_string_equal(ticks[3].label, "1 000 000 000");
    assert_int_equal(mw_axis_ticks_at(&axis, values, 1, 1e3, 1, 1, ticks, MW_TICKS_MAX), 1);
    assert_string_equal(ticks[0].label, "0.3");
}

static void linear_axes_count_in_ones_twos_and_fives(void **state)
{
    (void)state;
    char text[512];
    mw_axis axis = mw_axis_make(MW_SCALE_LINEAR, 0, 0.031, 10, 0);
    join_labels(&axis, 1e-3, 0, 1.9, text, sizeof text);
    assert_string_equal(text, "0 10 20 30 ");
}

static void labels_never_touch(void **state)
{
    (void)state;
    srand(11);
    for (int trial = 0; trial < 4000; trial++) {
        mw_scale scale = (mw_scale)(trial % 3);
        double low = pow(10, (rand() % 240 - 120) / 10.0);
        double high = low * pow(10, (rand() % 120 + 1) / 10.0);
        double length = 8 + rand() % 120, gap = 1;
        mw_axis axis = mw_axis_make(scale, low, high, 0, length);
        const char *prefix;
        double factor = scale == MW_SCALE_LOG2 ? 1 : mw_axis_prefix(&axis, &prefix);
        mw_tick ticks[MW_TICKS_MAX];
        int count = mw_axis_ticks(&axis, factor, 1, gap, ticks, MW_TICKS_MAX);
        double end = -1e9;
        for (int i = 0; i < count; i++) {
            assert_true(i == 0 || ticks[i].position >= ticks[i - 1].position);
            assert_true(ticks[i].position > -1e-6 && ticks[i].position < length + 1e-6);
            if (!ticks[i].labelled)
                continue;
            double half = (double)strlen(ticks[i].label) / 2;
            assert_true(ticks[i].position - half >= end + gap - 1e-6);
            end = ticks[i].position + half;
        }
    }
}

static void own_values_keep_the_first_and_the_last_label(void **state)
{
    (void)state;
    static const double batches[] = {1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128};
    mw_axis axis = mw_axis_make(MW_SCALE_LOG, 0.9, 140, 0, 30);
    mw_tick ticks[MW_TICKS_MAX];
    int count = mw_axis_ticks_at(&axis, batches, 12, 1, 1, 1, ticks, MW_TICKS_MAX);
    assert_int_equal(count, 12);
    assert_true(ticks[0].labelled && ticks[11].labelled);
    assert_string_equal(ticks[11].label, "128");
    assert_false(ticks[10].labelled); /* 96 would touch 128 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_rise_with_values_and_invert),
        cmocka_unit_test(bad_bounds_still_give_an_axis),
        cmocka_unit_test(what_has_no_logarithm_has_no_place),
        cmocka_unit_test(decades_are_labelled_as_densely_as_they_fit),
        cmocka_unit_test(minor_ticks_stand_at_every_digit_of_a_decade),
        cmocka_unit_test(sizes_are_labelled_in_powers_of_two),
        cmocka_unit_test(large_and_divided_values_are_labelled_without_an_exponent),
        cmocka_unit_test(linear_axes_count_in_ones_twos_and_fives),
        cmocka_unit_test(labels_never_touch),
        cmocka_unit_test(own_values_keep_the_first_and_the_last_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
