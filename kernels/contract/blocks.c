/* blocks.c: the clock between two blocks sets the size of the next one. */
#include "blocks.h"

#include <time.h>

enum { TARGET_NS = 5000000, SLOW_BYTES_PER_NS = 2 };

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

mw_blocks mw_blocks_begin(size_t total, uint64_t cost)
{
    uint64_t count = (uint64_t)TARGET_NS * SLOW_BYTES_PER_NS / (cost ? cost : 1);
    return (mw_blocks){.total = total, .next_count = count ? (size_t)count : 1};
}

bool mw_blocks_next(mw_blocks *blocks)
{
    uint64_t now = now_ns();
    if (blocks->begin_ns) {
        /* At most doubled: one lucky block must not make the next one long. */
        uint64_t took = now - blocks->begin_ns;
        uint64_t count = took ? (uint64_t)blocks->count * TARGET_NS / took : 2 * blocks->count;
        if (count > 2 * blocks->count)
            count = 2 * blocks->count;
        blocks->next_count = count ? (size_t)count : 1;
    }
    blocks->first += blocks->count;
    size_t left = blocks->total - blocks->first;
    blocks->count = left < blocks->next_count ? left : blocks->next_count;
    blocks->begin_ns = now;
    return blocks->count > 0;
}
