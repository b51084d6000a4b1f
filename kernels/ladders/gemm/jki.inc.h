/*
 * jki: columns of C from columns of A, each weighted by one element of B.
 *
 * This is the order for matrices that lie in columns (Fortran's). In rows it is the worst there is:
 * both streams of the inner loop jump by a whole row, so every step takes a line of 64 bytes of A
 * and one of C for one element of each, and no vector can be loaded.
 *
 *     FLOPs 2·m·n·k    loads (n·k + 2·m·n·k)·w    stores m·n·k·w
 */
static void NAME(jki)(const mw_gemm_piece *piece)
{
    const T *restrict a = piece->a, *restrict b = piece->b;
    T *restrict c = piece->c;
    for (size_t j = 0; j < piece->n; j++) {
        for (size_t p = 0; p < piece->k; p++) {
            T bpj = b[p * piece->ldb + j];
            for (size_t i = 0; i < piece->m; i++)
                c[i * piece->ldc + j] += a[i * piece->lda + p] * bpj;
        }
    }
}
