/* rows_test.c: verdicts on levels and mixes of a recorded noisy machine. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "machine/plateaus.h"
#include "machine/workshop.h"

/*
 * A calibration of a busy machine, as it was written: its levels say 96.7 GB/s for the largest
 * sizes, of which none reached more than 32 in its best sample, and all cores together are slower
 * than one.
 */
static json_t *recorded;
static mw_calibration noisy;

static double number(const json_t *json, const char *key)
{
    return json_number_value(json_object_get(json, key));
}

static mw_band band(const json_t *json, const char *key)
{
    return (mw_band){number(json, key), number(json, "low"), number(json, "high")};
}

static int read_recording(void **state)
{
    (void)state;
    json_error_t problem;
    recorded = json_load_file(FIXTURES "/noisy_sweep.json", 0, &problem);
    return recorded ? 0 : -1;
}

static int drop_recording(void **state)
{
    (void)state;
    json_decref(recorded);
    return 0;
}

/* The sweep alone; levels and verdicts are ours to find. */
static int load(void **state)
{
    (void)state;
    size_t i;
    json_t *point;
    noisy = (mw_calibration){.cpus = 2};
    json_array_foreach(json_object_get(recorded, "sweep"), i, point)
    {
        double best = number(point, "high");
        noisy.sweep[noisy.sweep_count++] =
            (mw_sweep_point){.bytes = number(point, "bytes"),
                             .bytes_per_second = {best, number(point, "low"), best},
                             .median = number(point, "bytes_per_second")};
    }
    return 0;
}

static void load_rows(void)
{
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(recorded, "levels"), i, row)
    {
        mw_level *level = &noisy.levels[noisy.level_count++];
        *level =
            (mw_level){.bytes_per_second = band(row, "bytes_per_second"),
                       .all_cores = band(json_object_get(row, "all_cores"), "bytes_per_second")};
    }
    json_array_foreach(json_object_get(recorded, "compute"), i, row)
    {
        noisy.compute[noisy.compute_count++] = (mw_compute){
            .isa = json_string_value(json_object_get(row, "isa")),
            .op = json_string_value(json_object_get(row, "op")),
            .dtype = strcmp(json_string_value(json_object_get(row, "dtype")), "f64") == 0 ? MW_F64
                                                                                          : MW_F32,
            .threads = (int)number(row, "threads"),
            .flops_per_second = band(row, "flops_per_second")};
    }
}

static double best_from(double bytes)
{
    double best = 0;
    for (size_t i = 0; i < noisy.sweep_count; i++)
        if (noisy.sweep[i].bytes >= bytes)
            best = fmax(best, noisy.sweep[i].bytes_per_second.high);
    return best;
}

static void the_rate_of_main_memory_is_one_that_the_largest_sizes_reach(void **state)
{
    (void)state;
    mw_levels_from_sweep(&noisy, 480 << 20, true);
    const mw_level *last = &noisy.levels[noisy.level_count - 1];
    assert_string_equal(last->name, "main memory");
    assert_true(noisy.unsure);
    assert_int_equal(last->verdict, MW_ROW_UNSURE);
    double largest = noisy.sweep[noisy.sweep_count - 1].bytes;
    assert_true(last->bytes_per_second.value == best_from(largest / 2.05));
    assert_true(last->bytes_per_second.value > 30e9 && last->bytes_per_second.value < 33e9);
    assert_true(last->bytes_per_second.low < last->bytes_per_second.value);
    assert_true(last->end == largest);
    assert_true(mw_level_middle(&noisy, noisy.level_count - 1) > 32 << 20);
}

static void what_does_not_reach_the_end_is_a_cache(void **state)
{
    (void)state;
    mw_levels_from_sweep(&noisy, 480 << 20, true);
    assert_int_equal(noisy.level_count, 4);
    const mw_level *cache = &noisy.levels[2];
    assert_string_equal(cache->name, "LLC");
    assert_true(cache->bytes_per_second.value > 90e9);
    assert_true(cache->effective_bytes > 5 << 20 && cache->effective_bytes < 64 << 20);
    /* 196 MiB of weights live behind it. */
    assert_true(cache->effective_bytes < 196 << 20);
}

static void no_level_of_a_sweep_contradicts_its_own_sizes(void **state)
{
    (void)state;
    mw_levels_from_sweep(&noisy, 480 << 20, true);
    mw_calibration_check(&noisy);
    for (size_t i = 0; i < noisy.level_count; i++)
        assert_true(mw_row_usable(noisy.levels[i].verdict));
}

