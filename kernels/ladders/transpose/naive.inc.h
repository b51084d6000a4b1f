/*
 * naive: one element after the other, as it is read.
 *
 * Reading goes along the rows of A, as it should. Writing goes down a column of B: each store takes
 * another line, another page when rows are longer than one, and when a row is a power of two all of
 * them fall into the same few sets of the cache. A line is gone before its next element comes.
 *
 *     loads m·n·w    stores m·n·w    FLOPs 0
 */
static void NAME(naive)(const mw_transpose_tile *tile)
{
    for (size_t i = 0; i < tile->rows; i++) {
        const T *restrict row = (const T *)tile->from + i * tile->from_ld;
        T *restrict column = (T *)tile->to + i;
        for (size_t j = 0; j < tile->columns; j++)
            column[j * tile->to_ld] = row[j];
    }
}
