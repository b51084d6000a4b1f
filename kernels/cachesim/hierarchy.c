#include "cachesim/hierarchy.h"

#include <stdlib.h>
#include <string.h>

#include "cachesim/passes.h"

/* Looks at lines between two polls. */
enum { POLL_EVERY = 1 << 14 };

struct mw_hierarchy {
    mw_trace sink; /* first: a sink is cast back to its hierarchy */
    mw_cache cache[MW_CACHE_LEVELS];
    size_t count;
    mw_hierarchy_options options;
    uint64_t references, bytes, nt_bytes;
    uint64_t until_poll; /* passes */
};

/* --- one line ------------------------------------------------------------------------------- */

/* A dirty line leaves `level`. */
static void write_back(mw_hierarchy *h, size_t level, uint64_t line)
{
    unsigned shift = h->cache[level].shift;
    for (;; level++) {
        h->cache[level].counts.write_backs++;
        if (level + 1 == h->count)
            return;
        if (mw_cache_soil(&h->cache[level + 1], line << shift >> h->cache[level + 1].shift))
            return;
    }
}

static void classify(mw_cache *cache, uint64_t line, int kind, bool in_shadow)
{
    mw_miss miss = !mw_line_set_add(&cache->seen, line) ? MW_MISS_COMPULSORY
                   : in_shadow                          ? MW_MISS_CONFLICT
                                                        : MW_MISS_CAPACITY;
    cache->counts.kinds[kind][miss]++;
}

/* `line` in lines of `level`; `dirty` only at the first. */
static void look(mw_hierarchy *h, size_t level, uint64_t line, int kind, uint64_t dirty)
{
    for (;;) {
        mw_cache *cache = &h->cache[level];
        uint64_t victim, unused;
        cache->counts.accesses[kind]++;
        bool in_shadow = cache->shadow && mw_lru_touch(cache->shadow, line, 0, &unused);
        if (mw_cache_touch(cache, line, dirty, &victim))
            return;
        cache->counts.misses[kind]++;
        cache->counts.fills++;
        if (cache->classified)
            classify(cache, line, kind, in_shadow);
        if (victim & 1)
            write_back(h, level, victim >> 1);
        if (++level == h->count)
            return;
        line = line << cache->shift >> h->cache[level].shift;
        dirty = 0;
    }
}

/* An NT store goes past all levels and leaves no copy behind. */
static void bypass(mw_hierarchy *h, uint64_t line)
{
    unsigned shift = h->cache[0].shift;
    for (size_t level = 0; level < h->count; level++) {
        uint64_t here = line << shift >> h->cache[level].shift;
        if (mw_cache_remove(&h->cache[level], here) & 1)
            write_back(h, level, here);
    }
}

/* --- Cachegrind ----------------------------------------------------------------------------- */

/* One access of one level; true when a line of it was missed. */
static bool grind_level(mw_cache *cache, const mw_pass_stream *s, int kind)
{
    uint64_t first = s->address >> cache->shift;
    uint64_t last = (s->address + s->size - 1) >> cache->shift;
    uint64_t missed = 0, unused;
    bool in_shadow = false;
    for (uint64_t line = first; line <= last; line++) {
        bool shadow = cache->shadow && mw_lru_touch(cache->shadow, line, 0, &unused);
        if (!mw_cache_touch(cache, line, 0, &unused)) {
            if (missed && cache->classified)
                mw_line_set_add(&cache->seen, line);
            else
                in_shadow = shadow;
            missed = missed ? missed : line;
            cache->counts.fills++;
        }
    }
    cache->counts.accesses[kind]++;
    if (!missed)
        return false;
    cache->counts.misses[kind]++;
    if (cache->classified)
        classify(cache, missed, kind, in_shadow);
    return true;
}

static void grind(mw_hierarchy *h, const mw_pass_stream *s)
{
    int kind = s->access != MW_ACCESS_LOAD;
    if (grind_level(&h->cache[0], s, kind))
        grind_level(&h->cache[1], s, kind);
}

/* --- passes --------------------------------------------------------------------------------- */

/* The lines of one iteration, once. */
static void pass_once(mw_hierarchy *h, const mw_passes *passes)
{
    for (size_t i = 0; i < passes->count; i++) {
        const mw_pass_stream *s = &passes->stream[i];
        if (h->options.mode == MW_CACHE_CACHEGRIND) {
            grind(h, s);
        } else if (s->access == MW_ACCESS_STORE_NT) {
            for (uint64_t line = s->first; line <= s->last; line++)
                bypass(h, line);
        } else {
            int kind = s->access == MW_ACCESS_STORE;
            for (uint64_t line = s->first; line <= s->last; line++)
                look(h, 0, line, kind, (uint64_t)kind);
        }
    }
}

