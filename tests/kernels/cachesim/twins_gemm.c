/* twins_gemm.c: C += A*B. See twins.h. */
#include "tests/kernels/cachesim/twins_body.h"

/* A marked line holds a whole loop body. clang-format would break it. */
/* clang-format off */

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

/* Blocks of C; in them strips of rows against panels of columns. A strip of A is packed
 * where it meets the first block of columns, a panel of B where it meets the first strip. */
INLINE void gemm_by_tiles(size_t size, char *at, size_t n, size_t mc, size_t nc, size_t strip,
                          size_t panel)
{
    enum { K = 61, KC = 32 };
    volatile float *a = F32(0), *b = F32(1), *c = F32(2);
    for (size_t i0 = 0; i0 < size; i0 += mc)
        for (size_t p0 = 0; p0 < K; p0 += KC)
            for (size_t j0 = 0; j0 < n; j0 += nc)
                for (size_t i = i0; i < size && i < i0 + mc; i += strip) {
                    for (size_t r = i; j0 == 0 && r < size && r < i + strip; r++)
                        for (size_t p = p0; p < K && p < p0 + KC; p++)
                            (void)a[r * K + p]; /* @1 */
                    for (size_t q = j0; q < n && q < j0 + nc; q += panel) {
                        for (size_t p = p0; i == i0 && p < K && p < p0 + KC; p++)
                            for (size_t j = q; j < n && j < q + panel; j++)
                                (void)b[p * n + j]; /* @2 */
                        for (size_t r = i; r < size && r < i + strip; r++)
                            for (size_t j = q; j < n && j < q + panel; j++)
                                { float s = c[r * n + j]; c[r * n + j] = s + s; } /* @3 */
                    }
                }
}

FUNCTION(gemm_tile)
{
    gemm_by_tiles(size, at, 45, 18, 24, 6, 8);
}

FUNCTION(gemm_parallel)
{
    gemm_by_tiles(size, at, 45, 18, 24, 6, 8);
}

/* Tiles of two vectors are wider, and with more registers higher; elements are what is counted. */
FUNCTION(gemm_micro_avx2)
{
    gemm_by_tiles(size, at, 45, 18, 32, 6, 16);
}

FUNCTION(gemm_micro_avx512)
{
    gemm_by_tiles(size, at, 75, 28, 64, 14, 32);
}

/* Blocks of 8 within blocks of 24. */
FUNCTION(gemm_blocked2)
{
    enum { N = 45, K = 61, OUTER = 24, INNER_EDGE = 8 };
    volatile float *a = F32(0), *b = F32(1), *c = F32(2);
    BLOCKS(i1, size, OUTER)
        BLOCKS(j1, N, OUTER)
            BLOCKS(p1, K, OUTER)
                for (size_t i0 = i1; i0 < size && i0 < i1 + OUTER; i0 += INNER_EDGE)
                    for (size_t j0 = j1; j0 < N && j0 < j1 + OUTER; j0 += INNER_EDGE)
                        for (size_t p0 = p1; p0 < K && p0 < p1 + OUTER; p0 += INNER_EDGE)
                            for (size_t i = i0; i < size && i < i0 + INNER_EDGE; i++)
                                for (size_t p = p0; p < K && p < p0 + INNER_EDGE; p++) {
                                    float x = a[i * K + p]; /* @1 */
                                    for (size_t j = j0; j < N && j < j0 + INNER_EDGE; j++)
                                        { float y = b[p * N + j]; float s = c[i * N + j]; c[i * N + j] = s + x * y; } /* @2 */
                                }
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
