/*
 * vector_square.inc.h: LANES x LANES elements turned in registers. Included after vector.inc.h,
 * once per element type, with MW_ELEMENT_BYTES, which the preprocessor can ask for.
 *
 * LANES vectors are the rows of a square. Halving it again and again and exchanging the quarters
 * off the diagonal transposes it: rows i and i + step give each other half of their elements, for
 * step = LANES/2 ... 1. With 16 floats to a vector, a row is a whole line of 64 bytes: each line of
 * A is loaded once, whole, and each of B stored once, whole, and no cache has to keep any.
 */
#undef EXCHANGE
#define EXCHANGE(step, low, high)                                                                  \
    _Pragma("GCC unroll 16") for (size_t i = 0; i < LANES; i++)                                    \
    {                                                                                              \
        if (i & (step))                                                                            \
            continue;                                                                              \
        VEC above = row[i], below = row[i + (step)];                                               \
        row[i] = __builtin_shufflevector(above, below, low);                                       \
        row[i + (step)] = __builtin_shufflevector(above, below, high);                             \
    }

/* What two rows become: which elements of the upper (0 ...) and the lower one (LANES ...). */
#ifndef MW_SQUARE_ONCE
#define MW_SQUARE_ONCE
#define LOW_OF_2    0, 2
#define HIGH_OF_2   1, 3
#define LOW_OF_4    0, 4, 2, 6
#define HIGH_OF_4   1, 5, 3, 7
#define LOW2_OF_4   0, 1, 4, 5
#define HIGH2_OF_4  2, 3, 6, 7
#define LOW_OF_8    0, 8, 2, 10, 4, 12, 6, 14
#define HIGH_OF_8   1, 9, 3, 11, 5, 13, 7, 15
#define LOW2_OF_8   0, 1, 8, 9, 4, 5, 12, 13
#define HIGH2_OF_8  2, 3, 10, 11, 6, 7, 14, 15
#define LOW4_OF_8   0, 1, 2, 3, 8, 9, 10, 11
#define HIGH4_OF_8  4, 5, 6, 7, 12, 13, 14, 15
#define LOW_OF_16   0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define HIGH_OF_16  1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31
#define LOW2_OF_16  0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define HIGH2_OF_16 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define LOW4_OF_16  0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define HIGH4_OF_16 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define LOW8_OF_16  0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define HIGH8_OF_16 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
#endif

#undef SQUARE
#define SQUARE (VECTOR_BYTES / MW_ELEMENT_BYTES)

MW_INLINE void NAME(square)(VEC *row)
{
#if SQUARE == 16
    EXCHANGE(8, LOW8_OF_16, HIGH8_OF_16)
    EXCHANGE(4, LOW4_OF_16, HIGH4_OF_16)
    EXCHANGE(2, LOW2_OF_16, HIGH2_OF_16)
    EXCHANGE(1, LOW_OF_16, HIGH_OF_16)
#elif SQUARE == 8
    EXCHANGE(4, LOW4_OF_8, HIGH4_OF_8)
    EXCHANGE(2, LOW2_OF_8, HIGH2_OF_8)
    EXCHANGE(1, LOW_OF_8, HIGH_OF_8)
#elif SQUARE == 4
    EXCHANGE(2, LOW2_OF_4, HIGH2_OF_4)
    EXCHANGE(1, LOW_OF_4, HIGH_OF_4)
#else
    EXCHANGE(1, LOW_OF_2, HIGH_OF_2)
#endif
}

/* to[j][i] = from[i][j], element by element, where squares have done `rows` x `columns`. */
MW_INLINE void NAME(turn_rest)(const T *restrict from, size_t from_ld, T *restrict to, size_t to_ld,
                               size_t rows, size_t columns, size_t all_rows, size_t all_columns)
{
    for (size_t i = 0; i < all_rows; i++) {
        for (size_t j = i < rows ? columns : 0; j < all_columns; j++)
            to[j * to_ld + i] = from[i * from_ld + j];
    }
}

/* to[j][i] = from[i][j]: square by square, what fills none element by element. Squares go down the
 * columns of `from`, so that the lines of a row of `to` are written one after the other. */
MW_INLINE void NAME(turn_tile)(const T *restrict from, size_t from_ld, T *restrict to, size_t to_ld,
                               size_t all_rows, size_t all_columns)
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
            for (size_t r = 0; r < LANES; r++)
                STORE(to + (j + r) * to_ld + i, row[r]);
        }
    }
    NAME(turn_rest)(from, from_ld, to, to_ld, rows, columns, all_rows, all_columns);
}
