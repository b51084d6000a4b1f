/*
 * kij: one outer product after the other, C += column p of A times row p of B.
 *
 * The inner loop is that of ikj and as fast where everything fits a cache; a row of B is used m
 * times in a row. But all of C passes by for every p: C is the largest of the three streams, and
 * once it leaves the caches it is what is waited for.
 *
 *     FLOPs 2·m·n·k    loads (m·k + 2·m·n·k)·w    stores m·n·k·w
 */
static void NAME(kij)(const mw_gemm_piece *piece)
{
    for (size_t p = 0; p < piece->k; p++) {
        const T *restrict b = (const T *)piece->b + p * piece->ldb;
        for (size_t i = 0; i < piece->m; i++) {
            T *restrict c = (T *)piece->c + i * piece->ldc;
            T aip = ((const T *)piece->a)[i * piece->lda + p];
            for (size_t j = 0; j < piece->n; j++)
                c[j] += aip * b[j];
        }
    }
}
