/* twins_moves.c: transposition, and element by element. See twins.h. */
#include "tests/kernels/cachesim/twins_body.h"

/* A marked line holds a whole loop body. clang-format would break it. */
/* clang-format off */

FUNCTION(transpose_naive)
{
    enum { N = 45, LDB = 64 };
    volatile float *a = F32(0), *b = F32(1);
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < N; j++)
            b[j * LDB + i] = a[i * N + j]; /* @1 */
}

/* Squares of 16 x 16, column by column of them, then what is left beside and below. */
INLINE void turn(volatile float *from, size_t lda, volatile float *to, size_t ldb, size_t rows,
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
INLINE void turn_blocks(size_t size, char *at)
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
