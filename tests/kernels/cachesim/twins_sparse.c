/* twins_sparse.c: products with matrices of which only the nonzeros are kept. See twins.h. */
#include "tests/kernels/cachesim/twins_body.h"

/* A marked line holds a whole loop body. clang-format would break it. */
/* clang-format off */

/* Slot `number` of the `kept` of a row of `slots`: a row is cut into as many even parts, and a hash
 * takes one slot of each. */
INLINE size_t slot(size_t row, size_t number, size_t slots, size_t kept)
{
    size_t begin = number * slots / kept, end = (number + 1) * slots / kept;
    uint64_t hash = row * 0x9E3779B97F4A7C15 + number * 0xD1342543DE82EF95;
    hash = (hash ^ hash >> 32) * 0xAF251AF3B0F025B5 >> 32;
    return begin + (hash * (end - begin) >> 32);
}

/* 140 nonzeros to a row: columns, values and what they gather, 64 at a time. */
FUNCTION(sparse_csr32)
{
    enum { N = 700, KEPT = 140, CHUNK = 64 };
    volatile float *values = F32(0), *x = F32(3), *y = F32(4);
    volatile uint32_t *column = OPERAND(uint32_t, 1), *start = OPERAND(uint32_t, 2);
    int32_t sum = 0; /* what is loaded is wanted */
    EACH(row, size) {
        EACH(i, 2)
            (void)start[row + i]; /* @1 */
        BLOCKS(first, KEPT, CHUNK) {
            FROM_TO(i, first, END_OF(first, CHUNK, KEPT))
                sum += (int32_t)column[row * KEPT + i]; /* @2 */
            FROM_TO(i, first, END_OF(first, CHUNK, KEPT))
                (void)values[row * KEPT + i]; /* @3 */
            FROM_TO(i, first, END_OF(first, CHUNK, KEPT)) {
                size_t at = slot(row, i, N, KEPT);
                (void)x[at]; /* @4 */
            }
        }
        y[row] = (float)sum; /* @5 */
    }
}

FUNCTION(sparse_csr16)
{
    enum { N = 700, KEPT = 140, CHUNK = 64 };
    volatile double *values = F64(0), *x = F64(3), *y = F64(4);
    volatile uint16_t *column = OPERAND(uint16_t, 1);
    volatile uint32_t *start = OPERAND(uint32_t, 2);
    int32_t sum = 0; /* what is loaded is wanted */
    EACH(row, size) {
        EACH(i, 2)
            (void)start[row + i]; /* @1 */
        BLOCKS(first, KEPT, CHUNK) {
            FROM_TO(i, first, END_OF(first, CHUNK, KEPT))
                sum += column[row * KEPT + i]; /* @2 */
            FROM_TO(i, first, END_OF(first, CHUNK, KEPT))
                (void)values[row * KEPT + i]; /* @3 */
            FROM_TO(i, first, END_OF(first, CHUNK, KEPT)) {
                size_t at = slot(row, i, N, KEPT);
                (void)x[at]; /* @4 */
            }
        }
        y[row] = sum; /* @5 */
    }
}

/* A word of 64 bits, then the nonzeros that it has. */
FUNCTION(sparse_bitmap)
{
    enum { N = 700, KEPT = 140, WORDS = 11 };
    volatile float *values = F32(0), *x = F32(3), *y = F32(4);
    volatile uint64_t *bits = OPERAND(uint64_t, 1);
    volatile uint32_t *start = OPERAND(uint32_t, 2);
    int32_t sum = 0; /* what is loaded is wanted */
    EACH(row, size) {
        size_t next = 0;
        (void)start[row]; /* @1 */
        EACH(word, WORDS) {
            size_t first = next;
            sum += (int32_t)bits[row * WORDS + word]; /* @2 */
            while (next < KEPT && slot(row, next, N, KEPT) / 64 == word)
                next++;
            FROM_TO(i, first, next)
                (void)values[row * KEPT + i]; /* @3 */
            FROM_TO(i, first, next) {
                size_t at = slot(row, i, N, KEPT);
                (void)x[at]; /* @4 */
            }
        }
        y[row] = (float)sum; /* @5 */
    }
}

/* Blocks of 4 x 4, 15 of the 51 that a row of blocks has room for. */
FUNCTION(sparse_bcsr)
{
    enum { SLOTS = 51, KEPT = 15, SIDE = 4 };
    volatile float *values = F32(0), *x = F32(3), *y = F32(4);
    volatile uint32_t *column = OPERAND(uint32_t, 1), *start = OPERAND(uint32_t, 2);
    int32_t sum = 0; /* what is loaded is wanted */
    for (size_t band = 0; band * SIDE < size; band++) {
        EACH(i, 2)
            (void)start[band + i]; /* @1 */
        FROM_TO(block, band * KEPT, (band + 1) * KEPT) {
            size_t at = slot(band, block - band * KEPT, SLOTS, KEPT) * SIDE;
            sum += (int32_t)column[block]; /* @2 */
            EACH(c, SIDE)
                (void)x[at + c]; /* @3 */
            EACH(e, SIDE * SIDE)
                (void)values[block * SIDE * SIDE + e]; /* @4 */
        }
        FROM_TO(row, band * SIDE, END_OF(band * SIDE, SIDE, size))
            y[row] = (float)sum; /* @5 */
    }
}

/* Of 32 neighbours one word of positions and 16 values; rows are filled up to whole words. */
FUNCTION(sparse_2_of_4)
{
    enum { STEPS = 7, NEIGHBOURS = 32, KEPT = 16 };
    volatile float *values = F32(0), *x = F32(2), *y = F32(3);
    volatile uint32_t *positions = OPERAND(uint32_t, 1);
    int32_t sum = 0; /* what is loaded is wanted */
    EACH(row, size) {
        EACH(step, STEPS) {
            sum += (int32_t)positions[row * STEPS + step]; /* @1 */
            EACH(e, NEIGHBOURS)
                (void)x[step * NEIGHBOURS + e]; /* @2 */
            EACH(e, KEPT)
                (void)values[(row * STEPS + step) * KEPT + e]; /* @3 */
        }
        y[row] = (float)sum; /* @4 */
    }
}

/* 41 nonzeros to a row of A, each with a row of B; 64 columns of C at a time. */
FUNCTION(spmm_csr)
{
    enum { N = 70, K = 203, KEPT = 41, PIECE = 64 };
    volatile float *values = F32(0), *b = F32(3), *c = F32(4);
    volatile uint32_t *column = OPERAND(uint32_t, 1), *start = OPERAND(uint32_t, 2);
    int32_t sum = 0; /* what is loaded is wanted */
    EACH(row, size) {
        EACH(i, 2)
            (void)start[row + i]; /* @1 */
        BLOCKS(j0, N, PIECE) {
            EACH(i, KEPT) {
                size_t at = slot(row, i, K, KEPT) * N;
                (void)values[row * KEPT + i]; /* @2 */
                sum += (int32_t)column[row * KEPT + i]; /* @3 */
                FROM_TO(j, j0, END_OF(j0, PIECE, N))
                    (void)b[at + j]; /* @4 */
            }
            FROM_TO(j, j0, END_OF(j0, PIECE, N))
                c[row * N + j] = (float)sum; /* @5 */
        }
    }
}
