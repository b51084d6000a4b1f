/*
 * spmm: C = A·B with A in csr and B dense: a row of C is the sum of those rows of B that the
 * nonzeros of a row of A choose.
 *
 * What gemv gathers element by element, here comes in rows: one column index brings 256 bytes of B,
 * and the sums stay in registers. The intensity is that of a dense product with few columns, and B
 * is read again for each row of A that wants it; whether from a cache depends on its size.
 *
 *     FLOPs 2·k·m·n    loads k·m·(n·w + pieces·(w + 4)) + 8·m    stores m·n·w
 */
static void NAME(spmm)(const mw_spmm_tile *tile)
{
    enum { VECTORS = MW_SPMM_PIECE_BYTES / VECTOR_BYTES };
    const T *restrict values = tile->values, *restrict b = tile->b;
    T *restrict c = tile->c;
    if (tile->columns == VECTORS * LANES) {
        VEC sum[VECTORS] = {0};
        for (size_t i = 0; i < tile->count; i++) {
            const T *row = b + (size_t)tile->column[i] * tile->n;
#pragma GCC unroll 16
            for (size_t v = 0; v < VECTORS; v++)
                sum[v] += values[i] * LOAD(row + v * LANES);
        }
#pragma GCC unroll 16
        for (size_t v = 0; v < VECTORS; v++)
            STORE(c + v * LANES, tile->add ? LOAD(c + v * LANES) + sum[v] : sum[v]);
        return;
    }
    T sum[MW_SPMM_PIECE_BYTES / sizeof(T)] = {0};
    for (size_t i = 0; i < tile->count; i++) {
        const T *row = b + (size_t)tile->column[i] * tile->n;
        for (size_t j = 0; j < tile->columns; j++)
            sum[j] += values[i] * row[j];
    }
    for (size_t j = 0; j < tile->columns; j++)
        c[j] = (tile->add ? c[j] : 0) + sum[j];
}
