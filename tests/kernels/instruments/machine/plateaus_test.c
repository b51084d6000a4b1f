/* plateaus_test.c: levels found in recorded and in made-up sweeps. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "machine/plateaus.h"

#define KIB 1024.0
#define MIB (1024.0 * 1024.0)

/* Best GB/s at 4 KiB * 2^(i/4), recorded in a guest with 48 KiB, 2 MiB and (by its books) 480 MiB.
 */
static const double large_books[] =
    {
        269,  271,  272,  274,  276,  277,  278,  277,  276,  275,  274,
        274,  272,  270, /* to 38 KiB */
        210,  161,  161,  160,  161,  161,  160,  160,  161,  160,  161,
        160,  160,  161,  160,                              /* to 524 KiB */
        161,  160,  160,  160,  160,  155,  120,  80,   55, /* to 2.5 MiB */
        41,   33,   29.9, 29.8, 29.8, 29.7, 29.6, 29.8, 29.9, 29.8, 29.7,
        29.6, 29.5, 29.6, 29.7, 29.5, 29.4, 29.5, 29.4, 29.4,             /* to 76 MiB */
        27.8, 25,   21.4, 18.5, 16.6, 16.4, 16.2, 16.0, 15.9, 15.8, 15.7, /* to 512 MiB */
};

/* The same recipe in a guest whose last cache is shared: full speed ends at once, at 24 of 105 MiB.
 */
static const double sharp_drop[] = {
    255.11, 246.87, 246.16, 245.97, 243.65, 245.10, 248.20, 248.83, 249.19, 249.59, 234.72, 255.68,
    252.90, 249.16, 204.42, 114.26, 113.70, 112.39, 112.18, 108.66, 108.32, 107.41, 104.22, 102.81,
    102.13, 102.40, 100.71, 102.42, 101.92, 103.01, 106.77, 105.76, 106.16, 105.23, 83.32,  60.85,
    40.37,  30.81,  23.75,  22.57,  21.60,  21.56,  21.58,  21.82,  20.30,  21.59,  21.24,  21.84,
    21.73,  22.50,  22.00,  11.13,  11.08,  11.68,  11.21,  10.70,  11.01,  10.83,  10.55,  10.72,
    9.76,   10.49,  10.58,  10.40,  10.20,  10.39,  10.75,  11.18,  10.58,
};

static void load(mw_calibration *c, const double *gigabytes, size_t count)
{
    memset(c, 0, sizeof *c);
    c->sweep_count = count;
    for (size_t i = 0; i < count; i++) {
        double best = gigabytes[i] * 1e9;
        c->sweep[i] = (mw_sweep_point){.bytes = floor(4096 * exp2((double)i / 4) / 512) * 512,
                                       .bytes_per_second = {best, best * 0.96, best},
                                       .median = best * 0.98};
    }
}

#define LOAD(c, curve) load(c, curve, sizeof(curve) / sizeof *(curve))

static void assert_between(double value, double low, double high)
{
    if (!(value >= low && value <= high))
        fail_msg("%g is not between %g and %g", value, low, high);
}

static void flat_parts_of_a_recorded_curve_become_levels(void **state)
{
    (void)state;
    static mw_calibration c;
    LOAD(&c, large_books);
    mw_levels_from_sweep(&c, 480 * MIB, true);
    assert_int_equal(c.level_count, 4);
    assert_false(c.unsure);
    assert_string_equal(c.levels[0].name, "L1");
    assert_string_equal(c.levels[1].name, "L2");
    assert_string_equal(c.levels[2].name, "LLC");
    assert_string_equal(c.levels[3].name, "DRAM");
    assert_between(c.levels[0].bytes_per_second.value, 269e9, 278e9);
    assert_between(c.levels[1].bytes_per_second.value, 160e9, 161e9);
    assert_between(c.levels[2].bytes_per_second.value, 29.4e9, 29.9e9);
    assert_between(c.levels[3].bytes_per_second.value, 15.7e9, 16.6e9);
    assert_between(c.levels[0].effective_bytes, 40 * KIB, 60 * KIB);
    assert_between(c.levels[1].effective_bytes, 1.5 * MIB, 3 * MIB);
    assert_between(c.levels[2].effective_bytes, 90 * MIB, 145 * MIB);
    assert_true(c.levels[3].effective_bytes == 0);
}

static void a_last_cache_that_ends_at_once_is_still_told_from_memory(void **state)
{
    (void)state;
    static mw_calibration c;
    LOAD(&c, sharp_drop);
    mw_levels_from_sweep(&c, 105 * MIB, true);
    assert_int_equal(c.level_count, 4);
    assert_string_equal(c.levels[2].name, "LLC");
    assert_string_equal(c.levels[3].name, "DRAM");
    assert_between(c.levels[2].effective_bytes, 22 * MIB, 30 * MIB);
    assert_between(c.levels[3].bytes_per_second.value, 10e9, 11.2e9);
}

static void without_reaching_past_the_books_it_may_still_be_a_cache(void **state)
{
    (void)state;
    static mw_calibration c;
    LOAD(&c, sharp_drop);
    mw_levels_from_sweep(&c, 480 * MIB, true);
    assert_string_equal(c.levels[3].name, "largest tested");
}