/* Hits of the first level that are not looked at. */
static void count_hits(mw_hierarchy *h, const mw_passes *passes, uint64_t iterations)
{
    bool grinds = h->options.mode == MW_CACHE_CACHEGRIND;
    for (size_t i = 0; i < passes->count; i++) {
        const mw_pass_stream *s = &passes->stream[i];
        if (s->access == MW_ACCESS_STORE_NT && !grinds)
            continue;
        uint64_t lines = grinds ? 1 : s->last - s->first + 1;
        h->cache[0].counts.accesses[s->access != MW_ACCESS_LOAD] += lines * iterations;
    }
}

/* Whether `line` is touched by a stream before stream `i`, or at an earlier line of stream `i`. */
static bool touched_before(const mw_passes *passes, size_t i, uint64_t line)
{
    for (size_t j = 0; j < i; j++) {
        if (passes->stream[j].first <= line && line <= passes->stream[j].last)
            return true;
    }
    return false;
}

/* Distinct lines of the pass that go to the set of `line`. */
static uint32_t rivals(const mw_hierarchy *h, const mw_passes *passes, uint64_t line)
{
    uint32_t count = 0;
    for (size_t i = 0; i < passes->count; i++) {
        const mw_pass_stream *s = &passes->stream[i];
        for (uint64_t other = s->first; other <= s->last; other++)
            count += ((other ^ line) & h->cache[0].mask) == 0 && !touched_before(passes, i, other);
    }
    return count;
}

/* Whether the lines of a pass are all in the first level once it is over. */
static bool all_stay(const mw_hierarchy *h, const mw_passes *passes)
{
    uint64_t lines = 0;
    bool bypasses = false;
    for (size_t i = 0; i < passes->count; i++) {
        lines += passes->stream[i].last - passes->stream[i].first + 1;
        bypasses |= passes->stream[i].access == MW_ACCESS_STORE_NT;
    }
    bypasses &= h->options.mode == MW_CACHE_WRITE_BACK;
    if (lines <= h->cache[0].ways && !bypasses)
        return true;
    for (size_t i = 0; i < passes->count; i++) {
        const mw_pass_stream *s = &passes->stream[i];
        for (uint64_t line = s->first; line <= s->last; line++) {
            if (rivals(h, passes, line) > h->cache[0].ways)
                return false;
            /* A line that one stream loads and another sends past the caches never stays. */
            if (bypasses && passes->count > 1 && touched_before(passes, i, line))
                return false;
        }
    }
    return true;
}

static bool poll(mw_hierarchy *h)
{
    h->until_poll = POLL_EVERY;
    return !h->options.poll || h->options.poll(h->options.context, h->references);
}

static bool loop(mw_trace *trace, const mw_stream *streams, size_t count, uint64_t iterations)
{
    mw_hierarchy *h = (mw_hierarchy *)trace;
    mw_passes passes;
    bool grinds = h->options.mode == MW_CACHE_CACHEGRIND;
    for (size_t s = 0; s < count; s++) {
        h->bytes += streams[s].size * iterations;
        if (streams[s].access == MW_ACCESS_STORE_NT && !grinds)
            h->nt_bytes += streams[s].size * iterations;
    }
    mw_passes_begin(&passes, streams, count, iterations, h->cache[0].shift);
    do {
        bool at_once = passes.step > 1 && !h->options.one_by_one && all_stay(h, &passes);
        uint64_t looks = at_once ? 1 : passes.step;
        h->references += count * passes.step;
        for (uint64_t i = 0; i < looks; i++) {
            pass_once(h, &passes);
            if (--h->until_poll == 0 && !poll(h))
                return false;
        }
        count_hits(h, &passes, passes.step - looks);
    } while (mw_passes_next(&passes));
    return true;
}

/* Sets are asked for some accesses ahead: at random places the simulator itself misses. */
static void prefetch(const mw_hierarchy *h, uint64_t address)
{
    for (size_t level = 0; level < h->count; level++) {
        const mw_cache *cache = &h->cache[level];
        if (!cache->words)
            continue;
        const uint64_t *set = cache->words + (address >> cache->shift & cache->mask) * cache->ways;
        __builtin_prefetch(set);
        __builtin_prefetch(set + cache->ways - 1);
    }
}

static bool indexed(mw_trace *trace, uint64_t base, const uint32_t *index, uint64_t count,
                    uint32_t size, mw_access access)
{
    enum { AHEAD = 8 };
    mw_hierarchy *h = (mw_hierarchy *)trace;
    mw_passes one = {.count = 1, .left = 1, .step = 1, .shift = h->cache[0].shift};
    h->bytes += size * count;
    if (access == MW_ACCESS_STORE_NT && h->options.mode == MW_CACHE_WRITE_BACK)
        h->nt_bytes += size * count;
    for (uint64_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            prefetch(h, base + (uint64_t)index[i + AHEAD] * size);
        one.stream[0] = (mw_pass_stream){
            .address = base + (uint64_t)index[i] * size, .size = size, .access = access};
        one.stream[0].first = one.stream[0].address >> one.shift;
        one.stream[0].last = (one.stream[0].address + size - 1) >> one.shift;
        h->references++;
        pass_once(h, &one);
        if (--h->until_poll == 0 && !poll(h))
            return false;
    }
    return true;
}

