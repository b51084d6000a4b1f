/* Which roofs bound a run. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/machine.h"

static mw_machine machine;

static void add_level(const char *name, double one, double all, double holds)
{
    mw_machine_level level = {.one = {one, 0.9 * one, one, 1}, .all = {all, 0.9 * all, all, 0}};
    snprintf(level.name, sizeof level.name, "%s", name);
    level.holds = holds;
    mw_machine_add_level(&machine, &level);
}

static void add_peak(const char *isa, const char *dtype, const char *op, int cores, double rate)
{
    mw_machine_peak peak = {.burst = {rate, 0.9 * rate, rate, cores}};
    snprintf(peak.isa, sizeof peak.isa, "%s", isa);
    snprintf(peak.dtype, sizeof peak.dtype, "%s", dtype);
    snprintf(peak.op, sizeof peak.op, "%s", op);
    if (strcmp(op, "fma") == 0 && cores == 1)
        peak.sustained = (mw_roof){0.8 * rate, 0.75 * rate, 0.8 * rate, 1, false};
    mw_machine_add_peak(&machine, &peak);
}

/* Four cores; all of them read three times as fast, and compute little more than three times. */
static int machine_of_four(void **state)
{
    (void)state;
    machine = (mw_machine){.level_count = 0};
    add_level("L1", 400e9, 1600e9, 48e3);
    add_level("L2", 100e9, 400e9, 2e6);
    add_level("DRAM", 20e9, 60e9, 0);
    add_peak("scalar", "f32", "mul", 1, 7e9);
    add_peak("scalar", "f32", "fma", 1, 14e9);
    add_peak("avx512", "f32", "mul", 1, 100e9);
    add_peak("avx512", "f32", "fma", 1, 200e9);
    add_peak("avx512", "f64", "fma", 1, 100e9);
    add_peak("avx512", "f32", "fma", 4, 640e9);
    return 0;
}

static mw_workload run_of(double flops, double bytes, const char *dtype, int threads)
{
    mw_workload run = {.flops = flops, .bytes = bytes, .threads = threads};
    snprintf(run.dtype, sizeof run.dtype, "%s", dtype);
    return run;
}

static mw_roofs roofs_of(const mw_workload *run)
{
    mw_roofs roofs;
    mw_roofs_of_run(&machine, run, &roofs);
    return roofs;
}

static double memory_of(double bytes, int threads)
{
    mw_workload run = run_of(1, bytes, "f32", threads);
    return roofs_of(&run).memory.value;
}

static double compute_of(const char *dtype, int threads)
{
    mw_workload run = run_of(1, 1, dtype, threads);
    return roofs_of(&run).compute.value;
}

static void the_first_level_that_holds_the_data_gives_the_memory_roof(void **state)
{
    (void)state;
    assert_true(memory_of(48e3, 1) == 400e9);
    assert_true(memory_of(48001, 1) == 100e9);
    assert_true(memory_of(1e9, 1) == 20e9);
    mw_workload run = run_of(1, 3e6, "f32", 1);
    assert_string_equal(roofs_of(&run).level_name, "DRAM");
    assert_int_equal(roofs_of(&run).level, 2);
}

static void each_element_type_has_its_compute_roof(void **state)
{
    (void)state;
    assert_true(compute_of("f32", 1) == 200e9);
    assert_true(compute_of("f64", 1) == 100e9);
    assert_true(compute_of("", 1) == 200e9); /* kernels without a choice compute in f32 */
}

static void threads_reach_no_more_than_so_many_cores_nor_than_all_together(void **state)
{
    (void)state;
    assert_true(memory_of(1e9, 2) == 40e9 && memory_of(1e9, 3) == 60e9 &&
                memory_of(1e9, 4) == 60e9);
    assert_true(compute_of("f32", 2) == 400e9 && compute_of("f32", 4) == 640e9);
    mw_workload run = run_of(1, 1e9, "f32", 4);
    mw_roofs roofs = roofs_of(&run);
    assert_int_equal(roofs.memory.cores, 4);
    assert_int_equal(roofs.compute.cores, 4);
    assert_true(roofs.memory.low == 0.9 * 60e9);
}

