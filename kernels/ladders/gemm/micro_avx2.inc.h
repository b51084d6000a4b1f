/*
 * micro-avx2: the register tile by hand, on 16 registers of 32 bytes.
 *
 * 6 rows x 2 vectors of C are 12 accumulators, two registers hold a row of the panel of B and one a
 * broadcast element of A. A step of k is 12 FMAs against 8 loads; latency 4 to 5 and two
 * multipliers want 8 to 10 chains, so the tile has just enough of them.
 *
 * C is asked for while the sums are made, a row of it every line of A, and so is the next panel of
 * B. The last columns of a matrix take masked loads and stores.
 *
 *     FLOPs 2·rows·columns·k    per step of k: 2 vectors of B, `rows` elements of A
 */
/* P(fmadd) is _mm256_fmadd_ps or _mm256_fmadd_pd. */
#define P(operation)  MW_JOIN(MW_JOIN(_mm256, operation), MW_SUFFIX)
#define MICRO_LINE    (MW_LINE_BYTES / sizeof(T)) /* steps of k that a cache line of A holds */
#define MICRO_COLUMNS (2 * LANES)

MW_INLINE void NAME(micro_steps)(VEC (*sum)[2], size_t rows, const T *const *a, size_t lda,
                                 const T *b, size_t steps)
{
#pragma GCC unroll 4
    for (size_t u = 0; u < steps; u++, b += MICRO_COLUMNS) {
        VEC left = P(loadu)(b), right = P(loadu)(b + LANES);
#pragma GCC unroll 6
        for (size_t r = 0; r < rows; r++) {
            VEC weight = P(set1)(a[r / 3][r % 3 * lda + u]);
            sum[r][0] = P(fmadd)(weight, left, sum[r][0]);
            sum[r][1] = P(fmadd)(weight, right, sum[r][1]);
        }
    }
}

/* All ones in the first `count` elements. */
MW_INLINE __m256i NAME(micro_mask)(size_t count)
{
    const __m256i place = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(count * sizeof(T) / 4)), place);
}

MW_INLINE void NAME(micro_put)(const mw_micro_tile *tile, VEC (*sum)[2], size_t rows)
{
    T *c = tile->c;
    size_t columns = tile->columns;
    if (columns < MICRO_COLUMNS) {
        __m256i left = NAME(micro_mask)(columns < LANES ? columns : LANES);
        __m256i right = NAME(micro_mask)(columns > LANES ? columns - LANES : 0);
        for (size_t r = 0; r < rows; r++, c += tile->ldc) {
            if (tile->add) {
                sum[r][0] = P(add)(sum[r][0], P(maskload)(c, left));
                sum[r][1] = P(add)(sum[r][1], P(maskload)(c + LANES, right));
            }
            P(maskstore)(c, left, sum[r][0]);
            P(maskstore)(c + LANES, right, sum[r][1]);
        }
        return;
    }
#pragma GCC unroll 6
    for (size_t r = 0; r < rows; r++, c += tile->ldc) {
        if (tile->add) {
            sum[r][0] = P(add)(sum[r][0], P(loadu)(c));
            sum[r][1] = P(add)(sum[r][1], P(loadu)(c + LANES));
        }
        P(storeu)(c, sum[r][0]);
        P(storeu)(c + LANES, sum[r][1]);
    }
}

MW_INLINE void NAME(micro_rows)(const mw_micro_tile *tile, size_t rows)
{
    VEC sum[6][2];
#pragma GCC unroll 6
    for (size_t r = 0; r < rows; r++)
        sum[r][0] = sum[r][1] = P(setzero)();
    size_t lda = tile->lda;
    const T *b = tile->b, *c = tile->c, *a[2] = {tile->a, (const T *)tile->a + 3 * lda};

    size_t asked = 0, p = 0;
    for (; p + MICRO_LINE <= tile->k; p += MICRO_LINE) {
        if (tile->ahead)
            __builtin_prefetch(tile->ahead + asked * MW_LINE_BYTES, 0, 2);
        if (asked++ < rows) {
            __builtin_prefetch(c, 1);
            c += tile->ldc;
        }
#pragma GCC unroll 1
        for (size_t q = 0; q < MICRO_LINE; q += 4, b += 4 * MICRO_COLUMNS) {
            NAME(micro_steps)(sum, rows, a, lda, b, 4);
            a[0] += 4;
            a[1] += 4;
        }
    }
    for (; p < tile->k; p++, b += MICRO_COLUMNS) {
        NAME(micro_steps)(sum, rows, a, lda, b, 1);
        a[0]++;
        a[1]++;
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
    }
#undef ROWS
}

static const mw_micro_limits NAME(micro_limits) = {.rows = 6, .columns = MICRO_COLUMNS};
#undef P
#undef MICRO_LINE
#undef MICRO_COLUMNS
