/* GELU on vectors against libm, far beyond the operands of the kernels. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cpu.h"
#include "eltwise/bodies.h"
#include "registry.h"

enum { COUNT = 20011 };

static long double tanh_form(long double z)
{
    long double inner =
        sqrtl(2 / 3.14159265358979323846264338327950288L) * (z + 0.044715L * z * z * z);
    return z / (1 + expl(-2 * inner));
}

/* Largest error over unit * (1 + |exponent|) * |gelu|: what the family's check allows 8 of. */
static double worst_error(mw_eltwise_pass *gelu, mw_dtype dtype, double reach)
{
    static float x32[COUNT], y32[COUNT];
    static double x64[COUNT], y64[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        x64[i] = reach * (2.0 * (double)i / (COUNT - 1) - 1);
        x32[i] = (float)x64[i];
    }
    bool single = dtype == MW_F32;
    gelu(single ? (void *)y32 : (void *)y64, single ? (void *)x32 : (void *)x64, NULL, 0, COUNT);
    double worst = 0, unit = single ? 0x1p-24 : 0x1p-53;
    for (size_t i = 0; i < COUNT; i++) {
        long double z = single ? (long double)x32[i] : (long double)x64[i];
        long double want = tanh_form(z), got = single ? (long double)y32[i] : (long double)y64[i];
        long double v = z * (MW_GELU_LINEAR + MW_GELU_CUBIC * z * z);
        long double bound = unit * (1 + fabsl(v)) * fabsl(want);
        if (got != want && fabsl(got - want) > 0x1p-100L)
            worst = fmax(worst, (double)(fabsl(got - want) / bound));
    }
    return worst;
}

static void gelu_stays_within_a_few_units_of_libm(void **state)
{
    (void)state;
    for (mw_isa isa = MW_ISA_GENERIC; isa <= mw_cpu_best_isa(); isa++) {
        mw_eltwise_bodies bodies = mw_eltwise_bodies_for(isa);
        for (int dtype = MW_F32; dtype <= MW_F64; dtype++) {
            static const double reaches[] = {1e-6, 0.1, 3, 10, 50};
            for (size_t i = 0; i < sizeof reaches / sizeof *reaches; i++)
                assert_true(worst_error(bodies.gelu[dtype], (mw_dtype)dtype, reaches[i]) < 4);
        }
    }
}

static void gelu_ends_in_nothing_below_and_in_its_argument_above(void **state)
{
    (void)state;
    static const float x32[] = {-1e30f, -100, 0, 100, 1e30f};
    static const double x64[] = {-1e300, -100, 0, 100, 1e300};
    for (mw_isa isa = MW_ISA_GENERIC; isa <= mw_cpu_best_isa(); isa++) {
        mw_eltwise_bodies bodies = mw_eltwise_bodies_for(isa);
        float y32[5];
        double y64[5];
        bodies.gelu[MW_F32](y32, x32, NULL, 0, 5);
        bodies.gelu[MW_F64](y64, x64, NULL, 0, 5);
        assert_true(fabsf(y32[1]) < 1e-30f && fabs(y64[1]) < 1e-300);
        assert_true(y32[0] == x32[0] * 0x1p-125f && y64[0] == x64[0] * 0x1p-1021);
        for (int i = 2; i < 5; i++)
            assert_true(y32[i] == x32[i] && y64[i] == x64[i]);
    }
}

static void three_passes_move_seven_arrays_and_one_pass_three(void **state)
{
    (void)state;
    const mw_kernel *fused, *unfused;
    assert_int_equal(mw_registry_find("eltwise/fused", &fused, NULL), MW_OK);
    assert_int_equal(mw_registry_find("eltwise/unfused", &unfused, NULL), MW_OK);
    mw_args args;
    mw_args_preset(fused, &args);
    mw_work one = fused->work(fused, &args), three = unfused->work(unfused, &args);
    assert_true(3 * (three.load_bytes + three.store_bytes) ==
                7 * (one.load_bytes + one.store_bytes));
    assert_true(one.flops == three.flops);
    assert_true(fused->compulsory_bytes(fused, &args) == unfused->compulsory_bytes(unfused, &args));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gelu_stays_within_a_few_units_of_libm),
        cmocka_unit_test(gelu_ends_in_nothing_below_and_in_its_argument_above),
        cmocka_unit_test(three_passes_move_seven_arrays_and_one_pass_three),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
