/*
 * Packing: a block of A and a panel of B into memory of their own, in the order in which a register
 * tile reads them.
 *
 * Rows that lie a power of two apart fall into the same sets of a cache and throw each other out,
 * and every page that a column touches wants its own entry of the TLB. A packed block has neither
 * trouble: rows of A stand a line more than kc apart, and a panel of B is one stretch of memory.
 * Each element is loaded once and then used for a whole block; for n = 512 that copy takes some
 * hundredths of the time.
 */
static void NAME(pack_rows)(const mw_packing *packing)
{
    const T *from = packing->from;
    T *to = packing->to;
    for (size_t i = 0; i < packing->rows; i++, from += packing->ld, to += packing->to_ld) {
        const T *ahead = from + (i + 6 < packing->rows ? 6 * packing->ld : 0);
        size_t p = 0;
        for (; p + LANES <= packing->columns; p += LANES) {
            __builtin_prefetch(ahead + p);
            STORE(to + p, LOAD(from + p));
        }
        for (; p < packing->columns; p++)
            to[p] = from[p];
    }
}

/* `rows` steps of k, to_ld columns of which the first `columns` exist. */
static void NAME(pack_panel)(const mw_packing *packing)
{
    const T *from = packing->from;
    T *to = packing->to;
    size_t columns = packing->columns, width = packing->to_ld;
    if (columns == width && width == 2 * LANES) {
        for (size_t p = 0; p < packing->rows; p++, from += packing->ld, to += 2 * LANES) {
            const T *ahead = from + (p + 16 < packing->rows ? 16 * packing->ld : 0);
            __builtin_prefetch(ahead);
            __builtin_prefetch(ahead + 2 * LANES - 1);
            VEC left = LOAD(from), right = LOAD(from + LANES);
            STORE(to, left);
            STORE(to + LANES, right);
        }
        return;
    }
    for (size_t p = 0; p < packing->rows; p++, from += packing->ld, to += width) {
        for (size_t j = 0; j < columns; j++)
            to[j] = from[j];
        for (size_t j = columns; j < width; j++)
            to[j] = 0;
    }
}

/* The same from a B that lies transposed: `columns` rows of it, `rows` long. */
static void NAME(pack_panel_transposed)(const mw_packing *packing)
{
    size_t columns = packing->columns, width = packing->to_ld, steps = packing->rows;
    T *to = packing->to;
    NAME(turn_tile)(packing->from, packing->ld, to, width, columns, steps);
    for (size_t p = 0; columns < width && p < steps; p++)
        memset(to + p * width + columns, 0, (width - columns) * sizeof(T));
}
