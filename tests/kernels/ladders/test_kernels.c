/* Every kernel of the registry over ragged shapes, in both element types. */
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
#include "gemv/operands.h"
#include "lu/matrix.h"
#include "registry.h"
#include "tests/kernels/isa.h"
#include "transformer/arrays.h"

typedef struct shape {
    int64_t m, n, k; /* a kernel takes those it has */
    int64_t pad;     /* added to rows as leading dimension; 0: none is given */
    int64_t block;
    int64_t threads;
} shape;

static const shape shapes[] = {
    {1, 1, 1, 0, 1, 1},
    {1, 7, 1, 0, 2, 1},
    {7, 1, 5, 3, 3, 1},
    {2, 3, 2, 1, 1, 1},
    {13, 17, 19, 0, 4, 1},
    {8, 16, 32, 0, 8, 1},
    {31, 29, 37, 5, 7, 1},
    {97, 5, 101, 11, 16, 1},
    {64, 64, 64, 0, 32, 1},
    {53, 127, 61, 1, 64, 1},
    {1, 120, 300, 0, 48, 1},
    {200, 1, 131, 2, 5, 1},
    {129, 33, 257, 7, 24, 2},
    {5, 64, 9, 0, 4096, 2},
    {300, 48, 64, 16, 20, 2},
    {3, 96, 1031, 0, 33, 2},
    {37, 2, 530, 3, 64, 1},
    {41, 3, 67, 0, 9, 1},
    {45, 4, 1025, 0, 11, 2},
    /* longer than a piece of a row, of a sum, and than a slab of gemm/skinny */
    {3, 70000, 2, 0, 16, 1},
    {2, 3, 70001, 3, 64, 1},
    {9, 120, 2200, 5, 100, 2},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static void set(const mw_kernel *kernel, mw_args *args, const char *name, int64_t value)
{
    int index = mw_param_index(kernel, name);
    if (index < 0)
        return;
    const mw_param *param = &kernel->params[index];
    int64_t max = mw_param_max(param);
    args->value[index] = value < param->min ? param->min : value > max ? max : value;
}

static mw_args args_of(const mw_kernel *kernel, const shape *s, mw_dtype dtype)
{
    mw_args args;
    mw_args_preset(kernel, &args);
    bool has_k = mw_param_index(kernel, "k") >= 0;
    /* A transpose has the rows of A as columns of B; what is square must not be huge. */
    bool turns = strcmp(kernel->family, "transpose") == 0;
    bool square = mw_param_index(kernel, "m") < 0 && mw_param_index(kernel, "lda") >= 0;
    int64_t n = square && s->n > 200 ? 200 : s->n;
    set(kernel, &args, "m", s->m);
    set(kernel, &args, "n", n);
    if (strcmp(kernel->variant, "csr-int16") == 0)
        set(kernel, &args, "n", s->n % 65536);
    set(kernel, &args, "k", s->k);
    set(kernel, &args, "density", 1 + s->m * 3 % 100);
    set(kernel, &args, "rows", 1 + (7 * s->k + s->n) % 211);
    set(kernel, &args, "steps", 1 + 37 * s->m + s->k);
    set(kernel, &args, "hot", 1 + s->k % 13);
    set(kernel, &args, "p", s->m * 7 % 101);
    set(kernel, &args, "dtype", dtype);
    set(kernel, &args, "block", s->block);
    set(kernel, &args, "inner", s->block / 3);
    set(kernel, &args, "threads", s->threads);
    if (mw_param_index(kernel, "layers") >= 0) { /* chains multiply often: small ones */
        set(kernel, &args, "layers", 1 + s->m % 7);
        set(kernel, &args, "d", 1 + s->n % 61);
        set(kernel, &args, "batch", 1 + s->k % 67);
        set(kernel, &args, "shape", s->m % 2);
        set(kernel, &args, "schedule", s->block % 5);
        set(kernel, &args, "snapshots", 1 + s->n % 3);
        set(kernel, &args, "optimizer", s->k % 4);
    }
    if (mw_param_index(kernel, "heads") >= 0) { /* a transformer block of n tokens */
        int64_t heads = 1 + s->n % 3;
        set(kernel, &args, "n", s->m % 37);
        set(kernel, &args, "past", s->m % 41);
        set(kernel, &args, "heads", heads);
        set(kernel, &args, "d", heads * (1 + s->k % 29));
        set(kernel, &args, "ff", s->block % 50);
    }
    if (strcmp(kernel->family, "attention") == 0) { /* n² scores */
        set(kernel, &args, "n", s->n % 211);
        set(kernel, &args, "d", s->k % 71);
    }
    set(kernel, &args, "h", s->m % 11);
    set(kernel, &args, "w", s->n % 13);
    set(kernel, &args, "cin", s->k % 23);
    set(kernel, &args, "cout", s->block % 41);
    if (s->block % 2) { /* blocks of its own, or those of the model */
        set(kernel, &args, "mc", s->block);
        set(kernel, &args, "kc", s->block);
        set(kernel, &args, "nc", s->block);
    }
    if (s->pad) {
        set(kernel, &args, "lda", (has_k ? s->k : n) + s->pad);
        set(kernel, &args, "ldb", (turns ? s->m : s->n) + s->pad);
        set(kernel, &args, "ldc", s->n + s->pad);
    }
    return args;
}

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

/* A kernel like another whose execution leaves one element wrong. */
static const mw_kernel *honest;
static size_t wrong_offset;

static mw_buffer *result_of(mw_run *run)
{
    if (strcmp(honest->family, "gemv") == 0)
        return &((mw_gemv_state *)run->state)->y;
    if (strcmp(honest->family, "conv") == 0)
        return &((mw_conv_state *)run->state)->out;
    if (strcmp(honest->family, "decoder") == 0)
        return &((mw_block_state *)run->state)->array[MW_BLOCK_V];
    if (strcmp(honest->family, "encoder") == 0)
        return &((mw_block_state *)run->state)->array[MW_BLOCK_Z];
    if (strcmp(honest->family, "attention") == 0)
        return &((mw_attention_state *)run->state)->o;
    if (strcmp(honest->family, "lu") == 0)
        return &((mw_lu_matrix *)run->state)->a;
    return &((mw_gemm_state *)run->state)->c;
}

static mw_status execute_wrongly(mw_run *run)
{
    mw_status status = honest->execute(run);
    ((float *)result_of(run)->data)[wrong_offset] += 1e-3f;
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
    mw_args args = args_of(honest, &(shape){m, n, k, 0, 16, 1}, MW_F32);
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

static void verify_one(const mw_kernel *kernel, const mw_args *args)
{
    for (int interactive = 0; interactive <= (kernel->library ? 1 : 0); interactive++) {
        mw_run run = prepared(kernel, args);
        run.interactive = interactive;
        mw_verification verification;
        mw_error error = {0};
        if (kernel->verify(&run, &verification, &error) != MW_OK)
            fail_at(kernel, args, error.message);
        if (!verification.passed) {
            char what[128];
            snprintf(what, sizeof what, "error is %g of its bound at %s", verification.worst,
                     verification.where);
            fail_at(kernel, args, what);
        }
        kernel->release(&run);
        assert_null(run.state);
    }
}

static void every_kernel_agrees_with_its_reference_on_ragged_shapes(void **state)
{
    (void)state;
    for_all(verify_one);
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
    set(kernel, &args, "m", 2);
    set(kernel, &args, "n", 103);
    set(kernel, &args, "k", 65536);
    set(kernel, &args, "rows", 1);
    verify_one(kernel, &args);
}

static void count_one(const mw_kernel *kernel, const mw_args *args)
{
    mw_run run = prepared(kernel, args);
    enum { TIMES = 2 };
    mw_ledger_begin(run.ledger);
    for (int i = 0; i < TIMES; i++)
        assert_int_equal(kernel->execute(&run), MW_OK);
    mw_work counted = mw_ledger_work(run.ledger), form = kernel->work(kernel, args);
    if (kernel->library) {
        if (counted.flops || counted.load_bytes || counted.store_bytes)
            fail_at(kernel, args, "a library rung was counted");
        if (!form.flops || form.load_bytes || form.store_bytes)
            fail_at(kernel, args, "a library rung models FLOPs only");
    } else if (counted.flops != TIMES * form.flops ||
               counted.load_bytes != TIMES * form.load_bytes ||
               counted.store_bytes != TIMES * form.store_bytes) {
        char what[160];
        snprintf(what, sizeof what, "counted %llu %llu %llu, closed form %llu %llu %llu",
                 (unsigned long long)counted.flops / TIMES,
                 (unsigned long long)counted.load_bytes / TIMES,
                 (unsigned long long)counted.store_bytes / TIMES, (unsigned long long)form.flops,
                 (unsigned long long)form.load_bytes, (unsigned long long)form.store_bytes);
        fail_at(kernel, args, what);
    }
    kernel->release(&run);
}

static void what_is_counted_is_exactly_the_closed_form(void **state)
{
    (void)state;
    for_all(count_one);
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
        cmocka_unit_test(every_kernel_agrees_with_its_reference_on_ragged_shapes),
        cmocka_unit_test(a_sum_of_one_row_over_and_over_is_verified),
        cmocka_unit_test(what_is_counted_is_exactly_the_closed_form),
        cmocka_unit_test(compulsory_bytes_never_exceed_what_the_program_moves),
        cmocka_unit_test(one_wrong_element_fails_the_verification),
        cmocka_unit_test(a_cancelled_kernel_stops_and_can_run_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
