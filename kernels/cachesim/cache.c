#include "cachesim/cache.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Above so many ways a hash finds a line sooner than a search through the set. */
enum { WAYS_SEARCHED = 32, HUGE_PAGE = 2 << 20 };

static unsigned log2_of(uint64_t power)
{
    return (unsigned)__builtin_ctzll(power);
}

mw_status mw_cache_create(mw_cache *cache, const mw_cache_geometry *geometry, bool classified,
                          mw_error *error)
{
    *cache = (mw_cache){
        .geometry = *geometry,
        .shift = log2_of(geometry->line),
        .mask = geometry->sets - 1,
        .ways = geometry->ways,
        .classified = classified,
    };
    uint64_t lines = geometry->sets * geometry->ways;
    if (geometry->sets == 1 && geometry->ways > WAYS_SEARCHED)
        return mw_lru_create(&cache->full, lines, error);
    /* From mmap, so that a large cache lies in huge pages and a random walk over it does not wait
     * for page tables. */
    cache->mapped = (size_t)(lines * sizeof *cache->words + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    void *words =
        mmap(NULL, cache->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (words == MAP_FAILED)
        return mw_fail(error, MW_NO_MEMORY, "no memory to simulate cache %s", geometry->name);
    cache->words = words;
    if (cache->mapped > HUGE_PAGE)
        madvise(words, cache->mapped, MADV_HUGEPAGE);
    return classified ? mw_lru_create(&cache->shadow, lines, error) : MW_OK;
}

void mw_cache_destroy(mw_cache *cache)
{
    if (cache->words)
        munmap(cache->words, cache->mapped);
    mw_lru_destroy(cache->full);
    mw_lru_destroy(cache->shadow);
    mw_line_set_free(&cache->seen);
    *cache = (mw_cache){0};
}

static uint64_t *find(mw_cache *cache, uint64_t line)
{
    uint64_t *set = cache->words + (line & cache->mask) * cache->ways;
    for (uint32_t way = 0; way < cache->ways; way++) {
        if (set[way] >> 1 == line)
            return &set[way];
    }
    return NULL;
}

bool mw_cache_soil(mw_cache *cache, uint64_t line)
{
    if (cache->full)
        return mw_lru_soil(cache->full, line);
    uint64_t *word = find(cache, line);
    if (word)
        *word |= 1;
    return word != NULL;
}

uint64_t mw_cache_remove(mw_cache *cache, uint64_t line)
{
    if (cache->shadow)
        mw_lru_remove(cache->shadow, line);
    if (cache->full)
        return mw_lru_remove(cache->full, line);
    uint64_t *word = find(cache, line);
    if (!word)
        return 0;
    uint64_t taken = *word;
    uint64_t *end = cache->words + ((line & cache->mask) + 1) * cache->ways;
    memmove(word, word + 1, (size_t)(end - word - 1) * sizeof *word);
    end[-1] = 0;
    return taken;
}

uint64_t mw_cache_word(mw_cache *cache, uint64_t line)
{
    if (cache->full)
        return mw_lru_word(cache->full, line);
    const uint64_t *word = find(cache, line);
    return word ? *word : 0;
}

void mw_cache_dirty(mw_cache *cache, void (*visit)(void *context, uint64_t line), void *context)
{
    if (cache->full) {
        mw_lru_dirty(cache->full, visit, context);
        return;
    }
    uint64_t lines = cache->geometry.sets * cache->ways;
    for (uint64_t i = 0; i < lines; i++) {
        if (cache->words[i] & 1)
            visit(context, cache->words[i] >> 1);
    }
}

void mw_cache_clean(mw_cache *cache)
{
    if (cache->full) {
        mw_lru_clean(cache->full);
        return;
    }
    uint64_t lines = cache->geometry.sets * cache->ways;
    for (uint64_t i = 0; i < lines; i++)
        cache->words[i] &= ~(uint64_t)1;
}
