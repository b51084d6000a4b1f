/*
 * hierarchy.h: the cache simulator: levels of set-associative LRU caches that listen to a trace.
 *
 * Replacement is least-recently-used in each set, lines are allocated on loads and on stores. A
 * level is looked up only when the one above missed, and no level takes lines back from the one
 * above. There is no prefetcher, no TLB and one core: results are modelled, and say so.
 *
 * Write-back mode. A line that was stored to is dirty where it was stored to; when it is pushed
 * out, it goes out below before the new line comes in: the copy below becomes dirty, without
 * becoming more recent; where there is no copy it goes on further down. An access that straddles
 * two lines is two accesses. NT stores bypass all levels: copies are dropped (dirty ones are
 * written back first), and their bytes go straight to memory.
 *
 * Cachegrind mode counts as `valgrind --tool=cachegrind` does: two levels, loads and stores alike,
 * no write-backs, NT stores are stores. A straddling access looks up both lines, counts once and is
 * missed at most once; when the first level missed either line, the second looks up both.
 */
#ifndef MW_CACHESIM_HIERARCHY_H
#define MW_CACHESIM_HIERARCHY_H

#include <stdbool.h>

#include "cachesim/cache.h"
#include "cachesim/trace.h"

typedef enum mw_cache_mode { MW_CACHE_WRITE_BACK, MW_CACHE_CACHEGRIND } mw_cache_mode;

typedef struct mw_hierarchy_options {
    mw_cache_mode mode;
    bool classify;   /* tell compulsory, capacity and conflict misses apart: several times slower */
    bool one_by_one; /* look at every access instead of passes: the same counts, for tests */
    /* Asked about every millisecond; false stops. NULL: never asked. */
    bool (*poll)(void *context, uint64_t references);
    void *context;
} mw_hierarchy_options;

typedef struct mw_hierarchy mw_hierarchy;

mw_status mw_hierarchy_create(mw_hierarchy **hierarchy, const mw_cache_geometry *levels,
                              size_t count, const mw_hierarchy_options *options, mw_error *error);
void mw_hierarchy_destroy(mw_hierarchy *hierarchy);

/* Where a kernel's `trace` writes. Owned by the hierarchy. */
mw_trace *mw_hierarchy_sink(mw_hierarchy *hierarchy);

/* Sends all dirty lines down to memory, as if the operands were wanted there. */
void mw_hierarchy_flush(mw_hierarchy *hierarchy);

/* What mw_hierarchy_flush would add to the write-backs of each level now. */
void mw_hierarchy_dirty(const mw_hierarchy *hierarchy, uint64_t *lines);

size_t mw_hierarchy_levels(const mw_hierarchy *hierarchy);
const mw_cache_geometry *mw_hierarchy_geometry(const mw_hierarchy *hierarchy, size_t level);
mw_cache_counts mw_hierarchy_counts(const mw_hierarchy *hierarchy, size_t level);
uint64_t mw_hierarchy_references(const mw_hierarchy *hierarchy);
uint64_t mw_hierarchy_bytes(const mw_hierarchy *hierarchy);    /* that the program moves */
uint64_t mw_hierarchy_nt_bytes(const mw_hierarchy *hierarchy); /* of NT stores */

/* MW_NO_MEMORY when memory ran out on the way: the counts are then worth nothing. */
mw_status mw_hierarchy_status(const mw_hierarchy *hierarchy, mw_error *error);

#endif
