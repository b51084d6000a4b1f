/*
 * turn: a tile, square by square in registers, what fills no square element by element. It needs no
 * memory but A and B, and touches no line of either twice. Squares go down the columns of A, so
 * that the lines of a row of B are written one after the other.
 *
 * blocked: tiles of `block` x `block` along the rows of A. Even so, a line of B would be fetched
 * only to be overwritten whole, and written back by itself, each in another row: memory is slow at
 * that, whatever the caches do. So a large B is stored past the caches, where it begins on vectors;
 * `block` is what is written of a row in one go.
 *
 *     loads m·n·w    stores m·n·w    FLOPs 0
 */
static void NAME(turn)(const mw_transpose_tile *tile)
{
    NAME(turn_tile)
    (tile->from, tile->from_ld, tile->to, tile->to_ld, tile->rows, tile->columns, false);
}

/* `to` and its rows begin on vectors. */
static void NAME(turn_past)(const mw_transpose_tile *tile)
{
    NAME(turn_tile)
    (tile->from, tile->from_ld, tile->to, tile->to_ld, tile->rows, tile->columns, true);
    STREAM_END();
}
