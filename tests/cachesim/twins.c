/* twins.c: see twins.h. Run by equality_test under valgrind. */
#include "tests/cachesim/twins.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

#define F32(i) ((volatile float *)(at + (i) * (size_t)TWIN_OPERAND))
#define F64(i) ((volatile double *)(at + (i) * (size_t)TWIN_OPERAND))
#define FUNCTION(name)                                                                             \
    static __attribute__((noinline, aligned(64))) void twin_##name(size_t size, char *at)

/* A marked line holds a whole loop body. clang-format would break it. */
/* clang-format off */

FUNCTION(stream_read)
{
    enum { VECTOR = 64 / sizeof(float) };
    volatile float *a = F32(0);
    size_t part = size / (8 * VECTOR) * VECTOR;
    for (size_t i = 0; i < part; i++)
        for (size_t s = 0; s < 8; s++)
            (void)a[s * part + i]; /* @1 */
    for (size_t i = 8 * part; i < size; i++)
        (void)a[i]; /* @2 */
}

FUNCTION(stream_copy)
{
    volatile float *a = F32(0), *c = F32(1);
    for (size_t i = 0; i < size; i++)
        c[i] = a[i]; /* @1 */
}

FUNCTION(stream_scale)
{
    volatile double *a = F64(0), *c = F64(1);
    for (size_t i = 0; i < size; i++)
        { double x = a[i]; c[i] = x + x; } /* @1 */
}

FUNCTION(stream_add)
{
    volatile double *a = F64(0), *b = F64(1), *c = F64(2);
    for (size_t i = 0; i < size; i++)
        { double x = a[i]; double y = b[i]; c[i] = x + y; } /* @1 */
}

FUNCTION(stream_triad)
{
    volatile float *a = F32(0), *b = F32(1), *c = F32(2);
    for (size_t i = 0; i < size; i++)
        { float x = a[i]; float y = b[i]; c[i] = x + -y; } /* @1 */
}

FUNCTION(stream_update)
{
    volatile float *c = F32(0);
    for (size_t i = 0; i < size; i++)
        { float x = c[i]; c[i] = x + x; } /* @1 */
}

FUNCTION(stream_store)
{
    volatile double *c = F64(0);
    for (size_t i = 0; i < size; i++)
        c[i] = 0; /* @1 */
}

/* Cachegrind takes a store past the caches for a store. */
FUNCTION(stream_store_nt)
{
    volatile float *c = F32(0);
    for (size_t i = 0; i < size; i++)
        c[i] = 0; /* @1 */
}

FUNCTION(stream_copy_nt)
{
    volatile float *a = F32(0), *c = F32(1);
    for (size_t i = 0; i < size; i++)
        c[i] = a[i]; /* @1 */
}

FUNCTION(stream_triad_nt)
{
    volatile double *a = F64(0), *b = F64(1), *c = F64(2);
    for (size_t i = 0; i < size; i++)
        { double x = a[i]; double y = b[i]; c[i] = x + y; } /* @1 */
}

FUNCTION(gemv_reference)
{
    enum { N = 67 };
    volatile float *a = F32(0), *x = F32(1), *y = F32(2);
    for (size_t i = 0; i < size; i++) {
        float sum = 0;
        for (size_t j = 0; j < N; j++)
            { float w = a[i * N + j]; float v = x[j]; sum += w * v; } /* @1 */
        y[i] = sum; /* @2 */
    }
}

FUNCTION(gemv_column)
{
    enum { N = 37, LDA = 41 };
    volatile double *a = F64(0), *x = F64(1), *y = F64(2);
    for (size_t i = 0; i < size; i++)
        y[i] = 0; /* @1 */
    for (size_t j = 0; j < N; j++) {
        double xj = x[j]; /* @2 */
        for (size_t i = 0; i < size; i++)
            { double w = a[i * LDA + j]; double s = y[i]; y[i] = s + xj * w; } /* @3 */
    }
}

/* Row by row, however the sums are kept. */
static inline __attribute__((always_inline)) void gemv_by_row(size_t size, char *at)
{
    enum { N = 67 };
    volatile double *a = F64(0), *x = F64(1), *y = F64(2);
    for (size_t i = 0; i < size; i++) {
        double sum = 0;
        for (size_t j = 0; j < N; j++)
            { double w = a[i * N + j]; double v = x[j]; sum += w * v; } /* @1 */
        y[i] = sum; /* @2 */
    }
}

