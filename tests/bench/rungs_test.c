/* rungs_test.c: which arguments another kernel gets, and the roofs that a measurement stands under.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "labs/bench/bound.h"
#include "labs/bench/rungs.h"
#include "labs/engine/wire/wire.h"

static const char *const kernels_text =
    "{\"kernels\":["
    "{\"family\":\"gemm\",\"variant\":\"skinny\",\"params\":["
    "{\"name\":\"n\",\"summary\":\"vectors\"},{\"name\":\"dtype\",\"summary\":\"element type\"}]},"
    "{\"family\":\"gemm\",\"variant\":\"openblas\",\"params\":["
    "{\"name\":\"n\",\"summary\":\"columns of B and C\"}]},"
    "{\"family\":\"stream\",\"variant\":\"read\",\"params\":["
    "{\"name\":\"n\",\"summary\":\"elements\"},{\"name\":\"dtype\",\"summary\":\"element "
    "type\"}]}]}";

static json_t *kernels;

static int load(void **state)
{
    (void)state;
    kernels = json_loads(kernels_text, 0, NULL);
    return kernels ? 0 : -1;
}

static int drop(void **state)
{
    (void)state;
    json_decref(kernels);
    return 0;
}

static bool share(const char *to, json_t *into, mw_error *error)
{
    json_t *args = json_pack("{s:i, s:s, s:i}", "n", 1, "dtype", "f64", "block", 8);
    bool shared = mw_rung_share(kernels, "gemm/skinny", to, args, into, error);
    json_decref(args);
    return shared;
}

static void within_a_family_a_name_has_one_meaning(void **state)
{
    (void)state;
    mw_error error = {.code = MW_OK};
    json_t *into = json_object();
    assert_true(share("gemm/openblas", into, &error));
    assert_int_equal(json_integer_value(json_object_get(into, "n")), 1);
    assert_null(json_object_get(into, "block")); /* means nothing there */
    json_decref(into);
}

static void a_batch_is_not_handed_over_as_a_length(void **state)
{
    (void)state;
    mw_error error = {.code = MW_OK};
    json_t *into = json_object();
    assert_false(share("stream/read", into, &error));
    assert_null(json_object_get(into, "n"));
    assert_non_null(strstr(error.message, "'vectors' in gemm/skinny"));
    assert_non_null(strstr(error.message, "'elements' in stream/read: say vs.n=VALUE"));
    json_decref(into);
}

static void what_is_given_for_the_other_side_settles_it(void **state)
{
    (void)state;
    mw_error error = {.code = MW_OK};
    json_t *into = json_pack("{s:i}", "n", 4096);
    assert_true(share("stream/read", into, &error));
    assert_int_equal(json_integer_value(json_object_get(into, "n")), 4096);
    assert_string_equal(json_string_value(json_object_get(into, "dtype")), "f64");
    json_decref(into);
}

/* A machine with a sustained roof. */
static const char *const machine_text =
    "{\"levels\":["
    "{\"name\":\"L1\",\"bytes_per_second\":400e9,\"effective_bytes\":49152},"
    "{\"name\":\"DRAM\",\"bytes_per_second\":20e9,\"effective_bytes\":null}],"
    "\"compute\":["
    "{\"isa\":\"avx512\",\"dtype\":\"f32\",\"threads\":1,\"flops_per_second\":200e9,"
    "\"sustained\":{\"flops_per_second\":160e9}}]}";

/* 9 FLOP/B, which lies between the two ridges, from main memory. */
static void a_run_of(double seconds, const char *bound, double compute)
{
    mw_measured_run run;
    json_t *machine = json_loads(machine_text, 0, NULL);
    json_t *measurement = json_pack("{s:f, s:f, s:{s:f}}", "flops", 9e9, "compulsory_bytes", 1e9,
                                    "seconds", "median", seconds);
    mw_measured_run_read(machine, measurement, NULL, &run);
    mw_bound_fill(measurement, &run);
    assert_string_equal(json_string_value(json_object_get(measurement, "bound")), bound);
    assert_true(run.roofs.compute.value == compute);
    assert_true(mw_measured_run_ridge(&run) == compute / 20e9);
    json_decref(measurement);
    json_decref(machine);
}

static void what_outlasts_a_burst_stands_under_the_sustained_roof(void **state)
{
    (void)state;
    a_run_of(0.001, "memory", 200e9);
    a_run_of(1, "compute", 160e9);
}

static void why_a_bound_is_absent_is_said(void **state)
{
    (void)state;
    mw_measured_run run;
    json_t *machine = json_loads(machine_text, 0, NULL);
    json_t *measurement = json_pack("{s:f, s:n}", "flops", 9e9, "compulsory_bytes");
    const mw_reason_id reasons[] = {MW_REASON_ROOFS_NOT_YET, MW_REASON_NO_INTENSITY};
    for (int known = 0; known < 2; known++) {
        mw_measured_run_read(known ? machine : NULL, measurement, NULL, &run);
        mw_bound_fill(measurement, &run);
        assert_true(json_is_null(json_object_get(measurement, "bound")));
        const json_t *why = json_object_get(json_object_get(measurement, "reasons"), "bound");
        assert_int_equal(mw_reason_from_json(why).id, reasons[known]);
        json_object_set_new(measurement, "flops", json_null());
        json_object_set_new(measurement, "compulsory_bytes", json_real(1e9));
    }
    json_decref(measurement);
    json_decref(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(within_a_family_a_name_has_one_meaning),
        cmocka_unit_test(a_batch_is_not_handed_over_as_a_length),
        cmocka_unit_test(what_is_given_for_the_other_side_settles_it),
        cmocka_unit_test(what_outlasts_a_burst_stands_under_the_sustained_roof),
        cmocka_unit_test(why_a_bound_is_absent_is_said),
    };
    return cmocka_run_group_tests(tests, load, drop);
}
