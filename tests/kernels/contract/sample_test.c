/* What a family's `sample` may set, and what becomes of what it may not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "params.h"
#include "sample.h"

enum { SIZE, DTYPE, PARAMS };

static const mw_param params[PARAMS] = {
    [SIZE] = {"size", "elements", "a size", 4, 64, 16, NULL},
    [DTYPE] = MW_PARAM_DTYPE,
};

static mw_status sets_its_size(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                               mw_error *error)
{
    return MW_SAMPLE({"size", shape->n});
}

static mw_status sets_what_it_lacks(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                                    mw_error *error)
{
    return MW_SAMPLE({"size", shape->n}, {"sise", shape->n});
}

static mw_kernel toy(mw_status (*sample)(const mw_kernel *kernel, const mw_shape *shape,
                                         mw_args *args, mw_error *error))
{
    return (mw_kernel){.family = "toy",
                       .variant = "one",
                       .params = params,
                       .param_count = PARAMS,
                       .sample = sample};
}

static void a_sample_brings_a_shape_into_the_ranges(void **state)
{
    (void)state;
    static const struct {
        int64_t n, size;
    } cases[] = {{1, 4}, {4, 4}, {30, 30}, {64, 64}, {70000, 64}};
    mw_kernel kernel = toy(sets_its_size);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mw_args args;
        mw_error error;
        mw_shape shape = {.n = cases[i].n, .threads = 3};
        assert_int_equal(mw_sample(&kernel, &shape, MW_F64, &args, &error), MW_OK);
        assert_int_equal(args.value[SIZE], cases[i].size);
        assert_int_equal(args.value[DTYPE], MW_F64);
    }
}

static void a_parameter_that_the_kernel_lacks_is_an_error(void **state)
{
    (void)state;
    mw_args args;
    mw_error error;
    mw_kernel kernel = toy(sets_what_it_lacks);
    assert_int_equal(mw_sample(&kernel, &(mw_shape){.n = 8}, MW_F32, &args, &error), MW_INTERNAL);
    assert_string_equal(error.message, "the sample of toy/one sets 'sise', which it lacks");
}

static void rows_lie_side_by_side_unless_a_shape_pads_them(void **state)
{
    (void)state;
    assert_int_equal(mw_shape_leading(&(mw_shape){.pad = 0}, 31), 0);
    assert_int_equal(mw_shape_leading(&(mw_shape){.pad = 5}, 31), 36);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_brings_a_shape_into_the_ranges),
        cmocka_unit_test(a_parameter_that_the_kernel_lacks_is_an_error),
        cmocka_unit_test(rows_lie_side_by_side_unless_a_shape_pads_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