FUNCTION(gemv_unrolled)
{
    gemv_by_row(size, at);
}

FUNCTION(gemv_simd)
{
    gemv_by_row(size, at);
}

/* x is packed first; then groups of rows, then the rows that are left. */
static inline __attribute__((always_inline)) void gemv_by_group(size_t size, char *at, size_t rows)
{
    enum { N = 67 };
    volatile float *a = F32(0), *x = F32(1), *y = F32(2);
    size_t i = 0;
    for (size_t j = 0; j < N; j++)
        (void)x[j]; /* @1 */
    for (; i + rows <= size; i += rows) {
        for (size_t j = 0; j < N; j++)
            for (size_t r = 0; r < rows; r++)
                (void)a[(i + r) * N + j]; /* @2 */
        for (size_t r = 0; r < rows; r++)
            y[i + r] = 0; /* @3 */
    }
    for (; i < size; i++) {
        for (size_t j = 0; j < N; j++)
            (void)a[i * N + j]; /* @4 */
        y[i] = 0; /* @3 */
    }
}

FUNCTION(gemv_rows)
{
    gemv_by_group(size, at, 6);
}

FUNCTION(gemv_prefetch)
{
    gemv_by_group(size, at, 8);
}

FUNCTION(gemv_parallel)
{
    gemv_by_group(size, at, 8);
}

/* x as whole numbers or padded first; eight parts of the rows side by side, then
 * the rows that are left. */
static inline __attribute__((always_inline)) void gemv_by_halves(size_t size, char *at)
{
    enum { N = 67, ROWS = 8 };
    volatile uint16_t *codes = (volatile uint16_t *)at;
    volatile float *x = F32(1), *y = F32(2);
    size_t each = size / ROWS;
    for (size_t j = 0; j < N; j++)
        (void)x[j]; /* @1 */
    for (size_t i = 0; i < each; i++) {
        for (size_t j = 0; j < N; j++)
            for (size_t r = 0; r < ROWS; r++)
                (void)codes[(i + r * each) * N + j]; /* @2 */
        for (size_t r = 0; r < ROWS; r++)
            y[i + r * each] = 0; /* @3 */
    }
    for (size_t i = each * ROWS; i < size; i++) {
        for (size_t j = 0; j < N; j++)
            (void)codes[i * N + j]; /* @4 */
        y[i] = 0; /* @3 */
    }
}

FUNCTION(gemv_bf16)
{
    gemv_by_halves(size, at);
}

FUNCTION(gemv_fp16)
{
    gemv_by_halves(size, at);
}

/* 32 signs to a word; a row ends with its scale. */
FUNCTION(gemv_binary)
{
    enum { N = 67, WORDS = 3, ROWS = 8 };
    volatile uint32_t *codes = (volatile uint32_t *)at;
    volatile float *x = F32(1), *y = F32(2), *scale = F32(3);
    size_t each = size / ROWS;
    for (size_t j = 0; j < N; j++)
        (void)x[j]; /* @1 */
    for (size_t i = 0; i < each; i++) {
        for (size_t j = 0; j < WORDS; j++)
            for (size_t r = 0; r < ROWS; r++)
                (void)codes[(i + r * each) * WORDS + j]; /* @2 */
        for (size_t r = 0; r < ROWS; r++) {
            float u = scale[i + r * each]; /* @3 */
            y[i + r * each] = u; /* @4 */
        }
    }
    for (size_t i = each * ROWS; i < size; i++) {
        for (size_t j = 0; j < WORDS; j++)
            (void)codes[i * WORDS + j]; /* @5 */
        float u = scale[i]; /* @3 */
        y[i] = u; /* @4 */
    }
}

/* Whole numbers of a byte: a row ends with its scale. */
FUNCTION(gemv_int8)
{
    enum { N = 67, ROWS = 8 };
    volatile uint8_t *codes = (volatile uint8_t *)at;
    volatile float *x = F32(1), *y = F32(2), *scale = F32(3);
    size_t each = size / ROWS;
    for (size_t j = 0; j < N; j++)
        (void)x[j]; /* @1 */
    for (size_t i = 0; i < each; i++) {
        for (size_t j = 0; j < N; j++)
            for (size_t r = 0; r < ROWS; r++)
                (void)codes[(i + r * each) * N + j]; /* @2 */
        for (size_t r = 0; r < ROWS; r++) {
            (void)scale[i + r * each]; /* @3 */
            y[i + r * each] = 0; /* @4 */
        }
    }
    for (size_t i = each * ROWS; i < size; i++) {
        for (size_t j = 0; j < N; j++)
            (void)codes[i * N + j]; /* @5 */
        (void)scale[i]; /* @3 */
        y[i] = 0; /* @4 */
    }
}

