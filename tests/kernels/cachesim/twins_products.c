/* twins_products.c: convolution, attention and LU, which are products for the most part. See
 * twins.h. */
#include "tests/kernels/cachesim/twins_body.h"

/* A marked line holds a whole loop body. clang-format would break it. */
/* clang-format off */

/* Four pixels and a line of channels at once. */
FUNCTION(conv_direct)
{
    enum { W = 21, CIN = 3, COUT = 20, K = 3, LINE = 16, PIXELS = 4, ROW = (W + K - 1) * CIN };
    volatile float *in = F32(0), *weights = F32(1), *out = F32(2);
    for (size_t y = 0; y < size; y++)
        for (size_t c0 = 0; c0 < COUT; c0 += LINE)
            for (size_t x0 = 0; x0 < W; x0 += PIXELS) {
                for (size_t ky = 0; ky < K; ky++)
                    for (size_t i = 0; i < K * CIN; i++) {
                        for (size_t c = c0; c < COUT && c < c0 + LINE; c++)
                            (void)weights[(ky * K * CIN + i) * COUT + c]; /* @1 */
                        for (size_t x = x0; x < W && x < x0 + PIXELS; x++)
                            (void)in[(y + ky) * ROW + x * CIN + i]; /* @2 */
                    }
                for (size_t x = x0; x < W && x < x0 + PIXELS; x++)
                    for (size_t c = c0; c < COUT && c < c0 + LINE; c++)
                        out[(y * W + x) * COUT + c] = 0; /* @3 */
            }
}

/* Windows side by side as rows of a matrix, which a packed product then takes. */
FUNCTION(conv_im2col)
{
    enum { W = 18, CIN = 3, COUT = 20, K = 3, STRIP = 6, PANEL = 8, WINDOW = K * K * CIN };
    enum { ROW = (W + K - 1) * CIN };
    volatile float *in = F32(0), *weights = F32(1), *out = F32(2), *matrix = F32(3);
    for (size_t y = 0; y < size; y++)
        for (size_t x = 0; x < W; x++)
            for (size_t ky = 0; ky < K; ky++)
                for (size_t i = 0; i < K * CIN; i++)
                    matrix[((y * W + x) * K + ky) * K * CIN + i] = in[(y + ky) * ROW + x * CIN + i]; /* @1 */
    for (size_t i = 0; i < size * W; i += STRIP) {
        for (size_t r = i; r < size * W && r < i + STRIP; r++)
            for (size_t p = 0; p < WINDOW; p++)
                (void)matrix[r * WINDOW + p]; /* @2 */
        for (size_t q = 0; q < COUT; q += PANEL) {
            for (size_t p = 0; i == 0 && p < WINDOW; p++)
                for (size_t j = q; j < COUT && j < q + PANEL; j++)
                    (void)weights[p * COUT + j]; /* @3 */
            for (size_t r = i; r < size * W && r < i + STRIP; r++)
                for (size_t j = q; j < COUT && j < q + PANEL; j++)
                    out[r * COUT + j] = 0; /* @4 */
        }
    }
}

/* Scores = Q times K transposed; softmax in three passes over each row; scores times V. */
FUNCTION(attention_naive)
{
    enum { D = 21, STRIP = 6, PANEL = 8 };
    volatile float *query = F32(0), *key = F32(1), *value = F32(2), *o = F32(3), *s = F32(4);
    for (size_t i = 0; i < size; i += STRIP) {
        for (size_t r = i; r < size && r < i + STRIP; r++)
            for (size_t p = 0; p < D; p++)
                (void)query[r * D + p]; /* @1 */
        for (size_t q = 0; q < size; q += PANEL) {
            for (size_t j = q; i == 0 && j < size && j < q + PANEL; j++)
                for (size_t p = 0; p < D; p++)
                    (void)key[j * D + p]; /* @2 */
            for (size_t r = i; r < size && r < i + STRIP; r++)
                for (size_t j = q; j < size && j < q + PANEL; j++)
                    s[r * size + j] = 0; /* @3 */
        }
    }
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++)
            (void)s[i * size + j]; /* @4 */
        for (size_t pass = 0; pass < 2; pass++)
            for (size_t j = 0; j < size; j++)
                { float x = s[i * size + j]; s[i * size + j] = x + x; } /* @5 */
    }
    for (size_t i = 0; i < size; i += STRIP) {
        for (size_t r = i; r < size && r < i + STRIP; r++)
            for (size_t p = 0; p < size; p++)
                (void)s[r * size + p]; /* @4 */
        for (size_t q = 0; q < D; q += PANEL) {
            for (size_t p = 0; i == 0 && p < size; p++)
                for (size_t j = q; j < D && j < q + PANEL; j++)
                    (void)value[p * D + j]; /* @6 */
            for (size_t r = i; r < size && r < i + STRIP; r++)
                for (size_t j = q; j < D && j < q + PANEL; j++)
                    o[r * D + j] = 0; /* @7 */
        }
    }
}