static void main_memory_is_unsure_where_others_ran_and_what_is_unsure_already_stays(void **state)
{
    (void)state;
    mw_calibration busy = {.level_count = 2, .levels = {{.name = "L2"}, {.name = "DRAM"}}};
    mw_calibration_doubt(&busy, false);
    assert_int_equal(busy.levels[1].verdict, MW_ROW_GOOD);
    mw_calibration_doubt(&busy, true);
    assert_int_equal(busy.levels[0].verdict, MW_ROW_GOOD);
    assert_int_equal(busy.levels[1].verdict, MW_ROW_SHARED);
    assert_string_equal(mw_row_verdict_name(MW_ROW_SHARED), "unsure");
    assert_true(mw_row_usable(MW_ROW_SHARED));
    busy.levels[1].verdict = MW_ROW_UNSURE;
    mw_calibration_doubt(&busy, true);
    assert_int_equal(busy.levels[1].verdict, MW_ROW_UNSURE);
    mw_calibration none = {.level_count = 0};
    mw_calibration_doubt(&none, true);
}

/* Two sizes per octave from 4 KiB; `rate` by size, and each size as sure as `sure` says. */
static mw_calibration swept(size_t count, double (*rate)(size_t), mw_row_verdict (*sure)(size_t))
{
    mw_calibration c = {.sweep_count = count};
    for (size_t i = 0; i < count; i++) {
        double best = rate(i);
        c.sweep[i] =
            (mw_sweep_point){4096 * exp2((double)i / 2), {best, best / 2, best}, best, sure(i)};
    }
    mw_levels_from_sweep(&c, 8 << 20, true);
    return c;
}

enum { L1_END = 7, L2_END = 17, SWEPT = 32 }; /* 32 KiB, 1 MiB, 128 MiB */

static double three_levels(size_t i)
{
    return i < L1_END ? 180e9 : i < L2_END ? 75e9 : 18e9;
}

/* The first cache was never left alone long enough to be flat. */
static double first_level_torn(size_t i)
{
    return i < L1_END ? 60e9 + 30e9 * (double)(i % 3) : three_levels(i);
}

static double second_level_torn(size_t i)
{
    return i >= L1_END && i < L2_END ? 20e9 + 15e9 * (double)(i % 3) : three_levels(i);
}

static mw_row_verdict all_good(size_t i)
{
    (void)i;
    return MW_ROW_GOOD;
}

static mw_row_verdict first_few_second_alone(size_t i)
{
    return i < L1_END ? MW_ROW_FEW : i < L2_END ? MW_ROW_ALONE : MW_ROW_GOOD;
}

static mw_row_verdict two_good_three_good(size_t i)
{
    return i < 2 || (i >= L1_END && i < L1_END + 3) ? MW_ROW_GOOD : MW_ROW_ALONE;
}

/* One moment in which the core was not shared. */
static double first_size_fast(size_t i)
{
    return i == 1 ? 180e9 : i < L1_END ? 109e9 : three_levels(i);
}

static void a_level_is_as_sure_as_three_of_its_sizes(void **state)
{
    (void)state;
    mw_calibration c = swept(SWEPT, three_levels, all_good);
    mw_calibration_doubt(&c, false);
    assert_int_equal(c.level_count, 3);
    for (size_t i = 0; i < c.level_count; i++)
        assert_int_equal(c.levels[i].verdict, MW_ROW_GOOD);
    c = swept(SWEPT, three_levels, first_few_second_alone);
    mw_calibration_doubt(&c, false);
    assert_int_equal(c.levels[0].verdict, MW_ROW_FEW);
    assert_int_equal(c.levels[1].verdict, MW_ROW_ALONE);
    assert_int_equal(c.levels[2].verdict, MW_ROW_GOOD);
    c = swept(SWEPT, three_levels, two_good_three_good);
    mw_calibration_doubt(&c, false);
    assert_int_equal(c.levels[0].verdict, MW_ROW_ALONE);
    assert_int_equal(c.levels[1].verdict, MW_ROW_GOOD);
}

static void a_sure_size_far_above_the_roof_of_the_first_level_makes_it_unsure(void **state)
{
    (void)state;
    mw_calibration c = swept(SWEPT, first_size_fast, all_good);
    mw_calibration_doubt(&c, false);
    assert_true(c.levels[0].bytes_per_second.value < 110e9);
    assert_int_equal(c.levels[0].verdict, MW_ROW_GAP);
    assert_int_equal(c.levels[1].verdict, MW_ROW_GOOD);
}

