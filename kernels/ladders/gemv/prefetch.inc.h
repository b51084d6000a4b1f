/*
 * prefetch: eight rows at once, and the lines that come next are asked for by name.
 *
 * Against rows: the hardware prefetcher follows each row, but stops at every 4 KiB page, since the
 * next page may lie anywhere; asking for each row's line 512 bytes ahead, and in each row further
 * than in the one above it (STAGGER), carries it across, and keeps so many lines on their way that
 * the memory is never idle. In the nearest caches the same
 * request is one more instruction for the load ports and buys nothing: this rung is for matrices
 * that lie further away.
 *
 *     FLOPs 2·m·n    loads (m·n + n)·w    stores m·w      (x and y once: the copy stays in cache)
 */
MW_INLINE void NAME(far_rows)(const T *a, size_t lda, const T *restrict x, T *restrict y,
                              size_t columns, bool add, size_t rows)
{
    VEC sum[MW_GEMV_STREAMS] = {0};
    const size_t line = 64 / sizeof(T), ahead = 8 * line, stagger = STAGGER(lda);
    size_t j = 0;
    for (; j + line <= columns; j += line) {
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++)
            __builtin_prefetch(a + j + ahead + r * stagger);
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
    NAME(store_sums)(y, sum, add, rows);
}

static void NAME(prefetch)(const mw_gemv_tile *tile)
{
    const T *a = tile->a;
    T *y = tile->y;
    size_t i = 0, lda = tile->lda;
    for (; i + MW_GEMV_STREAMS <= tile->rows; i += MW_GEMV_STREAMS)
        NAME(far_rows)(a + i * lda, lda, tile->x, y + i, tile->columns, tile->add, MW_GEMV_STREAMS);
    /* Up to seven are left: four, two, one. */
    if (tile->rows - i >= 4) {
        NAME(far_rows)(a + i * lda, lda, tile->x, y + i, tile->columns, tile->add, 4);
        i += 4;
    }
    if (tile->rows - i >= 2) {
        NAME(far_rows)(a + i * lda, lda, tile->x, y + i, tile->columns, tile->add, 2);
        i += 2;
    }
    if (i < tile->rows)
        NAME(far_rows)(a + i * lda, lda, tile->x, y + i, tile->columns, tile->add, 1);
}
