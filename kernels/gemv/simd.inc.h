/*
 * simd: eight rows at once, one vector accumulator per row.
 *
 * Against the reference: the eight sums are independent chains, so additions overlap; a vector
 * multiplies 4 to 16 elements at a time; and a vector of x serves eight rows once it is in a
 * register. What remains is to move A, each element once: the memory sets the pace. Each row is a
 * stream of its own for the hardware prefetcher, which stops at every 4 KiB page; asking for eight
 * lines ahead carries it across.
 * x is a packed copy, padded with zeros to whole vectors, so only the ends of A's rows need care.
 *
 *     FLOPs 2·m·n    loads (m·n + n)·w    stores m·w      (x and y once: the copy stays in cache)
 */
MW_INLINE void NAME(simd_rows)(const T *a, size_t lda, const T *restrict x, T *restrict y,
                               size_t columns, bool add, size_t rows)
{
    VEC sum[MW_GEMV_ROWS] = {0};
    const size_t line = 64 / sizeof(T), ahead = 8 * line;
    size_t j = 0;
    for (; j + line <= columns; j += line) {
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++)
            __builtin_prefetch(a + r * lda + j + ahead);
#pragma GCC unroll 4
        for (size_t l = 0; l < line; l += LANES) {
            VEC xj = LOAD(x + j + l);
#pragma GCC unroll 8
            for (size_t r = 0; r < rows; r++)
                sum[r] += LOAD(a + r * lda + j + l) * xj;
        }
    }
    for (; j + LANES <= columns; j += LANES) {
        VEC xj = LOAD(x + j);
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++)
            sum[r] += LOAD(a + r * lda + j) * xj;
    }
    if (j < columns) {
        VEC xj = LOAD(x + j);
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++)
            sum[r] += LOAD_PART(a + r * lda + j, columns - j) * xj;
    }
#pragma GCC unroll 8
    for (size_t r = 0; r < rows; r++)
        y[r] = (add ? y[r] : 0) + SUM(sum[r]);
}

static void NAME(simd)(const mw_gemv_tile *tile)
{
    const T *a = tile->a;
    T *y = tile->y;
    size_t i = 0, lda = tile->lda;
    for (; i + MW_GEMV_ROWS <= tile->rows; i += MW_GEMV_ROWS)
        NAME(simd_rows)(a + i * lda, lda, tile->x, y + i, tile->columns, tile->add, MW_GEMV_ROWS);
    for (; i < tile->rows; i++)
        NAME(simd_rows)(a + i * lda, lda, tile->x, y + i, tile->columns, tile->add, 1);
}
