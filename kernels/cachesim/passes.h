/*
 * passes.h: a loop cut where one of its streams enters another line.
 *
 * Between two cuts every iteration touches the same lines in the same order. After the first of
 * these iterations, the pass, all of them are at hand (if no set receives more of them than it has
 * ways), so the others are hits that leave the order of recency as it is: one look at each line
 * stands for `step` iterations, exactly.
 */
#ifndef MW_CACHESIM_PASSES_H
#define MW_CACHESIM_PASSES_H

#include "cachesim/trace.h"

typedef struct mw_pass_stream {
    uint64_t address;     /* of this iteration */
    uint64_t first, last; /* lines that the access touches */
    uint64_t stay;        /* iterations until one of them changes */
    int64_t stride;
    uint32_t size;
    mw_access access;
} mw_pass_stream;

typedef struct mw_passes {
    mw_pass_stream stream[MW_STREAM_MAX];
    size_t count;
    uint64_t left; /* iterations, this pass's included */
    uint64_t step; /* iterations that touch the lines of this pass */
    unsigned shift;
} mw_passes;

static inline void mw_pass_enter(mw_pass_stream *stream, unsigned shift)
{
    uint64_t end = stream->address + stream->size - 1;
    stream->first = stream->address >> shift;
    stream->last = end >> shift;
    uint32_t line = (uint32_t)1 << shift;
    if (stream->stride == 0) {
        stream->stay = UINT64_MAX;
        return;
    }
    uint32_t a = (uint32_t)stream->address & (line - 1), b = (uint32_t)end & (line - 1);
    if (stream->stride > 0)
        stream->stay = stream->stride >= line
                           ? 1
                           : (line - 1 - (a > b ? a : b)) / (uint32_t)stream->stride + 1;
    else
        stream->stay =
            stream->stride <= -(int64_t)line ? 1 : (a < b ? a : b) / (uint32_t)-stream->stride + 1;
}

static inline void mw_pass_measure(mw_passes *passes)
{
    passes->step = passes->left;
    for (size_t s = 0; s < passes->count; s++) {
        if (passes->stream[s].stay < passes->step)
            passes->step = passes->stream[s].stay;
    }
}

/* The first pass of a loop with at least one iteration, lines of 1 << shift bytes. */
static inline void mw_passes_begin(mw_passes *passes, const mw_stream *streams, size_t count,
                                   uint64_t iterations, unsigned shift)
{
    passes->count = count;
    passes->left = iterations;
    passes->shift = shift;
    for (size_t s = 0; s < count; s++) {
        mw_pass_stream *each = &passes->stream[s];
        each->address = streams[s].base;
        each->stride = streams[s].stride;
        each->size = streams[s].size;
        each->access = streams[s].access;
        mw_pass_enter(each, shift);
    }
    mw_pass_measure(passes);
}

/* The next pass; false when the loop is over. */
static inline bool mw_passes_next(mw_passes *passes)
{
    uint64_t step = passes->step;
    passes->left -= step;
    if (!passes->left)
        return false;
    for (size_t s = 0; s < passes->count; s++) {
        mw_pass_stream *stream = &passes->stream[s];
        stream->address += step * (uint64_t)stream->stride;
        stream->stay -= step;
        if (!stream->stay)
            mw_pass_enter(stream, passes->shift);
    }
    mw_pass_measure(passes);
    return true;
}

#endif
