/*
 * curve.h: the miss ratio of fully associative LRU caches of every size, from one walk through a
 * trace (Mattson, Gecsei, Slutz, Traiger, IBM Systems Journal 9(2) 1970).
 *
 * The stack distance of a reference is the number of distinct lines touched since its line was
 * touched last, itself included: a cache of at least so many lines hits. Distances come from a
 * Fenwick tree over time that holds a 1 where a line was touched last: O(log lines) per reference,
 * and once per pass where a loop stays in its lines.
 */
#ifndef MW_CACHESIM_CURVE_H
#define MW_CACHESIM_CURVE_H

#include <stdbool.h>

#include "cachesim/trace.h"
#include "model/status.h"

typedef struct mw_curve mw_curve;

typedef struct mw_curve_options {
    uint32_t line;       /* bytes, a power of two */
    uint64_t most_lines; /* distinct lines it may meet; 0: 2^23, about half a GiB of them */
    bool (*poll)(void *context, uint64_t references); /* as in hierarchy.h */
    void *context;
} mw_curve_options;

mw_status mw_curve_create(mw_curve **curve, const mw_curve_options *options, mw_error *error);
void mw_curve_destroy(mw_curve *curve);
mw_trace *mw_curve_sink(mw_curve *curve);

/* NT stores are counted as stores. An access that straddles two lines is two references. */
uint64_t mw_curve_references(const mw_curve *curve);
uint64_t mw_curve_lines(const mw_curve *curve); /* distinct ones */

/* Misses of a cache of so many lines (0: all references). */
uint64_t mw_curve_misses(const mw_curve *curve, uint64_t lines);

/* MW_NO_MEMORY when the trace met more lines than allowed or memory ran out. */
mw_status mw_curve_status(const mw_curve *curve, mw_error *error);

#endif
