/*
 * ijk: C += A·B as the definition says it, one dot product per element of C.
 *
 * The sum stays in a register, so C costs one load and one store per element. But B is walked down
 * a column: each step jumps ldb elements and uses one element of a line of 64 bytes, and the chain
 * of dependent additions can be neither overlapped nor vectorised.
 *
 *     FLOPs 2·m·n·k    loads (2·m·n·k + m·n)·w    stores m·n·w
 */
static void NAME(ijk)(const mw_gemm_piece *tile)
{
    const T *restrict b = tile->b;
    for (size_t i = 0; i < tile->m; i++) {
        const T *restrict a = (const T *)tile->a + i * tile->lda;
        T *restrict c = (T *)tile->c + i * tile->ldc;
        for (size_t j = 0; j < tile->n; j++) {
            T sum = c[j];
            for (size_t p = 0; p < tile->k; p++)
                sum += a[p] * b[p * tile->ldb + j];
            c[j] = sum;
        }
    }
}
