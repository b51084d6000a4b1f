/* Roofs and runs as files and packets tell them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "labs/engine/wire/machine.h"
#include "labs/engine/wire/verdict.h"
#include "machine/calibration.h"

static mw_machine read_machine(const char *text)
{
    mw_machine machine;
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    mw_machine_from_json(json, &machine);
    json_decref(json);
    return machine;
}

static mw_workload read_run(const char *text, const char *beside)
{
    mw_workload run;
    json_t *json = json_loads(text, 0, NULL);
    json_t *other = beside ? json_loads(beside, 0, NULL) : NULL;
    assert_non_null(json);
    mw_workload_from_json(json, &run);
    mw_workload_beside(&run, other);
    json_decref(json);
    json_decref(other);
    return run;
}

static void rows_that_cannot_be_are_not_used(void **state)
{
    (void)state;
    mw_machine machine = read_machine(
        "{\"levels\":["
        "{\"name\":\"L1\",\"bytes_per_second\":400e9,\"effective_bytes\":49152},"
        "{\"name\":\"L2\",\"bytes_per_second\":5e9,\"effective_bytes\":2e6,"
        "\"verdict\":\"impossible\"},"
        "{\"name\":\"DRAM\",\"bytes_per_second\":20e9,\"effective_bytes\":null,"
        "\"verdict\":\"unsure\","
        "\"all_cores\":{\"bytes_per_second\":9e9,\"verdict\":\"impossible\"}}],"
        "\"compute\":["
        "{\"isa\":\"avx512\",\"dtype\":\"f32\",\"threads\":1,\"flops_per_second\":200e9,"
        "\"sustained\":{\"flops_per_second\":160e9}},"
        "{\"isa\":\"avx512\",\"dtype\":\"f32\",\"threads\":2,\"flops_per_second\":900e9,"
        "\"verdict\":\"impossible\"}]}");
    assert_int_equal(machine.level_count, 2);
    assert_int_equal(machine.levels[1].row, 2);
    assert_true(machine.levels[1].all.value == 0);
    assert_int_equal(machine.peak_count, 1);
    assert_string_equal(machine.peaks[0].op, "fma");
    assert_true(machine.peaks[0].sustained.value == 160e9);
    assert_int_equal(mw_machine_level_of(&machine, 1e6), 1);
}

static void the_words_of_the_calibration_are_understood(void **state)
{
    (void)state;
    for (mw_row_verdict v = MW_ROW_GOOD; v < MW_ROW_VERDICTS; v++)
        assert_int_equal(mw_machine_row_usable(mw_row_verdict_name(v)), mw_row_usable(v));
}

static void nominal_sizes_count_on_a_nominal_machine_only(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"verdict\":\"nominal\",\"levels\":["
        "{\"name\":\"L1\",\"bytes_per_second\":2e9,\"effective_bytes\":null,\"nominal_bytes\":4e4},"
        "{\"name\":\"DRAM\",\"bytes_per_second\":1e9}]}",
        "{\"verdict\":\"noisy\",\"levels\":["
        "{\"name\":\"L1\",\"bytes_per_second\":2e9,\"effective_bytes\":null,\"nominal_bytes\":4e4},"
        "{\"name\":\"DRAM\",\"bytes_per_second\":1e9}]}",
    };
    mw_machine nominal = read_machine(texts[0]), measured = read_machine(texts[1]);
    assert_int_equal(mw_machine_level_of(&nominal, 1e4), 0);
    assert_int_equal(mw_machine_level_of(&measured, 1e4), 1);
}

static void all_cores_may_be_a_number_as_it_was_once(void **state)
{
    (void)state;
    mw_machine machine = read_machine("{\"levels\":[{\"name\":\"DRAM\",\"bytes_per_second\":20e9,"
                                      "\"all_cores\":30e9}]}");
    assert_true(mw_machine_read_roof(&machine, 0, 2).value == 30e9);
}

static void what_is_of_another_shape_is_not_known(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{}", "[]", "{\"levels\":3,\"compute\":{}}",
        "{\"levels\":[3,null,{},{\"bytes_per_second\":\"fast\"},{\"bytes_per_second\":-1}],"
        "\"compute\":[[],{\"flops_per_second\":0},{\"flops_per_second\":null}]}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        mw_machine machine = read_machine(texts[i]);
        assert_int_equal(machine.level_count + machine.peak_count, 0);
        mw_workload run = read_run(texts[i], texts[i]);
        assert_true(isnan(run.flops) && isnan(run.bytes) && run.threads == 1);
        assert_true(run.seconds == 0 && run.beside.value == 0);
    }
    mw_machine none;
    mw_machine_from_json(NULL, &none);
    assert_int_equal(none.level_count, 0);
}

static void a_run_says_its_work_type_and_threads(void **state)
{
    (void)state;
    mw_workload run = read_run("{\"flops\":8,\"compulsory_bytes\":4,\"seconds\":{\"median\":2},"
                               "\"args\":{\"dtype\":\"f64\",\"threads\":4},\"threads_had\":3}",
                               NULL);
    assert_true(run.flops == 8 && run.bytes == 4 && run.seconds == 2);
    assert_string_equal(run.dtype, "f64");
    assert_int_equal(run.threads, 3); /* that the system gave */
    assert_int_equal(read_run("{\"args\":{\"threads\":1e99}}", NULL).threads, 1);
}

