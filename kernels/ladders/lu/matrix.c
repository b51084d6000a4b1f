/* matrix.c: fills and copies the matrix; L·U is compared by rows or by a vector of signs. */
#include "lu/matrix.h"

#include <math.h>
#include <stdlib.h>

#include "form.h"
#include "params.h"
#include "verify.h"

/* Multiply-adds of the reference that are worth it, and between two polls. */
enum { REFERENCE_STEPS = 1 << 27, POLL_EVERY = 1 << 18 };
enum { SEED_SIGN = 82 };

mw_status mw_lu_check(const mw_kernel *kernel, const mw_args *args, mw_error *error)
{
    return mw_leading_check(kernel, args, "lda", "n", error);
}

uint64_t mw_lu_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide n = (mw_wide)args->value[MW_LU_N];
    size_t width = mw_dtype_size((mw_dtype)args->value[MW_LU_DTYPE]);
    return mw_form(2 * n * n * width + n * sizeof(int32_t));
}

uint64_t mw_lu_footprint(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    uint64_t n = (uint64_t)args->value[MW_LU_N];
    uint64_t lda = mw_leading(args->value[MW_LU_LDA], args->value[MW_LU_N]);
    size_t width = mw_dtype_size((mw_dtype)args->value[MW_LU_DTYPE]);
    return 2 * mw_buffer_footprint(n * lda * width) + mw_buffer_footprint(n * sizeof(int32_t));
}

void mw_lu_destroy(mw_lu_matrix *matrix)
{
    mw_buffer_destroy(&matrix->source);
    mw_buffer_destroy(&matrix->a);
    mw_buffer_destroy(&matrix->pivots);
}

mw_status mw_lu_create(mw_lu_matrix *matrix, mw_run *run, mw_error *error)
{
    const int64_t *value = run->args.value;
    *matrix = (mw_lu_matrix){
        .n = (size_t)value[MW_LU_N],
        .lda = (size_t)mw_leading(value[MW_LU_LDA], value[MW_LU_N]),
        .dtype = (mw_dtype)value[MW_LU_DTYPE],
    };
    matrix->width = mw_dtype_size(matrix->dtype);
    int threads = (int)value[MW_LU_THREADS];
    size_t bytes = matrix->n * matrix->lda * matrix->width;
    mw_status status = mw_buffer_create(&matrix->source, bytes, error);
    if (status == MW_OK)
        status = mw_buffer_fill(&matrix->source, matrix->dtype, MW_LU_SEED, threads, run->ledger);
    if (status == MW_OK)
        status = mw_buffer_scratch(&matrix->a, bytes, threads, run->ledger, error);
    if (status == MW_OK)
        status =
            mw_buffer_scratch(&matrix->pivots, matrix->n * sizeof(int32_t), 1, run->ledger, error);
    if (status != MW_OK)
        mw_lu_destroy(matrix);
    return status;
}

/* --- the check ------------------------------------------------------------------------------ */

typedef struct judge {
    const mw_lu_matrix *m;
    mw_ledger *ledger;
    mw_verification *result;
    long double gamma;
    size_t *row_of;          /* row i of P·A is row row_of[i] of A */
    long double *sum, *size; /* n each */
    size_t since;            /* multiply-adds since the last poll */
} judge;

static long double factor(const mw_lu_matrix *m, size_t row, size_t column)
{
    return mw_element_at(m->a.data, m->dtype, row * m->lda + column);
}

static long double original(const judge *j, size_t row, size_t column)
{
    return (long double)mw_element(MW_LU_SEED, j->row_of[row] * j->m->lda + column);
}

static bool go_on(judge *j, size_t steps)
{
    j->since += steps;
    if (j->since < POLL_EVERY)
        return true;
    j->since = 0;
    return mw_ledger_poll(j->ledger);
}

