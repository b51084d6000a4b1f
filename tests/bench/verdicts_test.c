/* What counts as a wrong verdict and how far a roof is off, from records that are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "labs/bench/verdicts.h"

static void add(json_t *records, const char *pair, bool loaded, bool clean, double median,
                double half)
{
    json_array_append_new(records, json_pack("{s:s, s:f, s:b, s:b, s:f, s:f, s:f, s:[i, i]}",
                                             "pair", pair, "truth", 1.0, "loaded", loaded, "clean",
                                             clean, "median", median, "low", median - half, "high",
                                             median + half, "counts", 100, 200));
}

/* Ten quiet ones of a pair, clean, from 0.99 to 1.01; and ten of another, around 3. */
static json_t *quiet_records(void)
{
    json_t *records = json_array();
    for (int i = 0; i < 10; i++) {
        add(records, "a", false, true, 0.99 + 0.002 * i, 0.005);
        add(records, "b", false, true, 3 + 0.002 * i, 0.005);
    }
    return records;
}

static void clean_verdicts_beside_what_the_quiet_blocks_say_are_wrong(void **state)
{
    (void)state;
    mw_verdicts verdicts;
    json_t *records = quiet_records();
    add(records, "a", true, true, 1.02, 0.01); /* meets */
    add(records, "a", true, true, 1.06, 0.01); /* meets when it is wider by 5 % */
    add(records, "a", true, true, 1.20, 0.01); /* too high */
    add(records, "a", true, true, 0.80, 0.01); /* too low, and farther off */
    add(records, "a", true, false, 2.0, 0.01); /* says itself that it is noisy */
    add(records, "a", true, true, 1.30, 0.30); /* knows that it knows little */
    mw_verdicts_judge(records, &verdicts);
    assert_int_equal(verdicts.half[0].count, 20);
    assert_int_equal(verdicts.half[0].clean, 20);
    assert_int_equal(verdicts.half[0].wrong, 0);
    assert_int_equal(verdicts.half[0].untruly, 10);
    assert_int_equal(verdicts.half[1].count, 6);
    assert_int_equal(verdicts.half[1].clean, 5);
    assert_int_equal(verdicts.half[1].wrong, 2);
    assert_non_null(strstr(verdicts.half[1].worst, "a: 0.790 to 0.810"));
    assert_int_equal(verdicts.differing, 0);
    json_decref(records);
}

/* One that strays does not speak for itself, nor widens what the others say. */
static void a_quiet_record_is_held_against_the_other_ones(void **state)
{
    (void)state;
    mw_verdicts verdicts;
    json_t *records = quiet_records();
    add(records, "a", false, true, 1.5, 0.01);
    add(records, "a", true, true, 1.5, 0.01);
    mw_verdicts_judge(records, &verdicts);
    assert_int_equal(verdicts.half[0].wrong, 1);
    assert_int_equal(verdicts.half[1].wrong, 1);
    json_decref(records);
    /* Of a few the whole range counts, but not what the one in question adds to it. */
    records = json_array();
    for (int i = 0; i < 4; i++)
        add(records, "a", false, true, 1 + 0.01 * i, 0.01);
    add(records, "a", false, true, 1.5, 0.01);
    mw_verdicts_judge(records, &verdicts);
    assert_int_equal(verdicts.half[0].wrong, 1);
    json_decref(records);
}

static void a_count_that_differs_from_the_first_of_its_pair_is_seen(void **state)
{
    (void)state;
    mw_verdicts verdicts;
    json_t *records = quiet_records();
    json_array_set_new(json_object_get(json_array_get(records, 5), "counts"), 1, json_integer(201));
    mw_verdicts_judge(records, &verdicts);
    assert_int_equal(verdicts.differing, 1);
    json_decref(records);
}

static json_t *machine_of(double l2, const char *verdict, double peak)
{
    json_t *level = json_pack("{s:s, s:f}", "name", "L2", "bytes_per_second", l2);
    if (verdict)
        json_object_set_new(level, "verdict", json_string(verdict));
    return json_pack("{s:[o, {s:s, s:f}], s:[{s:s, s:s, s:s, s:i, s:f}]}", "levels", level, "name",
                     "DRAM", "bytes_per_second", 2e10, "compute", "isa", "avx2", "dtype", "f32",
                     "op", "fma", "threads", 1, "flops_per_second", peak);
}

static double factor(json_t *machine, json_t *references, char *name)
{
    double value = mw_verdicts_roof_factor(machine, references, name, 160);
    json_decref(machine);
    return value;
}

static void a_roof_is_held_against_the_band_of_the_quiet_ones(void **state)
{
    (void)state;
    char name[160];
    json_t *references =
        json_pack("[o, o]", machine_of(1e11, NULL, 1e11), machine_of(1.2e11, NULL, 1e11));
    assert_true(factor(machine_of(1.1e11, NULL, 1e11), references, name) == 1);
    assert_true(fabs(factor(machine_of(5e10, NULL, 1e11), references, name) - 2) < 1e-9);
    assert_non_null(strstr(name, "L2: 5e+10, quiet 1e+11 to 1.2e+11"));
    assert_true(fabs(factor(machine_of(1.1e11, NULL, 4e11), references, name) - 4) < 1e-9);
    assert_non_null(strstr(name, "avx2 f32 fma x1"));
    /* What it says itself that it is not sure of is not held against it. */
    assert_true(factor(machine_of(5e10, "unsure", 1e11), references, name) == 1);
    json_t *unsure = machine_of(5e10, NULL, 1e9);
    json_object_set_new(unsure, "unsure", json_true());
    assert_true(factor(unsure, references, name) == 1);
    json_decref(references);
}

static void without_a_quiet_roof_nothing_is_compared(void **state)
{
    (void)state;
    char name[160];
    json_t *none = json_array();
    assert_true(factor(machine_of(1e11, NULL, 1e11), none, name) == 0);
    json_decref(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_verdicts_beside_what_the_quiet_blocks_say_are_wrong),
        cmocka_unit_test(a_quiet_record_is_held_against_the_other_ones),
        cmocka_unit_test(a_count_that_differs_from_the_first_of_its_pair_is_seen),
        cmocka_unit_test(a_roof_is_held_against_the_band_of_the_quiet_ones),
        cmocka_unit_test(without_a_quiet_roof_nothing_is_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