static void without_all_cores_measured_the_roof_of_one_stands(void **state)
{
    (void)state;
    assert_true(compute_of("f64", 4) == 100e9);
    mw_workload run = run_of(1, 1, "f64", 4);
    assert_int_equal(roofs_of(&run).compute.cores, 1);
}

static void what_one_core_reaches_all_of_them_reach(void **state)
{
    (void)state;
    machine.levels[2].all.value = 15e9; /* in worse company than the one */
    assert_true(memory_of(1e9, 4) == 20e9);
}

static void the_highest_row_counts_whatever_the_instruction(void **state)
{
    (void)state;
    mw_workload run = run_of(1, 1, "f32", 1);
    assert_string_equal(roofs_of(&run).isa, "avx512");
    assert_string_equal(roofs_of(&run).plain_isa, "scalar");
    assert_true(roofs_of(&run).plain.value == 14e9); /* by multiply-adds, as the highest is */
    machine.peaks[3].burst.value = 90e9;             /* something ran meanwhile */
    assert_true(compute_of("f32", 1) == 100e9);
    assert_true(roofs_of(&run).plain.value == 7e9);
}

static void what_outlasts_a_burst_has_the_sustained_roof(void **state)
{
    (void)state;
    mw_workload run = run_of(100e6, 1e3, "f32", 1);
    assert_true(roofs_of(&run).compute.value == 200e9); /* the model says half a millisecond */
    run.seconds = 0.011;
    assert_true(roofs_of(&run).compute.value == 160e9);
    run.seconds = 0.010;
    assert_true(roofs_of(&run).compute.value == 200e9);
    run = run_of(100e9, 1e3, "f32", 1);
    assert_true(roofs_of(&run).compute.value == 160e9); /* the model says half a second */
    run.threads = 4;
    assert_true(roofs_of(&run).compute.value == 640e9); /* four times 160 */
    run.threads = 2;
    assert_true(roofs_of(&run).compute.value == 320e9);
}

static void a_sustained_roof_below_half_of_the_burst_was_disturbed(void **state)
{
    (void)state;
    mw_workload run = run_of(1, 1, "f32", 1);
    const mw_machine_peak measured = machine.peaks[3];
    for (int disturbed = 0; disturbed < 2; disturbed++) {
        mw_machine_peak peak = measured;
        peak.sustained.value = disturbed ? 99e9 : 101e9;
        machine.peak_count = 0;
        mw_machine_add_peak(&machine, &peak);
        assert_true(roofs_of(&run).sustained.value == (disturbed ? 200e9 : 101e9));
    }
}

static void a_roof_measured_beside_the_run_takes_the_place_of_the_remembered(void **state)
{
    (void)state;
    mw_workload run = run_of(1, 1e9, "f32", 1);
    run.beside = (mw_roof){5e9, 4e9, 5e9, 1, false};
    run.beside_bytes = 1e9;
    assert_true(roofs_of(&run).memory.value == 5e9 && roofs_of(&run).is_beside);
    run.beside_bytes = 1e6; /* of another level */
    assert_true(roofs_of(&run).memory.value == 20e9 && !roofs_of(&run).is_beside);
    run.beside_bytes = 1e9;
    run.threads = 2; /* by another number of threads */
    assert_true(roofs_of(&run).memory.value == 40e9 && !roofs_of(&run).is_beside);
}

