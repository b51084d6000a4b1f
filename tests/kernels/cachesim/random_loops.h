/* random_loops.h: seeded loops and geometries, the subject of the simulator's properties. */
#ifndef TESTS_RANDOM_LOOPS_H
#define TESTS_RANDOM_LOOPS_H

#include "cachesim/geometry.h"
#include "cachesim/trace.h"

enum { LOOP_STREAMS = 6 };

typedef struct random_loop {
    mw_stream streams[LOOP_STREAMS];
    size_t count;
    uint64_t iterations;
} random_loop;

uint64_t random_next(uint64_t *state);
uint64_t random_below(uint64_t *state, uint64_t limit);

/* Few streams in a small space: strides of all signs, sizes that straddle, lines that are shared.
 */
random_loop random_loop_of(uint64_t *state, bool nt);

/* `count` levels of few sets, odd ways and lines of 16 to 64 bytes. */
void random_geometry(uint64_t *state, mw_cache_geometry *levels, size_t count);

#endif