/* … and its zero. */
FUNCTION(gemv_int8_zero)
{
    enum { N = 67, ROWS = 8 };
    volatile uint8_t *codes = (volatile uint8_t *)at;
    volatile float *x = F32(1), *y = F32(2), *scale = F32(3), *zero = F32(4);
    size_t each = size / ROWS;
    for (size_t j = 0; j < N; j++)
        (void)x[j]; /* @1 */
    for (size_t i = 0; i < each; i++) {
        for (size_t j = 0; j < N; j++)
            for (size_t r = 0; r < ROWS; r++)
                (void)codes[(i + r * each) * N + j]; /* @2 */
        for (size_t r = 0; r < ROWS; r++) {
            float u = scale[i + r * each]; /* @3 */
            float v = zero[i + r * each]; /* @4 */
            y[i + r * each] = u + v; /* @5 */
        }
    }
    for (size_t i = each * ROWS; i < size; i++) {
        for (size_t j = 0; j < N; j++)
            (void)codes[i * N + j]; /* @6 */
        float u = scale[i]; /* @3 */
        float v = zero[i]; /* @4 */
        y[i] = u + v; /* @5 */
    }
}

FUNCTION(gemm_ijk)
{
    enum { N = 45, K = 61, LDB = 64 };
    volatile float *a = F32(0), *b = F32(1), *c = F32(2);
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < N; j++) {
            float sum = c[i * N + j]; /* @1 */
            for (size_t p = 0; p < K; p++)
                { float x = a[i * K + p]; float y = b[p * LDB + j]; sum += x * y; } /* @2 */
            c[i * N + j] = sum; /* @3 */
        }
    }
}

FUNCTION(gemm_ikj)
{
    enum { N = 45, K = 61 };
    volatile double *a = F64(0), *b = F64(1), *c = F64(2);
    for (size_t i = 0; i < size; i++) {
        for (size_t p = 0; p < K; p++) {
            double x = a[i * K + p]; /* @1 */
            for (size_t j = 0; j < N; j++)
                { double y = b[p * N + j]; double s = c[i * N + j]; c[i * N + j] = s + x * y; } /* @2 */
        }
    }
}

FUNCTION(gemm_jik)
{
    enum { N = 45, K = 61 };
    volatile float *a = F32(0), *b = F32(1), *c = F32(2);
    for (size_t j = 0; j < N; j++) {
        for (size_t i = 0; i < size; i++) {
            float sum = c[i * N + j]; /* @1 */
            for (size_t p = 0; p < K; p++)
                { float x = a[i * K + p]; float y = b[p * N + j]; sum += x * y; } /* @2 */
            c[i * N + j] = sum; /* @3 */
        }
    }
}

FUNCTION(gemm_kij)
{
    enum { N = 45, K = 61 };
    volatile double *a = F64(0), *b = F64(1), *c = F64(2);
    for (size_t p = 0; p < K; p++) {
        for (size_t i = 0; i < size; i++) {
            double x = a[i * K + p]; /* @1 */
            for (size_t j = 0; j < N; j++)
                { double y = b[p * N + j]; double s = c[i * N + j]; c[i * N + j] = s + x * y; } /* @2 */
        }
    }
}

FUNCTION(gemm_jki)
{
    enum { N = 45, K = 61 };
    volatile float *a = F32(0), *b = F32(1), *c = F32(2);
    for (size_t j = 0; j < N; j++) {
        for (size_t p = 0; p < K; p++) {
            float y = b[p * N + j]; /* @1 */
            for (size_t i = 0; i < size; i++)
                { float x = a[i * K + p]; float s = c[i * N + j]; c[i * N + j] = s + x * y; } /* @2 */
        }
    }
}

