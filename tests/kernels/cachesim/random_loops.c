/* random_loops.c: splitmix64, and loops and caches drawn from it. */
#include "tests/kernels/cachesim/random_loops.h"

#include <stdio.h>

uint64_t random_next(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

uint64_t random_below(uint64_t *state, uint64_t limit)
{
    return random_next(state) % limit;
}

random_loop random_loop_of(uint64_t *state, bool nt)
{
    static const int64_t strides[] = {0, 4, 8, -4, -8, 12, 60, -20, 64, 128, -64, 256, 1000, 4096};
    static const uint32_t sizes[] = {1, 4, 8, 8, 16, 4};
    random_loop loop = {.count = 1 + random_below(state, LOOP_STREAMS),
                        .iterations = 1 + random_below(state, 80)};
    for (size_t i = 0; i < loop.count; i++) {
        mw_stream *s = &loop.streams[i];
        s->stride = strides[random_below(state, sizeof strides / sizeof *strides)];
        s->size = sizes[random_below(state, sizeof sizes / sizeof *sizes)];
        s->access = random_below(state, nt ? 3 : 2);
        s->base = 1000000 + random_below(state, 6000);
        if (random_below(state, 4) == 0 && i > 0)
            s->base = loop.streams[i - 1].base; /* the same place, as in c += … */
    }
    return loop;
}

void random_geometry(uint64_t *state, mw_cache_geometry *levels, size_t count)
{
    uint32_t line = (uint32_t)16 << random_below(state, 3);
    uint64_t sets = (uint64_t)1 << random_below(state, 4);
    uint32_t ways = 1 + (uint32_t)random_below(state, 5);
    if (random_below(state, 6) == 0)
        ways += 12; /* lists take over from sets above 16 ways */
    for (size_t i = 0; i < count; i++) {
        levels[i] = (mw_cache_geometry){.sets = sets, .ways = ways, .line = line};
        snprintf(levels[i].name, sizeof levels[i].name, "L%u", (unsigned)i % 9 + 1);
        sets <<= random_below(state, 3);
        ways += (uint32_t)random_below(state, 4);
        if (random_below(state, 3) == 0)
            line *= 2;
    }
}
