/*
 * micro-avx512: the register tile by hand, on 32 registers of 64 bytes.
 *
 * 14 rows x 2 vectors of C are 28 accumulators; two registers hold a row of the panel of B, one or
 * two a broadcast element of A: all 32. A step of k is 28 FMAs against 16 loads, and with two
 * multipliers of latency 4 only 8 chains would be needed: the tile is that large to load less, not
 * to hide latency.
 *
 * What a compiler cannot know: that C should be asked for while the sums are still being made, one
 * row of it every line of A (all at once would fill the line buffers and keep A and B waiting), and
 * that the next panel of B lies elsewhere and will be packed soon. Columns beyond the matrix are
 * masked in C; in the panel they are zero.
 *
 *     FLOPs 2·rows·columns·k    per step of k: 2 vectors of B, `rows` elements of A
 */
/* P(fmadd) is _mm512_fmadd_ps or _mm512_fmadd_pd. */
#define P(operation)  MW_JOIN(MW_JOIN(_mm512, operation), MW_SUFFIX)
#define MICRO_MASK_ps __mmask16
#define MICRO_MASK_pd __mmask8
#define MICRO_MASK    MW_JOIN(MICRO_MASK, MW_SUFFIX)
#define MICRO_LINE    (MW_LINE_BYTES / sizeof(T)) /* steps of k that a cache line of A holds */
#define MICRO_COLUMNS (2 * LANES)

/* `steps` <= 4 of them in line: b is a row of the panel per step, a[r / 3] every third row. */
MW_INLINE void NAME(micro_steps)(VEC (*sum)[2], size_t rows, const T *const *a, size_t lda,
                                 const T *b, size_t steps)
{
#pragma GCC unroll 4
    for (size_t u = 0; u < steps; u++, b += MICRO_COLUMNS) {
        VEC left = P(loadu)(b), right = P(loadu)(b + LANES);
#pragma GCC unroll 14
        for (size_t r = 0; r < rows; r++) {
            VEC weight = P(set1)(a[r / 3][r % 3 * lda + u]);
            sum[r][0] = P(fmadd)(weight, left, sum[r][0]);
            sum[r][1] = P(fmadd)(weight, right, sum[r][1]);
        }
    }
}

/* What the sums were made for: C[rows][columns]. */
MW_INLINE void NAME(micro_put)(const mw_micro_tile *tile, VEC (*sum)[2], size_t rows)
{
    T *c = tile->c;
    size_t columns = tile->columns;
    MICRO_MASK left = (MICRO_MASK)((1u << (columns < LANES ? columns : LANES)) - 1);
    MICRO_MASK right = (MICRO_MASK)((1u << (columns > LANES ? columns - LANES : 0)) - 1);
#pragma GCC unroll 14
    for (size_t r = 0; r < rows; r++, c += tile->ldc) {
        if (tile->add) {
            sum[r][0] = P(add)(sum[r][0], P(maskz_loadu)(left, c));
            sum[r][1] = P(add)(sum[r][1], P(maskz_loadu)(right, c + LANES));
        }
        P(mask_storeu)(c, left, sum[r][0]);
        P(mask_storeu)(c + LANES, right, sum[r][1]);
    }
}

MW_INLINE void NAME(micro_rows)(const mw_micro_tile *tile, size_t rows)
{
    VEC sum[14][2];
#pragma GCC unroll 14
    for (size_t r = 0; r < rows; r++)
        sum[r][0] = sum[r][1] = P(setzero)();
    const T *a[5], *b = tile->b, *c = tile->c;
    size_t lda = tile->lda, groups = (rows + 2) / 3;
#pragma GCC unroll 5
    for (size_t g = 0; g < groups; g++)
        a[g] = (const T *)tile->a + 3 * g * lda;

    const char *ahead = tile->ahead;
    size_t asked = 0, p = 0;
    for (; p + MICRO_LINE <= tile->k; p += MICRO_LINE) {
#pragma GCC unroll 14
        for (size_t r = 0; r < rows; r++)
            __builtin_prefetch(a[r / 3] + r % 3 * lda + MICRO_LINE);
        if (asked++ < rows) {
            __builtin_prefetch(c, 1);
            __builtin_prefetch(c + LANES, 1);
            c += tile->ldc;
        }
        if (ahead) {
            __builtin_prefetch(ahead, 0, 2);
            __builtin_prefetch(ahead + MW_LINE_BYTES, 0, 2);
            ahead += tile->ahead_stride;
        }
#pragma GCC unroll 1
        for (size_t q = 0; q < MICRO_LINE; q += 4, b += 4 * MICRO_COLUMNS) {
            NAME(micro_steps)(sum, rows, a, lda, b, 4);
#pragma GCC unroll 5
            for (size_t g = 0; g < groups; g++)
                a[g] += 4;
        }
    }
    for (; p < tile->k; p++, b += MICRO_COLUMNS) {
        NAME(micro_steps)(sum, rows, a, lda, b, 1);
#pragma GCC unroll 5
        for (size_t g = 0; g < groups; g++)
            a[g]++;
    }
    NAME(micro_put)(tile, sum, rows);
}

/* One instance for each number of rows, so that the sums of all of them are registers. */
static void NAME(micro)(const mw_micro_tile *tile)
{
#define ROWS(n)                                                                                    \
    case n:                                                                                        \
        NAME(micro_rows)(tile, n);                                                                 \
        break
    switch (tile->rows) {
        ROWS(1);
        ROWS(2);
        ROWS(3);
        ROWS(4);
        ROWS(5);
        ROWS(6);
        ROWS(7);
        ROWS(8);
        ROWS(9);
        ROWS(10);
        ROWS(11);
        ROWS(12);
        ROWS(13);
        ROWS(14);
    }
#undef ROWS
}

static const mw_micro_limits NAME(micro_limits) = {.rows = 14, .columns = MICRO_COLUMNS};
#undef P
#undef MICRO_MASK_ps
#undef MICRO_MASK_pd
#undef MICRO_MASK
#undef MICRO_LINE
#undef MICRO_COLUMNS
