/*
 * column: the same sums with the loops exchanged, y += x[j] · column j.
 *
 * This is the natural order when A is stored by columns. Here A is stored by rows, so the inner
 * loop jumps lda elements: each step takes one element out of a line of 64 bytes, and the line is
 * gone before its neighbour is asked for. The sums are independent now, yet every product also
 * loads and stores an element of y.
 *
 *     FLOPs 2·m·n    loads (2·m·n + n)·w    stores (m·n + m)·w
 */
static void NAME(column)(const mw_gemv_tile *tile)
{
    const T *restrict x = tile->x;
    T *restrict y = tile->y;
    if (!tile->add)
        memset(y, 0, tile->rows * sizeof(T));
    for (size_t j = 0; j < tile->columns; j++) {
        const T *restrict column = (const T *)tile->a + j;
        T xj = x[j];
        for (size_t i = 0; i < tile->rows; i++)
            y[i] += xj * column[i * tile->lda];
    }
}
