/*
 * bitmap: a bit for every element of A, and the values of those that are not zero.
 *
 * The bit is an eighth of a byte, whatever the value's width: beyond some 3 % of zeros it is
 * smaller than dense f32, and down to 3 % of nonzeros smaller than csr-int32. What it costs is
 * going through the zeros too, 64 to a word. AVX-512 can spread values over the set lanes of a
 * mask, and load x under the same mask, so no place is ever computed; elsewhere each set bit is
 * looked for.
 *
 *     FLOPs 2·k·m    loads 2·k·m·w + 8·m·ceil(n/64) + 8·m    stores m·w
 */
#if defined(__AVX512F__)
MW_INLINE VEC NAME(spread_product)(uint64_t mask, const T *values, const T *x)
{
    if (sizeof(T) == sizeof(float))
        return (VEC)(_mm512_maskz_expandloadu_ps((__mmask16)mask, values) *
                     _mm512_maskz_loadu_ps((__mmask16)mask, x));
    return (VEC)(_mm512_maskz_expandloadu_pd((__mmask8)mask, values) *
                 _mm512_maskz_loadu_pd((__mmask8)mask, x));
}
#endif

static size_t NAME(bitmap)(const mw_sparse_tile *tile)
{
    const T *restrict values = tile->values, *restrict x = tile->x;
    const uint64_t *restrict words = tile->index;
    T *restrict y = tile->y;
    size_t at = tile->at;
    for (size_t u = 0; u < tile->units; u++) {
        const uint64_t *row = words + (tile->unit + u) * tile->items;
        if (tile->first == 0)
            at = tile->start[tile->unit + u];
        T total = tile->add ? y[u] : 0;
#if defined(__AVX512F__)
        VEC sum[2] = {0};
        for (size_t k = tile->first; k < tile->first + tile->count; k++) {
            uint64_t word = row[k];
#pragma GCC unroll 8
            for (size_t part = 0; part < 64 / LANES; part++) {
                uint64_t mask = word >> part * LANES & (((uint64_t)1 << LANES) - 1);
                sum[part % 2] += NAME(spread_product)(mask, values + at, x + 64 * k + part * LANES);
                at += (size_t)__builtin_popcountll(mask);
            }
        }
        total += SUM(sum[0] + sum[1]);
#else
        for (size_t k = tile->first; k < tile->first + tile->count; k++) {
            for (uint64_t word = row[k]; word; word &= word - 1)
                total += values[at++] * x[64 * k + (size_t)__builtin_ctzll(word)];
        }
#endif
        y[u] = total;
    }
    return at;
}
