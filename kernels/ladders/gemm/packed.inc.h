/*
 * packed: the blocks of A and B copied next to each other before they are used.
 *
 * The blocks of gemm/blocked fit a cache by their size, and yet are thrown out when the leading
 * dimension is a power of two: their rows fall into the same few sets. And each of their rows lies
 * on another page. A copy of the block, row behind row, lies on a few pages and spreads over all
 * sets; it costs b² copies for b³ products. C still goes through its caches at every step: two
 * loads and a store for one FMA, which the next rung mends.
 *
 * This body multiplies two copies, b elements from row to row; packing is in packed.c.
 *
 *     FLOPs 2·m·n·k    loads (m·k·ceil(n/b) + k·n + m·n·k)·w    stores m·n·k·w
 */
static void NAME(packed)(const mw_gemm_piece *piece)
{
    NAME(ikj)(piece);
}
