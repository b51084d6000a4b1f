/*
 * random.h: data for tests: the same in every run (Marsaglia's xorshift, jstatsoft.org/v08/i14).
 */
#ifndef MW_TEST_RANDOM_H
#define MW_TEST_RANDOM_H

#include <math.h>
#include <stdint.h>

static uint32_t random_state = 2463534242u;

static inline uint32_t random_bits(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

static inline double uniform(void)
{
    return (random_bits() + 0.5) / 4294967296.0;
}

static inline float normal(void)
{
    return (float)(sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform()));
}

#endif
