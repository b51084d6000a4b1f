/*
 * bag: rows of a table, chosen by index and summed: what a recommender does with the products a
 * person has seen, and a language model with its tokens.
 *
 * One addition for every element loaded, and nothing is loaded twice: no kernel has a lower
 * intensity. Whether a row is near depends on the table's size alone, and no prefetcher guesses the
 * next index. But rows do not depend on each other, so the processor has many of them on their way
 * at once; that is what tells a gather from a chase. Sums stay in registers for 256 bytes of a row;
 * longer rows are done in such pieces, and each piece reads the indices again.
 *
 *     FLOPs m·k·n    loads m·k·(n·w + 4·pieces)    stores m·n·w
 */
static void NAME(bag)(void *y, const void *table, size_t n, const uint32_t *index, size_t count,
                      size_t columns)
{
    enum { VECTORS = MW_GATHER_PIECE_BYTES / VECTOR_BYTES };
    const T *restrict rows = table;
    T *restrict to = y;
    if (columns == VECTORS * LANES) {
        VEC sum[VECTORS] = {0};
        for (size_t i = 0; i < count; i++) {
            const T *row = rows + (size_t)index[i] * n;
#pragma GCC unroll 16
            for (size_t v = 0; v < VECTORS; v++)
                sum[v] += LOAD(row + v * LANES);
        }
#pragma GCC unroll 16
        for (size_t v = 0; v < VECTORS; v++)
            STORE(to + v * LANES, sum[v]);
        return;
    }
    T sum[MW_GATHER_PIECE_BYTES / sizeof(T)] = {0};
    for (size_t i = 0; i < count; i++) {
        const T *row = rows + (size_t)index[i] * n;
        for (size_t j = 0; j < columns; j++)
            sum[j] += row[j];
    }
    memcpy(to, sum, columns * sizeof(T));
}
