/*
 * sums: the end of a group of rows, where each row's vector of partial sums becomes one number.
 * Four at a time, since four share the steps that one sum takes: where rows are short, sums taken
 * one by one are a tenth of the time. All loops are unrolled, else the sums would live in memory.
 */
MW_INLINE void NAME(store_sums)(T *y, const VEC *sum, bool add, size_t rows)
{
    T total[MW_GEMV_STREAMS];
    size_t fours = rows / 4 * 4;
#pragma GCC unroll 2
    for (size_t r = 0; r < fours; r += 4)
        SUM_FOUR(total + r, sum + r);
#pragma GCC unroll 4
    for (size_t r = fours; r < rows; r++)
        total[r] = SUM(sum[r]);
#pragma GCC unroll 8
    for (size_t r = 0; r < rows; r++)
        y[r] = (add ? y[r] : 0) + total[r];
}
