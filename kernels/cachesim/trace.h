/*
 * trace.h: the accesses of a kernel as a few streams, for the cache simulator.
 *
 * A kernel's `trace` says what its loops load and store, in program order and element by element,
 * but never one access at a time: a loop is its streams and its trip count. Who listens is a sink
 * (a cache hierarchy, a stack-distance curve, a tally). Totals equal what the ledger counts for one
 * execution.
 */
#ifndef MW_CACHESIM_TRACE_H
#define MW_CACHESIM_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum mw_access { MW_ACCESS_LOAD, MW_ACCESS_STORE, MW_ACCESS_STORE_NT } mw_access;

/* An affine stream: iteration i accesses `size` bytes at base + i * stride. */
typedef struct mw_stream {
    uint64_t base;
    int64_t stride; /* bytes; 0: the same place again and again */
    uint32_t size;  /* bytes of one access, at most 64 */
    mw_access access;
} mw_stream;

/* Streams that a loop body may touch. */
enum { MW_STREAM_MAX = 16 };

typedef struct mw_trace mw_trace;
struct mw_trace {
    /* for (i < iterations) for (s < count) access streams[s]; false: the sink wants no more. */
    bool (*loop)(mw_trace *trace, const mw_stream *streams, size_t count, uint64_t iterations);
    /* for (i < count) access `size` bytes at base + index[i] * size. */
    bool (*indexed)(mw_trace *trace, uint64_t base, const uint32_t *index, uint64_t count,
                    uint32_t size, mw_access access);
    /* NULL, or asked before each outer tile: false skips it. What a sink cannot simulate whole it
     * samples by whole tiles. */
    bool (*tile)(mw_trace *trace, uint64_t index, uint64_t count);
    uint64_t next; /* where the next operand is placed; 0: nothing was placed yet */
};

/* The address of an operand of `bytes`: operands lie one after the other on 2 MiB boundaries, as
 * mw_buffer maps them. Every trace places its operands in the order in which `prepare` creates
 * them. */
uint64_t mw_trace_place(mw_trace *trace, uint64_t bytes);

/*
 * Tile `index` of the `count` passes of the outermost loop begins; false: go on with the next one.
 * Tiles are asked for in order from 0; a kernel of several phases begins again at 0 in each.
 *
 *     for (uint64_t i = 0; i < m; i++) {
 *         if (!mw_trace_tile(trace, i, m))
 *             continue;
 */
bool mw_trace_tile(mw_trace *trace, uint64_t index, uint64_t count);

bool mw_trace_loop(mw_trace *trace, const mw_stream *streams, size_t count, uint64_t iterations);

/* `count` accesses of `size` bytes, `stride` bytes apart. */
bool mw_trace_range(mw_trace *trace, uint64_t base, int64_t stride, uint64_t count, uint32_t size,
                    mw_access access);

bool mw_trace_indexed(mw_trace *trace, uint64_t base, const uint32_t *index, uint64_t count,
                      uint32_t size, mw_access access);

/* A sink that only adds up. */
typedef struct mw_trace_sum {
    mw_trace trace; /* first: the sink itself */
    uint64_t references;
    uint64_t load_bytes, store_bytes; /* NT stores among the stores */
} mw_trace_sum;

mw_trace_sum mw_trace_sum_sink(void);

#endif
