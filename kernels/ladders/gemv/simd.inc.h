/*
 * simd: one row at a time, in vectors.
 *
 * Against unrolled: each sum is now a whole vector of sums, so one instruction multiplies and adds
 * 4 to 16 elements, and four such vectors keep the additions from waiting for each other. In the
 * nearest caches two loads per multiplication, one of A and one of x, are the limit. From memory a
 * single row is a single stream for the hardware prefetcher, and one stream does not fill the
 * memory's bandwidth.
 *
 *     FLOPs 2·m·n    loads (2·m·n)·w    stores m·w
 */
static void NAME(simd)(const mw_gemv_tile *tile)
{
    const T *restrict x = tile->x;
    T *restrict y = tile->y;
    size_t columns = tile->columns;
    for (size_t i = 0; i < tile->rows; i++) {
        const T *restrict row = (const T *)tile->a + i * tile->lda;
        VEC sum[4] = {0};
        size_t j = 0;
        for (; j + 4 * LANES <= columns; j += 4 * LANES) {
#pragma GCC unroll 4
            for (size_t s = 0; s < 4; s++)
                sum[s] += LOAD(row + j + s * LANES) * LOAD(x + j + s * LANES);
        }
        for (; j + LANES <= columns; j += LANES)
            sum[0] += LOAD(row + j) * LOAD(x + j);
        if (j < columns)
            sum[1] += LOAD_PART(row + j, columns - j) * LOAD_PART(x + j, columns - j);
        y[i] = (tile->add ? y[i] : 0) + SUM((sum[0] + sum[1]) + (sum[2] + sum[3]));
    }
}
