/* Every kernel of the registry over ragged shapes, in both element types. */
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
#include "tests/kernels/ladders/guard.h"

/* m, n, k, pad, block, threads: more than a block and a rest of it, and no more than that. */
static const mw_shape shapes[] = {
    {1, 1, 1, 0, 1, 1},
    {1, 7, 1, 0, 2, 1},
    {7, 1, 5, 3, 3, 1},
    {2, 3, 2, 1, 1, 1},
    {13, 17, 19, 0, 4, 1},
    {8, 16, 32, 0, 8, 1},
    {31, 29, 37, 5, 7, 1},
    {97, 5, 101, 11, 16, 1},
    {64, 64, 32, 0, 32, 1},
    {29, 127, 61, 1, 64, 1},
    {1, 120, 300, 0, 48, 1},
    {200, 1, 131, 2, 5, 1},
    {53, 33, 75, 7, 24, 2},
    {5, 64, 9, 0, 4096, 2},
    {300, 45, 9, 16, 20, 2},
    {3, 40, 1031, 0, 33, 2},
    {37, 2, 530, 3, 64, 1},
    {41, 3, 67, 0, 9, 1},
    {23, 4, 1025, 0, 11, 2},
    /* longer than a piece of a row, and of a sum: 65536 */
    {2, 66000, 2, 0, 16, 1},
    {2, 2, 66001, 3, 64, 1},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static void fail_at(const mw_kernel *kernel, const mw_args *args, const char *what)
{
    char text[512];
    int length = snprintf(text, sizeof text, "%s/%s (%s)", kernel->family, kernel->variant,
                          mw_isa_name(mw_cpu_isa()));
    for (size_t i = 0; i < kernel->param_count; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, " %s=%lld",
                           kernel->params[i].name, (long long)args->value[i]);
    fail_msg("%s: %s", text, what);
}

static mw_args args_of(const mw_kernel *kernel, const mw_shape *shape, mw_dtype dtype)
{
    mw_args args;
    mw_error error = {0};
    if (mw_sample(kernel, shape, dtype, &args, &error) != MW_OK)
        fail_msg("%s", error.message);
    return args;
}

static void expect_guards(const mw_kernel *kernel, const mw_args *args)
{
    char what[128];
    if (!guards_hold(what, sizeof what))
        fail_at(kernel, args, what);
}

static mw_run prepared(const mw_kernel *kernel, const mw_args *args)
{
    mw_run run = {.kernel = kernel, .args = *args, .ledger = mw_ledger_process()};
    mw_error error = {0};
    if (mw_args_check(kernel, args, &error) != MW_OK)
        fail_at(kernel, args, error.message);
    mw_ledger_rearm(run.ledger);
    if (kernel->prepare(&run, &error) != MW_OK)
        fail_at(kernel, args, error.message);
    return run;
}

/* A kernel like another, but for what its execution leaves. */
static const mw_kernel *honest;
static size_t wrong_offset;

static mw_status execute_wrongly(mw_run *run)
{
    mw_status status = honest->execute(run);
    ((float *)honest->result(run)->data)[wrong_offset] += 1e-3f;
    return status;
}

static void one_wrong_element_is_found(const char *name, int64_t m, int64_t n, int64_t k,
                                       size_t offset, const char *where)
{
    mw_error error;
    assert_int_equal(mw_registry_find(name, &honest, &error), MW_OK);
    mw_kernel wrong = *honest;
    wrong.execute = execute_wrongly;
    wrong_offset = offset;
    mw_args args = args_of(honest, &(mw_shape){m, n, k, 0, 16, 1}, MW_F32);
    mw_run run = prepared(&wrong, &args);
    mw_verification verification;
    assert_int_equal(wrong.verify(&run, &verification, &error), MW_OK);
    assert_false(verification.passed);
    assert_true(verification.worst > 1);
    assert_string_equal(verification.where, where);
    wrong.release(&run);
}

static void one_wrong_element_fails_the_verification(void **state)
{
    (void)state;
    one_wrong_element_is_found("gemv/simd", 31, 40, 0, 17, "y[17]");
    one_wrong_element_is_found("gemv/openblas", 31, 40, 0, 30, "y[30]");
    one_wrong_element_is_found("gemm/blocked", 20, 30, 10, 7 * 30 + 11, "C[7][11]");
    one_wrong_element_is_found("gemm/skinny", 20, 8, 100, 19 * 8 + 7, "C[19][7]");
    one_wrong_element_is_found("conv/direct", 5, 7, 3, 34 * 16 + 15, "pixel[34][15]");
    one_wrong_element_is_found("attention/naive", 0, 50, 20, 49 * 20 + 19, "O[49][19]");
    one_wrong_element_is_found("attention/tiled", 0, 50, 20, 17 * 20 + 3, "O[17][3]");
    one_wrong_element_is_found("decoder/step", 20, 1, 18, 20 * 38 + 7, "v[0][7]");
    one_wrong_element_is_found("encoder/block", 20, 1, 18, 19 * 38 + 37, "z[19][37]");
    one_wrong_element_is_found("lu/unblocked", 0, 40, 0, 39 * 40 + 39, "LU[39][39]");
    one_wrong_element_is_found("lu/blocked", 0, 40, 0, 5 * 40 + 30, "LU[5][30]");
    one_wrong_element_is_found("conv/im2col", 5, 7, 3, 33 * 16, "pixel[33][0]");
}

/* False for a kernel written for instructions that this processor or MEMWALL_ISA lacks. */
static bool runs_here(const mw_kernel *kernel)
{
    mw_args args = args_of(kernel, &shapes[0], MW_F32);
    return mw_args_check(kernel, &args, NULL) != MW_UNSUPPORTED;
}

typedef void visitor(const mw_kernel *kernel, const mw_args *args);

static void for_all(visitor *visit)
{
    for (size_t i = 0; i < mw_registry_count(); i++) {
        const mw_kernel *kernel = mw_registry_at(i);
        for (size_t s = 0; s < SHAPES && runs_here(kernel); s++) {
            for (int dtype = MW_F32; dtype <= MW_F64; dtype++) {
                mw_args args = args_of(kernel, &shapes[s], (mw_dtype)dtype);
                visit(kernel, &args);
            }
        }
    }
}

/* A parameter that every sample leaves alone would be tested at its preset only. */
static void samples_set_every_parameter(void **state)
{
    (void)state;
    for (size_t i = 0; i < mw_registry_count(); i++) {
        const mw_kernel *kernel = mw_registry_at(i);
        for (size_t p = 0; p < kernel->param_count; p++) {
            const mw_param *param = &kernel->params[p];
            bool changes = param->choices == mw_text_choices || mw_param_max(param) == param->min;
            mw_args begin = args_of(kernel, &shapes[0], MW_F32);
            for (size_t s = 0; s < SHAPES && !changes; s++) {
                mw_args args = args_of(kernel, &shapes[s], MW_F64);
                changes = args.value[p] != begin.value[p];
            }
            if (!changes)
                fail_msg("no sample of %s/%s changes %s", kernel->family, kernel->variant,
                         param->name);
        }
    }
}

static mw_status execute_all_wrongly(mw_run *run)
{
    mw_status status = honest->execute(run);
    const mw_buffer *result = honest->result(run);
    for (size_t i = 0; i < result->bytes / sizeof(float); i++)
        ((float *)result->data)[i] += 1;
    return status;
}

static mw_status execute_too_far(mw_run *run)
{
    mw_status status = honest->execute(run);
    const mw_buffer *result = honest->result(run);
    ((float *)result->data)[result->bytes / sizeof(float)] = 0;
    return status;
}

static mw_status execute_twice(mw_run *run)
{
    mw_status status = honest->execute(run);
    return status != MW_OK ? status : honest->execute(run);
}

/* The kernels that leave no array: chain/judge_test spoils the steps of a chain, and a test below
 * a chase; what a read has summed goes nowhere. */
static const char *const leave_no_array[] = {"stream/read", "chain/forward", "chain/train",
                                             "chase/latency"};

static bool leaves_no_array(const mw_kernel *kernel)
{
    char name[128];
    snprintf(name, sizeof name, "%s/%s", kernel->family, kernel->variant);
    for (size_t i = 0; i < sizeof leave_no_array / sizeof *leave_no_array; i++) {
        if (strcmp(name, leave_no_array[i]) == 0)
            return true;
    }
    return false;
}

/* Runs every kernel that leaves an array in another way; `found` says whether that was noticed. */
static void each_is_found_out(mw_status (*execute)(mw_run *run),
                              bool (*found)(const mw_verification *verification))
{
    for (size_t i = 0; i < mw_registry_count(); i++) {
        honest = mw_registry_at(i);
        if (!runs_here(honest))
            continue;
        mw_kernel wrong = *honest;
        wrong.execute = execute;
        mw_args args = args_of(honest, &shapes[4], MW_F32);
        mw_run run = prepared(&wrong, &args);
        mw_verification verification;
        mw_error error;
        bool leaves = honest->result && honest->result(&run);
        if (leaves == leaves_no_array(honest))
            fail_at(honest, &args, leaves ? "leaves an array" : "leaves no array");
        if (leaves) {
            assert_int_equal(wrong.verify(&run, &verification, &error), MW_OK);
            if (!found(&verification))
                fail_at(honest, &args, "what it did wrong was not found");
        }
        wrong.release(&run);
    }
}

static bool verification_failed(const mw_verification *verification)
{
    return !verification->passed && verification->worst > 1;
}

static bool guards_broke(const mw_verification *verification)
{
    (void)verification;
    char what[128];
    return !guards_hold(what, sizeof what) && strstr(what, "byte 0 behind an array of");
}

static void a_wrong_result_fails_every_verification(void **state)
{
    (void)state;
    each_is_found_out(execute_all_wrongly, verification_failed);
}

static void a_chase_that_ends_elsewhere_fails_its_verification(void **state)
{
    (void)state;
    assert_int_equal(mw_registry_find("chase/latency", &honest, NULL), MW_OK);
    mw_kernel wrong = *honest;
    wrong.execute = execute_twice;
    mw_args args = args_of(honest, &shapes[4], MW_F32);
    mw_run run = prepared(&wrong, &args);
    mw_verification verification;
    assert_int_equal(wrong.verify(&run, &verification, NULL), MW_OK);
    assert_false(verification.passed);
    assert_true(verification.worst > 1);
    wrong.release(&run);
}

static void an_element_written_behind_a_result_is_found(void **state)
{
    (void)state;
    each_is_found_out(execute_too_far, guards_broke);
}

/* What so many executions have tallied. */
static void expect_tally(const mw_run *run, uint64_t executions)
{
    const mw_kernel *kernel = run->kernel;
    mw_work counted = mw_ledger_work(run->ledger), form = kernel->work(kernel, &run->args);
    if (kernel->library) {
        if (counted.flops || counted.load_bytes || counted.store_bytes)
            fail_at(kernel, &run->args, "a library rung was counted");
        if (!form.flops || form.load_bytes || form.store_bytes)
            fail_at(kernel, &run->args, "a library rung models FLOPs only");
    } else if (counted.flops != executions * form.flops ||
               counted.load_bytes != executions * form.load_bytes ||
               counted.store_bytes != executions * form.store_bytes) {
        char what[160];
        snprintf(what, sizeof what, "counted %llu %llu %llu, closed form %llu %llu %llu",
                 (unsigned long long)(counted.flops / executions),
                 (unsigned long long)(counted.load_bytes / executions),
                 (unsigned long long)(counted.store_bytes / executions),
                 (unsigned long long)form.flops, (unsigned long long)form.load_bytes,
                 (unsigned long long)form.store_bytes);
        fail_at(kernel, &run->args, what);
    }
}

/* Two executions: one by the verification, and another, which finds what the first has left. */
static void verify_one(const mw_kernel *kernel, const mw_args *args)
{
    for (int interactive = 0; interactive <= (kernel->library ? 1 : 0); interactive++) {
        mw_run run = prepared(kernel, args);
        run.interactive = interactive;
        mw_verification verification;
        mw_error error = {0};
        mw_ledger_begin(run.ledger);
        if (kernel->verify(&run, &verification, &error) != MW_OK)
            fail_at(kernel, args, error.message);
        if (!verification.passed) {
            char what[128];
            snprintf(what, sizeof what, "error is %g of its bound at %s", verification.worst,
                     verification.where);
            fail_at(kernel, args, what);
        }
        assert_int_equal(kernel->execute(&run), MW_OK);
        expect_tally(&run, 2);
        expect_guards(kernel, args);
        kernel->release(&run);
        assert_null(run.state);
    }
}

static void every_kernel_agrees_with_its_reference_and_counts_exactly_its_closed_form(void **state)
{
    (void)state;
    for_all(verify_one);
}

/* B of more than a mebibyte is cut along k. No other kernel needs a product of that size. */
static void a_product_of_several_slabs_is_verified(void **state)
{
    (void)state;
    const mw_kernel *kernel;
    mw_error error;
    assert_int_equal(mw_registry_find("gemm/skinny", &kernel, &error), MW_OK);
    for (int dtype = MW_F32; dtype <= MW_F64; dtype++) {
        mw_args args = args_of(kernel, &(mw_shape){9, 120, 2200, 5, 100, 2}, (mw_dtype)dtype);
        verify_one(kernel, &args);
    }
}

/* Rounding errors of one term again and again do not cancel, and are none of the kernel's faults.
 */
static void a_sum_of_one_row_over_and_over_is_verified(void **state)
{
    (void)state;
    const mw_kernel *kernel;
    mw_error error;
    assert_int_equal(mw_registry_find("gather/bag", &kernel, &error), MW_OK);
    mw_args args;
    mw_args_preset(kernel, &args);
    const mw_setting one_row[] = {{"m", 2}, {"n", 19}, {"k", 65536}, {"rows", 1}};
    assert_int_equal(mw_sample_set(kernel, &args, one_row, 4, &error), MW_OK);
    verify_one(kernel, &args);
}

static void compulsory_bytes_never_exceed_what_the_program_moves(void **state)
{
    (void)state;
    for (size_t i = 0; i < mw_registry_count(); i++) {
        const mw_kernel *kernel = mw_registry_at(i);
        if (kernel->library || !runs_here(kernel))
            continue;
        for (size_t s = 0; s < SHAPES; s++) {
            mw_args args = args_of(kernel, &shapes[s], MW_F32);
            mw_work work = kernel->work(kernel, &args);
            assert_true(kernel->compulsory_bytes(kernel, &args) <=
                        work.load_bytes + work.store_bytes);
        }
    }
}

static void cancel_one(const mw_kernel *kernel, const mw_args *args)
{
    mw_error error = {0};
    mw_run run = {.kernel = kernel, .args = *args, .ledger = mw_ledger_process()};
    mw_ledger_cancel(run.ledger);
    if (kernel->prepare(&run, &error) != MW_CANCELLED)
        fail_at(kernel, args, "prepare did not hear the cancel flag");
    assert_null(run.state);

    run = prepared(kernel, args);
    mw_ledger_cancel(run.ledger);
    if (kernel->execute(&run) != MW_CANCELLED)
        fail_at(kernel, args, "execute did not hear the cancel flag");
    mw_verification verification;
    if (kernel->verify(&run, &verification, &error) != MW_CANCELLED || verification.passed)
        fail_at(kernel, args, "verify did not hear the cancel flag");
    mw_ledger_rearm(run.ledger);
    if (kernel->verify(&run, &verification, &error) != MW_OK || !verification.passed)
        fail_at(kernel, args, "a cancelled run cannot be used again");
    kernel->release(&run);
}

static void a_cancelled_kernel_stops_and_can_run_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < mw_registry_count(); i++) {
        mw_args args = args_of(mw_registry_at(i), &shapes[12], MW_F32);
        if (runs_here(mw_registry_at(i)))
            cancel_one(mw_registry_at(i), &args);
    }
}

int main(void)
{
    if (isa_is_absent())
        return SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_set_every_parameter),
        cmocka_unit_test(every_kernel_agrees_with_its_reference_and_counts_exactly_its_closed_form),
        cmocka_unit_test(a_product_of_several_slabs_is_verified),
        cmocka_unit_test(a_sum_of_one_row_over_and_over_is_verified),
        cmocka_unit_test(compulsory_bytes_never_exceed_what_the_program_moves),
        cmocka_unit_test(one_wrong_element_fails_the_verification),
        cmocka_unit_test(a_wrong_result_fails_every_verification),
        cmocka_unit_test(a_chase_that_ends_elsewhere_fails_its_verification),
        cmocka_unit_test(an_element_written_behind_a_result_is_found),
        cmocka_unit_test(a_cancelled_kernel_stops_and_can_run_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
