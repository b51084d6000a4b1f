/*
 * How a block is verified: step by step, each against what the step before really gave. An error
 * bound of the whole would have to follow rounding errors through two norms and a softmax and would
 * let real mistakes pass; a single step's is tight.
 */
#include <math.h>
#include <stdlib.h>

#include "attention/judge.h"
#include "transformer/arrays.h"
#include "verify.h"

/* Multiply-adds of the reference that are worth it. */
enum { REFERENCE_STEPS = 1 << 26 };

typedef struct judge {
    const mw_block_state *state;
    mw_ledger *ledger;
    mw_verification *result;
    long double *room; /* for attention */
} judge;

static long double at(const judge *j, mw_block_array array, size_t index)
{
    return mw_element_at(j->state->array[array].data, j->state->size.dtype, index);
}

static void note(judge *j, mw_block_array array, size_t index, long double want, long double bound,
                 const char *name, size_t row, size_t column)
{
    mw_verification_note(j->result, at(j, array, index), want, bound, name, row, column);
}

/* Row `row` of to = W·from, `out` outputs of `in` inputs; `first`: where its elements begin. */
static bool linear(judge *j, mw_block_array w, mw_block_array from, mw_block_array to, size_t first,
                   size_t row, size_t out, size_t in, const char *name)
{
    long double gamma = mw_error_gamma(j->state->size.dtype, in);
    for (size_t o = 0; o < out; o++) {
        long double sum = 0, size = 0;
        for (size_t i = 0; i < in; i++) {
            long double product = at(j, w, o * in + i) * at(j, from, row * in + i);
            sum += product;
            size += fabsl(product);
        }
        note(j, to, first + row * out + o, sum, gamma * size, name, row, o);
        if (!mw_ledger_poll(j->ledger))
            return false;
    }
    return true;
}

static void norm(judge *j, mw_block_array x, mw_block_array scale, mw_block_array to, size_t row,
                 const char *name)
{
    size_t d = j->state->size.d;
    long double mean = 0, size = 0, variance = 0;
    for (size_t i = 0; i < d; i++) {
        mean += at(j, x, row * d + i) / (long double)d;
        size += fabsl(at(j, x, row * d + i)) / (long double)d;
    }
    for (size_t i = 0; i < d; i++) {
        long double off = at(j, x, row * d + i) - mean;
        variance += off * off / (long double)d;
    }
    long double factor = 1 / sqrtl(variance + 1e-5L);
    long double gamma = mw_error_gamma(j->state->size.dtype, d + 8);
    for (size_t i = 0; i < d; i++) {
        long double g = at(j, scale, i), b = at(j, scale + 1, i);
        long double off = (at(j, x, row * d + i) - mean) * factor;
        /* the mean is off by gamma·size, which the variance's root feels too */
        long double bound =
            gamma * (fabsl(g) * (2 * fabsl(off) + 2 * size * factor * (1 + fabsl(off))) + fabsl(b));
        note(j, to, row * d + i, off * g + b, bound, name, row, i);
    }
}

static void gelu(judge *j, size_t row)
{
    size_t ff = j->state->size.ff;
    long double ulp = mw_error_gamma(j->state->size.dtype, 1);
    for (size_t i = 0; i < ff; i++) {
        long double z = at(j, MW_BLOCK_WIDE, row * ff + i);
        long double v = z * ((long double)MW_GELU_LINEAR + (long double)MW_GELU_CUBIC * z * z);
        long double want = z / (1 + exp2l(-v));
        note(j, MW_BLOCK_GELU, row * ff + i, want, (32 + 8 * fabsl(v)) * ulp * fabsl(want), "gelu",
             row, i);
    }
}

static void sum(judge *j, mw_block_array a, mw_block_array b, mw_block_array to, size_t row,
                const char *name)
{
    size_t d = j->state->size.d;
    long double ulp = mw_error_gamma(j->state->size.dtype, 1);
    for (size_t i = row * d; i < (row + 1) * d; i++) {
        long double want = at(j, a, i) + at(j, b, i);
        note(j, to, i, want, ulp * fabsl(want), name, row, i - row * d);
    }
}

static bool attention(judge *j, size_t row)
{
    const mw_block_sizes *s = &j->state->size;
    for (size_t h = 0; h < s->heads; h++) {
        size_t head = h * s->head;
        mw_attention_case one = {
            .q = mw_block_at(j->state, MW_BLOCK_Q, row * s->d + head),
            .k = mw_block_at(j->state, MW_BLOCK_K, head),
            .v = mw_block_at(j->state, MW_BLOCK_V, head),
            .o = mw_block_at(j->state, MW_BLOCK_MIXED, row * s->d + head),
            .context = s->context,
            .d = s->head,
            .ld = s->d,
            .dtype = s->dtype,
            .room = j->room,
        };
        if (!mw_attention_judge(&one, row, head, j->ledger, j->result))
            return false;
    }
    return true;
}

static bool compare_row(judge *j, size_t row)
{
    const mw_block_sizes *s = &j->state->size;
    size_t d = s->d, first = mw_block_new(s);
    norm(j, MW_BLOCK_X, MW_BLOCK_SCALE1, MW_BLOCK_NORM1, row, "norm1");
    if (!linear(j, MW_BLOCK_WQ, MW_BLOCK_NORM1, MW_BLOCK_Q, 0, row, d, d, "q") ||
        !linear(j, MW_BLOCK_WK, MW_BLOCK_NORM1, MW_BLOCK_K, first, row, d, d, "k") ||
        !linear(j, MW_BLOCK_WV, MW_BLOCK_NORM1, MW_BLOCK_V, first, row, d, d, "v") ||
        !attention(j, row) ||
        !linear(j, MW_BLOCK_WO, MW_BLOCK_MIXED, MW_BLOCK_OUTPUT, 0, row, d, d, "output"))
        return false;
    sum(j, MW_BLOCK_X, MW_BLOCK_OUTPUT, MW_BLOCK_Y, row, "y");
    norm(j, MW_BLOCK_Y, MW_BLOCK_SCALE2, MW_BLOCK_NORM2, row, "norm2");
    if (!linear(j, MW_BLOCK_W1, MW_BLOCK_NORM2, MW_BLOCK_WIDE, 0, row, s->ff, d, "wide"))
        return false;
    gelu(j, row);
    if (!linear(j, MW_BLOCK_W2, MW_BLOCK_GELU, MW_BLOCK_NARROW, 0, row, d, s->ff, "narrow"))
        return false;
    sum(j, MW_BLOCK_Y, MW_BLOCK_NARROW, MW_BLOCK_Z, row, "z");
    return true;
}

static mw_status compare(judge *j)
{
    const mw_block_sizes *s = &j->state->size;
    size_t steps = 4 * s->d * s->d + 2 * s->d * s->ff + 2 * s->context * s->d;
    size_t rows = mw_smaller(s->rows, REFERENCE_STEPS / steps + 2);
    for (size_t r = 0; r < rows; r++) {
        if (!compare_row(j, rows > 1 ? r * (s->rows - 1) / (rows - 1) : 0))
            return MW_CANCELLED;
    }
    return MW_OK;
}

mw_status mw_block_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    const mw_block_state *state = run->state;
    *verification = (mw_verification){0};
    judge j = {
        .state = state,
        .ledger = run->ledger,
        .result = verification,
        .room = calloc(state->size.context + 2 * state->size.head, sizeof *j.room),
    };
    if (!j.room)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    mw_status status = run->kernel->execute(run);
    if (status == MW_OK)
        status = compare(&j);
    free(j.room);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_OK ? MW_OK : mw_fail(error, status, "cancelled");
}
