/* twins.c: see twins.h. Run by equality_test under valgrind. */
#include "tests/cachesim/twins.h"

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

FUNCTION(stream_store_nt)
{
    volatile float *c = F32(0);
    for (size_t i = 0; i < size; i++)
        c[i] = 0; /* @1 */
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

/* clang-format on */

typedef struct twin {
    void (*run)(size_t size, char *at);
    size_t size, operands;
} twin;

int main(void)
{
#define ROW(name, kernel, settings, parameter, value, count) {twin_##name, value, count},
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
        twins[i].run(1, first);
        first += twins[i].operands * TWIN_OPERAND;
        twins[i].run(twins[i].size, first);
        first += twins[i].operands * TWIN_OPERAND;
    }
    return 0;
}
