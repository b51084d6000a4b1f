/*
 * turn: a tile, square by square in registers, what fills no square element by element. It needs no
 * memory but A and B, and touches no line of either twice. Squares go down the columns of A, so
 * that the lines of a row of B are written one after the other.
 *
 * blocked: tiles of `block` x `block` along the rows of A. Even so, a line of B would be fetched
 * only to be overwritten whole, and written back by itself, each in another row: memory is slow at
 * that, whatever the caches do. So a large B is stored past the caches, where it begins on lines;
 * `block` is what is written of a row in one go.
 *
 *     loads m·n·w    stores m·n·w    FLOPs 0
 */
static void NAME(turn)(const mw_transpose_tile *tile)
{
    NAME(turn_tile)
    (tile->from, tile->from_ld, tile->to, tile->to_ld, tile->rows, tile->columns);
}

#undef SIDE
#undef PIECES
#define SIDE   (64 / MW_ELEMENT_BYTES) /* elements of a line */
#define PIECES (SIDE / SQUARE)         /* vectors of a line */

/* A square of whole lines, of as many register squares as that takes: a line that is stored past
 * the caches has to be written in one go, or memory receives it in pieces. */
MW_INLINE void NAME(turn_lines)(const T *restrict from, size_t from_ld, T *restrict to,
                                size_t to_ld)
{
    VEC turned[SIDE][PIECES];
#pragma GCC unroll 4
    for (size_t down = 0; down < PIECES; down++) {
#pragma GCC unroll 4
        for (size_t right = 0; right < PIECES; right++) {
            VEC row[LANES];
#pragma GCC unroll 16
            for (size_t r = 0; r < LANES; r++)
                row[r] = LOAD(from + (down * LANES + r) * from_ld + right * LANES);
            NAME(square)(row);
#pragma GCC unroll 16
            for (size_t r = 0; r < LANES; r++)
                turned[right * LANES + r][down] = row[r];
        }
    }
#pragma GCC unroll 16
    for (size_t r = 0; r < SIDE; r++) {
#pragma GCC unroll 4
        for (size_t piece = 0; piece < PIECES; piece++)
            STREAM(to + r * to_ld + piece * LANES, turned[r][piece]);
    }
}

/* `to` and its rows begin on lines. */
static void NAME(turn_past)(const mw_transpose_tile *tile)
{
    const T *from = tile->from;
    T *to = tile->to;
    size_t from_ld = tile->from_ld, to_ld = tile->to_ld;
    size_t rows = tile->rows / SIDE * SIDE, columns = tile->columns / SIDE * SIDE;
    for (size_t j = 0; j < columns; j += SIDE) {
        for (size_t i = 0; i < rows; i += SIDE)
            NAME(turn_lines)(from + i * from_ld + j, from_ld, to + j * to_ld + i, to_ld);
    }
    NAME(turn_rest)(from, from_ld, to, to_ld, rows, columns, tile->rows, tile->columns);
    STREAM_END();
}
