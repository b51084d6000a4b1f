/* twins_gemv.c: y = A*x. See twins.h. */
#include "tests/kernels/cachesim/twins_body.h"

/* A marked line holds a whole loop body. clang-format would break it. */
/* clang-format off */

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
INLINE void gemv_by_row(size_t size, char *at)
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
INLINE void gemv_by_group(size_t size, char *at, size_t rows)
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
