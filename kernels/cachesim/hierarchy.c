/* hierarchy.c: takes streams apart into lines and counts at once what surely hits. */
#include "cachesim/hierarchy.h"

#include <stdlib.h>
#include <string.h>

#include "cachesim/levels.h"
#include "cachesim/passes.h"

/* Looks at lines between two polls. */
enum { POLL_EVERY = 1 << 12 };

/* --- one line ------------------------------------------------------------------------------- */

/* One line of one access. */
static void look(mw_hierarchy *h, uint64_t line, int kind)
{
    mw_cache *cache = &h->cache[0];
    uint64_t victim = 0;
    bool in_shadow = cache->shadow && mw_lru_touch(cache->shadow, line, 0, &victim);
    victim = 0;
    cache->counts.accesses[kind]++;
    if (mw_cache_touch(cache, line, (uint64_t)kind, &victim))
        return;
    if (cache->classified)
        mw_levels_classify(cache, line, kind, in_shadow);
    mw_levels_missed(h, line, kind, victim);
}

/* An NT store goes past all levels and leaves no copy behind. */
static void bypass(mw_hierarchy *h, uint64_t line)
{
    mw_cache *first = &h->cache[0];
    uint64_t below = line >> first->down << 2;
    if (mw_cache_remove(first, line) & 1) {
        first->counts.write_backs++;
        h->queue[1][h->queued++] = below | MW_ORDER_WRITE_BACK;
    }
    h->queue[1][h->queued++] = below | MW_ORDER_BYPASS;
    if (h->queued + 2 > MW_QUEUE)
        mw_levels_settle(h);
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
        mw_levels_classify(cache, missed, kind, in_shadow);
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
                look(h, line, kind);
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
            count += ((other ^ line) & (h->cache[0].geometry.sets - 1)) == 0 &&
                     !touched_before(passes, i, other);
    }
    return count;
}

/* Whether an NT store throws out what another stream of the pass brings in: lines of the last
 * level, the longest. Such lines come and go in every iteration. */
