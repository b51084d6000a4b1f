/*
 * skinny: C = W·X for a batch of few columns, each weight brought from memory once.
 *
 * gemv reads all of W for one vector. Here a tile of rows x batch sums lives in registers: while a
 * weight is there it meets every column of the batch, so the bytes stay those of gemv and the FLOPs
 * grow with the batch, until the multipliers and not the memory set the pace.
 *
 * Vectors are filled along the batch and along k at once. With `group` = g, lane b·g + i of a
 * vector of X holds X[k + i][b]; g consecutive weights of a row are broadcast over all lanes, and
 * one FMA does g steps of k for lanes/g columns. A batch of 1 takes g = lanes (a dot product), a
 * large one g = 1; in between few lanes are wasted and one load of W serves g steps. At the end the
 * g partial sums of a column are added. X is packed in this order beforehand and stays in cache.
 *
 * Rows of W are far apart, so each is a stream of its own for the hardware prefetcher, which stops
 * at every 4 KiB page; some lines ahead are asked for in software, in each row further than in the
 * one above it, so that they fall into sets of their own (STAGGER).
 *
 *     FLOPs 2·m·n·k    loads (m·k + k·n)·w    stores m·n·w      (skinny.c: larger batches and long
 * k)
 */

/* Puts the sums of one row and vector into C: `group` partial sums make a column. */
MW_INLINE void NAME(skinny_put)(T *c, const T *sum, size_t group, size_t columns, bool add)
{
    if (group == 1 && columns == LANES) {
        VEC all = LOAD(sum);
        STORE(c, add ? LOAD(c) + all : all);
        return;
    }
    for (size_t b = 0; b < columns; b++) {
        T total = 0;
#pragma GCC unroll 16
        for (size_t i = 0; i < group; i++)
            total += sum[b * group + i];
        c[b] = (add ? c[b] : 0) + total;
    }
}

MW_INLINE void NAME(skinny_rows)(const mw_skinny_tile *tile, size_t rows, size_t vectors,
                                 size_t group)
{
    const size_t line = MW_LINE_BYTES / sizeof(T), ahead = 4 * line, stagger = STAGGER(tile->lda);
    VEC sum[8 * MW_SKINNY_VECTORS] = {0};
    const T *w = tile->w, *x = tile->panel;
    size_t lda = tile->lda, k = tile->k;
    for (bool at_tail = false;; at_tail = true) {
        for (size_t p = 0; p < k; p += line) {
#pragma GCC unroll 8
            for (size_t r = 0; r < rows; r++)
                __builtin_prefetch(w + p + ahead + r * stagger);
#pragma GCC unroll 4
            for (size_t step = 0; step < line; step += group, x += vectors * LANES) {
                VEC xs[MW_SKINNY_VECTORS];
#pragma GCC unroll 4
                for (size_t v = 0; v < vectors; v++)
                    xs[v] = LOAD(x + v * LANES);
#pragma GCC unroll 8
                for (size_t r = 0; r < rows; r++) {
                    VEC weight = BROADCAST(w + r * lda + p + step, group);
#pragma GCC unroll 4
                    for (size_t v = 0; v < vectors; v++)
                        sum[r * vectors + v] += weight * xs[v];
                }
            }
        }
        if (at_tail || !tile->tail)
            break;
        w = tile->tail;
        lda = k = line;
    }

    /* Rows in a loop, from memory: unrolled, these ends were nine tenths of the code. */
    T sums[8 * MW_SKINNY_VECTORS * LANES];
#pragma GCC unroll 32
    for (size_t i = 0; i < rows * vectors; i++)
        STORE(sums + i * LANES, sum[i]);
    size_t each = LANES / group; /* columns that one vector holds */
#pragma GCC unroll 1
    for (size_t r = 0; r < rows; r++) {
#pragma GCC unroll 4
        for (size_t v = 0; v < vectors; v++) {
            size_t left = tile->columns > v * each ? tile->columns - v * each : 0;
            NAME(skinny_put)
            ((T *)tile->c + r * tile->ldc + v * each, sums + (r * vectors + v) * LANES, group,
             left < each ? left : each, tile->add);
        }
    }
}

/* Rows that a tile of so many vectors has: its sums, the vectors of X and one broadcast weight fit
 * the 32 registers of AVX-512 and AArch64, or 16. */
#if defined(__AVX512F__) || defined(__aarch64__)
#define SKINNY_ROWS                                                                                \
    {                                                                                              \
        0, 8, 8, 8, 6                                                                              \
    }
#define SKINNY_VECTORS 4
#else
#define SKINNY_ROWS                                                                                \
    {                                                                                              \
        0, 8, 6, 4, 0                                                                              \
    }
#define SKINNY_VECTORS 3
#endif

/* An instance for every shape that mw_skinny_plan_of can choose, and no code for the others. */
MW_INLINE void NAME(skinny_shape)(const mw_skinny_tile *tile, size_t vectors, size_t group)
{
    const size_t rows[] = SKINNY_ROWS;
    bool grouped = vectors <= MW_SKINNY_GROUPED && (vectors > 1 || group == LANES);
    bool possible = group == 1 ? vectors > 1 && vectors <= SKINNY_VECTORS : grouped;
    if (group > LANES || !possible)
        return;
    if (tile->rows == 1)
        NAME(skinny_rows)(tile, 1, vectors, group);
    else
        NAME(skinny_rows)(tile, rows[vectors], vectors, group);
}

static void NAME(skinny)(const mw_skinny_tile *tile)
{
#define SHAPE(group, vectors)                                                                      \
    case group * 8 + vectors:                                                                      \
        NAME(skinny_shape)(tile, vectors, group);                                                  \
        break
#define SHAPES(group)                                                                              \
    SHAPE(group, 1);                                                                               \
    SHAPE(group, 2);                                                                               \
    SHAPE(group, 3);                                                                               \
    SHAPE(group, 4)
    switch (tile->group * 8 + tile->vectors) {
        SHAPES(1);
        SHAPES(2);
        SHAPES(4);
        SHAPES(8);
        SHAPES(16);
    }
#undef SHAPES
#undef SHAPE
}

/* Vectors follow each other; in one vector, lane b·group + i is column b, step i. */
static void NAME(skinny_pack)(const mw_skinny_packing *packing)
{
    const T *restrict x = packing->x;
    T *restrict to = packing->panel;
    size_t columns = packing->columns, group = packing->group;
    for (size_t p = 0; p < packing->steps; p += group, to += columns * group) {
        for (size_t i = 0; i < group; i++) {
            const T *row = x + (p + i) * packing->ldx;
            size_t n = p + i < packing->k ? packing->n : 0;
            for (size_t j = 0; j < n; j++)
                to[j * group + i] = row[j];
            for (size_t j = n; j < columns; j++)
                to[j * group + i] = 0;
        }
    }
}

static const mw_skinny_limits NAME(skinny_limits) = {LANES, SKINNY_VECTORS, SKINNY_ROWS};
#undef SKINNY_ROWS
#undef SKINNY_VECTORS
