/* registry_test.c: every kernel's name, presets and ranges, and each refusal's line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cpu.h"
#include "model/memory.h"
#include "registry.h"

static const mw_kernel *find(const char *name)
{
    const mw_kernel *kernel = NULL;
    mw_error error;
    assert_int_equal(mw_registry_find(name, &kernel, &error), MW_OK);
    return kernel;
}

static mw_error check_fails(const char *name, const char *const *settings, mw_status expected)
{
    const mw_kernel *kernel = find(name);
    mw_args args;
    mw_error error = {0};
    mw_args_preset(kernel, &args);
    for (; *settings; settings += 2)
        args.value[mw_param_index(kernel, settings[0])] = strtoll(settings[1], NULL, 10);
    assert_int_equal(mw_args_check(kernel, &args, &error), expected);
    return error;
}

static void every_kernel_says_what_it_is_and_what_it_takes(void **state)
{
    (void)state;
    for (size_t i = 0; i < mw_registry_count(); i++) {
        const mw_kernel *kernel = mw_registry_at(i);
        assert_true(strlen(kernel->summary) > 3);
        assert_true(kernel->param_count > 0 && kernel->param_count <= MW_PARAM_MAX);
        for (size_t p = 0; p < kernel->param_count; p++) {
            const mw_param *param = &kernel->params[p];
            assert_true(*param->name && *param->unit && *param->summary);
            assert_true(param->min <= param->preset && param->preset <= param->max);
            assert_true(mw_param_max(param) <= param->max);
        }
        assert_non_null(kernel->work);
        assert_non_null(kernel->compulsory_bytes);
        assert_non_null(kernel->footprint);
        assert_non_null(kernel->prepare);
        assert_non_null(kernel->execute);
        assert_non_null(kernel->verify);
        assert_non_null(kernel->release);
        assert_non_null(kernel->sample);
    }
    assert_null(mw_registry_at(mw_registry_count()));
}

static void every_preset_is_allowed_by_its_own_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < mw_registry_count(); i++) {
        const mw_kernel *kernel = mw_registry_at(i);
        mw_args args;
        mw_args_preset(kernel, &args);
        if (kernel->footprint(kernel, &args) > mw_memory_limit())
            continue;
        mw_error error = {0};
        mw_status status = mw_args_check(kernel, &args, &error);
        if (status != MW_UNSUPPORTED) /* written for another processor */
            assert_int_equal(status, MW_OK);
    }
}

static void a_name_is_found_once_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < mw_registry_count(); i++) {
        const mw_kernel *kernel = mw_registry_at(i);
        char name[64];
        strcat(strcat(strcpy(name, kernel->family), "/"), kernel->variant);
        assert_ptr_equal(find(name), kernel);
    }
}

static void a_family_without_a_variant_is_told_from_a_misspelt_name(void **state)
{
    (void)state;
    const mw_kernel *kernel = NULL;
    mw_error error;
    static const char *const names[] = {"gemm", "gemm/"};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(mw_registry_find(names[i], &kernel, &error), MW_INVALID);
        assert_non_null(strstr(error.message, "'gemm' is a family of kernels"));
        assert_non_null(strstr(error.message, "gemm/ijk"));
    }
    static const char *const others[] = {"gem", "gemm/ij", "gemm//", "/", ""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(mw_registry_find(others[i], &kernel, &error), MW_INVALID);
        assert_non_null(strstr(error.message, "the nearest are"));
    }
}

static void a_misspelt_name_is_answered_with_the_nearest(void **state)
{
    (void)state;
    const mw_kernel *kernel;
    mw_error error;
    assert_int_equal(mw_registry_find("gemv/smid", &kernel, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "'gemv/smid'"));
    assert_non_null(strstr(error.message, "the nearest are gemv/simd"));
    assert_int_equal(mw_registry_find("", &kernel, &error), MW_INVALID);
    char longest[400];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(mw_registry_find(longest, &kernel, &error), MW_INVALID);
}

static void a_parameter_from_text_is_taken_or_explained(void **state)
{
    (void)state;
    const mw_kernel *kernel = find("gemv/simd");
    mw_args args;
    mw_error error;
    mw_args_preset(kernel, &args);
    assert_int_equal(mw_args_set(kernel, &args, "n", "511", &error), MW_OK);
    assert_int_equal(mw_arg(kernel, &args, "n"), 511);
    assert_int_equal(mw_args_set(kernel, &args, "dtype", "f64", &error), MW_OK);
    assert_int_equal(mw_arg(kernel, &args, "dtype"), MW_F64);

    assert_int_equal(mw_args_set(kernel, &args, "dtype", "f16", &error), MW_INVALID);
    assert_string_equal(error.message,
                        "gemv/simd: dtype=f16 is not allowed: dtype is one of f32, f64");
    static const char *const bad[] = {"0", "-3", "12x", "", " ", "1e3", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(mw_args_set(kernel, &args, "n", bad[i], &error), MW_INVALID);
        assert_non_null(strstr(error.message, "n is a whole number from 1 to 16777216"));
        assert_int_equal(mw_arg(kernel, &args, "n"), 511);
    }
    assert_int_equal(mw_args_set(kernel, &args, "q", "1", &error), MW_INVALID);
    assert_string_equal(error.message,
                        "gemv/simd has no parameter 'q': it has m, n, lda, dtype, threads");
}

