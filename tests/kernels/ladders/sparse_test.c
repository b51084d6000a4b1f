/* Sparse formats: what is encoded decodes to itself, in the bytes that the formulas give. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buffer.h"
#include "registry.h"
#include "sparse/formats.h"
#include "sparse/pattern.h"

enum { SEED = 5 };

/* A dense matrix of which about `percent` percent are not zero; of four neighbours at most two, if
 * `pairs`. */
static double *dense_of(uint64_t m, uint64_t n, uint64_t percent, bool pairs)
{
    double *dense = calloc(m * n, sizeof *dense);
    for (uint64_t i = 0; i < m; i++) {
        int taken = 0;
        for (uint64_t j = 0; j < n; j++) {
            if (j % 4 == 0)
                taken = 0;
            if (mw_sparse_hash(i, j) % 100 >= percent || (pairs && taken == 2))
                continue;
            dense[i * n + j] = mw_element(SEED, i * n + j) + 2;
            taken++;
        }
    }
    return dense;
}

static void expect_round_trip(mw_sparse_layout layout, uint64_t percent)
{
    double *dense = dense_of(layout.m, layout.n, percent, layout.format == MW_SPARSE_2_OF_4);
    double *again = malloc(layout.m * layout.n * sizeof *again);
    assert_int_equal(mw_sparse_count(dense, &layout, NULL), MW_OK);
    mw_sparse matrix = {.layout = layout};
    matrix.values = calloc(1, mw_sparse_value_bytes(&layout) + 1);
    matrix.index = calloc(1, mw_sparse_index_bytes(&layout) + 1);
    uint64_t starts = mw_sparse_start_bytes(&layout);
    matrix.start = starts ? calloc(1, starts) : NULL;
    mw_sparse_encode(dense, &matrix);
    mw_sparse_decode(&matrix, again);
    assert_memory_equal(dense, again, layout.m * layout.n * sizeof *dense);
    free(matrix.values);
    free(matrix.index);
    free(matrix.start);
    free(dense);
    free(again);
}

static void what_is_encoded_decodes_to_itself(void **state)
{
    (void)state;
    static const uint64_t shapes[][2] = {{1, 1}, {3, 7}, {16, 64}, {13, 131}, {5, 200}};
    static const uint64_t percents[] = {0, 3, 50, 100};
    static const uint64_t blocks[][2] = {{1, 1}, {4, 1}, {4, 4}, {8, 8}, {3, 5}};
    for (size_t s = 0; s < 5; s++) {
        for (size_t p = 0; p < 4; p++) {
            mw_sparse_layout layout = {
                .dtype = MW_F64, .m = shapes[s][0], .n = shapes[s][1], .rows = 1, .columns = 1};
            for (int f = MW_SPARSE_CSR32; f <= MW_SPARSE_2_OF_4; f++) {
                layout.format = (mw_sparse_format)f;
                if (f != MW_SPARSE_BCSR)
                    expect_round_trip(layout, percents[p]);
            }
            layout.format = MW_SPARSE_BCSR;
            for (size_t b = 0; b < 5; b++) {
                layout.rows = blocks[b][0];
                layout.columns = blocks[b][1];
                expect_round_trip(layout, percents[p]);
            }
        }
    }
}

static void what_a_format_cannot_hold_is_refused(void **state)
{
    (void)state;
    mw_error error;
    double *dense = dense_of(1, 70000, 100, false);
    mw_sparse_layout layout = {
        .format = MW_SPARSE_CSR16, .m = 1, .n = 70000, .rows = 1, .columns = 1};
    assert_int_equal(mw_sparse_count(dense, &layout, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "at most 65536"));
    layout.format = MW_SPARSE_2_OF_4;
    assert_int_equal(mw_sparse_count(dense, &layout, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "4 nonzeros in the group of four at column 0"));
    layout.format = MW_SPARSE_BCSR;
    layout.rows = 0;
    assert_int_equal(mw_sparse_count(dense, &layout, &error), MW_INVALID);
    free(dense);

    const mw_kernel *kernel;
    mw_args args;
    assert_int_equal(mw_registry_find("gemv/csr-int16", &kernel, NULL), MW_OK);
    mw_args_preset(kernel, &args);
    assert_int_equal(mw_args_set(kernel, &args, "density", "0", &error), MW_INVALID);
    assert_int_equal(mw_args_set(kernel, &args, "density", "101", &error), MW_INVALID);
    assert_int_equal(mw_args_set(kernel, &args, "n", "65537", &error), MW_OK);
    assert_int_equal(mw_args_check(kernel, &args, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "n=65537"));
    assert_non_null(strstr(error.message, "n may be 1 to 65536"));
    assert_int_equal(mw_registry_find("gemv/bcsr", &kernel, NULL), MW_OK);
    assert_int_equal(mw_args_set(kernel, &args, "block", "0", &error), MW_INVALID);
}