static bool at_odds(const mw_hierarchy *h, const mw_passes *passes)
{
    unsigned down = h->cache[h->count - 1].shift - passes->shift;
    for (size_t i = 0; i < passes->count; i++) {
        const mw_pass_stream *nt = &passes->stream[i];
        for (size_t j = 0; nt->access == MW_ACCESS_STORE_NT && j < passes->count; j++) {
            const mw_pass_stream *s = &passes->stream[j];
            if (s->access != MW_ACCESS_STORE_NT && s->first >> down <= nt->last >> down &&
                nt->first >> down <= s->last >> down)
                return true;
        }
    }
    return false;
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
    if (bypasses && at_odds(h, passes))
        return false;
    if (lines <= h->cache[0].geometry.ways)
        return true;
    for (size_t i = 0; i < passes->count; i++) {
        const mw_pass_stream *s = &passes->stream[i];
        for (uint64_t line = s->first; line <= s->last; line++) {
            if (rivals(h, passes, line) > h->cache[0].geometry.ways)
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

static bool loop_by_passes(mw_hierarchy *h, const mw_stream *streams, size_t count,
                           uint64_t iterations)
{
    mw_passes passes;
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
        if (looks < passes.step)
            count_hits(h, &passes, passes.step - looks);
    } while (mw_passes_next(&passes));
    return true;
}

/* Where a stream enters a new line in every iteration, a pass is an iteration: look straight. */
static bool loop_by_iterations(mw_hierarchy *h, const mw_stream *streams, size_t count,
                               uint64_t iterations)
{
    const mw_sets first = h->cache[0].sets; /* a copy, so that it stays in registers */
    const unsigned shift = h->cache[0].shift;
    mw_stream at[MW_STREAM_MAX];
    uint64_t lines[2] = {0};
    memcpy(at, streams, count * sizeof *at);
    for (uint64_t i = 0; i < iterations; i++) {
        for (size_t s = 0; s < count; s++) {
            int kind = at[s].access == MW_ACCESS_STORE;
            uint64_t line = at[s].base >> shift, last = (at[s].base + at[s].size - 1) >> shift;
            at[s].base += (uint64_t)at[s].stride;
            for (;;) {
                uint32_t out = 0;
                lines[kind]++;
                if (!mw_sets_touch(&first, line, (uint32_t)kind, &out))
                    mw_levels_missed(h, line, kind, mw_sets_victim(&first, line, out));
                if (__builtin_expect(line == last, 1))
                    break;
                line++;
            }
        }
        if (--h->until_poll == 0) {
            h->references += count * (i % POLL_EVERY); /* about: only for those who look on */
            bool go = poll(h);
            h->references -= count * (i % POLL_EVERY);
            if (!go)
                return false;
        }
    }
    h->references += count * iterations;
    for (int kind = 0; kind < 2; kind++)
        h->cache[0].counts.accesses[kind] += lines[kind];
    return true;
}

static bool loop(mw_trace *trace, const mw_stream *streams, size_t count, uint64_t iterations)
{
    mw_hierarchy *h = (mw_hierarchy *)trace;
    bool hops = false, plain = h->plain;
    for (size_t s = 0; s < count; s++) {
        uint64_t stride = (uint64_t)llabs(streams[s].stride);
        uint64_t far = streams[s].base + (streams[s].stride > 0 ? stride * iterations : 0);
        bool nt = streams[s].access == MW_ACCESS_STORE_NT;
        hops |= stride >= h->cache[0].geometry.line;
        plain &= !nt;
        if (far > h->farthest)
            h->farthest = far;
        h->bytes += streams[s].size * iterations;
        if (nt && h->options.mode == MW_CACHE_WRITE_BACK)
            h->nt_bytes += streams[s].size * iterations;
    }
    return hops && plain ? loop_by_iterations(h, streams, count, iterations)
                         : loop_by_passes(h, streams, count, iterations);
}

static bool index_by_passes(mw_hierarchy *h, uint64_t base, const uint32_t *index, uint64_t count,
                            uint32_t size, mw_access access)
{
    const unsigned shift = h->cache[0].shift;
    mw_passes one = {.count = 1, .left = 1, .step = 1, .shift = shift};
    for (uint64_t i = 0; i < count; i++) {
        uint64_t address = base + (uint64_t)index[i] * size;
        one.stream[0] = (mw_pass_stream){.address = address,
                                         .first = address >> shift,
                                         .last = (address + size - 1) >> shift,
                                         .size = size,
                                         .access = access};
        pass_once(h, &one);
        if (--h->until_poll == 0 && !poll(h))
            return false;
    }
    return true;
}

static bool index_straight(mw_hierarchy *h, uint64_t base, const uint32_t *index, uint64_t count,
                           uint32_t size, int kind)
{
    const mw_sets first = h->cache[0].sets;
    const unsigned shift = h->cache[0].shift;
    uint64_t lines = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t address = base + (uint64_t)index[i] * size;
        uint64_t line = address >> shift, last = (address + size - 1) >> shift;
        for (; line <= last; line++, lines++) {
            uint32_t out = 0;
            if (!mw_sets_touch(&first, line, (uint32_t)kind, &out))
                mw_levels_missed(h, line, kind, mw_sets_victim(&first, line, out));
        }
        if (--h->until_poll == 0 && !poll(h))
            return false;
    }
    h->cache[0].counts.accesses[kind] += lines;
    return true;
}

static bool indexed(mw_trace *trace, uint64_t base, const uint32_t *index, uint64_t count,
                    uint32_t size, mw_access access)
{
    mw_hierarchy *h = (mw_hierarchy *)trace;
    bool bypasses = access == MW_ACCESS_STORE_NT && h->options.mode == MW_CACHE_WRITE_BACK;
    uint64_t largest = 0;
    for (uint64_t i = 0; i < count; i++)
        largest = index[i] > largest ? index[i] : largest;
    uint64_t far = base + (largest + 1) * size;
    h->farthest = far > h->farthest ? far : h->farthest;
    h->references += count;
    h->bytes += size * count;
    h->nt_bytes += bypasses ? size * count : 0;
    return h->plain && !bypasses
               ? index_straight(h, base, index, count, size, access == MW_ACCESS_STORE)
               : index_by_passes(h, base, index, count, size, access);
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
    if (status != MW_OK)
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
    for (size_t level = 1; status == MW_OK && level <= count; level++) {
        made->queue[level] = malloc(((size_t)MW_QUEUE << level) * sizeof *made->queue[level]);
        if (!made->queue[level])
            status = mw_fail(error, MW_NO_MEMORY, "no memory for a cache hierarchy");
    }
    if (status != MW_OK) {
        mw_hierarchy_destroy(made);
        return status;
    }
    for (size_t level = 0; level + 1 < count; level++)
        made->cache[level].down = made->cache[level + 1].shift - made->cache[level].shift;
    made->plain = options->mode == MW_CACHE_WRITE_BACK && !options->classify &&
                  !options->one_by_one && made->cache[0].sets.first;
    *hierarchy = made;
    return MW_OK;
}

void mw_hierarchy_destroy(mw_hierarchy *hierarchy)
{
    if (!hierarchy)
        return;
    for (size_t level = 0; level < hierarchy->count; level++)
        mw_cache_destroy(&hierarchy->cache[level]);
    for (size_t level = 0; level <= MW_CACHE_LEVELS; level++)
        free(hierarchy->queue[level]);
    free(hierarchy);
}

mw_trace *mw_hierarchy_sink(mw_hierarchy *hierarchy)
{
    return &hierarchy->sink;
}

typedef struct flushing {
    mw_hierarchy *hierarchy;
    size_t level;
    uint64_t *lines;   /* per level */
    mw_line_set *soil; /* per level: clean copies that would be dirty by now */
} flushing;

/* A dirty line goes down to the first copy, or to memory. */
static void flush_line(void *context, uint64_t line)
{
    flushing *from = context;
    mw_hierarchy *h = from->hierarchy;
    for (size_t level = from->level;; level++) {
        h->cache[level].counts.write_backs++;
        line >>= h->cache[level].down;
        if (level + 1 == h->count || mw_cache_soil(&h->cache[level + 1], line))
            return;
    }
}

/* Where a dirty line would be counted on its way down: up to a copy that is dirty itself, or that
 * another part of the same longer line has made so. */
static void count_line(void *context, uint64_t line)
{
    flushing *from = context;
    mw_hierarchy *h = from->hierarchy;
    bool longer = false;
    for (size_t level = from->level; level < h->count; level++) {
        uint64_t word = level > from->level ? mw_cache_word(&h->cache[level], line) : 0;
        if (word & 1 || (word && longer && mw_line_set_add(&from->soil[level], line)))
            return;
        from->lines[level]++;
        longer = longer || h->cache[level].down > 0;
        line >>= h->cache[level].down;
    }
}

void mw_hierarchy_flush(mw_hierarchy *hierarchy)
{
    mw_levels_settle(hierarchy);
    for (size_t level = 0; level < hierarchy->count; level++) {
        flushing from = {.hierarchy = hierarchy, .level = level};
        mw_cache_dirty(&hierarchy->cache[level], flush_line, &from);
        mw_cache_clean(&hierarchy->cache[level]);
    }
}

void mw_hierarchy_dirty(const mw_hierarchy *hierarchy, uint64_t *lines)
{
    mw_hierarchy *h = (mw_hierarchy *)hierarchy; /* looked at only */
    mw_levels_settle(h);
    memset(lines, 0, h->count * sizeof *lines);
    mw_line_set soil[MW_CACHE_LEVELS] = {0};
    for (size_t level = 0; level < h->count; level++)
        mw_cache_dirty(&h->cache[level], count_line, &(flushing){h, level, lines, soil});
    for (size_t level = 0; level < h->count; level++)
        mw_line_set_free(&soil[level]);
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
    mw_levels_settle((mw_hierarchy *)hierarchy);
    mw_cache_counts counts = hierarchy->cache[level].counts;
    if (hierarchy->options.mode == MW_CACHE_CACHEGRIND)
        return counts;
    /* Each miss fetches its line; what a level misses the next one is asked for. */
    counts.fills = counts.misses[0] + counts.misses[1];
    for (int kind = 0; kind < 2 && level > 0; kind++)
        counts.accesses[kind] = hierarchy->cache[level - 1].counts.misses[kind];
    return counts;
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
        const mw_cache *cache = &hierarchy->cache[level];
        if (cache->sets.first && !mw_sets_hold(&cache->sets, hierarchy->farthest >> cache->shift))
            return mw_fail(error, MW_UNSUPPORTED,
                           "the operands reach too far for cache %s to tell lines apart: choose "
                           "smaller sizes or more sets",
                           hierarchy->cache[level].geometry.name);
    }
    return MW_OK;
}
