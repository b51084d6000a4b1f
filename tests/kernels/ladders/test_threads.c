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

#include "attention/operands.h"
#include "conv/operands.h"
#include "cpu.h"
#include "gemm/operands.h"
#include "lu/matrix.h"
#include "registry.h"
#include "tests/kernels/isa.h"
#include "transformer/arrays.h"

static const mw_buffer *output_of_gemm(const mw_run *run)
{
    return &((const mw_gemm_state *)run->state)->c;
}

static const mw_buffer *output_of_attention(const mw_run *run)
{
    return &((const mw_attention_state *)run->state)->o;
}

static const mw_buffer *output_of_conv(const mw_run *run)
{
    return &((const mw_conv_state *)run->state)->out;
}

static const mw_buffer *output_of_lu(const mw_run *run)
{
    return &((const mw_lu_matrix *)run->state)->a;
}

/* Also of a token's: what comes out at the end depends on every array before it. */
static const mw_buffer *output_of_block(const mw_run *run)
{
    return &((const mw_block_state *)run->state)->array[MW_BLOCK_Z];
}

typedef struct setting {
    const char *name;
    int64_t value;
} setting;

enum { SETTINGS = 6, SHAPES = 6 };

/* A kernel, and shapes of it: small, ragged, and with more tiles than threads. */
typedef struct subject {
    const char *kernel;
    const mw_buffer *(*output)(const mw_run *run);
    setting shapes[SHAPES][SETTINGS];
} subject;

#define ATTENTION_SHAPES                                                                           \
    {                                                                                              \
        {{"n", 1}, {"d", 1}, {"block", 3}}, {{"n", 2}, {"d", 5}, {"block", 1}},                    \
            {{"n", 67}, {"d", 33}, {"block", 0}}, {{"n", 131}, {"d", 17}, {"block", 40}},          \
        {                                                                                          \
            {"n", 300}, {"d", 64},                                                                 \
            {                                                                                      \
                "block", 7                                                                         \
            }                                                                                      \
        }                                                                                          \
    }
#define CONV_SHAPES                                                                                \
    {                                                                                              \
        {{"h", 1}, {"w", 1}, {"cin", 1}, {"cout", 1}, {"k", 1}},                                   \
            {{"h", 3}, {"w", 7}, {"cin", 5}, {"cout", 3}, {"k", 2}},                               \
            {{"h", 13}, {"w", 11}, {"cin", 3}, {"cout", 40}, {"k", 3}},                            \
        {                                                                                          \
            {"h", 5}, {"w", 70}, {"cin", 64}, {"cout", 17},                                        \
            {                                                                                      \
                "k", 1                                                                             \
            }                                                                                      \
        }                                                                                          \
    }
#define LU_SHAPES                                                                                  \
    {                                                                                              \
        {{"n", 1}, {"block", 1}}, {{"n", 2}, {"block", 1}}, {{"n", 37}, {"block", 8}},             \
            {{"n", 64}, {"lda", 71}, {"block", 16}}, {{"n", 131}, {"block", 5}},                   \
        {                                                                                          \
            {"n", 200}, {"lda", 203},                                                              \
            {                                                                                      \
                "block", 64                                                                        \
            }                                                                                      \
        }                                                                                          \
    }
/* The first ones are too small to be shared; then fewer heads than threads, fewer outputs than make
 * a cache line for each, fewer tokens than make a tile. */
#define DECODER_SHAPES                                                                             \
    {                                                                                              \
        {{"past", 1}, {"d", 1}, {"heads", 1}, {"ff", 1}},                                          \
            {{"past", 2}, {"d", 6}, {"heads", 3}, {"ff", 0}},                                      \
            {{"past", 0}, {"d", 462}, {"heads", 2}, {"ff", 35}},                                   \
            {{"past", 131}, {"d", 453}, {"heads", 3}, {"ff", 1}},                                  \
            {{"past", 70}, {"d", 259}, {"heads", 7}, {"ff", 1003}},                                \
        {                                                                                          \
            {"past", 9001}, {"d", 45}, {"heads", 5},                                               \
            {                                                                                      \
                "ff", 17                                                                           \
            }                                                                                      \
        }                                                                                          \
    }
#define ENCODER_SHAPES                                                                             \
    {                                                                                              \
        {{"n", 1}, {"d", 1}, {"heads", 1}, {"ff", 1}},                                             \
            {{"n", 5}, {"d", 259}, {"heads", 7}, {"ff", 300}},                                     \
            {{"n", 23}, {"d", 130}, {"heads", 5}, {"ff", 17}},                                     \
            {{"n", 131}, {"d", 40}, {"heads", 2}, {"ff", 35}},                                     \
        {                                                                                          \
            {"n", 70}, {"d", 66}, {"heads", 1},                                                    \
            {                                                                                      \
                "ff", 129                                                                          \
            }                                                                                      \
        }                                                                                          \
    }

