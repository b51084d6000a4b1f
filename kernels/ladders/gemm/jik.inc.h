/*
 * jik: the dot products of ijk, column of C by column.
 *
 * Exchanging the two outer loops changes no product and no order of additions. A column of B is
 * now used m times in a row, so where it fits a cache it is fetched once and not once per row of C;
 * the walk down that column stays, and so does the chain of dependent additions.
 *
 *     FLOPs 2·m·n·k    loads (2·m·n·k + m·n)·w    stores m·n·w
 */
static void NAME(jik)(const mw_gemm_piece *piece)
{
    const T *restrict b = piece->b;
    for (size_t j = 0; j < piece->n; j++) {
        for (size_t i = 0; i < piece->m; i++) {
            const T *restrict a = (const T *)piece->a + i * piece->lda;
            T *restrict c = (T *)piece->c + i * piece->ldc;
            T sum = c[j];
            for (size_t p = 0; p < piece->k; p++)
                sum += a[p] * b[p * piece->ldb + j];
            c[j] = sum;
        }
    }
}