static void a_sweep_that_ends_inside_the_last_cache_of_the_books_has_not_seen_memory(void **state)
{
    (void)state;
    static mw_calibration c;
    LOAD(&c, large_books);
    c.sweep_count -= 8; /* a process that may take no more than 128 MiB */
    mw_levels_from_sweep(&c, 480 * MIB, true);
    for (size_t i = 0; i < c.level_count; i++)
        assert_string_not_equal(c.levels[i].name, "DRAM");
    c.sweep_count = 55; /* up to 46 MiB, on a plateau of more than an octave */
    mw_levels_from_sweep(&c, 480 * MIB, true);
    assert_int_equal(c.level_count, 3);
    assert_string_equal(c.levels[2].name, "largest tested");
}

static void a_band_holds_the_median_below_and_the_best_above(void **state)
{
    (void)state;
    static mw_calibration c;
    LOAD(&c, sharp_drop);
    mw_levels_from_sweep(&c, 0, true);
    for (size_t i = 0; i < c.level_count; i++) {
        mw_band b = c.levels[i].bytes_per_second;
        assert_true(b.low <= b.value && b.value <= b.high && b.low > 0);
    }
    assert_true(c.levels[0].bytes_per_second.high == 255.68e9);
}

static void a_growing_sweep_shows_the_levels_it_has_crossed(void **state)
{
    (void)state;
    static mw_calibration c;
    LOAD(&c, sharp_drop);
    c.sweep_count = 2;
    mw_levels_from_sweep(&c, 0, false);
    assert_int_equal(c.level_count, 0);
    c.sweep_count = 30;
    mw_levels_from_sweep(&c, 0, false);
    assert_int_equal(c.level_count, 2);
    assert_string_equal(c.levels[1].name, "L2");
    assert_false(c.unsure);
}

static void one_flat_line_or_a_slope_is_unsure(void **state)
{
    (void)state;
    static mw_calibration c;
    double flat[60], slope[60];
    for (int i = 0; i < 60; i++) {
        flat[i] = 100;
        slope[i] = 300 * pow(0.93, i);
    }
    LOAD(&c, flat);
    mw_levels_from_sweep(&c, 0, true);
    assert_int_equal(c.level_count, 1);
    assert_true(c.unsure);
    LOAD(&c, slope);
    mw_levels_from_sweep(&c, 0, true);
    assert_int_equal(c.level_count, 0);
    assert_true(c.unsure);
}

static void one_disturbed_point_does_not_split_a_level(void **state)
{
    (void)state;
    static mw_calibration c;
    LOAD(&c, sharp_drop);
    c.sweep[24].bytes_per_second.value /= 2;
    mw_levels_from_sweep(&c, 105 * MIB, true);
    assert_int_equal(c.level_count, 4);
    assert_between(c.levels[1].bytes_per_second.value, 100e9, 114e9);
}

static void a_scattered_end_still_belongs_to_memory(void **state)
{
    (void)state;
    static mw_calibration c;
    LOAD(&c, sharp_drop);
    static const double scatter[] = {0.86, 1.12, 0.83, 1.15, 0.9, 1.14, 0.85, 1.1};
    for (size_t i = 0; i < 8; i++)
        c.sweep[61 + i].bytes_per_second.value = 10.7e9 * scatter[i];
    mw_levels_from_sweep(&c, 105 * MIB, true);
    assert_int_equal(c.level_count, 4);
    assert_string_equal(c.levels[3].name, "DRAM");
    assert_between(c.levels[3].bytes_per_second.value, 10e9, 11.2e9);
}

static void a_rate_that_the_last_octave_does_not_reach_is_lowered_to_what_it_does(void **state)
{
    (void)state;
    static mw_calibration c;
    LOAD(&c, sharp_drop);
    for (size_t i = 60; i < c.sweep_count; i++)
        c.sweep[i].bytes_per_second.value = (i % 2 ? 7.2e9 : 8.6e9);
    mw_levels_from_sweep(&c, 105 * MIB, true);
    assert_int_equal(c.level_count, 4);
    mw_band last = c.levels[3].bytes_per_second;
    assert_true(last.value == 8.6e9);
    assert_true(last.low <= last.value && last.value <= last.high);
}

static void the_middle_of_a_level_is_inside_it(void **state)
{
    (void)state;
    static mw_calibration c;
    LOAD(&c, large_books);
    mw_levels_from_sweep(&c, 0, true);
    assert_between(mw_level_middle(&c, 0), 8 * KIB, 20 * KIB);
    assert_between(mw_level_middle(&c, 3), 160 * MIB, 400 * MIB);
    assert_true(mw_level_middle(&c, 4) == 0);
    c.sweep_count = 0; /* as remembered */
    assert_between(mw_level_middle(&c, 0), 8 * KIB, 20 * KIB);
    assert_between(mw_level_middle(&c, 2), 5 * MIB, 40 * MIB);
    assert_between(mw_level_middle(&c, 3), 160 * MIB, 400 * MIB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flat_parts_of_a_recorded_curve_become_levels),
        cmocka_unit_test(a_last_cache_that_ends_at_once_is_still_told_from_memory),
        cmocka_unit_test(without_reaching_past_the_books_it_may_still_be_a_cache),
        cmocka_unit_test(a_sweep_that_ends_inside_the_last_cache_of_the_books_has_not_seen_memory),
        cmocka_unit_test(a_band_holds_the_median_below_and_the_best_above),
        cmocka_unit_test(a_growing_sweep_shows_the_levels_it_has_crossed),
        cmocka_unit_test(one_flat_line_or_a_slope_is_unsure),
        cmocka_unit_test(one_disturbed_point_does_not_split_a_level),
        cmocka_unit_test(a_scattered_end_still_belongs_to_memory),
        cmocka_unit_test(a_rate_that_the_last_octave_does_not_reach_is_lowered_to_what_it_does),
        cmocka_unit_test(the_middle_of_a_level_is_inside_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