/* --- life ----------------------------------------------------------------------------------- */

mw_status mw_hierarchy_create(mw_hierarchy **hierarchy, const mw_cache_geometry *levels,
                              size_t count, const mw_hierarchy_options *options, mw_error *error)
{
    *hierarchy = NULL;
    mw_status status = mw_cache_check(levels, count, error);
    if (status == MW_OK && options->mode == MW_CACHE_CACHEGRIND && count != 2)
        status = mw_fail(error, MW_INVALID,
                         "cachegrind has two levels of data caches and %zu %s given: name a first "
                         "and a last one, as in D1=32K,8,64 and LL=8M,16,64",
                         count, count == 1 ? "is" : "are");
    if (status)
        return status;
    mw_hierarchy *made = calloc(1, sizeof *made);
    if (!made)
        return mw_fail(error, MW_NO_MEMORY, "no memory for a cache hierarchy");
    made->sink = (mw_trace){.loop = loop, .indexed = indexed};
    made->options = *options;
    made->until_poll = POLL_EVERY;
    for (; status == MW_OK && made->count < count; made->count++)
        status = mw_cache_create(&made->cache[made->count], &levels[made->count], options->classify,
                                 error);
    if (status) {
        mw_hierarchy_destroy(made);
        return status;
    }
    *hierarchy = made;
    return MW_OK;
}

void mw_hierarchy_destroy(mw_hierarchy *hierarchy)
{
    if (!hierarchy)
        return;
    for (size_t level = 0; level < hierarchy->count; level++)
        mw_cache_destroy(&hierarchy->cache[level]);
    free(hierarchy);
}

mw_trace *mw_hierarchy_sink(mw_hierarchy *hierarchy)
{
    return &hierarchy->sink;
}

typedef struct flushing {
    mw_hierarchy *hierarchy;
    size_t level;
    uint64_t *lines; /* per level; NULL: send them */
} flushing;

static void flush_line(void *context, uint64_t line)
{
    flushing *from = context;
    write_back(from->hierarchy, from->level, line);
}

/* Where a dirty line would be counted on its way down: up to a copy that is dirty itself. */
static void count_line(void *context, uint64_t line)
{
    flushing *from = context;
    mw_hierarchy *h = from->hierarchy;
    unsigned shift = h->cache[from->level].shift;
    for (size_t level = from->level; level < h->count; level++) {
        uint64_t here = line << shift >> h->cache[level].shift;
        if (level > from->level && mw_cache_word(&h->cache[level], here) & 1)
            return;
        from->lines[level]++;
    }
}

void mw_hierarchy_flush(mw_hierarchy *hierarchy)
{
    for (size_t level = 0; level < hierarchy->count; level++) {
        flushing from = {.hierarchy = hierarchy, .level = level};
        mw_cache_dirty(&hierarchy->cache[level], flush_line, &from);
        mw_cache_clean(&hierarchy->cache[level]);
    }
}

void mw_hierarchy_dirty(const mw_hierarchy *hierarchy, uint64_t *lines)
{
    mw_hierarchy *h = (mw_hierarchy *)hierarchy; /* looked at only */
    memset(lines, 0, h->count * sizeof *lines);
    for (size_t level = 0; level < h->count; level++)
        mw_cache_dirty(&h->cache[level], count_line, &(flushing){h, level, lines});
}

size_t mw_hierarchy_levels(const mw_hierarchy *hierarchy)
{
    return hierarchy->count;
}

const mw_cache_geometry *mw_hierarchy_geometry(const mw_hierarchy *hierarchy, size_t level)
{
    return &hierarchy->cache[level].geometry;
}

mw_cache_counts mw_hierarchy_counts(const mw_hierarchy *hierarchy, size_t level)
{
    return hierarchy->cache[level].counts;
}

uint64_t mw_hierarchy_references(const mw_hierarchy *hierarchy)
{
    return hierarchy->references;
}

uint64_t mw_hierarchy_bytes(const mw_hierarchy *hierarchy)
{
    return hierarchy->bytes;
}

uint64_t mw_hierarchy_nt_bytes(const mw_hierarchy *hierarchy)
{
    return hierarchy->nt_bytes;
}

mw_status mw_hierarchy_status(const mw_hierarchy *hierarchy, mw_error *error)
{
    for (size_t level = 0; level < hierarchy->count; level++) {
        if (hierarchy->cache[level].seen.failed)
            return mw_fail(error, MW_NO_MEMORY,
                           "memory ran out while misses were classified: choose smaller sizes");
    }
    return MW_OK;
}