FUNCTION(gemm_kji)
{
    enum { N = 45, K = 61 };
    volatile float *a = F32(0), *b = F32(1), *c = F32(2);
    for (size_t p = 0; p < K; p++) {
        for (size_t j = 0; j < N; j++) {
            float y = b[p * N + j]; /* @1 */
            for (size_t i = 0; i < size; i++)
                { float x = a[i * K + p]; float s = c[i * N + j]; c[i * N + j] = s + x * y; } /* @2 */
        }
    }
}

/* A block of B, then block after block of A, is packed; each step of k walks a row of C. */
FUNCTION(gemm_packed)
{
    enum { N = 45, K = 61, B = 16 };
    volatile float *a = F32(0), *b = F32(1), *c = F32(2);
    for (size_t j0 = 0; j0 < N; j0 += B)
        for (size_t p0 = 0; p0 < K; p0 += B) {
            for (size_t p = p0; p < K && p < p0 + B; p++)
                for (size_t j = j0; j < N && j < j0 + B; j++)
                    (void)b[p * N + j]; /* @1 */
            for (size_t i0 = 0; i0 < size; i0 += B) {
                for (size_t i = i0; i < size && i < i0 + B; i++)
                    for (size_t p = p0; p < K && p < p0 + B; p++)
                        (void)a[i * K + p]; /* @2 */
                for (size_t i = i0; i < size && i < i0 + B; i++)
                    for (size_t p = p0; p < K && p < p0 + B; p++)
                        for (size_t j = j0; j < N && j < j0 + B; j++)
                            { float s = c[i * N + j]; c[i * N + j] = s + s; } /* @3 */
            }
        }
}

FUNCTION(gemm_blocked)
{
    enum { N = 45, K = 61, B = 16 };
    volatile float *a = F32(0), *b = F32(1), *c = F32(2);
    for (size_t i0 = 0; i0 < size; i0 += B)
        for (size_t j0 = 0; j0 < N; j0 += B)
            for (size_t p0 = 0; p0 < K; p0 += B)
                for (size_t i = i0; i < size && i < i0 + B; i++)
                    for (size_t p = p0; p < K && p < p0 + B; p++) {
                        float x = a[i * K + p]; /* @1 */
                        for (size_t j = j0; j < N && j < j0 + B; j++)
                            { float y = b[p * N + j]; float s = c[i * N + j]; c[i * N + j] = s + x * y; } /* @2 */
                    }
}

/* Blocks of C; in them strips of six rows against panels of eight columns. A strip of A is packed
 * where it meets the first block of columns, a panel of B where it meets the first strip. */
static inline __attribute__((always_inline)) void gemm_packed(size_t size, char *at)
{
    enum { N = 45, K = 61, MC = 18, KC = 32, NC = 24, STRIP = 6, PANEL = 8 };
    volatile float *a = F32(0), *b = F32(1), *c = F32(2);
    for (size_t i0 = 0; i0 < size; i0 += MC)
        for (size_t p0 = 0; p0 < K; p0 += KC)
            for (size_t j0 = 0; j0 < N; j0 += NC)
                for (size_t i = i0; i < size && i < i0 + MC; i += STRIP) {
                    for (size_t r = i; j0 == 0 && r < size && r < i + STRIP; r++)
                        for (size_t p = p0; p < K && p < p0 + KC; p++)
                            (void)a[r * K + p]; /* @1 */
                    for (size_t q = j0; q < N && q < j0 + NC; q += PANEL) {
                        for (size_t p = p0; i == i0 && p < K && p < p0 + KC; p++)
                            for (size_t j = q; j < N && j < q + PANEL; j++)
                                (void)b[p * N + j]; /* @2 */
                        for (size_t r = i; r < size && r < i + STRIP; r++)
                            for (size_t j = q; j < N && j < q + PANEL; j++)
                                { float s = c[r * N + j]; c[r * N + j] = s + s; } /* @3 */
                    }
                }
}

FUNCTION(gemm_tile)
{
    gemm_packed(size, at);
}

FUNCTION(gemm_parallel)
{
    gemm_packed(size, at);
}

