/* trace.c: hands loops to whoever listens, and a sink that only sums up bytes. */
#include "cachesim/trace.h"

#define ALIGNMENT ((uint64_t)2 << 20)
#define FIRST     ((uint64_t)1 << 32) /* nothing of a real process lies in the way of reading it */

uint64_t mw_trace_place(mw_trace *trace, uint64_t bytes)
{
    uint64_t address = trace->next ? trace->next : FIRST;
    trace->next = (address + bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return address;
}

bool mw_trace_tile(mw_trace *trace, uint64_t index, uint64_t count)
{
    return !trace->tile || trace->tile(trace, index, count);
}

bool mw_trace_loop(mw_trace *trace, const mw_stream *streams, size_t count, uint64_t iterations)
{
    return iterations == 0 || trace->loop(trace, streams, count, iterations);
}

bool mw_trace_range(mw_trace *trace, uint64_t base, int64_t stride, uint64_t count, uint32_t size,
                    mw_access access)
{
    return mw_trace_loop(trace, &(mw_stream){base, stride, size, access}, 1, count);
}

bool mw_trace_indexed(mw_trace *trace, uint64_t base, const uint32_t *index, uint64_t count,
                      uint32_t size, mw_access access)
{
    return count == 0 || trace->indexed(trace, base, index, count, size, access);
}

static void add(mw_trace_sum *sum, mw_access access, uint64_t bytes)
{
    *(access == MW_ACCESS_LOAD ? &sum->load_bytes : &sum->store_bytes) += bytes;
}

static bool sum_loop(mw_trace *trace, const mw_stream *streams, size_t count, uint64_t iterations)
{
    mw_trace_sum *sum = (mw_trace_sum *)trace;
    for (size_t s = 0; s < count; s++)
        add(sum, streams[s].access, iterations * streams[s].size);
    sum->references += count * iterations;
    return true;
}

static bool sum_indexed(mw_trace *trace, uint64_t base, const uint32_t *index, uint64_t count,
                        uint32_t size, mw_access access)
{
    (void)base, (void)index;
    mw_trace_sum *sum = (mw_trace_sum *)trace;
    add(sum, access, count * size);
    sum->references += count;
    return true;
}

mw_trace_sum mw_trace_sum_sink(void)
{
    return (mw_trace_sum){.trace = {.loop = sum_loop, .indexed = sum_indexed}};
}
