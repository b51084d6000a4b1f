/*
 * cache.h: one level: sets of ways in order of recency, and beside it, when misses are classified,
 * the two caches that tell why a line was missed.
 *
 * A word is line << 1 | dirty, the most recent way first; 0 is an empty way, so line 0 is never
 * used.
 */
#ifndef MW_CACHESIM_CACHE_H
#define MW_CACHESIM_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "cachesim/geometry.h"
#include "cachesim/lines.h"
#include "cachesim/lru.h"

/* Why a line was missed: never seen before; lost even by a fully associative cache of the same size
 * and replacement; lost only because its set was full. */
typedef enum mw_miss { MW_MISS_COMPULSORY, MW_MISS_CAPACITY, MW_MISS_CONFLICT, MW_MISSES } mw_miss;

/* By kind of access: [0] loads, [1] stores. */
typedef struct mw_cache_counts {
    uint64_t accesses[2], misses[2];
    uint64_t kinds[2][MW_MISSES]; /* of the misses; zeros unless they are classified */
    uint64_t fills, write_backs;  /* lines that came in from below, that went out below */
} mw_cache_counts;

typedef struct mw_cache {
    mw_cache_geometry geometry;
    unsigned shift; /* log2 of the line */
    uint64_t mask;  /* sets - 1 */
    uint32_t ways;
    uint64_t *words; /* sets x ways; NULL when `full` stands for them */
    size_t mapped;   /* bytes behind `words` */
    mw_lru *full;    /* one set of many ways */
    bool classified;
    mw_lru *shadow; /* fully associative, of the same size */
    mw_line_set seen;
    mw_cache_counts counts;
} mw_cache;

mw_status mw_cache_create(mw_cache *cache, const mw_cache_geometry *geometry, bool classified,
                          mw_error *error);
void mw_cache_destroy(mw_cache *cache);

/* Brings `line` to the front of its set. True: it was there; else *victim is what it pushed out. */
static inline bool mw_cache_touch(mw_cache *cache, uint64_t line, uint64_t dirty, uint64_t *victim)
{
    *victim = 0;
    if (__builtin_expect(cache->full != NULL, 0))
        return mw_lru_touch(cache->full, line, dirty, victim);
    uint64_t *set = cache->words + (line & cache->mask) * cache->ways;
    uint64_t carried = set[0];
    if (carried >> 1 == line) {
        set[0] = carried | dirty;
        return true;
    }
    for (uint32_t way = 1; way < cache->ways; way++) {
        uint64_t here = set[way];
        set[way] = carried;
        if (here >> 1 == line) {
            set[0] = here | dirty;
            return true;
        }
        carried = here;
    }
    set[0] = line << 1 | dirty;
    *victim = carried;
    return false;
}

/* Marks a line dirty where it stands in the order of recency; false when it is not there. */
bool mw_cache_soil(mw_cache *cache, uint64_t line);

/* Takes a line out of the cache; its word, or 0. */
uint64_t mw_cache_remove(mw_cache *cache, uint64_t line);

/* Its word where it stands, or 0. */
uint64_t mw_cache_word(mw_cache *cache, uint64_t line);

/* Calls `visit` for each dirty line. */
void mw_cache_dirty(mw_cache *cache, void (*visit)(void *context, uint64_t line), void *context);
void mw_cache_clean(mw_cache *cache);

#endif