/* X is packed in panels; six rows at once, then one by one, once for each panel. */
FUNCTION(gemm_skinny)
{
    enum { N = 37, K = 33, ROWS = 6, PANEL = 8 };
    volatile float *w = F32(0), *x = F32(1), *c = F32(2);
    size_t i = 0;
    for (size_t q = 0; q < N; q += PANEL)
        for (size_t p = 0; p < K; p++)
            for (size_t j = q; j < N && j < q + PANEL; j++)
                (void)x[p * N + j]; /* @1 */
    for (; i + ROWS <= size; i += ROWS)
        for (size_t q = 0; q < N; q += PANEL) {
            for (size_t p = 0; p < K; p++)
                for (size_t r = 0; r < ROWS; r++)
                    (void)w[(i + r) * K + p]; /* @2 */
            for (size_t r = 0; r < ROWS; r++)
                for (size_t j = q; j < N && j < q + PANEL; j++)
                    c[(i + r) * N + j] = 0; /* @3 */
        }
    for (; i < size; i++)
        for (size_t q = 0; q < N; q += PANEL) {
            for (size_t p = 0; p < K; p++)
                (void)w[i * K + p]; /* @4 */
            for (size_t j = q; j < N && j < q + PANEL; j++)
                c[i * N + j] = 0; /* @3 */
        }
}

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

FUNCTION(transpose_naive)
{
    enum { N = 45, LDB = 64 };
    volatile float *a = F32(0), *b = F32(1);
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < N; j++)
            b[j * LDB + i] = a[i * N + j]; /* @1 */
}

/* Squares of 16 x 16, column by column of them, then what is left beside and below. */
static inline __attribute__((always_inline)) void turn(volatile float *from, size_t lda,
                                                       volatile float *to, size_t ldb, size_t rows,
                                                       size_t columns)
{
    enum { SIDE = 16 };
    for (size_t j = 0; j + SIDE <= columns; j += SIDE)
        for (size_t i = 0; i + SIDE <= rows; i += SIDE) {
            for (size_t r = 0; r < SIDE; r++)
                for (size_t c = 0; c < SIDE; c++)
                    (void)from[(i + r) * lda + j + c]; /* @1 */
            for (size_t r = 0; r < SIDE; r++)
                for (size_t c = 0; c < SIDE; c++)
                    to[(j + r) * ldb + i + c] = 0; /* @2 */
        }
    for (size_t i = 0; i < rows; i++)
        for (size_t j = i < rows / SIDE * SIDE ? columns / SIDE * SIDE : 0; j < columns; j++)
            to[j * ldb + i] = from[i * lda + j]; /* @3 */
}

/* Blocks of 32 in bands of 32 rows; of the 45 columns the second block has 13. */
static inline __attribute__((always_inline)) void turn_blocks(size_t size, char *at)
{
    enum { N = 45, LDB = 64, BLOCK = 32 };
    volatile float *down = F32(1);
    for (; size >= BLOCK; size -= BLOCK, at += BLOCK * N * sizeof(float), down += BLOCK) {
        turn(F32(0), N, down, LDB, BLOCK, BLOCK);
        turn(F32(0) + BLOCK, N, down + BLOCK * LDB, LDB, BLOCK, N - BLOCK);
    }
    turn(F32(0), N, down, LDB, size, BLOCK);
    turn(F32(0) + BLOCK, N, down + BLOCK * LDB, LDB, size, N - BLOCK);
}

FUNCTION(transpose_blocked)
{
    turn_blocks(size, at);
}

/* Each block goes into a buffer by squares, and leaves it by rows of B. */
FUNCTION(transpose_packed)
{
    enum { N = 45, LDB = 64, BLOCK = 32, SIDE = 16 };
    volatile float *a = F32(0), *b = F32(1);
    for (size_t i0 = 0; i0 < size; i0 += BLOCK)
        for (size_t j0 = 0; j0 < N; j0 += BLOCK) {
            size_t rows = size - i0 < BLOCK ? size : i0 + BLOCK, columns = N - j0 < BLOCK ? N : j0 + BLOCK;
            for (size_t i = i0; i < rows; i += SIDE)
                for (size_t j = j0; j < columns; j += SIDE)
                    for (size_t r = i; r < rows && r < i + SIDE; r++)
                        for (size_t c = j; c < columns && c < j + SIDE; c++)
                            (void)a[r * N + c]; /* @1 */
            for (size_t r = j0; r < columns; r++)
                for (size_t c = i0; c < rows; c++)
                    b[r * LDB + c] = 0; /* @2 */
        }
}

/* 29 x 45: the longer side in two, of which the first is a multiple of 16. */
FUNCTION(transpose_oblivious)
{
    enum { N = 45, LDB = 32, HALF = 32 };
    turn(F32(0), N, F32(1), LDB, size, HALF);
    turn(F32(0) + HALF, N, F32(1) + HALF * LDB, LDB, size, N - HALF);
}

