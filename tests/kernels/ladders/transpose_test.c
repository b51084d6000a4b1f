/* Transposes large enough to be stored past the caches, with every instruction set there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cpu.h"
#include "registry.h"

static const mw_kernel *find(const char *name)
{
    const mw_kernel *kernel = NULL;
    assert_int_equal(mw_registry_find(name, &kernel, NULL), MW_OK);
    return kernel;
}

static mw_args args_of(const mw_kernel *kernel, int64_t m, int64_t n, int64_t ldb, mw_dtype dtype)
{
    mw_args args;
    mw_args_preset(kernel, &args);
    args.value[mw_param_index(kernel, "m")] = m;
    args.value[mw_param_index(kernel, "n")] = n;
    args.value[mw_param_index(kernel, "ldb")] = ldb;
    args.value[mw_param_index(kernel, "dtype")] = dtype;
    assert_int_equal(mw_args_check(kernel, &args, NULL), MW_OK);
    return args;
}

static void verify(const mw_kernel *kernel, const mw_args *args)
{
    mw_run run = {.kernel = kernel, .args = *args, .ledger = mw_ledger_process()};
    mw_verification verification;
    assert_int_equal(kernel->prepare(&run, NULL), MW_OK);
    assert_int_equal(kernel->verify(&run, &verification, NULL), MW_OK);
    assert_true(verification.passed);
    kernel->release(&run);
}

static void a_large_transpose_is_right_past_the_caches_too(void **state)
{
    (void)state;
    static const char *const isas[] = {"generic", "avx2", "avx512"};
    const mw_kernel *blocked = find("transpose/blocked");
    for (mw_isa isa = MW_ISA_GENERIC; isa <= mw_cpu_best_isa(); isa++) {
        setenv("MEMWALL_ISA", isas[isa], 1);
        assert_int_equal(mw_cpu_init(NULL), MW_OK);
        mw_args args = args_of(blocked, 1031, 2053, 1040, MW_F32);
        verify(blocked, &args);
        args = args_of(blocked, 1000, 1061, 1001, MW_F64); /* rows of B begin anywhere */
        verify(blocked, &args);
    }
    unsetenv("MEMWALL_ISA");
    assert_int_equal(mw_cpu_init(NULL), MW_OK);
}

typedef struct stores {
    mw_trace trace;
    uint64_t bytes[3];
} stores;

static bool sum_stores(mw_trace *trace, const mw_stream *streams, size_t count, uint64_t iterations)
{
    for (size_t s = 0; s < count; s++)
        ((stores *)trace)->bytes[streams[s].access] += streams[s].size * iterations;
    return true;
}

static void only_a_large_result_is_stored_past_the_caches(void **state)
{
    (void)state;
    const mw_kernel *blocked = find("transpose/blocked");
    stores small = {.trace = {.loop = sum_stores}}, large = {.trace = {.loop = sum_stores}};
    mw_args args = args_of(blocked, 512, 512, 0, MW_F32);
    assert_int_equal(blocked->trace(blocked, &args, &small.trace), MW_OK);
    assert_true(small.bytes[MW_ACCESS_STORE] == 512 * 512 * 4);
    assert_true(small.bytes[MW_ACCESS_STORE_NT] == 0);
    args = args_of(blocked, 1024, 2056, 0, MW_F32);
    assert_int_equal(blocked->trace(blocked, &args, &large.trace), MW_OK);
    /* eight columns of A fill no square */
    assert_true(large.bytes[MW_ACCESS_STORE] == 1024 * 8 * 4);
    assert_true(large.bytes[MW_ACCESS_STORE_NT] == 1024 * 2048 * 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_transpose_is_right_past_the_caches_too),
        cmocka_unit_test(only_a_large_result_is_stored_past_the_caches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
