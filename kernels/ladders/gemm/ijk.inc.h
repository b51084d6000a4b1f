/*
 * ijk: C += A·B as the definition says it, one dot product per element of C.
 *
 * The sum stays in a register, so C costs one load and one store per element. But B is walked down
 * a column: each step jumps ldb elements and uses one element of a line of 64 bytes, and the chain
 * of dependent additions can be neither overlapped nor vectorised.
 *
 *     FLOPs 2·m·n·k    loads (2·m·n·k + m·n)·w    stores m·n·w
 */
static void NAME(ijk)(const mw_gemm_piece *piece)
{
    const T *restrict b = piece->b;
    for (size_t i = 0; i < piece->m; i++) {
        const T *restrict a = (const T *)piece->a + i * piece->lda;
        T *restrict c = (T *)piece->c + i * piece->ldc;
        for (size_t j = 0; j < piece->n; j++) {
            T sum = c[j];
            for (size_t p = 0; p < piece->k; p++)
                sum += a[p] * b[p * piece->ldb + j];
            c[j] = sum;
        }
    }
}
