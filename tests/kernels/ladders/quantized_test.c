/* gemv over encoded weights: what the registry's tests do not vary, and what only these kernels
 * have. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cpu.h"
#include "gemv/operands.h"
#include "gemv/quantized/operands.h"
#include "registry.h"
#include "tests/kernels/isa.h"

static const char *const names[] = {
    "gemv/bf16", "gemv/fp16",   "gemv/q8_0",     "gemv/q4_0",           "gemv/q4_1",
    "gemv/log2", "gemv/binary", "gemv/codebook", "gemv/int8-symmetric", "gemv/int8-asymmetric"};
enum { NAMES = sizeof names / sizeof *names };

static const mw_kernel *find(const char *name)
{
    const mw_kernel *kernel = NULL;
    assert_int_equal(mw_registry_find(name, &kernel, NULL), MW_OK);
    return kernel;
}

static mw_args args_of(const mw_kernel *kernel, int64_t m, int64_t n, int64_t scale,
                       int64_t threads)
{
    mw_args args;
    mw_args_preset(kernel, &args);
    args.value[MW_QUANTIZED_M] = m;
    args.value[MW_QUANTIZED_N] = n;
    args.value[MW_QUANTIZED_THREADS] = threads < mw_cpu_count() ? threads : mw_cpu_count();
    if (kernel->param_count > MW_QUANTIZED_SCALE)
        args.value[MW_QUANTIZED_SCALE] = scale;
    return args;
}

static mw_run prepared(const mw_kernel *kernel, const mw_args *args)
{
    mw_run run = {.kernel = kernel, .args = *args, .ledger = mw_ledger_process()};
    mw_error error = {0};
    if (mw_args_check(kernel, args, &error) != MW_OK)
        fail_msg("%s", error.message);
    mw_ledger_rearm(run.ledger);
    if (kernel->prepare(&run, &error) != MW_OK)
        fail_msg("%s/%s: %s", kernel->family, kernel->variant, error.message);
    return run;
}

/* Rows and columns that end within a vector, a block, a group, a piece and a tile. */
static const int64_t shapes[][2] = {{1, 1},   {9, 31},   {8, 32},    {7, 33},    {17, 64},
                                    {8, 127}, {16, 128}, {11, 129},  {23, 511},  {8, 512},
                                    {9, 640}, {5, 1025}, {3, 65536}, {9, 65569}, {2, 131200}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static void check_one(const mw_kernel *kernel, const mw_args *args)
{
    mw_run run = prepared(kernel, args);
    mw_verification verification;
    mw_error error = {0};
    assert_int_equal(kernel->verify(&run, &verification, &error), MW_OK);
    if (!verification.passed)
        fail_msg("%s/%s (%s) m=%lld n=%lld: %g of the bound at %s", kernel->family, kernel->variant,
                 mw_isa_name(mw_cpu_isa()), (long long)args->value[0], (long long)args->value[1],
                 verification.worst, verification.where);

    mw_ledger_begin(run.ledger);
    assert_int_equal(kernel->execute(&run), MW_OK);
    mw_work counted = mw_ledger_work(run.ledger), form = kernel->work(kernel, args);
    assert_int_equal(counted.flops, form.flops);
    assert_int_equal(counted.load_bytes, form.load_bytes);
    assert_int_equal(counted.store_bytes, form.store_bytes);
    kernel->release(&run);
}

static void every_format_agrees_with_its_own_weights_at_every_cut(void **state)
{
    (void)state;
    for (size_t k = 0; k < NAMES; k++) {
        const mw_kernel *kernel = find(names[k]);
        int scales = kernel->param_count > MW_QUANTIZED_SCALE ? 2 : 1;
        for (size_t s = 0; s < SHAPES; s++) {
            for (int scale = 0; scale < scales; scale++) {
                mw_args args = args_of(kernel, shapes[s][0], shapes[s][1], scale, 1 + (int)s % 2);
                check_one(kernel, &args);
            }
        }
    }
}

static void codes_are_the_format_of_the_same_elements_as_f32(void **state)
{
    (void)state;
    enum { M = 5, N = 100 };
    float row[N];
    for (size_t k = 0; k < NAMES; k++) {
        const mw_kernel *kernel = find(names[k]);
        mw_args args = args_of(kernel, M, N, 0, 1);
        mw_run run = prepared(kernel, &args);
        const mw_quantized_state *made = run.state;
        mw_format format = made->shape.format;
        for (size_t i = 0; i < M; i++) {
            for (size_t j = 0; j < N; j++)
                row[j] = (float)mw_element(MW_GEMV_SEED_A, i * N + j);
            mw_survey survey = mw_survey_begin();
            mw_survey_add(&survey, row, N);
            mw_scaling scaling = mw_scaling_of(format, &survey);
            if (format == MW_FORMAT_CODEBOOK)
                memcpy(scaling.level, made->level, sizeof scaling.level);
            uint8_t codes[2 * N];
            mw_format_encode(format, &scaling, row, N, codes);
            assert_memory_equal((const uint8_t *)made->codes.data + i * made->shape.row_bytes,
                                codes, mw_format_bytes(format, N));
        }
        kernel->release(&run);
    }
}

static void one_scale_for_all_is_that_of_the_whole_matrix(void **state)
{
    (void)state;
    enum { M = 9, N = 70 };
    float all[M * N];
    for (size_t i = 0; i < M * N; i++)
        all[i] = (float)mw_element(MW_GEMV_SEED_A, i);
    mw_survey survey = mw_survey_begin();
    mw_survey_add(&survey, all, M * N);
    mw_scaling expected = mw_scaling_of(MW_FORMAT_INT8_ASYMMETRIC, &survey);
    for (int threads = 1; threads <= 2; threads++) {
        const mw_kernel *kernel = find("gemv/int8-asymmetric");
        mw_args args = args_of(kernel, M, N, 1, threads);
        mw_run run = prepared(kernel, &args);
        const mw_quantized_state *made = run.state;
        assert_true(*(const float *)made->scale.data == expected.scale);
        assert_int_equal(*(const int32_t *)made->zero.data, expected.zero);
        kernel->release(&run);
    }
}

static void the_same_bits_come_out_with_any_number_of_threads(void **state)
{
    (void)state;
    if (mw_cpu_count() < 2)
        skip();
    enum { M = 43, N = 700 };
    for (size_t k = 0; k < NAMES; k++) {
        const mw_kernel *kernel = find(names[k]);
        float y[2][M];
        for (int threads = 1; threads <= 2; threads++) {
            mw_args args = args_of(kernel, M, N, 0, threads);
            mw_run run = prepared(kernel, &args);
            assert_int_equal(kernel->execute(&run), MW_OK);
            memcpy(y[threads - 1], ((mw_quantized_state *)run.state)->y.data, sizeof y[0]);
            kernel->release(&run);
        }
        assert_memory_equal(y[0], y[1], sizeof y[0]);
    }
}

/* A kernel like another whose execution leaves one element wrong by a fiftieth. */
static const mw_kernel *honest;

static mw_status execute_wrongly(mw_run *run)
{
    mw_status status = honest->execute(run);
    ((float *)((mw_quantized_state *)run->state)->y.data)[3] += 2e-2f;
    return status;
}

static void one_wrong_element_fails_the_verification(void **state)
{
    (void)state;
    for (size_t k = 0; k < NAMES; k++) {
        honest = find(names[k]);
        mw_kernel wrong = *honest;
        wrong.execute = execute_wrongly;
        mw_args args = args_of(honest, 7, 256, 0, 1);
        mw_run run = prepared(&wrong, &args);
        mw_verification verification;
        assert_int_equal(wrong.verify(&run, &verification, NULL), MW_OK);
        if (verification.passed || strcmp(verification.where, "y[3]") != 0)
            fail_msg("%s: %g of the bound at %s", names[k], verification.worst, verification.where);
        wrong.release(&run);
    }
}

static void bytes_that_must_move_are_the_bits_of_the_format(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double bits, beside; /* of a weight; bytes beside the codes of 64 rows */
    } expected[] = {{"gemv/bf16", 16, 0},
                    {"gemv/q8_0", 8.5, 0},
                    {"gemv/q4_0", 4.5, 0},
                    {"gemv/q4_1", 5, 0},
                    {"gemv/log2", 4, 64 * 4},
                    {"gemv/binary", 1, 64 * 4},
                    {"gemv/codebook", 4, 64},
                    {"gemv/int8-symmetric", 8, 64 * 4},
                    {"gemv/int8-asymmetric", 8, 64 * 8}};
    enum { M = 64, N = 4096 };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const mw_kernel *kernel = find(expected[i].name);
        mw_args args = args_of(kernel, M, N, 0, 1);
        double bytes = M * N * expected[i].bits / 8 + expected[i].beside + 4 * N + 4 * M;
        assert_true((double)kernel->compulsory_bytes(kernel, &args) == bytes);
        mw_work work = kernel->work(kernel, &args);
        assert_true((double)(work.load_bytes + work.store_bytes) == bytes);
    }
}

int main(void)
{
    if (isa_is_absent())
        return SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_agrees_with_its_own_weights_at_every_cut),
        cmocka_unit_test(codes_are_the_format_of_the_same_elements_as_f32),
        cmocka_unit_test(one_scale_for_all_is_that_of_the_whole_matrix),
        cmocka_unit_test(the_same_bits_come_out_with_any_number_of_threads),
        cmocka_unit_test(one_wrong_element_fails_the_verification),
        cmocka_unit_test(bytes_that_must_move_are_the_bits_of_the_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
