/*
 * reference: y = A·x as the textbook writes it, one dot product per row.
 *
 * A lies in memory in the order in which it is read. But each sum is one chain of dependent
 * additions, and no compiler may reorder it without being told: the latency of an addition, not the
 * memory, sets the pace. x is loaded again for every row.
 *
 *     FLOPs 2·m·n    loads (2·m·n)·w    stores m·w
 */
static void NAME(reference)(const mw_gemv_tile *tile)
{
    const T *restrict x = tile->x;
    T *restrict y = tile->y;
    for (size_t i = 0; i < tile->rows; i++) {
        const T *restrict row = (const T *)tile->a + i * tile->lda;
        T sum = tile->add ? y[i] : 0;
        for (size_t j = 0; j < tile->columns; j++)
            sum += row[j] * x[j];
        y[i] = sum;
    }
}
