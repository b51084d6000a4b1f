/*
 * blocked2: blocks within blocks, one size for each cache.
 *
 * One block size can serve one cache: small blocks for the first level read the second more than
 * they need to, large ones for the second run past the first. Here a block of `block` is walked in
 * blocks of `inner`: three of the inner ones fit the first level, three of the outer ones the
 * second, and between the second and what lies behind it about 2·n³/block words cross, between the
 * first and the second 2·n³/inner.
 * This body is one inner block; the order of the blocks around it is in blocked.c.
 *
 *     FLOPs 2·m·n·k    loads (m·k·ceil(n/inner) + 2·m·n·k)·w    stores m·n·k·w
 */
static void NAME(blocked2)(const mw_gemm_piece *piece)
{
    NAME(ikj)(piece);
}