/* False where the pivots are none: a row below the diagonal, at most the last. */
static bool read_pivots(judge *j)
{
    const int32_t *pivot = j->m->pivots.data;
    for (size_t i = 0; i < j->m->n; i++)
        j->row_of[i] = i;
    for (size_t k = 0; k < j->m->n; k++) {
        if (pivot[k] < (int64_t)k || (size_t)pivot[k] >= j->m->n)
            return false;
        size_t p = (size_t)pivot[k], row = j->row_of[k];
        j->row_of[k] = j->row_of[p];
        j->row_of[p] = row;
    }
    return true;
}

static bool compare_row(judge *j, size_t i)
{
    const mw_lu_matrix *m = j->m;
    for (size_t c = 0; c < m->n; c++)
        j->sum[c] = j->size[c] = 0;
    for (size_t p = 0; p <= i; p++) {
        long double l = p < i ? factor(m, i, p) : 1;
        if (p < i) /* partial pivoting */
            mw_verification_note(j->result, fabsl(l) > 1 ? fabsl(l) : 1, 1, 0, "|L|", i, p);
        for (size_t c = p; c < m->n; c++) {
            long double product = l * factor(m, p, c);
            j->sum[c] += product;
            j->size[c] += fabsl(product);
        }
        if (!go_on(j, m->n - p))
            return false;
    }
    for (size_t c = 0; c < m->n; c++)
        mw_verification_note(j->result, j->sum[c], original(j, i, c), j->gamma * j->size[c], "LU",
                             i, c);
    return true;
}

/* L·(U·r) against P·A·r for a vector of signs r. */
static bool compare_sums(judge *j)
{
    const mw_lu_matrix *m = j->m;
    for (size_t p = 0; p < m->n; p++) {
        j->sum[p] = j->size[p] = 0;
        for (size_t c = p; c < m->n; c++) {
            long double u = factor(m, p, c);
            j->sum[p] += mw_element(SEED_SIGN, c) < 0 ? -u : u;
            j->size[p] += fabsl(u);
        }
        if (!go_on(j, m->n - p))
            return false;
    }
    for (size_t i = 0; i < m->n; i++) {
        long double got = j->sum[i], size = j->size[i], want = 0;
        for (size_t p = 0; p < i; p++) {
            got += factor(m, i, p) * j->sum[p];
            size += fabsl(factor(m, i, p)) * j->size[p];
        }
        for (size_t c = 0; c < m->n; c++) {
            long double a = original(j, i, c);
            want += mw_element(SEED_SIGN, c) < 0 ? -a : a;
        }
        mw_verification_note(j->result, got, want, j->gamma * size, "sum over LU", i, SIZE_MAX);
        if (!go_on(j, m->n + i))
            return false;
    }
    return true;
}

static mw_status compare(judge *j)
{
    const mw_lu_matrix *m = j->m;
    if (!read_pivots(j)) {
        mw_verification_note(j->result, 1, 0, 0, "pivots", 0, SIZE_MAX);
        return MW_OK;
    }
    double affordable = REFERENCE_STEPS / ((double)m->n * (double)m->n / 2 + 1);
    size_t rows = affordable >= (double)m->n ? m->n : affordable < 3 ? 3 : (size_t)affordable;
    rows = mw_smaller(rows, m->n);
    for (size_t r = 0; r < rows; r++) {
        if (!compare_row(j, rows > 1 ? r * (m->n - 1) / (rows - 1) : 0))
            return MW_CANCELLED;
    }
    return rows == m->n || compare_sums(j) ? MW_OK : MW_CANCELLED;
}

mw_status mw_lu_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    const mw_lu_matrix *m = run->state;
    *verification = (mw_verification){0};
    judge j = {
        .m = m,
        .ledger = run->ledger,
        .result = verification,
        .gamma = mw_error_gamma(m->dtype, m->n),
        .row_of = calloc(m->n, sizeof *j.row_of),
        .sum = calloc(2 * m->n, sizeof *j.sum),
    };
    mw_status status = MW_NO_MEMORY;
    if (j.row_of && j.sum) {
        j.size = j.sum + m->n;
        status = run->kernel->execute(run);
        if (status == MW_OK)
            status = compare(&j);
    }
    free(j.row_of);
    free(j.sum);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_OK
               ? MW_OK
               : mw_fail(error, status, status == MW_CANCELLED ? "cancelled" : "out of memory");
}
