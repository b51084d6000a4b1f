/*
 * micro-avx512: the register tile by hand, on 32 registers of 64 bytes.
 *
 * 14 rows x 2 vectors of C are 28 accumulators; two registers hold a row of the panel of B, one or
 * two a broadcast element of A: all 32. A step of k is 28 FMAs against 16 loads, and with two
 * multipliers of latency 4 only 8 chains would be needed: the tile is that large to load less, not
 * to hide latency.
 *
 * What a compiler cannot know:
 * - C can be asked for while the sums are still being made, a row of it every line of A; all at
 *   once would fill the line buffers and keep A and B waiting. It comes into the second level: rows
 *   a power of two apart would throw each other, and A, out of the first.
 * - Packing is free here. The first tile of rows that meets a panel of B reads B itself and leaves
 *   the copy behind, the first panel that meets a strip of A has the strip made on its way: between
 *   28 FMAs there is room for two stores. As loops of their own they took 6 % of the time at n =
 *   512. A is used from its copy: its own rows may all lie in one set of the first-level cache.
 * - What the next tiles will read can be fetched into the second-level cache meanwhile.
 * Columns beyond the matrix are masked in C; in the panel they are zero.
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
#define MICRO_AHEAD   24 /* rows of B, while it is packed: the time that memory takes */

/* One step of k: a row of the panel against an element of each row, a[r / 3] being every third. */
MW_INLINE void NAME(micro_step)(VEC (*sum)[2], size_t rows, const T *const *a, size_t lda, size_t p,
                                const T *b, size_t ldb, T *panel)
{
    VEC left = P(loadu)(b), right = P(loadu)(b + LANES);
    if (panel) {
        __builtin_prefetch(b + MICRO_AHEAD * ldb, 0, 2);
        __builtin_prefetch(b + MICRO_AHEAD * ldb + LANES, 0, 2);
        P(store)(panel, left);
        P(store)(panel + LANES, right);
    }
#pragma GCC unroll 14
    for (size_t r = 0; r < rows; r++) {
        VEC weight = P(set1)(a[r / 3][r % 3 * lda + p]);
        sum[r][0] = P(fmadd)(weight, left, sum[r][0]);
        sum[r][1] = P(fmadd)(weight, right, sum[r][1]);
    }
}

/* Steps [p, p + a line) of A to their strip. */
MW_INLINE void NAME(micro_copy)(const mw_micro_tile *tile, size_t rows, size_t p)
{
    const T *from = (const T *)tile->loose + p;
    T *to = (T *)tile->a + p;
    size_t left = tile->k > p ? tile->k - p : 0;
    MICRO_MASK mask = (MICRO_MASK)((1u << (left < LANES ? left : LANES)) - 1);
#pragma GCC unroll 1
    for (size_t r = 0; r < rows; r++, from += tile->loose_ld, to += tile->lda)
        P(mask_storeu)(to, mask, P(maskz_loadu)(mask, from));
}

/* Before a line of A is used: copies the next one, if it is to be, and asks for what comes next. */
MW_INLINE void NAME(micro_line)(const mw_micro_tile *tile, size_t rows, const T *const *a, size_t p)
{
    size_t line = p / MICRO_LINE, lda = tile->lda;
    if (tile->loose)
        NAME(micro_copy)(tile, rows, p + MICRO_LINE);
#pragma GCC unroll 14
    for (size_t r = 0; r < rows; r++)
        __builtin_prefetch(a[r / 3] + r % 3 * lda + MICRO_LINE);
    size_t lines = tile->k / MICRO_LINE,
           each = lines && lines < rows ? (rows + lines - 1) / lines : 1;
    for (size_t r = line * each; r < (line + 1) * each && r < rows; r++) {
        const T *c = (const T *)tile->c + r * tile->ldc;
        if (tile->ldc * sizeof(T) % 2048) {
            __builtin_prefetch(c, 1);
            __builtin_prefetch(c + LANES, 1);
        } else {
            __builtin_prefetch(c, 0, 2);
            __builtin_prefetch(c + LANES, 0, 2);
        }
    }
    if (tile->ahead)
        __builtin_prefetch(tile->ahead + line * MW_LINE_BYTES, 0, 2);
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
        sum[r][0] = sum[r][1] = (VEC){0};
    const T *a[5], *b = tile->b;
    T *panel = tile->panel;
    size_t lda = tile->lda, ldb = tile->ldb, groups = (rows + 2) / 3,
           copied = panel ? MICRO_COLUMNS : 0;
#pragma GCC unroll 5
    for (size_t g = 0; g < groups; g++)
        a[g] = (const T *)tile->a + 3 * g * lda;

    if (tile->loose)
        NAME(micro_copy)(tile, rows, 0);
    size_t p = 0;
    for (; p + MICRO_LINE <= tile->k; p += MICRO_LINE) {
        NAME(micro_line)(tile, rows, a, p);
        /* Two loops: a branch in each step would take a multiplier's place. */
        if (panel) {
#pragma GCC unroll 16
            for (size_t u = 0; u < MICRO_LINE; u++)
                NAME(micro_step)(sum, rows, a, lda, u, b + u * ldb, ldb, panel + u * MICRO_COLUMNS);
        } else {
#pragma GCC unroll 16
            for (size_t u = 0; u < MICRO_LINE; u++)
                NAME(micro_step)(sum, rows, a, lda, u, b + u * MICRO_COLUMNS, MICRO_COLUMNS, NULL);
        }
        b += MICRO_LINE * ldb;
        panel += MICRO_LINE * copied;
#pragma GCC unroll 5
        for (size_t g = 0; g < groups; g++)
            a[g] += MICRO_LINE;
    }
    if (p < tile->k)
        NAME(micro_line)(tile, rows, a, p);
    for (size_t u = 0; p < tile->k; p++, u++, b += ldb, panel += copied)
        NAME(micro_step)(sum, rows, a, lda, u, b, ldb, panel);
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

static const mw_micro_limits NAME(micro_limits) = {
    .rows = 14, .columns = MICRO_COLUMNS, .packs = true};
#undef P
#undef MICRO_MASK_ps
#undef MICRO_MASK_pd
#undef MICRO_MASK
#undef MICRO_LINE
#undef MICRO_COLUMNS
#undef MICRO_AHEAD
