/*
 * cache.h: one level: sets of ways in order of recency, and beside it, when misses are classified,
 * the two caches that tell why a line was missed.
 *
 * Up to 16 ways lie as sets.h says. More of them are lists, most recent first, and one set of very
 * many ways is a hash: the counts are the same. Outside of sets.h a word is line << 1 | dirty, and
 * 0 is none.
 */
#ifndef MW_CACHESIM_CACHE_H
#define MW_CACHESIM_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "cachesim/geometry.h"
#include "cachesim/lines.h"
#include "cachesim/lru.h"
#include "cachesim/sets.h"

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
    unsigned down;  /* a line of this level >> down is one of the next */
    mw_sets sets;   /* up to 16 ways: `first` is not NULL */
    uint64_t *list; /* more ways: sets x ways words, most recent first */
    mw_lru *full;   /* one set of very many ways */
    void *memory;
    size_t mapped; /* bytes of `memory` */
    bool classified;
    mw_lru *shadow; /* fully associative, of the same size */
    mw_line_set seen;
    mw_cache_counts counts;
} mw_cache;

mw_status mw_cache_create(mw_cache *cache, const mw_cache_geometry *geometry, bool classified,
                          mw_error *error);
void mw_cache_destroy(mw_cache *cache);

/* The same as below where there are more than 16 ways. */
bool mw_cache_touch_list(mw_cache *cache, uint64_t line, uint64_t dirty, uint64_t *victim);

/* Brings `line` to the front of its set. True: it was there; else *victim is what it pushed out, if
 * that was dirty. */
static inline bool mw_cache_touch(mw_cache *cache, uint64_t line, uint64_t dirty, uint64_t *victim)
{
    if (__builtin_expect(!cache->sets.first, 0))
        return mw_cache_touch_list(cache, line, dirty, victim);
    uint32_t out = 0;
    if (mw_sets_touch(&cache->sets, line, (uint32_t)dirty, &out))
        return true;
    *victim = mw_sets_victim(&cache->sets, line, out);
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