static void levels_behind_sizes_that_are_steady_nowhere_have_doubtful_names(void **state)
{
    (void)state;
    mw_calibration c = swept(SWEPT, first_level_torn, all_good);
    mw_calibration_doubt(&c, false);
    assert_string_equal(c.levels[0].name, "L1"); /* it is the second in truth */
    assert_int_equal(c.levels[0].verdict, MW_ROW_GAP);
    assert_int_equal(c.levels[1].verdict, MW_ROW_GAP);
    c = swept(SWEPT, second_level_torn, all_good);
    c.mix_count = 3;
    c.mix[0] = (mw_mix){.level = "L1", .op = "read"};
    c.mix[1] = (mw_mix){.op = "copy"};
    c.mix[2] = (mw_mix){.op = "store", .verdict = MW_ROW_FEW};
    for (int i = 1; i < 3; i++)
        memcpy(c.mix[i].level, c.levels[1].name, sizeof c.mix[i].level);
    mw_calibration_doubt(&c, false);
    assert_int_equal(c.levels[0].verdict, MW_ROW_GOOD);
    assert_int_equal(c.levels[1].verdict, MW_ROW_GAP);
    assert_int_equal(c.mix[0].verdict, MW_ROW_GOOD); /* what is measured there bears the name too */
    assert_int_equal(c.mix[1].verdict, MW_ROW_GAP);
    assert_int_equal(c.mix[2].verdict, MW_ROW_FEW);
}

static void reading_in_a_mix_is_as_sure_as_its_level(void **state)
{
    (void)state;
    mw_calibration busy = {.level_count = 2,
                           .levels = {{.name = "L1"}, {.name = "DRAM"}},
                           .mix_count = 3,
                           .mix = {{.level = "DRAM", .op = "read"},
                                   {.level = "DRAM", .op = "copy"},
                                   {.level = "L1", .op = "read"}}};
    mw_calibration_doubt(&busy, true);
    assert_int_equal(busy.mix[0].verdict, MW_ROW_SHARED);
    assert_int_equal(busy.mix[1].verdict, MW_ROW_GOOD);
    assert_int_equal(busy.mix[2].verdict, MW_ROW_GOOD);
}

static void a_doubt_outlives_the_check_unless_the_row_is_impossible(void **state)
{
    (void)state;
    mw_calibration c = {.levels = {{.name = "L1",
                                    .bytes_per_second = {300, 290, 300},
                                    .verdict = MW_ROW_ALONE,
                                    .all_cores = {500, 400, 500},
                                    .all_cores_verdict = MW_ROW_FEW},
                                   {.name = "DRAM",
                                    .bytes_per_second = {20, 18, 20},
                                    .all_cores = {10, 9, 10},
                                    .all_cores_verdict = MW_ROW_FEW}},
                        .level_count = 2};
    mw_calibration_check(&c);
    assert_int_equal(c.levels[0].verdict, MW_ROW_ALONE);
    assert_int_equal(c.levels[0].all_cores_verdict, MW_ROW_FEW);
    assert_int_equal(c.levels[1].all_cores_verdict, MW_ROW_BELOW_ONE_CORE);
}

static void a_roof_above_the_best_sample_at_its_own_sizes_is_impossible(void **state)
{
    (void)state;
    load_rows();
    mw_level *last = &noisy.levels[noisy.level_count - 1];
    last->begin = 64 << 20; /* where the recording said that it holds */
    last->end = noisy.sweep[noisy.sweep_count - 1].bytes;
    mw_calibration_check(&noisy);
    assert_int_equal(last->verdict, MW_ROW_ABOVE_OWN_SIZES);
    assert_false(mw_row_usable(last->verdict));
}

static void all_cores_below_one_of_them_are_impossible(void **state)
{
    (void)state;
    load_rows();
    mw_calibration_check(&noisy);
    for (size_t i = 0; i < noisy.level_count; i++) {
        assert_int_equal(noisy.levels[i].all_cores_verdict, MW_ROW_BELOW_ONE_CORE);
        assert_true(mw_row_usable(noisy.levels[i].verdict));
    }
    size_t marked = 0;
    for (size_t i = 0; i < noisy.compute_count; i++) {
        if (noisy.compute[i].threads > 1)
            marked += noisy.compute[i].verdict == MW_ROW_BELOW_ONE_CORE;
        else
            assert_int_equal(noisy.compute[i].verdict, MW_ROW_GOOD);
    }
    assert_int_equal(marked, 2);
}

