/*
 * sums: the end of a group of rows, where each row's vector of partial sums becomes one number.
 * Four at a time, since four share the steps that one sum takes: where rows are short, sums taken
 * one by one are a tenth of the time.
 */
MW_INLINE void NAME(store_sums)(T *y, const VEC *sum, bool add, size_t rows)
{
    T total[MW_GEMV_STREAMS];
    size_t r = 0;
    for (; r + 4 <= rows; r += 4)
        SUM_FOUR(total + r, sum + r);
    for (; r < rows; r++)
        total[r] = SUM(sum[r]);
    for (r = 0; r < rows; r++)
        y[r] = (add ? y[r] : 0) + total[r];
}
