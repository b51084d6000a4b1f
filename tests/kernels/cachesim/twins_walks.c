/* twins_walks.c: orders that no stride tells, and two that are no kernels. See twins.h. */
#include "tests/kernels/cachesim/twins_body.h"

/* A marked line holds a whole loop body. clang-format would break it. */
/* clang-format off */

/* Number `position` of an order of 0 ... count-1 without pattern: add, multiply, fold; what falls
 * beyond count goes round again. `bits` of them hold count - 1. */
INLINE uint64_t place_of(uint64_t position, uint64_t count, unsigned bits, uint64_t seed)
{
    uint64_t mask = (1u << bits) - 1, at = position;
    unsigned fold = bits / 2 + 1;
    for (;;) {
        at = (at + seed) * 0x9E3779B97F4A7C15 & mask;
        at ^= at >> fold;
        at = at * 0xD1342543DE82EF95 & mask;
        at ^= at >> fold;
        at = at * 0xAF251AF3B0F025B5 & mask;
        at ^= at >> fold;
        if (at < count)
            return at;
    }
}

/* Bags of seven rows of a table of 200, in pieces of 64 columns. */
FUNCTION(gather_bag)
{
    enum { N = 70, K = 7, TABLE = 200, BITS = 8, SEED = 53, PIECE = 64 };
    volatile float *table = F32(0), *y = F32(2);
    volatile uint32_t *index = OPERAND(uint32_t, 1);
    int32_t sum = 0; /* what is loaded is wanted */
    EACH(bag, size)
        BLOCKS(j0, N, PIECE) {
            FROM_TO(i, bag * K, (bag + 1) * K) {
                size_t row = place_of(i % TABLE, TABLE, BITS, SEED) * N;
                sum += (int32_t)index[i]; /* @1 */
                FROM_TO(j, j0, END_OF(j0, PIECE, N))
                    (void)table[row + j]; /* @2 */
            }
            FROM_TO(j, j0, END_OF(j0, PIECE, N))
                y[bag * N + j] = (float)sum; /* @3 */
        }
}

/* Two chains of lines; of each hundred steps thirty go along the small one, as evenly as they can:
 * step s is one of them when s*30 comes to a new hundred. */
FUNCTION(chase_latency)
{
    enum { COLD = 500, COLD_BITS = 9, HOT = 9, HOT_BITS = 4, P = 30, SEED = 41, LINE = 8 };
    volatile uint64_t *cold = OPERAND(uint64_t, 0), *hot = OPERAND(uint64_t, 1);
    size_t hots = 0;
    EACH(step, size) {
        if ((step + 1) * P / 100 > hots) {
            (void)hot[LINE * place_of(hots % HOT, HOT, HOT_BITS, SEED)]; /* @2 */
            hots++;
        } else {
            (void)cold[LINE * place_of((step - hots) % COLD, COLD, COLD_BITS, SEED)]; /* @1 */
        }
    }
}

/* Eight bytes every sixty: many accesses lie on two lines. */
FUNCTION(straddle)
{
    for (size_t i = 0; i < size; i++)
        { volatile double *x = (volatile double *)(at + 20 + 60 * i); double v = *x; *x = v + v; } /* @1 */
    for (size_t i = size; i-- > 0;)
        (void)*(volatile double *)(at + 20 + 60 * i); /* @2 */
}

FUNCTION(scatter)
{
    volatile double *x = F64(0);
    uint32_t index = 1;
    for (size_t i = 0; i < size; i++) {
        (void)x[index]; /* @1 */
        index = SCATTER_NEXT(index);
    }
    for (size_t i = 0; i < size; i++) {
        x[index] = 0; /* @2 */
        index = SCATTER_NEXT(index);
    }
}
