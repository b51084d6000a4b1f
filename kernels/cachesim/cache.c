/* cache.c: makes a level and takes lines out of it; lookups of more than 16 ways go here. */
#include "cachesim/cache.h"

#include <string.h>

#include "model/pages.h"

/* Above so many ways a hash finds a line sooner than a search through the set. */
enum { WAYS_SEARCHED = 32 };

static unsigned log2_of(uint64_t power)
{
    return (unsigned)__builtin_ctzll(power);
}

static bool map(mw_cache *cache, uint64_t bytes)
{
    cache->memory = mw_pages_map(bytes, &cache->mapped);
    return cache->memory != NULL;
}

static bool make_sets(mw_cache *cache)
{
    const mw_cache_geometry *g = &cache->geometry;
    mw_sets *sets = &cache->sets;
    size_t padded = g->ways > 8 ? 16 : 8;
    *sets = (mw_sets){
        .stride = sizeof(mw_set) + padded * sizeof(uint32_t),
        .mask = g->sets - 1,
        .bits = log2_of(g->sets),
        .ways = g->ways,
        .oldest = 4 * (g->ways - 1),
        .order_mask = g->ways == 16 ? UINT64_MAX : ((uint64_t)1 << 4 * g->ways) - 1,
    };
    if (!map(cache, g->sets * sets->stride))
        return false;
    sets->first = cache->memory;
    for (uint64_t set = 0; set < g->sets; set++)
        mw_sets_at(sets, set)->order = 0xFEDCBA9876543210u & sets->order_mask;
    return true;
}

mw_status mw_cache_create(mw_cache *cache, const mw_cache_geometry *geometry, bool classified,
                          mw_error *error)
{
    uint64_t lines = geometry->sets * geometry->ways;
    bool made = true;
    *cache = (mw_cache){
        .geometry = *geometry, .shift = log2_of(geometry->line), .classified = classified};
    if (geometry->sets == 1 && geometry->ways > WAYS_SEARCHED)
        return mw_lru_create(&cache->full, lines, error);
    if (geometry->ways <= MW_SETS_WAYS) {
        made = make_sets(cache);
    } else {
        made = map(cache, lines * sizeof *cache->list);
        cache->list = cache->memory;
    }
    if (!made)
        return mw_fail(error, MW_NO_MEMORY, "no memory to simulate cache %s", geometry->name);
    return classified ? mw_lru_create(&cache->shadow, lines, error) : MW_OK;
}

void mw_cache_destroy(mw_cache *cache)
{
    mw_pages_unmap(cache->memory, cache->mapped);
    mw_lru_destroy(cache->full);
    mw_lru_destroy(cache->shadow);
    mw_line_set_free(&cache->seen);
    *cache = (mw_cache){0};
}

/* --- lists ------------------------------------------------------------------------------------ */

static uint64_t *list_of(const mw_cache *cache, uint64_t line)
{
    return cache->list + (line & (cache->geometry.sets - 1)) * cache->geometry.ways;
}

static uint64_t *find_in_list(const mw_cache *cache, uint64_t line)
{
    uint64_t *list = list_of(cache, line);
    for (uint32_t way = 0; way < cache->geometry.ways; way++) {
        if (list[way] >> 1 == line)
            return &list[way];
    }
    return NULL;
}

bool mw_cache_touch_list(mw_cache *cache, uint64_t line, uint64_t dirty, uint64_t *victim)
{
    if (cache->full)
        return mw_lru_touch(cache->full, line, dirty, victim);
    uint64_t *list = list_of(cache, line), carried = list[0];
    if (carried >> 1 == line) {
        list[0] = carried | dirty;
        return true;
    }
    for (uint32_t way = 1; way < cache->geometry.ways; way++) {
        uint64_t here = list[way];
        list[way] = carried;
        if (here >> 1 == line) {
            list[0] = here | dirty;
            return true;
        }
        carried = here;
    }
    list[0] = line << 1 | dirty;
    *victim = carried;
    return false;
}

