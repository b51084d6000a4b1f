/*
 * ikj: the same sums with the two inner loops exchanged.
 *
 * The inner loop now runs along rows of B and C: every line is used whole, neighbouring elements
 * are independent, and the compiler turns it into vector code. The price: C is loaded and stored
 * again for every k, and B still passes through the caches once per row of A.
 *
 *     FLOPs 2·m·n·k    loads (m·k + 2·m·n·k)·w    stores m·n·k·w
 */
static void NAME(ikj)(const mw_gemm_piece *piece)
{
    for (size_t i = 0; i < piece->m; i++) {
        const T *restrict a = (const T *)piece->a + i * piece->lda;
        T *restrict c = (T *)piece->c + i * piece->ldc;
        for (size_t p = 0; p < piece->k; p++) {
            const T *restrict b = (const T *)piece->b + p * piece->ldb;
            T ap = a[p];
            for (size_t j = 0; j < piece->n; j++)
                c[j] += ap * b[j];
        }
    }
}
