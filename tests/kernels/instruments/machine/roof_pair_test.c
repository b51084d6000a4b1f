/* roof_pair_test.c: kernels timed beside a roof, and those that have none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cpu.h"
#include "machine/roof_pair.h"
#include "registry.h"

static mw_status beside(const char *name, const char *const *settings, mw_roof_kind kind,
                        mw_roof_pair *pair, mw_error *error)
{
    const mw_kernel *kernel = NULL;
    mw_args args;
    *error = (mw_error){0};
    assert_int_equal(mw_registry_find(name, &kernel, error), MW_OK);
    mw_args_preset(kernel, &args);
    for (; *settings; settings += 2)
        assert_int_equal(mw_args_set(kernel, &args, settings[0], settings[1], error), MW_OK);
    return mw_bench_roof(kernel, &args, kind, 0.05, mw_ledger_process(), pair, error);
}

static void check(const mw_statistics *statistics)
{
    assert_true(0 < statistics->low && statistics->low <= statistics->median);
    assert_true(statistics->median <= statistics->high);
    assert_true(statistics->samples >= 15);
}

static void a_product_stands_under_the_compute_roof_of_its_type(void **state)
{
    (void)state;
    static const char *const types[] = {"f32", "f64"};
    for (int i = 0; i < 2; i++) {
        const char *const settings[] = {"m", "48", "n", "48", "k", "48", "dtype", types[i], NULL};
        mw_roof_pair pair;
        mw_error error;
        assert_int_equal(beside("gemm/ikj", settings, MW_ROOF_PEAK, &pair, &error), MW_OK);
        check(&pair.rate);
        check(&pair.roof);
        check(&pair.ratio);
        assert_int_equal(pair.unit, MW_UNIT_FLOP_PER_SECOND);
        assert_true(pair.noisy == mw_reason_is(&pair.reason));
    }
}

static void a_product_with_a_vector_stands_under_the_roofs_of_loads(void **state)
{
    (void)state;
    const char *const settings[] = {"m", "64", "n", "65", NULL};
    mw_roof_pair pair;
    mw_error error;
    for (mw_roof_kind kind = MW_ROOF_READ; kind <= MW_ROOF_REDUCE; kind++) {
        assert_int_equal(beside("gemv/simd", settings, kind, &pair, &error), MW_OK);
        check(&pair.ratio);
        assert_int_equal(pair.unit, MW_UNIT_BYTE_PER_SECOND);
    }
}

static void what_cannot_stand_under_a_roof_of_one_core_is_refused(void **state)
{
    (void)state;
    mw_roof_pair pair;
    mw_error error;
    if (mw_cpu_count() > 1) {
        const char *const two[] = {"n", "1000", "threads", "2", NULL};
        assert_int_equal(beside("stream/read", two, MW_ROOF_READ, &pair, &error), MW_INVALID);
        assert_non_null(strstr(error.message, "one thread"));
    }
    /* A copy has no FLOPs. */
    const char *const one[] = {"n", "1000", NULL};
    assert_int_equal(beside("stream/copy", one, MW_ROOF_PEAK, &pair, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "stream/copy"));
}

static void it_stops_when_it_is_told(void **state)
{
    (void)state;
    mw_roof_pair pair;
    mw_error error;
    const char *const settings[] = {"m", "64", "n", "64", NULL};
    mw_ledger_cancel(mw_ledger_process());
    assert_int_equal(beside("gemv/simd", settings, MW_ROOF_READ, &pair, &error), MW_CANCELLED);
    mw_ledger_rearm(mw_ledger_process());
    assert_int_equal(beside("gemv/simd", settings, MW_ROOF_READ, &pair, &error), MW_OK);
}

static void roofs_have_names_that_are_read_back(void **state)
{
    (void)state;
    for (mw_roof_kind kind = MW_ROOF_PEAK; kind <= MW_ROOF_REDUCE; kind++) {
        mw_roof_kind read = MW_ROOF_PEAK;
        assert_true(mw_roof_parse(mw_roof_name(kind), &read));
        assert_int_equal(read, kind);
    }
    mw_roof_kind unknown;
    assert_false(mw_roof_parse("ceiling", &unknown));
}

int main(void)
{
    mw_error error;
    if (mw_cpu_init(&error) != MW_OK)
        return 2;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_product_stands_under_the_compute_roof_of_its_type),
        cmocka_unit_test(a_product_with_a_vector_stands_under_the_roofs_of_loads),
        cmocka_unit_test(what_cannot_stand_under_a_roof_of_one_core_is_refused),
        cmocka_unit_test(it_stops_when_it_is_told),
        cmocka_unit_test(roofs_have_names_that_are_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
