/*
 * bcsr: dense blocks of 4x1, 4x4 or 8x8 elements, and a column for each block.
 *
 * The index is paid once for a block, and so is the gather: a block loads its 1, 4 or 8 neighbours
 * of x at one place and uses them for all its rows, in whole vectors. The price is that the matrix
 * must have been made sparse in blocks: zeros inside of one are stored, loaded and multiplied.
 *
 *     of b blocks R x C:    FLOPs 2·b·R·C    loads b·(R·C·w + C·w + 4) + 8·m/R    stores m·w
 */
enum { NAME(block_elements) = 64 };

/* Blocks of at least a vector, which holds LANES/C rows of one; x is repeated over them. Each
 * vector of a block keeps sums of its own. */
MW_INLINE void NAME(sum_wide)(T *lane, const T *values, const uint32_t *column, const T *x,
                              size_t begin, size_t end, size_t rows, size_t columns)
{
    VEC sum[NAME(block_elements) / LANES] = {0};
    size_t size = rows * columns;
    for (size_t i = begin; i < end; i++) {
        const T *block = values + i * size, *some = x + (size_t)column[i] * columns;
#pragma GCC unroll 32
        for (size_t v = 0; v < size / LANES; v++) {
            size_t c = v * LANES % columns; /* 0 unless a row is longer than a vector */
            sum[v] += LOAD(block + v * LANES) * BROADCAST(some + c, columns);
        }
    }
    memcpy(lane, sum, size * sizeof(T));
}

/* A column of four: as many lanes as rows, two blocks at once. */
#ifndef MW_FOUR_ONCE
#define MW_FOUR_ONCE
typedef float four_f32 __attribute__((vector_size(4 * sizeof(float))));
typedef double four_f64 __attribute__((vector_size(4 * sizeof(double))));
#endif

MW_INLINE void NAME(sum_column)(T *lane, const T *values, const uint32_t *column, const T *x,
                                size_t begin, size_t end)
{
    NAME(four) sum[2] = {0}, block[2];
    size_t i = begin;
    for (; i + 2 <= end; i += 2) {
        memcpy(block, values + i * 4, sizeof block);
        sum[0] += block[0] * x[column[i]];
        sum[1] += block[1] * x[column[i + 1]];
    }
    if (i < end) {
        memcpy(block, values + i * 4, sizeof block[0]);
        sum[0] += block[0] * x[column[i]];
    }
    sum[0] += sum[1];
    memcpy(lane, sum, sizeof sum[0]);
}

/* Rows of blocks: their sums by lanes, which are then folded to rows of y. */
MW_INLINE size_t NAME(bcsr)(const mw_sparse_tile *tile, size_t block_rows, size_t columns)
{
    size_t rows = tile->rows;
    for (size_t u = 0; u < tile->units; u++, rows -= block_rows) {
        size_t begin = tile->start[tile->unit + u] + tile->first;
        size_t end = tile->start[tile->unit + u + 1];
        end = end - begin < tile->count ? end : begin + tile->count;
        T lane[NAME(block_elements)];
        if (columns == 1)
            NAME(sum_column)(lane, tile->values, tile->index, tile->x, begin, end);
        else
            NAME(sum_wide)
        (lane, tile->values, tile->index, tile->x, begin, end, block_rows, columns);
        T *restrict y = (T *)tile->y + u * block_rows;
        for (size_t r = 0; r < block_rows && r < rows; r++) {
            T sum = tile->add ? y[r] : 0;
            for (size_t c = 0; c < columns; c++)
                sum += lane[r * columns + c];
            y[r] = sum;
        }
    }
    return 0;
}

static size_t NAME(bcsr4x1)(const mw_sparse_tile *tile)
{
    return NAME(bcsr)(tile, 4, 1);
}

/* A block of 4x4 floats is one AVX-512 vector. */
static size_t NAME(bcsr4x4)(const mw_sparse_tile *tile)
{
    return NAME(bcsr)(tile, 4, 4);
}

static size_t NAME(bcsr8x8)(const mw_sparse_tile *tile)
{
    return NAME(bcsr)(tile, 8, 8);
}