/* Blocks of 16 rows: for each block of K and V the sums are scaled, then added to, then divided. */
FUNCTION(attention_tiled)
{
    enum { D = 32, BLOCK = 16 };
    volatile float *q = F32(0), *k = F32(1), *v = F32(2), *o = F32(3);
    for (size_t i = 0; i < size; i += BLOCK) {
        size_t begin = i * D, end = size - i < BLOCK ? size * D : begin + BLOCK * D;
        for (size_t j = 0; j < size; j += BLOCK) {
            for (size_t e = j * D; e < size * D && e < (j + BLOCK) * D; e++)
                (void)k[e]; /* @1 */
            for (size_t e = begin; e < end; e++)
                (void)q[e]; /* @2 */
            for (size_t e = begin; e < end && j > 0; e++)
                { float x = o[e]; o[e] = x + x; } /* @5 */
            for (size_t e = j * D; e < size * D && e < (j + BLOCK) * D; e++)
                (void)v[e]; /* @3 */
            if (j > 0)
                for (size_t e = begin; e < end; e++)
                    { float x = o[e]; o[e] = x + x; } /* @5 */
            else
                for (size_t e = begin; e < end; e++)
                    o[e] = 0; /* @4 */
        }
        for (size_t e = begin; e < end; e++)
            { float x = o[e]; o[e] = x + x; } /* @5 */
    }
}

/* One column of a panel of `end` columns: pivot, swap of whole rows, elimination in the panel. */
INLINE void lu_column(volatile float *a, size_t n, size_t k, size_t end, volatile int32_t *pivots)
{
    enum { LDA = 64 };
    for (size_t i = k; i < n; i++)
        (void)a[i * LDA + k]; /* @2 */
    size_t other = k + k * 2654435761u % (n - k); /* some row: which one, data would tell */
    for (size_t j = 0; j < n; j++)
        { float x = a[k * LDA + j]; float y = a[other * LDA + j]; a[k * LDA + j] = y; a[other * LDA + j] = x; } /* @3 */
    pivots[k] = 0; /* @4 */
    (void)a[k * LDA + k]; /* @2 */
    for (size_t i = k + 1; i < n; i++) {
        { float x = a[i * LDA + k]; a[i * LDA + k] = x + x; } /* @5 */
        for (size_t j = k + 1; j < end; j++)
            { float x = a[i * LDA + j]; float y = a[k * LDA + j]; a[i * LDA + j] = x - y; } /* @6 */
    }
}

FUNCTION(lu_unblocked)
{
    enum { LDA = 64 };
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < size; j++)
            F32(1)[i * LDA + j] = F32(0)[i * LDA + j]; /* @1 */
    for (size_t k = 0; k < size; k++)
        lu_column(F32(1), size, k, size, (volatile int32_t *)(at + 2 * TWIN_OPERAND));
}

/* Panels of 18 columns; then the rows beside the panel, and the rest as one product. */
FUNCTION(lu_blocked)
{
    enum { LDA = 64, BLOCK = 18, STRIP = 6, PANEL = 8 };
    volatile float *a = F32(1);
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < size; j++)
            a[i * LDA + j] = F32(0)[i * LDA + j]; /* @1 */
    for (size_t k0 = 0; k0 < size; k0 += BLOCK) {
        size_t k1 = size - k0 < BLOCK ? size : k0 + BLOCK;
        for (size_t k = k0; k < k1; k++)
            lu_column(a, size, k, k1, (volatile int32_t *)(at + 2 * TWIN_OPERAND));
        for (size_t k = k0; k + 1 < k1 && k1 < size; k++)
            for (size_t i = k + 1; i < k1; i++) {
                (void)a[i * LDA + k]; /* @2 */
                for (size_t j = k1; j < size; j++)
                    { float x = a[i * LDA + j]; float y = a[k * LDA + j]; a[i * LDA + j] = x - y; } /* @6 */
            }
        for (size_t i = k1; i < size; i++)
            for (size_t k = k0; k < k1; k++)
                (void)a[i * LDA + k]; /* @2 */
        size_t rest = size - k1;
        for (size_t i = 0; i < rest; i += STRIP) {
            for (size_t r = i; r < rest && r < i + STRIP; r++)
                for (size_t p = 0; p < BLOCK; p++)
                    (void)F32(3)[r * BLOCK + p]; /* @7 */
            for (size_t q = 0; q < rest; q += PANEL) {
                for (size_t p = 0; i == 0 && p < BLOCK; p++)
                    for (size_t j = q; j < rest && j < q + PANEL; j++)
                        (void)a[(k0 + p) * LDA + k1 + j]; /* @2 */
                for (size_t r = i; r < rest && r < i + STRIP; r++)
                    for (size_t j = q; j < rest && j < q + PANEL; j++)
                        { float s = a[(k1 + r) * LDA + k1 + j]; a[(k1 + r) * LDA + k1 + j] = s + s; } /* @5 */
            }
        }
    }
}