/* A block goes into a buffer, the mirrored one to its place, the buffer to that one's. */
FUNCTION(transpose_inplace)
{
    enum { LDA = 64, BLOCK = 16 };
    volatile float *a = F32(0);
    for (size_t i0 = 0; i0 < size; i0 += BLOCK)
        for (size_t j0 = i0; j0 < size; j0 += BLOCK) {
            size_t m = size - i0 < BLOCK ? size - i0 : BLOCK;
            size_t n = size - j0 < BLOCK ? size - j0 : BLOCK;
            for (size_t r = 0; r < m; r++)
                for (size_t c = 0; c < n; c++)
                    (void)a[(i0 + r) * LDA + j0 + c]; /* @1 */
            if (i0 != j0)
                turn(a + j0 * LDA + i0, LDA, a + i0 * LDA + j0, LDA, n, m);
            for (size_t r = 0; r < n; r++)
                for (size_t c = 0; c < m; c++)
                    a[(j0 + r) * LDA + i0 + c] = 0; /* @2 */
        }
}

FUNCTION(eltwise_fused)
{
    volatile float *x = F32(0), *r = F32(1), *y = F32(2);
    for (size_t i = 0; i < size; i++)
        { float u = x[i]; float v = r[i]; y[i] = u + v; } /* @1 */
}

