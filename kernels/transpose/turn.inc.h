/*
 * turn: a tile, square by square in registers, the rest element by element. The squares go down the
 * columns of A, so that the lines of B are written one after the other.
 *
 * turn stores as usual: every line of B is fetched before it is overwritten. stream stores past the
 * caches, which fetches nothing; it needs rows of B that begin on a vector boundary.
 *
 *     loads m·n·w    stores m·n·w    FLOPs 0
 */
MW_INLINE void NAME(turn_squares)(const mw_transpose_tile *tile, bool past)
{
    const T *restrict from = tile->from;
    T *restrict to = tile->to;
    size_t from_ld = tile->from_ld, to_ld = tile->to_ld;
    size_t rows = tile->rows / LANES * LANES, columns = tile->columns / LANES * LANES;
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
    for (size_t i = 0; i < tile->rows; i++) {
        for (size_t j = i < rows ? columns : 0; j < tile->columns; j++)
            to[j * to_ld + i] = from[i * from_ld + j];
    }
}

static void NAME(turn)(const mw_transpose_tile *tile)
{
    NAME(turn_squares)(tile, false);
}

static void NAME(stream)(const mw_transpose_tile *tile)
{
    bool aligned = ((uintptr_t)tile->to | tile->to_ld * sizeof(T)) % VECTOR_BYTES == 0;
    NAME(turn_squares)(tile, aligned);
    STREAM_END();
}
