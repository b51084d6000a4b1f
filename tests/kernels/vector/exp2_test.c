/* 2^v on vectors, and softmax made of it, against libm in long double. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "attention/bodies.h"
#include "cpu.h"
#include "exp2.h"
#include "exp2_bodies.h"
#include "verify.h"

enum { COUNT = 1 << 16 };

/* Elements of both types; those of f32 are those of f64, rounded. */
typedef struct elements {
    float f32[COUNT];
    double f64[COUNT];
} elements;

static elements in, out;

static void put(size_t i, double value)
{
    in.f64[i] = value;
    in.f32[i] = (float)value;
}

static void *of(elements *all, mw_dtype dtype)
{
    return dtype == MW_F32 ? (void *)all->f32 : (void *)all->f64;
}

static long double at(elements *all, mw_dtype dtype, size_t i)
{
    return mw_element_at(of(all, dtype), dtype, i);
}

static int limit_of(mw_dtype dtype)
{
    return dtype == MW_F32 ? MW_EXP2_LIMIT_F32 : MW_EXP2_LIMIT_F64;
}

/* Largest error over all elements, in ulps of the true power. */
static double worst_ulps(const mw_exp2_bodies *bodies, mw_dtype dtype)
{
    bodies->bare[dtype](of(&out, dtype), of(&in, dtype), COUNT);
    int digits = dtype == MW_F32 ? FLT_MANT_DIG : DBL_MANT_DIG;
    long double worst = 0;
    for (size_t i = 0; i < COUNT; i++) {
        long double want = exp2l(at(&in, dtype, i));
        long double ulp = ldexpl(1, ilogbl(want) + 1 - digits);
        long double error = fabsl(at(&out, dtype, i) - want) / ulp;
        worst = error >= 0 ? fmaxl(worst, error) : INFINITY;
    }
    return (double)worst;
}

#define FOR_EACH_BODY                                                                              \
    for (mw_isa isa = MW_ISA_GENERIC; isa <= mw_cpu_best_isa(); isa++)                             \
        for (int dtype = MW_F32; dtype <= MW_F64; dtype++)

static void assert_near(const mw_exp2_bodies *bodies, mw_isa isa, mw_dtype dtype)
{
    double worst = worst_ulps(bodies, dtype);
    if (worst > MW_EXP2_ULPS)
        fail_msg("%s %s: %.3f ulp", mw_isa_name(isa), mw_dtype_name(dtype), worst);
}

static void powers_of_the_whole_range_are_within_the_stated_ulps(void **state)
{
    (void)state;
    FOR_EACH_BODY
    {
        mw_exp2_bodies bodies = mw_exp2_bodies_for(isa);
        double limit = limit_of((mw_dtype)dtype);
        for (size_t i = 0; i < COUNT; i++)
            put(i, limit * (2.0 * (double)i / (COUNT - 1) - 1));
        assert_near(&bodies, isa, (mw_dtype)dtype);
    }
}

/* Where 2^f is smallest in its binade, and where the rest changes from 1/2 to -1/2. */
static void powers_are_within_the_stated_ulps_where_the_error_is_largest(void **state)
{
    (void)state;
    static const double centers[] = {-0.5, 0.5, -3.5, 0, 1, 100.5, -124.5};
    FOR_EACH_BODY
    {
        mw_exp2_bodies bodies = mw_exp2_bodies_for(isa);
        for (size_t c = 0; c < sizeof centers / sizeof *centers; c++) {
            for (size_t i = 0; i < COUNT; i++)
                put(i, centers[c] + 0.07 * (2.0 * (double)i / (COUNT - 1) - 1));
            assert_near(&bodies, isa, (mw_dtype)dtype);
        }
    }
}

/* Of all magnitudes from far below the smallest normal number. */
static void powers_of_small_numbers_are_within_the_stated_ulps(void **state)
{
    (void)state;
    FOR_EACH_BODY
    {
        mw_exp2_bodies bodies = mw_exp2_bodies_for(isa);
        for (size_t i = 0; i < COUNT; i++) {
            double magnitude = exp2(-1080.0 * (double)i / COUNT);
            put(i, i % 2 ? -magnitude : magnitude);
        }
        assert_near(&bodies, isa, (mw_dtype)dtype);
    }
}

static void powers_of_whole_numbers_are_exact(void **state)
{
    (void)state;
    FOR_EACH_BODY
    {
        mw_exp2_bodies bodies = mw_exp2_bodies_for(isa);
        int limit = limit_of((mw_dtype)dtype), count = 2 * limit + 1;
        for (int i = 0; i < count; i++)
            put((size_t)i, i - limit);
        put((size_t)count, -0.0);
        bodies.bare[dtype](of(&out, (mw_dtype)dtype), of(&in, (mw_dtype)dtype), 2048);
        for (int i = 0; i < count; i++)
            assert_true(at(&out, (mw_dtype)dtype, (size_t)i) == ldexpl(1, i - limit));
        assert_true(at(&out, (mw_dtype)dtype, (size_t)count) == 1);
    }
}