static void time_and_bound_follow_from_both_roofs(void **state)
{
    (void)state;
    mw_workload run = run_of(8e9, 1e9, "f32", 1);
    mw_roofs roofs = roofs_of(&run);
    assert_true(mw_roofs_seconds(&roofs, &run) == 1.0 / 20);
    assert_int_equal(mw_roofs_bound(&roofs, &run), MW_BOUND_COMPUTE); /* at the sustained ridge */
    run.flops = 7e9;
    assert_int_equal(mw_roofs_bound(&roofs, &run), MW_BOUND_MEMORY);
    run.flops = 16e9;
    assert_true(mw_roofs_seconds(&roofs, &run) == 0.1);
    run.flops = 0; /* a copy */
    assert_int_equal(mw_roofs_bound(&roofs, &run), MW_BOUND_MEMORY);
    run.flops = NAN;
    assert_int_equal(mw_roofs_bound(&roofs, &run), MW_BOUND_UNKNOWN);
    assert_true(isnan(mw_roofs_seconds(&roofs, &run)));
    run = run_of(1, NAN, "f32", 1);
    assert_false(mw_roofs_of_run(&machine, &run, &roofs));
    assert_int_equal(roofs.level, -1);
    assert_int_equal(mw_roofs_bound(&roofs, &run), MW_BOUND_UNKNOWN);
    run = run_of(1, 0, "f32", 1);
    roofs = roofs_of(&run);
    assert_int_equal(mw_roofs_bound(&roofs, &run), MW_BOUND_UNKNOWN);
}

static void a_machine_without_roofs_bounds_nothing(void **state)
{
    (void)state;
    mw_roofs roofs;
    mw_workload run = run_of(1, 1, "f32", 2);
    machine = (mw_machine){.level_count = 0};
    add_level("L1", 0, 0, 1e3);
    add_level("L2", INFINITY, 0, 1e4);
    add_peak("avx2", "f32", "fma", 1, NAN);
    assert_int_equal(machine.level_count + machine.peak_count, 0);
    assert_false(mw_roofs_of_run(&machine, &run, &roofs));
    assert_true(isnan(mw_roofs_seconds(&roofs, &run)));
    for (int i = 0; i < 100; i++) {
        add_level("L", 1e9, 2e9, 1e3);
        add_peak("avx2", "f32", "fma", 1, 1e9);
    }
    assert_int_equal(machine.level_count, MW_MACHINE_LEVELS);
    assert_int_equal(machine.peak_count, MW_MACHINE_PEAKS);
}

static void a_factor_of_two_makes_it_another_roof(void **state)
{
    (void)state;
    assert_false(mw_roof_moved(20e9, 10.1e9) || mw_roof_moved(20e9, 39e9));
    assert_true(mw_roof_moved(20e9, 9.9e9) && mw_roof_moved(20e9, 41e9));
    mw_machine_renew(&machine, 2, &(mw_roof){5e9, 4e9, 5e9, 1, false});
    assert_true(memory_of(1e9, 1) == 5e9);
    mw_machine_renew(&machine, 3, &(mw_roof){5e9, 4e9, 5e9, 1, false}); /* there is none */
    assert_true(memory_of(1e3, 1) == 400e9);
}

#define CASE(name) cmocka_unit_test_setup(name, machine_of_four)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_first_level_that_holds_the_data_gives_the_memory_roof),
        CASE(each_element_type_has_its_compute_roof),
        CASE(threads_reach_no_more_than_so_many_cores_nor_than_all_together),
        CASE(without_all_cores_measured_the_roof_of_one_stands),
        CASE(what_one_core_reaches_all_of_them_reach),
        CASE(the_highest_row_counts_whatever_the_instruction),
        CASE(what_outlasts_a_burst_has_the_sustained_roof),
        CASE(a_sustained_roof_below_half_of_the_burst_was_disturbed),
        CASE(a_roof_measured_beside_the_run_takes_the_place_of_the_remembered),
        CASE(time_and_bound_follow_from_both_roofs),
        CASE(a_machine_without_roofs_bounds_nothing),
        CASE(a_factor_of_two_makes_it_another_roof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