static void a_level_slower_than_the_one_behind_it_is_impossible(void **state)
{
    (void)state;
    mw_calibration c = {.levels = {{.name = "L1", .bytes_per_second = {300, 290, 300}},
                                   {.name = "L2", .bytes_per_second = {60, 50, 60}},
                                   {.name = "LLC", .bytes_per_second = {90, 80, 92}},
                                   {.name = "DRAM", .bytes_per_second = {20, 18, 20}}},
                        .level_count = 4};
    mw_calibration_check(&c);
    assert_int_equal(c.levels[0].verdict, MW_ROW_GOOD);
    assert_int_equal(c.levels[1].verdict, MW_ROW_BELOW_NEXT);
    assert_int_equal(c.levels[2].verdict, MW_ROW_GOOD);
    assert_int_equal(c.levels[3].verdict, MW_ROW_GOOD);
    /* Where bands overlap there is no contradiction. */
    c.levels[1] = (mw_level){.name = "L2", .bytes_per_second = {85, 70, 85}};
    mw_calibration_check(&c);
    assert_int_equal(c.levels[1].verdict, MW_ROW_GOOD);
}

static void a_verdict_is_read_back_as_it_was_written(void **state)
{
    (void)state;
    for (mw_row_verdict v = MW_ROW_GOOD; v < MW_ROW_VERDICTS; v++) {
        mw_reason reason = mw_reason_of(mw_row_verdict_reason(v), NULL);
        assert_int_equal(mw_row_verdict_parse(mw_row_verdict_name(v), &reason), v);
        /* As it was remembered before reasons had ids. */
        reason = mw_reason_told(mw_reason_sentence(reason.id));
        assert_int_equal(mw_row_verdict_parse(mw_row_verdict_name(v), &reason), v);
    }
    mw_reason none = mw_reason_told(NULL), new = mw_reason_told("for a new reason");
    assert_int_equal(mw_row_verdict_parse(NULL, &none), MW_ROW_GOOD);
    assert_false(mw_row_usable(mw_row_verdict_parse("impossible", &new)));
}

static void a_reason_is_said_once(void **state)
{
    (void)state;
    mw_calibration c = {.reason_count = 0};
    for (int i = 0; i < 2; i++) {
        mw_rig_reason(&c, mw_reason_of(MW_REASON_PEAKS_LEFT_OUT, NULL));
        mw_rig_reason(&c, MW_BECAUSE(MIX_LEFT_OUT, {.word = "L1"}));
        mw_rig_reason(&c, MW_BECAUSE(MIX_LEFT_OUT, {.word = "L2"}));
        mw_rig_reason(&c, MW_BECAUSE(QUOTA, {.number = 1.5}, {.number = 2}));
        mw_rig_reason(&c, MW_BECAUSE(QUOTA, {.number = 1.5}, {.number = 4}));
    }
    assert_int_equal(c.reason_count, 5);
    for (int i = 0; i < 2 * MW_CALIBRATION_REASONS; i++)
        mw_rig_reason(&c, MW_BECAUSE(PLATEAUS, {.number = i}));
    assert_int_equal(c.reason_count, MW_CALIBRATION_REASONS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_rate_of_main_memory_is_one_that_the_largest_sizes_reach, load),
        cmocka_unit_test_setup(what_does_not_reach_the_end_is_a_cache, load),
        cmocka_unit_test_setup(no_level_of_a_sweep_contradicts_its_own_sizes, load),
        cmocka_unit_test_setup(a_roof_above_the_best_sample_at_its_own_sizes_is_impossible, load),
        cmocka_unit_test_setup(all_cores_below_one_of_them_are_impossible, load),
        cmocka_unit_test(main_memory_is_unsure_where_others_ran_and_what_is_unsure_already_stays),
        cmocka_unit_test(a_level_is_as_sure_as_three_of_its_sizes),
        cmocka_unit_test(a_sure_size_far_above_the_roof_of_the_first_level_makes_it_unsure),
        cmocka_unit_test(reading_in_a_mix_is_as_sure_as_its_level),
        cmocka_unit_test(levels_behind_sizes_that_are_steady_nowhere_have_doubtful_names),
        cmocka_unit_test(a_doubt_outlives_the_check_unless_the_row_is_impossible),
        cmocka_unit_test(a_level_slower_than_the_one_behind_it_is_impossible),
        cmocka_unit_test(a_reason_is_said_once),
        cmocka_unit_test(a_verdict_is_read_back_as_it_was_written),
    };
    return cmocka_run_group_tests(tests, read_recording, drop_recording);
}
