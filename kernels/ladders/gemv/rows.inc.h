/*
 * rows: six rows at once, one vector accumulator per row.
 *
 * Against simd: a vector of x, once it is in a register, serves six rows, so of the loads in the
 * inner loop six in seven bring something new. The six sums are independent chains by themselves,
 * and six rows are six streams for the hardware prefetcher. More rows would save little of x and
 * crowd the prefetcher that fills the nearest cache.
 * x is a packed copy, padded with zeros to whole vectors, so only the ends of A's rows need care.
 *
 *     FLOPs 2·m·n    loads (m·n + n)·w    stores m·w      (x and y once: the copy stays in cache)
 */
MW_INLINE void NAME(some_rows)(const T *a, size_t lda, const T *restrict x, T *restrict y,
                               size_t columns, bool add, size_t rows)
{
    VEC sum[MW_GEMV_ROWS] = {0};
    size_t j = 0;
#pragma GCC unroll 1
    for (; j + LANES <= columns; j += LANES) {
        VEC xj = LOAD(x + j);
#pragma GCC unroll 6
        for (size_t r = 0; r < rows; r++)
            sum[r] += LOAD(a + r * lda + j) * xj;
    }
    if (j < columns) {
        VEC xj = LOAD(x + j);
#pragma GCC unroll 6
        for (size_t r = 0; r < rows; r++)
            sum[r] += LOAD_PART(a + r * lda + j, columns - j) * xj;
    }
    NAME(store_sums)(y, sum, add, rows);
}

static void NAME(rows)(const mw_gemv_tile *tile)
{
    const T *a = tile->a;
    T *y = tile->y;
    size_t i = 0, lda = tile->lda;
    for (; i + MW_GEMV_ROWS <= tile->rows; i += MW_GEMV_ROWS)
        NAME(some_rows)(a + i * lda, lda, tile->x, y + i, tile->columns, tile->add, MW_GEMV_ROWS);
    /* Up to five are left: four, two, one. */
    if (tile->rows - i >= 4) {
        NAME(some_rows)(a + i * lda, lda, tile->x, y + i, tile->columns, tile->add, 4);
        i += 4;
    }
    if (tile->rows - i >= 2) {
        NAME(some_rows)(a + i * lda, lda, tile->x, y + i, tile->columns, tile->add, 2);
        i += 2;
    }
    if (i < tile->rows)
        NAME(some_rows)(a + i * lda, lda, tile->x, y + i, tile->columns, tile->add, 1);
}
