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
MW_INLINE void NAME(turn_tile)(const T *restrict from, size_t from_ld, T *restrict to, size_t to_ld,
                               size_t all_rows, size_t all_columns, bool past)
{
    size_t rows = all_rows / LANES * LANES, columns = all_columns / LANES * LANES;
    for (size_t j = 0; j < columns; j += LANES) {
        for (size_t i = 0; i < rows; i += LANES) {
            VEC row[LANES];
#pragma GCC unroll 16
            for (size_t r = 0; r < LANES; r++)
                row[r] = LOAD(from + (i + r) * from_ld + j);
            NAME(square)(row);
#pragma GCC unroll 16
            for (size_t r = 0; r < LANES; r++) {
                if (past)
                    STREAM(to + (j + r) * to_ld + i, row[r]);
                else
                    STORE(to + (j + r) * to_ld + i, row[r]);
            }
        }
    }
    for (size_t i = 0; i < all_rows; i++) {
        for (size_t j = i < rows ? columns : 0; j < all_columns; j++)
            to[j * to_ld + i] = from[i * from_ld + j];
    }
}

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