FUNCTION(eltwise_unfused)
{
    volatile float *x = F32(0), *r = F32(1), *y = F32(2), *s = F32(3), *t = F32(4);
    for (size_t i = 0; i < size; i++)
        s[i] = x[i]; /* @1 */
    for (size_t i = 0; i < size; i++)
        t[i] = s[i]; /* @2 */
    for (size_t i = 0; i < size; i++)
        { float u = t[i]; float v = r[i]; y[i] = u + v; } /* @3 */
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
static inline __attribute__((always_inline)) void lu_column(volatile float *a, size_t n, size_t k,
                                                            size_t end, volatile int32_t *pivots)
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

/* Two layers of a copy and a product. */
FUNCTION(chain_forward)
{
    enum { D = 37, STRIP = 6, PANEL = 8 };
    for (size_t i = 0; i < size * D; i++)
        F32(5)[i] = F32(0)[i]; /* @1 */
    for (size_t i = 0; i < size * D; i++)
        F32(4)[i] = F32(5)[i]; /* @2 */
    for (size_t i = 0; i < size; i += STRIP) {
        for (size_t r = i; r < size && r < i + STRIP; r++)
            for (size_t p = 0; p < D; p++)
                (void)F32(4)[r * D + p]; /* @3 */
        for (size_t q = 0; q < D; q += PANEL) {
            for (size_t p = 0; i == 0 && p < D; p++)
                for (size_t j = q; j < D && j < q + PANEL; j++)
                    (void)F32(1)[p * D + j]; /* @4 */
            for (size_t r = i; r < size && r < i + STRIP; r++)
                for (size_t j = q; j < D && j < q + PANEL; j++)
                    F32(3)[r * D + j] = 0; /* @5 */
        }
    }
    for (size_t i = 0; i < size * D; i++)
        F32(5)[i] = F32(3)[i]; /* @6 */
    for (size_t i = 0; i < size; i += STRIP) {
        for (size_t r = i; r < size && r < i + STRIP; r++)
            for (size_t p = 0; p < D; p++)
                (void)F32(5)[r * D + p]; /* @7 */
        for (size_t q = 0; q < D; q += PANEL) {
            for (size_t p = 0; i == 0 && p < D; p++)
                for (size_t j = q; j < D && j < q + PANEL; j++)
                    (void)F32(2)[p * D + j]; /* @8 */
            for (size_t r = i; r < size && r < i + STRIP; r++)
                for (size_t j = q; j < D && j < q + PANEL; j++)
                    F32(4)[r * D + j] = 0; /* @9 */
        }
    }
}

/* Eight bytes every sixty: many accesses lie on two lines. */
FUNCTION(straddle)
{
    for (size_t i = 0; i < size; i++)
        { volatile double *x = (volatile double *)(at + 20 + 60 * i); double v = *x; *x = v + v; } /* @1 */
    for (size_t i = size; i-- > 0;)
        (void)*(volatile double *)(at + 20 + 60 * i); /* @2 */
}

FUNCTION(scatter)
{
    volatile double *x = F64(0);
    uint32_t index = 1;
    for (size_t i = 0; i < size; i++) {
        (void)x[index]; /* @1 */
        index = SCATTER_NEXT(index);
    }
    for (size_t i = 0; i < size; i++) {
        x[index] = 0; /* @2 */
        index = SCATTER_NEXT(index);
    }
}

/* One layer of a strip's width: what was taken first lies last, since the allocator gives the newest
 * piece again. */
FUNCTION(chain_train)
{
    /* 0 batch, 1 W, 2 and 3 what adam remembers, 4 dW, 5 dx, 6 y, 7 relu(x), 8 x */
    enum { D = 6, STRIP = 6, BLOCK = 16 };
    for (size_t i = 0; i < size * D; i++)
        F32(8)[i] = F32(0)[i]; /* @1 */
    for (size_t i = 0; i < size * D; i++)
        F32(7)[i] = F32(8)[i]; /* @2 */
    for (size_t i = 0; i < size * D; i += STRIP * D) {
        size_t end = i + STRIP * D < size * D ? i + STRIP * D : size * D;
        for (size_t e = i; e < end; e++)
            (void)F32(7)[e]; /* @3 */
        for (size_t e = 0; i == 0 && e < D * D; e++)
            (void)F32(1)[e]; /* @4 */
        for (size_t e = i; e < end; e++)
            F32(6)[e] = 0; /* @5 */
    }
    for (size_t i = 0; i < size; i += BLOCK) {
        size_t end = i + BLOCK < size ? i + BLOCK : size;
        for (size_t j = 0; j < D; j++)
            for (size_t r = i; r < end; r++)
                F32(7)[j * size + r] = F32(8)[r * D + j]; /* @2 */
    }
    for (size_t i = 0; i < size * D; i++)
        (void)F32(7)[i]; /* @3 */
    for (size_t i = 0; i < size * D; i++)
        (void)F32(6)[i]; /* @6 */
    for (size_t i = 0; i < D * D; i++)
        F32(4)[i] = 0; /* @7 */
    for (size_t i = 0; i < size * D; i += STRIP * D) {
        size_t end = i + STRIP * D < size * D ? i + STRIP * D : size * D;
        for (size_t e = i; e < end; e++)
            (void)F32(6)[e]; /* @6 */
        for (size_t e = 0; i == 0 && e < D * D; e++)
            (void)F32(1)[e]; /* @4 */
        for (size_t e = i; e < end; e++)
            F32(5)[e] = 0; /* @8 */
    }
    for (size_t i = 0; i < size * D; i++)
        { float a = F32(8)[i]; float g = F32(5)[i]; F32(5)[i] = a + g; } /* @9 */
    for (size_t i = 0; i < D * D; i++)
        { float a = F32(1)[i]; float g = F32(4)[i]; float p = F32(2)[i]; float q = F32(3)[i]; F32(2)[i] = p + g; F32(3)[i] = q + g; F32(1)[i] = a + p + q; } /* @10 */
}

/* clang-format on */

typedef struct twin {
    void (*run)(size_t size, char *at);
    size_t small, size, operands;
} twin;

/* With an operand, only the small calls: what they count is then subtracted. */
int main(int count, char **operands_given)
{
    (void)operands_given;
    bool small_only = count > 1;
#define ROW(name, kernel, settings, parameter, first, second, count)                               \
    {twin_##name, first, second, count},
    static const twin twins[] = {TWINS(ROW)};
    enum { COUNT = sizeof twins / sizeof *twins };
    size_t operands = 0;
    for (size_t i = 0; i < COUNT; i++)
        operands += 2 * twins[i].operands;
    /* Pages that nobody touched: an operand's first access is a miss everywhere. */
    char *first =
        mmap((void *)(uintptr_t)TWIN_FIRST, operands * TWIN_OPERAND, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (first != (char *)(uintptr_t)TWIN_FIRST) {
        fprintf(stderr, "twins: no room at %#llx\n", (unsigned long long)TWIN_FIRST);
        return 1;
    }
    for (size_t i = 0; i < COUNT; i++) {
        twins[i].run(twins[i].small, first);
        first += twins[i].operands * TWIN_OPERAND;
        if (!small_only)
            twins[i].run(twins[i].size, first);
        first += twins[i].operands * TWIN_OPERAND;
    }
    return 0;
}
