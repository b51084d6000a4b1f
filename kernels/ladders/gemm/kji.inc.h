/*
 * kji: outer products by columns.
 *
 * The inner loop is that of jki, and like it made for matrices that lie in columns: here every step
 * jumps a row in A and in C. The outer loop adds the trouble of kij, all of C for every p.
 *
 *     FLOPs 2·m·n·k    loads (n·k + 2·m·n·k)·w    stores m·n·k·w
 */
static void NAME(kji)(const mw_gemm_piece *piece)
{
    const T *restrict a = piece->a, *restrict b = piece->b;
    T *restrict c = piece->c;
    for (size_t p = 0; p < piece->k; p++) {
        for (size_t j = 0; j < piece->n; j++) {
            T bpj = b[p * piece->ldb + j];
            for (size_t i = 0; i < piece->m; i++)
                c[i * piece->ldc + j] += a[i * piece->lda + p] * bpj;
        }
    }
}
