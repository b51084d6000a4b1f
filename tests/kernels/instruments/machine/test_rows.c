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
        noisy.sweep[noisy.sweep_count++] = (mw_sweep_point){number(point, "bytes"),
                                                            {best, number(point, "low"), best},
                                                            number(point, "bytes_per_second")};
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
    mw_calibration_doubt(&busy);
    assert_int_equal(busy.levels[0].verdict, MW_ROW_GOOD);
    assert_int_equal(busy.levels[1].verdict, MW_ROW_SHARED);
    assert_string_equal(mw_row_verdict_name(MW_ROW_SHARED), "unsure");
    assert_true(mw_row_usable(MW_ROW_SHARED));
    busy.levels[1].verdict = MW_ROW_UNSURE;
    mw_calibration_doubt(&busy);
    assert_int_equal(busy.levels[1].verdict, MW_ROW_UNSURE);
    mw_calibration none = {.level_count = 0};
    mw_calibration_doubt(&none);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_rate_of_main_memory_is_one_that_the_largest_sizes_reach, load),
        cmocka_unit_test_setup(what_does_not_reach_the_end_is_a_cache, load),
        cmocka_unit_test_setup(no_level_of_a_sweep_contradicts_its_own_sizes, load),
        cmocka_unit_test_setup(a_roof_above_the_best_sample_at_its_own_sizes_is_impossible, load),
        cmocka_unit_test_setup(all_cores_below_one_of_them_are_impossible, load),
        cmocka_unit_test(main_memory_is_unsure_where_others_ran_and_what_is_unsure_already_stays),
        cmocka_unit_test(a_level_slower_than_the_one_behind_it_is_impossible),
        cmocka_unit_test(a_verdict_is_read_back_as_it_was_written),
    };
    return cmocka_run_group_tests(tests, read_recording, drop_recording);
}
