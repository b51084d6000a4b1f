/*
 * How a product is verified: rows of C element by element against sums in wider arithmetic, and
 * every row by a projection.
 *
 * Small products are compared whole. Of large ones some rows are, spread evenly; all rows are then
 * multiplied by a vector of signs r: C·r must equal A·(B·r), which costs n² instead of n³
 * (Freivalds). What lies between the rows of C must be as it was.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "gemm/operands.h"
#include "verify.h"

/* FLOPs of the reference that are worth it: about a second; and work between two polls. */
enum { REFERENCE_FLOPS = 1 << 30, POLL_EVERY = 1 << 18 };
enum { SEED_SIGN = 31 }; /* of the vector of signs */

typedef struct product {
    const mw_gemm_state *s;
    mw_ledger *ledger;
    mw_verification *result;
    long double gamma;
    long double *want, *magnitude; /* n each */
} product;

static long double a_at(const mw_gemm_state *s, size_t i, size_t p)
{
    return mw_element_at(s->a.data, s->dtype, i * s->lda + p);
}

static long double b_at(const mw_gemm_state *s, size_t p, size_t j)
{
    return mw_element_at(s->b.data, s->dtype, p * s->ldb + j);
}

static long double c_at(const mw_gemm_state *s, size_t i, size_t j)
{
    return mw_element_at(s->c.data, s->dtype, i * s->ldc + j);
}

/* What C held before. */
static long double c_before(const mw_gemm_state *s, size_t i, size_t j)
{
    return s->sets_c ? 0 : (long double)mw_element(MW_GEMM_SEED_C, i * s->ldc + j);
}

static mw_status compare_row(const product *p, size_t i)
{
    const mw_gemm_state *s = p->s;
    for (size_t j = 0; j < s->n; j++) {
        p->want[j] = c_before(s, i, j);
        p->magnitude[j] = fabsl(p->want[j]);
    }
    size_t since = 0;
    for (size_t q = 0; q < s->k; q++) {
        long double a = a_at(s, i, q);
        for (size_t j = 0; j < s->n; j++) {
            long double term = a * b_at(s, q, j);
            p->want[j] += term;
            p->magnitude[j] += fabsl(term);
        }
        if ((since += s->n) < POLL_EVERY)
            continue;
        since = 0;
        if (!mw_ledger_poll(p->ledger))
            return MW_CANCELLED;
    }
    for (size_t j = 0; j < s->n; j++)
        mw_verification_note(p->result, c_at(s, i, j), p->want[j], p->gamma * p->magnitude[j], "C",
                             i, j);
    for (size_t j = s->n; j < s->ldc; j++)
        mw_verification_note(p->result, c_at(s, i, j), mw_element(MW_GEMM_SEED_C, i * s->ldc + j),
                             0, "C beyond its row", i, j);
    return mw_ledger_poll(p->ledger) ? MW_OK : MW_CANCELLED;
}

/* `sums` = B·r and `sizes` = |B|·1, k each. */
static mw_status project(const product *p, long double *sums, long double *sizes)
{
    const mw_gemm_state *s = p->s;
    for (size_t q = 0; q < s->k; q++) {
        sums[q] = sizes[q] = 0;
        for (size_t j = 0; j < s->n; j++) {
            long double b = b_at(s, q, j);
            sums[q] += mw_element(SEED_SIGN, j) < 0 ? -b : b;
            sizes[q] += fabsl(b);
        }
        if (q % 64 == 0 && !mw_ledger_poll(p->ledger))
            return MW_CANCELLED;
    }
    for (size_t i = 0; i < s->m; i++) {
        long double got = 0, want = 0, size = 0;
        for (size_t j = 0; j < s->n; j++) {
            bool minus = mw_element(SEED_SIGN, j) < 0;
            long double c = c_at(s, i, j), before = c_before(s, i, j);
            got += minus ? -c : c;
            want += minus ? -before : before;
            size += fabsl(before);
        }
        for (size_t q = 0; q < s->k; q++) {
            want += a_at(s, i, q) * sums[q];
            size += fabsl(a_at(s, i, q)) * sizes[q];
        }
        mw_verification_note(p->result, got, want, p->gamma * size, "sum over C", i, SIZE_MAX);
        if (i % 16 == 0 && !mw_ledger_poll(p->ledger))
            return MW_CANCELLED;
    }
    return MW_OK;
}

static mw_status compare(const product *p, long double *sums, long double *sizes)
{
    const mw_gemm_state *s = p->s;
    double row_flops = 2.0 * (double)s->n * (double)s->k;
    double affordable = REFERENCE_FLOPS / row_flops;
    size_t rows = affordable >= (double)s->m ? s->m : affordable < 2 ? 2 : (size_t)affordable;
    if (rows > s->m)
        rows = s->m;
    for (size_t r = 0; r < rows; r++) {
        size_t i = rows > 1 ? r * (s->m - 1) / (rows - 1) : 0;
        mw_status status = compare_row(p, i);
        if (status != MW_OK)
            return status;
    }
    return rows < s->m ? project(p, sums, sizes) : MW_OK;
}

mw_status mw_gemm_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    mw_gemm_state *s = run->state;
    *verification = (mw_verification){0};
    long double *scratch = calloc(2 * s->n + 2 * s->k, sizeof *scratch);
    if (!scratch)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    product p = {
        .s = s,
        .ledger = run->ledger,
        .result = verification,
        .gamma = mw_error_gamma(s->dtype, s->k + 1),
        .want = scratch,
        .magnitude = scratch + s->n,
    };
    mw_status status = mw_buffer_fill(&s->c, s->dtype, MW_GEMM_SEED_C, s->threads, run->ledger);
    if (status == MW_OK)
        status = run->kernel->execute(run);
    if (status == MW_OK)
        status = compare(&p, scratch + 2 * s->n, scratch + 2 * s->n + s->k);
    free(scratch);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_OK ? MW_OK : mw_fail(error, status, "cancelled");
}