static void only_reading_is_a_roof(void **state)
{
    (void)state;
    static const char read[] = "{\"kernel\":\"stream/read\",\"args\":{\"threads\":2},"
                               "\"load_bytes\":100,\"compulsory_bytes\":100,"
                               "\"seconds\":{\"median\":5,\"min\":4}}";
    mw_workload run = read_run("{}", read);
    assert_true(run.beside.value == 25 && run.beside.low == 20 && run.beside.high == 25);
    assert_int_equal(run.beside.cores, 2);
    assert_true(run.beside_bytes == 100);
    run = read_run("{}", "{\"kernel\":\"stream/copy\",\"load_bytes\":100,"
                         "\"seconds\":{\"median\":5}}");
    assert_true(run.beside.value == 0);
}

static mw_machine_state read_state(const char *text, mw_reason *what)
{
    json_t *json = json_loads(text, 0, NULL);
    mw_machine_state state = mw_machine_state_from_json(json, what);
    json_decref(json);
    return state;
}

static void only_a_machine_that_is_said_to_have_changed_has(void **state)
{
    (void)state;
    mw_reason what;
    assert_int_equal(read_state("{\"state\":\"changed\",\"what\":\"L1 is slow\"}", &what),
                     MW_MACHINE_CHANGED);
    assert_true(mw_reason_is(&what));
    assert_int_equal(read_state("{\"state\":\"untold\"}", &what), MW_MACHINE_UNTOLD);
    assert_false(mw_reason_is(&what));
    static const char *const others[] = {"{\"state\":\"same\"}", "{\"state\":3}", "{}", "[]"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(read_state(others[i], &what), MW_MACHINE_SAME);
}

/* "noisy" is said of runs and of targets, "clean" of runs only. */
static void a_verdict_is_asked_for_by_its_row(void **state)
{
    (void)state;
    json_t *noisy = json_pack("{s:s}", "verdict", "noisy"),
           *other = json_pack("{s:i}", "verdict", 1);
    assert_true(mw_json_has_run_verdict(noisy, MW_RUN_NOISY));
    assert_false(mw_json_has_run_verdict(noisy, MW_RUN_CLEAN));
    assert_true(mw_json_has_verdict(noisy, MW_VERDICT_NOISY));
    assert_false(mw_json_has_verdict(noisy, MW_VERDICT_MET));
    assert_false(mw_json_has_run_verdict(other, MW_RUN_CLEAN));
    assert_false(mw_json_has_verdict(other, MW_VERDICT_MET));
    assert_false(mw_json_has_run_verdict(NULL, MW_RUN_CLEAN));
    json_decref(noisy);
    json_decref(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_that_cannot_be_are_not_used),
        cmocka_unit_test(the_words_of_the_calibration_are_understood),
        cmocka_unit_test(nominal_sizes_count_on_a_nominal_machine_only),
        cmocka_unit_test(all_cores_may_be_a_number_as_it_was_once),
        cmocka_unit_test(what_is_of_another_shape_is_not_known),
        cmocka_unit_test(a_run_says_its_work_type_and_threads),
        cmocka_unit_test(only_reading_is_a_roof),
        cmocka_unit_test(only_a_machine_that_is_said_to_have_changed_has),
        cmocka_unit_test(a_verdict_is_asked_for_by_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
