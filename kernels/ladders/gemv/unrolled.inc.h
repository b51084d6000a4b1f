/*
 * unrolled: one row at a time still, but eight sums of it at once.
 *
 * Against the reference: element j belongs to sum j mod 8, so there are eight chains of additions
 * where there was one, and an addition need not wait for the one before it. What is computed is the
 * same to the last FLOP; only the order of the additions is another, which no compiler may choose
 * by itself. The loads stay what they were: x comes again for every row.
 *
 *     FLOPs 2·m·n    loads (2·m·n)·w    stores m·w
 */
static void NAME(unrolled)(const mw_gemv_tile *tile)
{
    enum { SUMS = 8 };
    const T *restrict x = tile->x;
    T *restrict y = tile->y;
    for (size_t i = 0; i < tile->rows; i++) {
        const T *restrict row = (const T *)tile->a + i * tile->lda;
        T sum[SUMS] = {0};
        size_t j = 0;
        for (; j + SUMS <= tile->columns; j += SUMS) {
            /* Scalars on purpose: vectors are the next rung. */
#pragma GCC unroll 8
            for (size_t s = 0; s < SUMS; s++) {
                sum[s] += row[j + s] * x[j + s];
                __asm__("" : "+m"(sum[s]));
            }
        }
        for (; j < tile->columns; j++)
            sum[0] += row[j] * x[j];
        T all = ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
        y[i] = (tile->add ? y[i] : 0) + all;
    }
}
