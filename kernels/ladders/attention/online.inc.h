/*
 * online: softmax of a row that comes in blocks (Milakov and Gimelshein 2018).
 *
 * A block may hold a larger score than all before it. What was summed against the old largest score
 * m is then too large by 2^(scale·(m' - m)) and is multiplied back: the sum of the weights, and the
 * row of sums of weights times V. In the end both are divided by each other, and no row of scores
 * was ever whole.
 *
 * As many rows as a vector has elements go together: a row's largest score and its weights are a
 * chain of waits, which those of other rows fill, and one power serves all their factors.
 *
 *     per row and block     FLOPs (6 + 2·degree)·columns; after the first block 7 + 2·degree + d
 * more per row, in the end   FLOPs 1 + d
 */
MW_INLINE void NAME(online_rows)(const mw_attention_rows *rows, size_t first, size_t count)
{
    T *row = (T *)rows->scores + first * rows->ld, *out = (T *)rows->out + first * rows->d;
    T *largest = (T *)rows->largest + first, *sum = (T *)rows->sum + first;
    T most[LANES] = {0}, more[LANES] = {0}, scale = (T)rows->scale;
    for (size_t r = 0; r < count; r++)
        most[r] = NAME(largest_of)(row + r * rows->ld, rows->columns);
    VEC now = LOAD(most), before = rows->first ? now : LOAD_PART(largest, count);
    now = MAX(now, before);
    STORE(most, now);
    STORE_PART(largest, now, count);
    for (size_t r = 0; r < count; r++)
        more[r] = NAME(weigh)(row + r * rows->ld, rows->columns, most[r], scale);
    if (rows->first) {
        STORE_PART(sum, LOAD(more), count);
        return;
    }
    VEC back = NAME(weights)(before, now, scale);
    STORE_PART(sum, LOAD_PART(sum, count) * back + LOAD(more), count);
    for (size_t r = 0; r < count; r++)
        NAME(multiply)(out + r * rows->d, rows->d, back[r]);
}

static void NAME(online)(const mw_attention_rows *rows)
{
    for (size_t i = 0; i < rows->rows; i += LANES)
        NAME(online_rows)(rows, i, rows->rows - i < LANES ? rows->rows - i : LANES);
}

static void NAME(divide)(const mw_attention_rows *rows)
{
    for (size_t i = 0; i < rows->rows; i++)
        NAME(multiply)((T *)rows->out + i * rows->d, rows->d, 1 / ((const T *)rows->sum)[i]);
}
