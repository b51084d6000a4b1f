/*
 * packed: a block is turned into a buffer, and leaves it row by row, by ordinary stores.
 *
 * The other way to write long rows of B, for machines without streaming stores and for rows that do
 * not begin on vectors. The rows of A are turned band by band into a buffer that lies in a near
 * cache, where jumping is cheap. What is then written are rows of `block` elements, long enough for
 * prefetchers and for the open pages of DRAM. Rows of the buffer are a line longer than the block:
 * else, for a power of two, they would all meet in the same sets. The buffer costs a store and a
 * load in that cache, and every line of B is still fetched before it is overwritten.
 *
 *     loads m·n·w    stores m·n·w    FLOPs 0
 */
static void NAME(packed)(const mw_transpose_tile *tile)
{
    T *buffer = tile->buffer;
    size_t ld = tile->buffer_ld;
    for (size_t i = 0; i < tile->rows; i += LANES) {
        size_t rows = tile->rows - i < LANES ? tile->rows - i : LANES;
        NAME(turn_tile)
        ((const T *)tile->from + i * tile->from_ld, tile->from_ld, buffer + i, ld, rows,
         tile->columns);
    }
    for (size_t j = 0; j < tile->columns; j++) {
        const T *restrict turned = buffer + j * ld;
        T *restrict to = (T *)tile->to + j * tile->to_ld;
        size_t i = 0;
        for (; i + LANES <= tile->rows; i += LANES)
            STORE(to + i, LOAD(turned + i));
        for (; i < tile->rows; i++)
            to[i] = turned[i];
    }
}
