/* Every kernel of the registry that has a trace: it moves the bytes that the ledger counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cpu.h"
#include "registry.h"
#include "tests/kernels/cachesim/twins.h"

/* A value for a parameter in round `round`: small, ragged, and allowed more often than not. */
static int64_t value_of(const mw_param *param, int round, size_t position)
{
    static const int64_t ragged[] = {1, 7, 16, 33, 64, 97, 130, 5, 48, 19};
    if (strcmp(param->name, "threads") == 0)
        return 1;
    if (param->choices)
        return param->min + (round / 2 + (int64_t)position) % (param->max - param->min + 1);
    int64_t value = ragged[((size_t)round * 3 + position * 7) % (sizeof ragged / sizeof *ragged)];
    if (param->min == 0 && param->preset == 0 && strncmp(param->name, "ld", 2) == 0)
        value = round % 3 ? 0 : 131; /* a leading dimension: rows side by side, or far apart */
    if (value < param->min)
        value = param->min;
    return value > param->max ? param->max : value;
}

static void expect_bytes(const mw_kernel *kernel, const mw_args *args)
{
    mw_trace_sum sum = mw_trace_sum_sink();
    assert_int_equal(kernel->trace(kernel, args, &sum.trace), MW_OK);
    mw_work work = kernel->work(kernel, args);
    if (sum.load_bytes == work.load_bytes && sum.store_bytes == work.store_bytes)
        return;
    char text[512] = "";
    for (size_t p = 0; p < kernel->param_count; p++)
        snprintf(text + strlen(text), sizeof text - strlen(text), " %s=%lld",
                 kernel->params[p].name, (long long)args->value[p]);
    fail_msg("%s/%s%s: the trace loads %llu and stores %llu, the closed form says %llu and %llu",
             kernel->family, kernel->variant, text, (unsigned long long)sum.load_bytes,
             (unsigned long long)sum.store_bytes, (unsigned long long)work.load_bytes,
             (unsigned long long)work.store_bytes);
}

static void a_trace_moves_the_bytes_that_the_ledger_counts(void **state)
{
    (void)state;
    /* Windows of a convolution over everything of 130 take seconds and tell no more. */
    enum { ROUNDS = 40, LOADS_MOST = 1 << 25 };
    for (size_t i = 0; i < mw_registry_count(); i++) {
        const mw_kernel *kernel = mw_registry_at(i);
        int allowed = 0;
        for (int round = 0; kernel->trace && round < ROUNDS; round++) {
            mw_args args = {0};
            for (size_t p = 0; p < kernel->param_count; p++)
                args.value[p] = value_of(&kernel->params[p], round, p);
            mw_status status = mw_args_check(kernel, &args, NULL);
            allowed += status == MW_UNSUPPORTED; /* written for another processor */
            if (status != MW_OK || kernel->work(kernel, &args).load_bytes > LOADS_MOST)
                continue;
            expect_bytes(kernel, &args);
            allowed++;
        }
        if (kernel->trace && allowed == 0)
            fail_msg("%s/%s: no shape was allowed", kernel->family, kernel->variant);
    }
}

/* Sizes at which kernels cut their loops: pieces of a row, chunks, slabs. */
static void a_trace_moves_the_same_bytes_where_loops_are_cut(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t value[3];
    } cuts[] = {
        {"stream/read", {(1 << 17) + 5}},    {"stream/copy_nt", {(1 << 17) + 5}},
        {"gemv/reference", {3, 200000}},     {"gemv/simd", {11, 70001}},
        {"gemv/prefetch", {11, 70001}},      {"gemv/rows", {13, 70001}},
        {"gemv/column", {(1 << 16) + 9, 3}}, {"gemm/ijk", {3, 7, 70001}},
        {"gemm/ikj", {2, 70001, 5}},         {"gemm/skinny", {19, 100, 4001}},
        {"gemm/skinny", {19, 3, 100001}},    {"gemm/blocked", {200, 130, 190}},
        {"gemm/tile", {2000, 70, 700}},      {"gemm/micro-avx512", {3000, 70, 700}},
    };
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        const mw_kernel *kernel;
        mw_args args = {0};
        assert_int_equal(mw_registry_find(cuts[i].name, &kernel, NULL), MW_OK);
        mw_args_preset(kernel, &args);
        for (size_t p = 0; p < 3 && cuts[i].value[p]; p++)
            args.value[p] = cuts[i].value[p];
        if (mw_args_check(kernel, &args, NULL) == MW_OK)
            expect_bytes(kernel, &args);
    }
}

static bool refuse(mw_trace *trace, const mw_stream *streams, size_t count, uint64_t iterations)
{
    (void)trace, (void)streams, (void)count, (void)iterations;
    return false;
}

static bool refuse_indexed(mw_trace *trace, uint64_t base, const uint32_t *index, uint64_t count,
                           uint32_t size, mw_access access)
{
    (void)trace, (void)base, (void)index, (void)count, (void)size, (void)access;
    return false;
}

static void a_trace_ends_when_its_listener_wants_no_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < mw_registry_count(); i++) {
        const mw_kernel *kernel = mw_registry_at(i);
        mw_args args = {0};
        mw_args_preset(kernel, &args);
        mw_trace deaf = {.loop = refuse, .indexed = refuse_indexed};
        if (kernel->trace && mw_args_check(kernel, &args, NULL) == MW_OK)
            assert_int_equal(kernel->trace(kernel, &args, &deaf), MW_CANCELLED);
    }
}

/* A trace that nothing else has counted is a claim: equality_test holds each against cachegrind. */
static void every_kernel_with_a_trace_has_a_twin(void **state)
{
    (void)state;
#define KERNEL(name, kernel, settings, parameter, small, size, operands) kernel,
    static const char *const twins[] = {TWINS(KERNEL)};
    size_t missing = 0;
    for (size_t i = 0; i < mw_registry_count(); i++) {
        const mw_kernel *kernel = mw_registry_at(i);
        char name[128];
        snprintf(name, sizeof name, "%s/%s", kernel->family, kernel->variant);
        size_t t = 0;
        while (t < sizeof twins / sizeof *twins && strcmp(twins[t], name) != 0)
            t++;
        if (!kernel->trace || t < sizeof twins / sizeof *twins)
            continue;
        print_error("%s has a trace and no twin: see tests/kernels/cachesim/twins.h\n", name);
        missing++;
    }
    assert_int_equal(missing, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trace_moves_the_bytes_that_the_ledger_counts),
        cmocka_unit_test(a_trace_moves_the_same_bytes_where_loops_are_cut),
        cmocka_unit_test(a_trace_ends_when_its_listener_wants_no_more),
        cmocka_unit_test(every_kernel_with_a_trace_has_a_twin),
    };
    mw_cpu_init(NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