static const subject subjects[] = {
    {"gemm/parallel",
     output_of_gemm,
     {{{"m", 1}, {"n", 1}, {"k", 1}},
      {{"m", 61}, {"n", 70}, {"k", 130}},
      {{"m", 200}, {"n", 3}, {"k", 7}},
      {{"m", 3}, {"n", 300}, {"k", 7}, {"kc", 5}}}},
    {"attention/naive", output_of_attention, ATTENTION_SHAPES},
    {"attention/tiled", output_of_attention, ATTENTION_SHAPES},
    {"conv/direct", output_of_conv, CONV_SHAPES},
    {"conv/im2col", output_of_conv, CONV_SHAPES},
    {"lu/unblocked", output_of_lu, LU_SHAPES},
    {"lu/blocked", output_of_lu, LU_SHAPES},
    {"decoder/step", output_of_block, DECODER_SHAPES},
    {"encoder/block", output_of_block, ENCODER_SHAPES},
};
enum { SUBJECTS = sizeof subjects / sizeof *subjects, THREADS = 3 };

static const char *settings_text(const setting *settings)
{
    static char text[256];
    size_t length = 0;
    for (size_t i = 0; i < SETTINGS && settings[i].name; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, " %s=%lld",
                                   settings[i].name, (long long)settings[i].value);
    return text;
}

static mw_args args_of(const mw_kernel *kernel, const setting *settings, mw_dtype dtype,
                       int threads)
{
    mw_args args;
    mw_args_preset(kernel, &args);
    for (size_t i = 0; i < SETTINGS && settings[i].name; i++) {
        int index = mw_param_index(kernel, settings[i].name);
        if (index >= 0)
            args.value[index] = settings[i].value;
    }
    args.value[mw_param_index(kernel, "dtype")] = dtype;
    args.value[mw_param_index(kernel, "threads")] = threads;
    return args;
}

/* One execution, verified where one thread or three made it; then one that is counted. */
static mw_run ran(const mw_kernel *kernel, const mw_args *args, const char *what)
{
    mw_run run = {.kernel = kernel, .args = *args, .ledger = mw_ledger_process()};
    mw_error error = {0};
    mw_ledger_rearm(run.ledger);
    if (kernel->prepare(&run, &error) != MW_OK)
        fail_msg("%s: %s", what, error.message);
    int64_t threads = mw_arg(kernel, args, "threads");
    if (threads != 1 && threads != 3) {
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

/* gemm adds to C, so what C holds depends on how often it ran, which is the same for all. */
static void compare(const subject *s, const setting *settings, mw_dtype dtype)
{
    const mw_kernel *kernel;
    mw_error error;
    char what[512];
    void *first = NULL;
    size_t bytes = 0;
    assert_int_equal(mw_registry_find(s->kernel, &kernel, &error), MW_OK);
    for (int threads = 1; threads <= THREADS; threads++) {
        snprintf(what, sizeof what, "%s (%s)%s dtype=%s threads=%d", s->kernel,
                 mw_isa_name(mw_cpu_isa()), settings_text(settings), mw_dtype_name(dtype), threads);
        mw_args args = args_of(kernel, settings, dtype, threads);
        mw_run run = ran(kernel, &args, what);
        const mw_buffer *output = s->output(&run);
        if (threads == 1) {
            bytes = output->bytes;
            first = malloc(bytes);
            assert_non_null(first);
            memcpy(first, output->data, bytes);
        } else if (output->bytes != bytes || memcmp(first, output->data, bytes) != 0) {
            fail_msg("%s: other bits than with one thread", what);
        }
        kernel->release(&run);
    }
    free(first);
}

static void any_number_of_threads_makes_the_same_bits_and_counts_its_own_loads(void **state)
{
    (void)state;
    for (size_t i = 0; i < SUBJECTS; i++) {
        for (size_t s = 0; s < SHAPES && subjects[i].shapes[s][0].name; s++) {
            for (int dtype = MW_F32; dtype <= MW_F64; dtype++)
                compare(&subjects[i], subjects[i].shapes[s], (mw_dtype)dtype);
        }
    }
}

static uint64_t loads_with(const mw_kernel *kernel, int threads)
{
    static const setting none[SETTINGS] = {{NULL, 0}};
    mw_args args = args_of(kernel, none, MW_F32, threads);
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
