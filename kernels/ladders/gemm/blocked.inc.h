/*
 * blocked: ikj on blocks of b x b, the block of C kept while k runs.
 *
 * The FLOPs and the program's loads are those of ikj, yet three blocks fit a cache: a block of B is
 * used b times before it is dropped, and the words that cross to the cache fall from about 2·n³ to
 * 2·n³/b + 2·n² (n x n, blocks along k innermost).
 *
 *     FLOPs 2·m·n·k    loads (m·k·ceil(n/b) + 2·m·n·k)·w    stores m·n·k·w
 */
static void NAME(blocked)(const mw_gemm_piece *piece)
{
    for (size_t begin = 0; begin < piece->k; begin += piece->block) {
        size_t left = piece->k - begin;
        mw_gemm_piece block = *piece;
        block.a = (const T *)piece->a + begin;
        block.b = (const T *)piece->b + begin * piece->ldb;
        block.k = left < piece->block ? left : piece->block;
        NAME(ikj)(&block);
    }
}
