/*
 * passes: what a chain does to a tensor between two products. None of them multiplies or adds, so
 * they count no FLOPs; each moves every element once or twice.
 *
 *     relu               s = max(x, 0)                loads w, stores w per element
 *     relu_transposed    the same, sᵀ                  loads w, stores w
 *     mask               g = 0 where x <= 0            loads 2·w, stores w
 *
 * The transposed copy reads some rows of x column by column: 16 rows give one or two whole lines of
 * the target, and the lines of x that they touch are still in the cache for the next column.
 */
static void NAME(relu)(const void *from, void *to, size_t count)
{
    const T *restrict x = from;
    T *restrict s = to;
    for (size_t i = 0; i < count; i++)
        s[i] = x[i] > 0 ? x[i] : 0;
}

static void NAME(relu_transposed)(const mw_chain_part *p)
{
    const T *restrict x = p->x;
    T *restrict s = p->s;
    for (size_t row = p->row_begin; row < p->row_end; row += MW_CHAIN_BLOCK) {
        size_t end = row + MW_CHAIN_BLOCK < p->row_end ? row + MW_CHAIN_BLOCK : p->row_end;
        for (size_t j = p->column_begin; j < p->column_end; j++) {
            for (size_t i = row; i < end; i++) {
                T value = x[i * p->columns + j];
                s[j * p->rows + i] = value > 0 ? value : 0;
            }
        }
    }
}

static void NAME(mask)(const void *from, void *to, size_t count)
{
    const T *restrict x = from;
    T *restrict g = to;
    for (size_t i = 0; i < count; i++)
        g[i] = x[i] > 0 ? g[i] : 0;
}

static void NAME(scale)(void *data, double factor, size_t count)
{
    T *restrict x = data;
    T f = (T)factor;
    for (size_t i = 0; i < count; i++)
        x[i] *= f;
}