/* The published break-even shares: value bytes, then CSR with 32 and 16 bits, and the bitmap. */
static void formats_break_even_where_the_formulas_say(void **state)
{
    (void)state;
    static const struct {
        double value, csr32, csr16, bitmap, blocks4, blocks8;
    } rows[] = {
        {4, 0.5000, 0.6667, 0.9688, 0.9412, 0.9846},
        {2, 0.3333, 0.5000, 0.9375, 0.8889, 0.9697},
        {1, 0.2000, 0.3333, 0.8750, 0.8000, 0.9412},
        {0.5, 0.1111, 0.2000, 0.7500, 0.6667, 0.8889},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double v = rows[i].value;
        assert_true(fabs(mw_sparse_break_even(MW_SPARSE_CSR32, v, 1) - rows[i].csr32) < 5e-5);
        assert_true(fabs(mw_sparse_break_even(MW_SPARSE_CSR16, v, 1) - rows[i].csr16) < 5e-5);
        assert_true(fabs(mw_sparse_break_even(MW_SPARSE_BITMAP, v, 1) - rows[i].bitmap) < 6e-5);
        assert_true(fabs(mw_sparse_break_even(MW_SPARSE_BCSR, v, 16) - rows[i].blocks4) < 5e-5);
        assert_true(fabs(mw_sparse_break_even(MW_SPARSE_BCSR, v, 64) - rows[i].blocks8) < 5e-5);
    }
    /* 2:4 against dense: 1.88, 1.78, 1.60 */
    assert_true(fabs(4 / mw_sparse_bytes_per_element(MW_SPARSE_2_OF_4, 4, 1, 1) - 1.882) < 5e-4);
    assert_true(fabs(2 / mw_sparse_bytes_per_element(MW_SPARSE_2_OF_4, 2, 1, 1) - 1.778) < 5e-4);
    assert_true(fabs(1 / mw_sparse_bytes_per_element(MW_SPARSE_2_OF_4, 1, 1, 1) - 1.600) < 5e-4);
}

/* The arrays themselves against those formulas, at shapes that nothing has to be rounded for. */
static void the_arrays_have_the_bytes_of_the_formulas(void **state)
{
    (void)state;
    enum { M = 64, N = 128 };
    for (int f = MW_SPARSE_CSR32; f <= MW_SPARSE_2_OF_4; f++) {
        double *dense = dense_of(M, N, 20, f == MW_SPARSE_2_OF_4);
        mw_sparse_layout layout = {.format = (mw_sparse_format)f,
                                   .dtype = MW_F32,
                                   .m = M,
                                   .n = N,
                                   .rows = 1,
                                   .columns = 1};
        if (f == MW_SPARSE_BCSR)
            layout.rows = layout.columns = 4;
        assert_int_equal(mw_sparse_count(dense, &layout, NULL), MW_OK);
        double density = (double)layout.stored / (M * N);
        double bytes = mw_sparse_bytes_per_element(layout.format, 4, density, 16) * M * N;
        assert_true((double)(mw_sparse_value_bytes(&layout) + mw_sparse_index_bytes(&layout)) ==
                    round(bytes));
        uint64_t starts = f == MW_SPARSE_2_OF_4 ? 0 : 4 * (M / layout.rows + 1);
        assert_true(mw_sparse_start_bytes(&layout) == starts);
        free(dense);
    }
}

static void a_row_keeps_exactly_its_share_in_ascending_columns(void **state)
{
    (void)state;
    static const uint64_t slots[] = {1, 2, 7, 100, 1031};
    for (size_t s = 0; s < 5; s++) {
        for (uint64_t density = 1; density <= 100; density += 11) {
            mw_sparse_pattern pattern = mw_sparse_pattern_make(slots[s], density);
            double wanted = round((double)(slots[s] * density) / 100);
            assert_true(pattern.kept == (wanted < 1 ? 1 : (uint64_t)wanted));
            for (uint64_t row = 0; row < 5; row++) {
                uint64_t least = 0;
                for (uint64_t i = 0; i < pattern.kept; i++) {
                    uint64_t slot = mw_sparse_slot(pattern, row, i);
                    assert_true(slot >= least && slot < slots[s]);
                    least = slot + 1;
                }
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_encoded_decodes_to_itself),
        cmocka_unit_test(what_a_format_cannot_hold_is_refused),
        cmocka_unit_test(formats_break_even_where_the_formulas_say),
        cmocka_unit_test(the_arrays_have_the_bytes_of_the_formulas),
        cmocka_unit_test(a_row_keeps_exactly_its_share_in_ascending_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