static void a_leading_dimension_shorter_than_a_row_is_refused(void **state)
{
    (void)state;
    const char *const settings[] = {"n", "100", "lda", "99", NULL};
    mw_error error = check_fails("gemv/simd", settings, MW_INVALID);
    assert_non_null(strstr(error.message, "lda=99 is shorter than a row of n=100"));
}

static void more_threads_than_processors_are_refused(void **state)
{
    (void)state;
    if (mw_cpu_count() >= 256)
        skip();
    const char *const settings[] = {"threads", "256", NULL};
    mw_error error = check_fails("stream/read", settings, MW_INVALID);
    assert_non_null(strstr(error.message, "threads=256 is not allowed"));
}

static void more_memory_than_allowed_names_the_largest_size_that_fits(void **state)
{
    (void)state;
    const mw_kernel *kernel = find("gemv/reference");
    const char *const settings[] = {"m", "16777216", "n", "16000000", NULL};
    mw_error error = check_fails("gemv/reference", settings, MW_NO_MEMORY);
    assert_non_null(strstr(error.message, "gemv/reference: m=16777216 needs"));
    const char *range = strstr(error.message, "m may be 1 to ");
    assert_non_null(range);

    mw_args args;
    mw_args_preset(kernel, &args);
    args.value[0] = strtoll(range + strlen("m may be 1 to "), NULL, 10);
    args.value[1] = 16000000;
    assert_true(args.value[0] >= 1 && args.value[0] < 16777216);
    assert_true(kernel->footprint(kernel, &args) <= mw_memory_limit());
}

static void more_work_than_can_be_counted_is_refused_before_memory_is_asked_for(void **state)
{
    (void)state;
    static const char *const names[] = {"gemm/ijk", "gemm/ikj", "gemm/blocked", "gemm/openblas"};
    const char *const settings[] = {"m", "16777216", "n", "16777216", "k", "16777216", NULL};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        mw_error error = check_fails(names[i], settings, MW_INVALID);
        assert_non_null(strstr(error.message, "m=16777216 makes more work than 64-bit counters"));
        const char *range = strstr(error.message, "m may be 1 to ");
        assert_non_null(range);

        /* One row more than it says is refused, and what it says is not. */
        const mw_kernel *kernel = find(names[i]);
        mw_args args;
        mw_args_preset(kernel, &args);
        args.value[0] = strtoll(range + strlen("m may be 1 to "), NULL, 10);
        args.value[1] = args.value[2] = 16777216;
        mw_work fits = kernel->work(kernel, &args);
        assert_true(fits.flops != UINT64_MAX && fits.load_bytes != UINT64_MAX);
        args.value[0]++;
        mw_work exceeds = kernel->work(kernel, &args);
        assert_true(exceeds.flops == UINT64_MAX || exceeds.load_bytes == UINT64_MAX ||
                    exceeds.store_bytes == UINT64_MAX);
    }
}

static void the_instruction_set_can_be_lowered_but_not_raised(void **state)
{
    (void)state;
    mw_error error;
    setenv("MEMWALL_ISA", "generic", 1);
    assert_int_equal(mw_cpu_init(&error), MW_OK);
    assert_int_equal(mw_cpu_isa(), MW_ISA_GENERIC);
    setenv("MEMWALL_ISA", "sse9", 1);
    assert_int_equal(mw_cpu_init(&error), MW_INVALID);
    assert_non_null(strstr(error.message, "MEMWALL_ISA=sse9 is unknown"));
    if (mw_cpu_best_isa() < MW_ISA_AVX512) {
        setenv("MEMWALL_ISA", "avx512", 1);
        assert_int_equal(mw_cpu_init(&error), MW_INVALID);
        assert_non_null(strstr(error.message, "may only lower"));
    }
    unsetenv("MEMWALL_ISA");
    assert_int_equal(mw_cpu_init(&error), MW_OK);
    assert_int_equal(mw_cpu_isa(), mw_cpu_best_isa());
}

static void a_kernel_for_other_instructions_is_refused_by_name(void **state)
{
    (void)state;
    static const char *const names[] = {"gemm/micro-avx2", "gemm/micro-avx512"};
    const char *const none[] = {NULL};
    setenv("MEMWALL_ISA", "generic", 1);
    assert_int_equal(mw_cpu_init(NULL), MW_OK);
    for (size_t i = 0; i < 2; i++) {
        mw_error error = check_fails(names[i], none, MW_UNSUPPORTED);
        assert_non_null(strstr(error.message, strchr(names[i], 'a')));
        assert_non_null(strstr(error.message, "generic: gemm/parallel takes the best"));
    }
    unsetenv("MEMWALL_ISA");
    assert_int_equal(mw_cpu_init(NULL), MW_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_says_what_it_is_and_what_it_takes),
        cmocka_unit_test(every_preset_is_allowed_by_its_own_rules),
        cmocka_unit_test(a_name_is_found_once_only),
        cmocka_unit_test(a_family_without_a_variant_is_told_from_a_misspelt_name),
        cmocka_unit_test(a_misspelt_name_is_answered_with_the_nearest),
        cmocka_unit_test(a_parameter_from_text_is_taken_or_explained),
        cmocka_unit_test(a_leading_dimension_shorter_than_a_row_is_refused),
        cmocka_unit_test(more_threads_than_processors_are_refused),
        cmocka_unit_test(more_memory_than_allowed_names_the_largest_size_that_fits),
        cmocka_unit_test(more_work_than_can_be_counted_is_refused_before_memory_is_asked_for),
        cmocka_unit_test(the_instruction_set_can_be_lowered_but_not_raised),
        cmocka_unit_test(a_kernel_for_other_instructions_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
