/* cycle.h: an order of 0 ... n-1 without pattern, as a function of the position: no list of it has
 * to be kept, and whoever needs a part of it makes it again. */
#ifndef MW_CYCLE_H
#define MW_CYCLE_H

#include <stdint.h>

typedef struct mw_cycle {
    uint64_t count, mask; /* mask: the smallest 2^bits - 1 that holds count - 1 */
    unsigned shift;
    uint32_t seed;
} mw_cycle;

static inline mw_cycle mw_cycle_make(uint64_t count, uint32_t seed)
{
    unsigned bits = 1;
    while (((uint64_t)1 << bits) < count)
        bits++;
    return (mw_cycle){count, ((uint64_t)1 << bits) - 1, bits / 2 + 1, seed};
}

/*
 * The number at `position` < count. Each step (add, multiply by an odd number, fold the upper half
 * onto the lower) can be taken back within the mask, so positions and numbers answer each other one
 * to one; what falls beyond count goes round again, less than twice on average.
 */
static inline uint64_t mw_cycle_at(const mw_cycle *cycle, uint64_t position)
{
    uint64_t x = position;
    do {
        x = (x + cycle->seed) * UINT64_C(0x9E3779B97F4A7C15) & cycle->mask;
        x ^= x >> cycle->shift;
        x = x * UINT64_C(0xD1342543DE82EF95) & cycle->mask;
        x ^= x >> cycle->shift;
        x = x * UINT64_C(0xAF251AF3B0F025B5) & cycle->mask;
        x ^= x >> cycle->shift;
    } while (x >= cycle->count);
    return x;
}

#endif