/* --- sets ------------------------------------------------------------------------------------- */

static uint32_t *find_in_set(const mw_cache *cache, uint64_t line)
{
    mw_set *set = mw_sets_at(&cache->sets, line);
    unsigned match = mw_set_match(&cache->sets, set, mw_sets_word(&cache->sets, line));
    return match ? &set->way[__builtin_ctz(match)] : NULL;
}

/* The way becomes empty and the least recent one. */
static void empty_way(const mw_cache *cache, uint64_t line, uint32_t *word)
{
    const mw_sets *sets = &cache->sets;
    mw_set *set = mw_sets_at(sets, line);
    unsigned place = mw_set_place(set->order, (unsigned)(word - set->way));
    uint64_t newer = ((uint64_t)1 << place) - 1, way = set->order >> place & 15;
    uint64_t older = set->order & ~(newer << 4 | 15);
    set->order = older >> 4 | (set->order & newer) | way << sets->oldest;
    *word = 0;
}

/* --- either ------------------------------------------------------------------------------------
 */

bool mw_cache_soil(mw_cache *cache, uint64_t line)
{
    if (cache->sets.first) {
        uint32_t *word = find_in_set(cache, line);
        if (word)
            *word |= 1;
        return word != NULL;
    }
    if (cache->full)
        return mw_lru_soil(cache->full, line);
    uint64_t *word = find_in_list(cache, line);
    if (word)
        *word |= 1;
    return word != NULL;
}

uint64_t mw_cache_word(mw_cache *cache, uint64_t line)
{
    if (cache->sets.first) {
        const uint32_t *word = find_in_set(cache, line);
        return word ? line << 1 | (*word & 1) : 0;
    }
    if (cache->full)
        return mw_lru_word(cache->full, line);
    const uint64_t *word = find_in_list(cache, line);
    return word ? *word : 0;
}

uint64_t mw_cache_remove(mw_cache *cache, uint64_t line)
{
    uint64_t taken = mw_cache_word(cache, line);
    if (cache->shadow)
        mw_lru_remove(cache->shadow, line);
    if (!taken)
        return 0;
    if (cache->sets.first) {
        empty_way(cache, line, find_in_set(cache, line));
    } else if (cache->full) {
        mw_lru_remove(cache->full, line);
    } else {
        uint64_t *word = find_in_list(cache, line);
        uint64_t *end = list_of(cache, line) + cache->geometry.ways;
        memmove(word, word + 1, (size_t)(end - word - 1) * sizeof *word);
        end[-1] = 0;
    }
    return taken;
}

/* Calls `visit` (NULL: nobody) for each dirty line, and cleans it if that is wanted. */
static void each_dirty(mw_cache *cache, bool clean, void (*visit)(void *context, uint64_t line),
                       void *context)
{
    const mw_cache_geometry *g = &cache->geometry;
    for (uint64_t at = 0; cache->list && at < g->sets * g->ways; at++) {
        uint64_t word = cache->list[at];
        if (word & 1 && visit)
            visit(context, word >> 1);
        cache->list[at] = clean ? word & ~(uint64_t)1 : word;
    }
    for (uint64_t set = 0; cache->sets.first && set < g->sets; set++) {
        mw_set *at = mw_sets_at(&cache->sets, set);
        for (uint32_t way = 0; way < g->ways; way++) {
            uint32_t word = at->way[way];
            if (word & 1 && visit)
                visit(context, mw_sets_line(&cache->sets, set, word));
            at->way[way] = clean ? word & ~(uint32_t)1 : word;
        }
    }
}

void mw_cache_dirty(mw_cache *cache, void (*visit)(void *context, uint64_t line), void *context)
{
    if (cache->full)
        mw_lru_dirty(cache->full, visit, context);
    else
        each_dirty(cache, false, visit, context);
}

void mw_cache_clean(mw_cache *cache)
{
    if (cache->full)
        mw_lru_clean(cache->full);
    else
        each_dirty(cache, true, NULL, NULL);
}