static void beyond_the_limit_the_power_is_that_of_the_limit(void **state)
{
    (void)state;
    static const double beyond[] = {1.0001, 2, 1e20, 1e30, INFINITY};
    enum { BEYOND = sizeof beyond / sizeof *beyond };
    FOR_EACH_BODY
    {
        mw_exp2_bodies bodies = mw_exp2_bodies_for(isa);
        int limit = limit_of((mw_dtype)dtype);
        for (size_t i = 0; i < BEYOND; i++) {
            put(2 * i, limit * beyond[i]);
            put(2 * i + 1, -limit * beyond[i]);
        }
        bodies.within[dtype](of(&out, (mw_dtype)dtype), of(&in, (mw_dtype)dtype), 16);
        for (size_t i = 0; i < BEYOND; i++) {
            assert_true(at(&out, (mw_dtype)dtype, 2 * i) == ldexpl(1, limit));
            assert_true(at(&out, (mw_dtype)dtype, 2 * i + 1) == ldexpl(1, -limit));
        }
    }
}

static void what_is_not_a_number_has_no_power(void **state)
{
    (void)state;
    volatile double infinite = INFINITY;
    FOR_EACH_BODY
    {
        mw_exp2_bodies bodies = mw_exp2_bodies_for(isa);
        for (size_t i = 0; i < 16; i++)
            put(i, 0);
        put(3, infinite - infinite);
        put(4, -(infinite - infinite));
        bodies.within[dtype](of(&out, (mw_dtype)dtype), of(&in, (mw_dtype)dtype), 16);
        for (size_t i = 0; i < 16; i++) {
            long double power = at(&out, (mw_dtype)dtype, i);
            assert_true(i == 3 || i == 4 ? isnan(power) : power == 1);
        }
    }
}

/* --- softmax -------------------------------------------------------------------------------- */

/* Largest error of a weight over what softmax.inc.h states, of one row of scores. */
static double worst_weight(mw_attention_body *softmax, mw_dtype dtype, size_t columns, double scale)
{
    mw_attention_rows rows = {
        .scores = of(&out, dtype), .ld = columns, .rows = 1, .columns = columns, .scale = scale};
    for (size_t i = 0; i < columns; i++) {
        out.f32[i] = in.f32[i];
        out.f64[i] = in.f64[i];
    }
    softmax(&rows);
    long double largest = -INFINITY, sum = 0, mean = 0;
    long double u = dtype == MW_F32 ? 0x1p-24L : 0x1p-53L;
    for (size_t i = 0; i < columns; i++)
        largest = fmaxl(largest, at(&in, dtype, i));
    for (size_t i = 0; i < columns; i++) {
        long double v = (at(&in, dtype, i) - largest) * (long double)scale;
        sum += exp2l(v);
        mean += exp2l(v) * (6 + 2.1L * fabsl(v)) * u;
    }
    mean = mean / sum + mw_error_gamma(dtype, columns);
    long double worst = 0, least = ldexpl(1, -limit_of(dtype));
    least *= 1 + (6 + 2.1L * limit_of(dtype)) * u;
    for (size_t i = 0; i < columns; i++) {
        long double v = (at(&in, dtype, i) - largest) * (long double)scale;
        long double want = exp2l(v) / sum;
        long double bound = want * ((6 + 2.1L * fabsl(v)) * u + mean) + (exp2l(v) < least) * least;
        long double error = fabsl(at(&out, dtype, i) - want) / bound;
        worst = error >= 0 ? fmaxl(worst, error) : INFINITY;
    }
    return (double)worst;
}

static void weights_of_softmax_are_as_near_as_stated(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 2, 3, 7, 16, 17, 63, 1000, 4099};
    static const double reaches[] = {0, 0.001, 1, 20, 300, 5000};
    FOR_EACH_BODY
    {
        mw_attention_bodies bodies = mw_attention_bodies_for(isa);
        for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
            for (size_t r = 0; r < sizeof reaches / sizeof *reaches; r++) {
                for (size_t i = 0; i < lengths[l]; i++)
                    put(i, reaches[r] * sin(1.7 * (double)i + 0.3));
                double worst =
                    worst_weight(bodies.softmax[dtype], (mw_dtype)dtype, lengths[l], M_LOG2E / 3);
                if (worst > 1)
                    fail_msg("%s %s: %zu scores within %g: %.3f of the bound", mw_isa_name(isa),
                             mw_dtype_name((mw_dtype)dtype), lengths[l], reaches[r], worst);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(powers_of_the_whole_range_are_within_the_stated_ulps),
        cmocka_unit_test(powers_are_within_the_stated_ulps_where_the_error_is_largest),
        cmocka_unit_test(powers_of_small_numbers_are_within_the_stated_ulps),
        cmocka_unit_test(powers_of_whole_numbers_are_exact),
        cmocka_unit_test(beyond_the_limit_the_power_is_that_of_the_limit),
        cmocka_unit_test(what_is_not_a_number_has_no_power),
        cmocka_unit_test(weights_of_softmax_are_as_near_as_stated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
