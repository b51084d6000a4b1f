/*
 * tile: packed panels, and a tile of C that stays in registers while k runs.
 *
 * In gemm/packed every product still loads an element of C and stores it again: two loads and a
 * store for one FMA, where a core can do two FMAs. Here ROWS x 2 vectors of sums are local
 * variables that the compiler keeps in registers; a step of k loads 2 vectors of B and ROWS
 * elements of A and gives 2·ROWS FMAs, so the multipliers become what is waited for. C is loaded
 * and stored once for every block of k.
 *
 *     FLOPs 2·m·n·k    loads (m·k + ceil(m/mc)·k·n + ceil(k/kc)·m·n)·w
 *     stores ceil(k/kc)·m·n·w                                    (product.c has the loops around)
 */
#if defined(__AVX512F__) || defined(__aarch64__)
#define TILE_ROWS 12 /* 24 sums, 2 vectors of B and one of A of 32 registers */
#else
#define TILE_ROWS 6 /* 12 sums of 16 registers */
#endif
#define TILE_COLUMNS (2 * LANES)

MW_INLINE void NAME(tile_rows)(const mw_micro_tile *tile, size_t rows)
{
    VEC sum[TILE_ROWS][2] = {0};
    const T *a = tile->a, *b = tile->b;
    size_t lda = tile->lda;
    for (size_t p = 0; p < tile->k; p++, b += TILE_COLUMNS) {
        VEC left = LOAD(b), right = LOAD(b + LANES);
#pragma GCC unroll 12
        for (size_t r = 0; r < rows; r++) {
            VEC weight = a[r * lda + p] - (VEC){0};
            sum[r][0] += weight * left;
            sum[r][1] += weight * right;
        }
    }

    size_t whole = tile->columns == TILE_COLUMNS ? rows : 0;
    T *c = tile->c;
#pragma GCC unroll 12
    for (size_t r = 0; r < whole; r++, c += tile->ldc) {
        STORE(c, tile->add ? LOAD(c) + sum[r][0] : sum[r][0]);
        STORE(c + LANES, tile->add ? LOAD(c + LANES) + sum[r][1] : sum[r][1]);
    }
    for (size_t r = whole; r < rows; r++, c += tile->ldc) {
        T row[TILE_COLUMNS];
        STORE(row, sum[r][0]);
        STORE(row + LANES, sum[r][1]);
        for (size_t j = 0; j < tile->columns; j++)
            c[j] = (tile->add ? c[j] : 0) + row[j];
    }
}

/* The last rows of a matrix go one by one. */
static void NAME(tile)(const mw_micro_tile *tile)
{
    if (tile->rows == TILE_ROWS) {
        NAME(tile_rows)(tile, TILE_ROWS);
        return;
    }
    mw_micro_tile row = *tile;
    for (size_t r = 0; r < tile->rows; r++) {
        row.a = (T *)tile->a + r * tile->lda;
        row.c = (T *)tile->c + r * tile->ldc;
        NAME(tile_rows)(&row, 1);
    }
}

static const mw_micro_limits NAME(tile_limits) = {.rows = TILE_ROWS, .columns = TILE_COLUMNS};
#undef TILE_ROWS
#undef TILE_COLUMNS
