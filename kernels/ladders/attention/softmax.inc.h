/*
 * softmax: a row of scores becomes weights that sum to 1. The largest score is taken away first, so
 * that no power overflows; it cancels out.
 *
 * Relative error of a weight whose power is 2^v: (6 + 2.1·|v|)·u for the power, of which v's three
 * roundings (two with FMAs) make the part with |v|, the weighted mean of that over the row for the
 * sum of powers, and the sum's own. A power below 2^-EXPONENTS becomes that, with its error: no
 * weight is nothing.
 *
 *     per row    loads 3·columns    stores 2·columns    FLOPs (7 + 2·degree)·columns + 1
 */
MW_INLINE T NAME(largest_lane)(VEC v)
{
#if defined(__AVX512F__)
    return sizeof(T) == sizeof(float) ? (T)_mm512_reduce_max_ps((__m512)v)
                                      : (T)_mm512_reduce_max_pd((__m512d)v);
#else
    T most = v[0];
    for (size_t l = 1; l < LANES; l++)
        most = v[l] > most ? v[l] : most;
    return most;
#endif
}

MW_INLINE T NAME(largest_of)(const T *row, size_t columns)
{
    T most = row[0];
    size_t j = 0;
    if (columns >= LANES) {
        VEC all = LOAD(row), more = all;
        for (j = LANES; j + 2 * LANES <= columns; j += 2 * LANES) {
            all = MAX(all, LOAD(row + j));
            more = MAX(more, LOAD(row + j + LANES));
        }
        all = MAX(all, more);
        for (; j + LANES <= columns; j += LANES)
            all = MAX(all, LOAD(row + j));
        most = NAME(largest_lane)(all);
    }
    for (; j < columns; j++)
        most = row[j] > most ? row[j] : most;
    return most;
}

/* No score is above the largest. The limit stands before the product, which so becomes a part of
 * the additions that follow it. */
MW_INLINE VEC NAME(weights)(VEC scores, VEC largest, T scale)
{
    VEC least = -EXPONENTS / scale - (VEC){0};
    return NAME(exp2)(MAX(least, scores - largest) * scale);
}

/* Scores become weights; their sum. */
MW_INLINE T NAME(weigh)(T *row, size_t columns, T most, T scale)
{
    VEC sum = {0}, largest = most - sum;
    size_t j = 0;
#pragma GCC unroll 2
    for (; j + LANES <= columns; j += LANES) {
        VEC weight = NAME(weights)(LOAD(row + j), largest, scale);
        sum += weight;
        STORE(row + j, weight);
    }
    T all = SUM(sum);
    if (j < columns) {
        VEC weight = NAME(weights)(LOAD_PART(row + j, columns - j), largest, scale);
        STORE_PART(row + j, weight, columns - j);
        for (size_t l = 0; l < columns - j; l++)
            all += weight[l];
    }
    return all;
}

MW_INLINE void NAME(multiply)(T *row, size_t columns, T by)
{
    size_t j = 0;
    for (; j + LANES <= columns; j += LANES)
        STORE(row + j, LOAD(row + j) * by);
    for (; j < columns; j++)
        row[j] *= by;
}

static void NAME(softmax)(const mw_attention_rows *rows)
{
    for (size_t i = 0; i < rows->rows; i++) {
        T *row = (T *)rows->scores + i * rows->ld;
        T largest = NAME(largest_of)(row, rows->columns);
        T sum = NAME(weigh)(row, rows->columns, largest, (T)rows->scale);
        NAME(multiply)(row, rows->columns, 1 / sum);
    }
}
