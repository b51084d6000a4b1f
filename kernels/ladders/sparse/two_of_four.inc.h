/*
 * two_of_four: of every four neighbours in a row two are kept, and for each of the two its place
 * among the four, in two bits.
 *
 * Because the count is fixed, no index grows with the row, nothing is gathered, and no row needs to
 * say where it begins: LANES values belong to the 2·LANES neighbours of x at a known place, which
 * are two vectors. The positions, spread over the lanes by a shift, choose among them within
 * registers. All of x is loaded, as for a dense A; half of A and four bits a group are what is left
 * of it.
 *
 *     of s = ceil(n/32) steps in a row:    FLOPs 32·s·m    loads s·m·(48·w + 4)    stores m·w
 */
/* In each lane the element at that place of two vectors side by side. */
MW_INLINE VEC NAME(choose)(VEC left, VEC right, BITS place)
{
#if __has_builtin(__builtin_shuffle)
    return __builtin_shuffle(left, right, place);
#else /* clang moves lanes only to places that it knows beforehand */
    T both[2 * LANES];
    VEC chosen;
    STORE(both, left);
    STORE(both + LANES, right);
    for (size_t l = 0; l < LANES; l++)
        chosen[l] = both[place[l]];
    return chosen;
#endif
}

static size_t NAME(two_of_four)(const mw_sparse_tile *tile)
{
    enum { VALUES = 16, COLUMNS = 32 };
    const T *restrict x = tile->x;
    T *restrict y = tile->y;
    BITS shift, group;
    for (size_t l = 0; l < LANES; l++) {
        shift[l] = (LANE)(2 * l);
        group[l] = (LANE)(l / 2 * 4);
    }
    for (size_t u = 0; u < tile->units; u++) {
        size_t step = (tile->unit + u) * tile->items + tile->first;
        const T *restrict values = (const T *)tile->values + step * VALUES;
        const uint32_t *restrict positions = (const uint32_t *)tile->index + step;
        const T *restrict some = x + tile->first * COLUMNS;
        VEC sum[2] = {0};
        for (size_t s = 0; s < tile->count; s++, values += VALUES, some += COLUMNS) {
            __builtin_prefetch((const char *)values + MW_SPARSE_AHEAD);
#pragma GCC unroll 8
            for (size_t v = 0; v < VALUES / LANES; v++) {
                BITS word = (positions[s] >> 2 * v * LANES) + (BITS){0};
                BITS place = ((word >> shift) & 3) + group;
                VEC chosen = NAME(choose)(LOAD(some + 2 * v * LANES),
                                          LOAD(some + (2 * v + 1) * LANES), place);
                sum[v % 2] += LOAD(values + v * LANES) * chosen;
            }
        }
        y[u] = (tile->add ? y[u] : 0) + SUM(sum[0] + sum[1]);
    }
    return 0;
}
