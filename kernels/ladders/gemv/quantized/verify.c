/*
 * The reference: the same codes decoded as their format says, multiplied and added in double.
 *
 * The bound is that of any sum of n products, of a few more terms for the scales, over the sum of
 * |w|·|x|. Where a weight is a difference (q4_1: q·d + m; int8 asymmetric: S·q - S·Z), its parts
 * may be multiplied apart, and their magnitudes count. Where x became whole numbers, each x[j] may
 * be off by `unit_error` units of its piece; many such errors add up like any others, to no more
 * than ten times the root of the sum of their squares.
 */
#include <math.h>

#include "form.h"
#include "formats/half.h"
#include "gemv/operands.h"
#include "gemv/quantized/operands.h"
#include "verify.h"

enum { PIECE = 4096 };

typedef struct sums {
    double value, magnitude; /* of w·x */
    double fixed, squares;   /* of |w| times how far x may be off, and of the squares of that */
} sums;

static mw_scaling row_scaling(const mw_quantized_state *state, uint64_t i)
{
    mw_scaling scaling = {0};
    uint64_t own = state->shape.by_row ? i : 0;
    if (state->scale.data)
        scaling.scale = ((const float *)state->scale.data)[own];
    if (state->zero.data)
        scaling.zero = ((const int32_t *)state->zero.data)[own];
    for (int k = 0; k < 16; k++)
        scaling.level[k] = state->level[k];
    /* The levels of log2 are powers of two below the row's. */
    for (int k = 1; k < 8 && state->shape.format == MW_FORMAT_LOG2; k++) {
        scaling.level[k] = ldexpf(scaling.scale, k - 7);
        scaling.level[k + 8] = -scaling.level[k];
    }
    return scaling;
}

/* What the parts of a weight come to beyond its own magnitude. */
static double parts_beyond(const mw_quantized_state *state, const mw_scaling *scaling,
                           const uint8_t *codes, size_t j)
{
    if (state->shape.format == MW_FORMAT_Q4_1)
        return 2 * fabs((double)mw_fp16_load(codes + j / 32 * 20 + 2));
    if (state->shape.format == MW_FORMAT_INT8_ASYMMETRIC)
        return 2 * (double)scaling->scale * scaling->zero;
    return 0;
}

static void add_piece(const mw_quantized_state *state, const mw_scaling *scaling,
                      const uint8_t *codes, uint64_t begin, size_t count, sums *sum)
{
    float w[PIECE];
    const float *x = (const float *)state->x.data + begin, *unit = state->unit.data;
    mw_format_decode(state->shape.format, scaling, codes, count, w);
    for (size_t j = 0; j < count; j++) {
        double product = (double)w[j] * (double)x[j], size = fabs((double)w[j]);
        sum->value += product;
        sum->magnitude +=
            fabs(product) + fabs((double)x[j]) * parts_beyond(state, scaling, codes, j);
        if (state->fixed.run) {
            double off = (double)unit[(begin + j) / MW_FIXED_PIECE] * state->fixed.unit_error;
            sum->fixed += size * off;
            sum->squares += size * off * size * off;
        }
    }
}

static mw_status compare(const mw_quantized_state *state, mw_ledger *ledger,
                         mw_verification *verification)
{
    const mw_quantized_shape *s = &state->shape;
    long double gamma = mw_error_gamma(MW_F32, s->n + 4);
    for (uint64_t i = 0; i < s->m; i++) {
        mw_scaling scaling = row_scaling(state, i);
        const uint8_t *codes = (const uint8_t *)state->codes.data + i * s->row_bytes;
        sums sum = {0};
        for (uint64_t j = 0; j < s->n; j += PIECE) {
            size_t count = mw_smaller(s->n - j, PIECE);
            add_piece(state, &scaling, codes + mw_format_bytes(s->format, j), j, count, &sum);
            if (!mw_ledger_poll(ledger))
                return MW_CANCELLED;
        }
        mw_verification_note(verification, mw_element_at(state->y.data, MW_F32, i), sum.value,
                             gamma * sum.magnitude + fmin(sum.fixed, 10 * sqrt(sum.squares)), "y",
                             i, SIZE_MAX);
    }
    return MW_OK;
}

mw_status mw_quantized_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    mw_quantized_state *state = run->state;
    *verification = (mw_verification){0};
    mw_status status =
        mw_buffer_fill(&state->y, MW_F32, MW_GEMV_SEED_Y, state->threads, run->ledger);
    if (status == MW_OK)
        status = run->kernel->execute(run);
    if (status == MW_OK)
        status = compare(state, run->ledger, verification);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_OK ? MW_OK : mw_fail(error, status, "cancelled");
}
