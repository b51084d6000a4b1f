/*
 * blocks.h: cutting a library call along one dimension into blocks of about 5 ms, so that an
 * interactive run can be cancelled between them. The first block is sized from the bytes of a row
 * at a slow 2 GB/s; each later one from the time that the one before took.
 */
#ifndef MW_BLOCKS_H
#define MW_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct mw_blocks {
    size_t total, first, count; /* the present block is [first, first + count) */
    size_t next_count;
    uint64_t begin_ns; /* when the present block began; 0: none did */
} mw_blocks;

/* `cost` is the work of one unit in bytes; 1 FLOP of a matrix product is about 1/8 byte. */
mw_blocks mw_blocks_begin(size_t total, uint64_t cost);

/* Goes to the next block; false after the last. */
bool mw_blocks_next(mw_blocks *blocks);

#endif
