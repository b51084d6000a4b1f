/*
 * csr: the values of a row side by side, and a column for each.
 *
 * Of A only what is not zero is read, but a 4-byte value brings 4 bytes of column with it (csr32),
 * or 2 (csr16, up to 65536 columns): half, or two thirds, of the elements must be zero before there
 * are fewer bytes than in a dense A. And x is gathered: a load for each nonzero, where a dense
 * product loads a vector. Those are counted as what they are, loads of x. They are cheap while x
 * lies in a near cache, and most of the time once it does not.
 *
 *     FLOPs 2·k·m for k nonzeros in a row    loads k·m·(2·w + 4 or 2) + 8·m    stores m·w
 */
MW_INLINE size_t NAME(csr)(const mw_sparse_tile *tile, bool narrow)
{
    const T *restrict values = tile->values, *restrict x = tile->x;
    const uint32_t *restrict wide_column = tile->index;
    const uint16_t *restrict narrow_column = tile->index;
    T *restrict y = tile->y;
    size_t i = tile->at;
    for (size_t u = 0; u < tile->units; u++) {
        i = tile->start[tile->unit + u] + tile->first;
        size_t end = tile->start[tile->unit + u + 1];
        end = end - i < tile->count ? end : i + tile->count;
        VEC sum[2] = {0};
        for (; i + 2 * LANES <= end; i += 2 * LANES) {
            __builtin_prefetch((const char *)(values + i) + MW_SPARSE_AHEAD);
            __builtin_prefetch((const char *)(values + i) + MW_SPARSE_AHEAD + 64);
#pragma GCC unroll 2
            for (size_t s = 0; s < 2; s++) {
                size_t at = i + s * LANES;
                sum[s] += LOAD(values + at) * (narrow ? NAME(gather16)(x, narrow_column + at)
                                                      : NAME(gather32)(x, wide_column + at));
            }
        }
        T rest = 0;
        for (; i < end; i++)
            rest += values[i] * x[narrow ? narrow_column[i] : wide_column[i]];
        y[u] = (tile->add ? y[u] : 0) + rest + SUM(sum[0] + sum[1]);
    }
    return i;
}

static size_t NAME(csr32)(const mw_sparse_tile *tile)
{
    return NAME(csr)(tile, false);
}

static size_t NAME(csr16)(const mw_sparse_tile *tile)
{
    return NAME(csr)(tile, true);
}
