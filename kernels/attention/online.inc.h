/*
 * online: softmax of a row that comes in blocks (Milakov and Gimelshein 2018).
 *
 * A block may hold a larger score than all before it. What was summed against the old largest score
 * m is then too large by 2^(scale·(m' - m)) and is multiplied back: the sum of the weights, and the
 * row of sums of weights times V. In the end both are divided by each other, and no row of scores
 * was ever whole.
 *
 *     per row and block     FLOPs (6 + 2·degree)·columns; after the first block 7 + 2·degree + d
 * more per row, in the end   FLOPs 1 + d
 */
static void NAME(online)(const mw_attention_rows *rows)
{
    T scale = (T)rows->scale;
    for (size_t i = 0; i < rows->rows; i++) {
        T *row = (T *)rows->scores + i * rows->ld;
        T *largest = (T *)rows->largest + i, *sum = (T *)rows->sum + i;
        T most = NAME(largest_of)(row, rows->columns);
        if (rows->first) {
            *largest = most;
            *sum = NAME(weigh)(row, rows->columns, most, scale);
            continue;
        }
        most = most > *largest ? most : *largest;
        T back = NAME(weights)(*largest - (VEC){0}, most, scale)[0];
        *largest = most;
        *sum = *sum * back + NAME(weigh)(row, rows->columns, most, scale);
        NAME(multiply)((T *)rows->out + i * rows->d, rows->d, back);
    }
}

static void NAME(divide)(const mw_attention_rows *rows)
{
    for (size_t i = 0; i < rows->rows; i++)
        NAME(multiply)((T *)rows->out + i * rows->d, rows->d, 1 / ((const T *)rows->sum)[i]);
}
