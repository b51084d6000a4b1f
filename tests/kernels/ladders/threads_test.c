/* Kernels whose sums do not depend on who makes them: the same bits with any number of threads, and
 * a tally that is the closed form's for that number. More threads than processors take turns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buffer.h"
#include "cpu.h"
#include "registry.h"
#include "sample.h"
#include "tests/kernels/isa.h"

enum { THREADS = 3, SETTINGS = 6 };

/* m, n, k, pad, block: small, ragged, and with more tiles than threads. */
static const mw_shape shapes[] = {
    {1, 1, 1, 0, 3, 1},   {2, 2, 5, 1, 1, 1},      {61, 70, 40, 0, 0, 1}, {200, 3, 7, 2, 40, 1},
    {3, 300, 7, 0, 5, 1}, {35, 200, 17, 3, 64, 1}, {5, 37, 3, 7, 16, 1},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* What no sample reaches, since those stay small: a pixel row longer than what one thread takes,
 * fewer heads than threads, fewer outputs than make a cache line for each, fewer tokens than make a
 * tile, and a past of several pieces. */
static const struct {
    const char *family;
    mw_setting settings[SETTINGS];
} beyond[] = {
    {"conv", {{"h", 13}, {"w", 11}, {"cin", 3}, {"cout", 40}, {"k", 3}}},
    {"conv", {{"h", 5}, {"w", 70}, {"cin", 64}, {"cout", 17}, {"k", 1}}},
    {"decoder", {{"past", 0}, {"d", 462}, {"heads", 2}, {"ff", 35}}},
    {"decoder", {{"past", 131}, {"d", 453}, {"heads", 3}, {"ff", 1}}},
    {"decoder", {{"past", 70}, {"d", 259}, {"heads", 7}, {"ff", 1003}}},
    {"decoder", {{"past", 9001}, {"d", 45}, {"heads", 5}, {"ff", 17}}},
    {"encoder", {{"n", 5}, {"d", 259}, {"heads", 7}, {"ff", 300}}},
    {"encoder", {{"n", 23}, {"d", 130}, {"heads", 5}, {"ff", 17}}},
    {"encoder", {{"n", 131}, {"d", 40}, {"heads", 2}, {"ff", 35}}},
    {"encoder", {{"n", 70}, {"d", 66}, {"heads", 1}, {"ff", 129}}},
};
enum { BEYOND = sizeof beyond / sizeof *beyond };

static const char *text_of(const mw_kernel *kernel, const mw_args *args)
{
    static char text[512];
    int length = snprintf(text, sizeof text, "%s/%s (%s)", kernel->family, kernel->variant,
                          mw_isa_name(mw_cpu_isa()));
    for (size_t i = 0; i < kernel->param_count; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, " %s=%lld",
                           kernel->params[i].name, (long long)args->value[i]);
    return text;
}

/* Two executions. The first is verified where one thread makes it, which stands for all that make
 * the same bits; the second is counted. */
static mw_run ran(const mw_kernel *kernel, const mw_args *args, bool verified)
{
    mw_run run = {.kernel = kernel, .args = *args, .ledger = mw_ledger_process()};
    const char *what = text_of(kernel, args);
    mw_error error = {0};
    mw_ledger_rearm(run.ledger);
    if (kernel->prepare(&run, &error) != MW_OK)
        fail_msg("%s: %s", what, error.message);
    if (!verified) {
        assert_int_equal(kernel->execute(&run), MW_OK);
    } else {
        mw_verification verification;
        assert_int_equal(kernel->verify(&run, &verification, &error), MW_OK);
        if (!verification.passed)
            fail_msg("%s: error is %g of its bound at %s", what, verification.worst,
                     verification.where);
    }
    mw_ledger_begin(run.ledger);
    assert_int_equal(kernel->execute(&run), MW_OK);
    mw_work told = mw_ledger_work(run.ledger), form = kernel->work(kernel, args);
    if (told.flops != form.flops || told.load_bytes != form.load_bytes ||
        told.store_bytes != form.store_bytes)
        fail_msg("%s: counted %llu %llu %llu, closed form %llu %llu %llu", what,
                 (unsigned long long)told.flops, (unsigned long long)told.load_bytes,
                 (unsigned long long)told.store_bytes, (unsigned long long)form.flops,
                 (unsigned long long)form.load_bytes, (unsigned long long)form.store_bytes);
    return run;
}

/* Rows are taken some at a time, and those that a share leaves over one by one, in other sums: each
 * number of threads is verified, and its bits are its own. */
static bool sums_by_share(const mw_kernel *kernel)
{
    return strcmp(kernel->family, "gemv") == 0 && strcmp(kernel->variant, "parallel") == 0;
}

/* gemm adds to C, so what C holds depends on how often it ran, which is the same for all. */
static void compare(const mw_kernel *kernel, mw_args args)
{
    void *first = NULL;
    size_t bytes = 0;
    for (int threads = 1; threads <= THREADS; threads++) {
        args.value[mw_param_index(kernel, "threads")] = threads;
        mw_run run = ran(kernel, &args, threads == 1 || sums_by_share(kernel));
        const mw_buffer *output = kernel->result(&run);
        if (threads == 1 && output) {
            bytes = output->bytes;
            first = malloc(bytes);
            assert_non_null(first);
            memcpy(first, output->data, bytes);
        } else if (output && !sums_by_share(kernel) &&
                   (output->bytes != bytes || memcmp(first, output->data, bytes) != 0)) {
            fail_msg("%s: other bits than with one thread", text_of(kernel, &args));
        }
        kernel->release(&run);
    }
    free(first);
}

static void compare_all(const mw_kernel *kernel, mw_dtype dtype)
{
    mw_args args;
    mw_error error;
    for (size_t s = 0; s < SHAPES; s++) {
        if (mw_sample(kernel, &shapes[s], dtype, &args, &error) != MW_OK)
            fail_msg("%s", error.message);
        compare(kernel, args);
    }
    for (size_t b = 0; b < BEYOND; b++) {
        if (strcmp(beyond[b].family, kernel->family) != 0)
            continue;
        size_t count = 0;
        while (count < SETTINGS && beyond[b].settings[count].name)
            count++;
        if (mw_sample_set(kernel, &args, beyond[b].settings, count, &error) != MW_OK)
            fail_msg("%s", error.message);
        compare(kernel, args);
    }
}

/* Those that leave nothing are compared by tests of their own: the tensors of a chain by
 * chain/run_test. A library has its own ways, and counts nothing. */
static bool is_shared(const mw_kernel *kernel)
{
    return mw_param_index(kernel, "threads") >= 0 && kernel->result && !kernel->library;
}

static void any_number_of_threads_makes_the_same_bits_and_counts_its_own_loads(void **state)
{
    (void)state;
    for (size_t i = 0; i < mw_registry_count(); i++) {
        const mw_kernel *kernel = mw_registry_at(i);
        for (int dtype = MW_F32; dtype <= MW_F64 && is_shared(kernel); dtype++)
            compare_all(kernel, (mw_dtype)dtype);
    }
}

static uint64_t loads_with(const mw_kernel *kernel, int threads)
{
    mw_args args;
    mw_args_preset(kernel, &args);
    args.value[mw_param_index(kernel, "threads")] = threads;
    return kernel->work(kernel, &args).load_bytes;
}

/* Each thread reads what the cut leaves whole: keys, values, weights, the panel's triangle. */
static void what_every_thread_reads_is_counted_for_every_thread(void **state)
{
    (void)state;
    static const char *const names[] = {"attention/naive", "attention/tiled", "conv/im2col",
                                        "lu/blocked",      "decoder/step",    "encoder/block"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const mw_kernel *kernel;
        mw_error error;
        assert_int_equal(mw_registry_find(names[i], &kernel, &error), MW_OK);
        assert_true(loads_with(kernel, 7) > loads_with(kernel, 1));
    }
}

int main(void)
{
    if (isa_is_absent())
        return SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_makes_the_same_bits_and_counts_its_own_loads),
        cmocka_unit_test(what_every_thread_reads_is_counted_for_every_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
