/* levels.c: each level works through the misses of the one above, and asks for its sets ahead. */
#include "cachesim/levels.h"

enum { AHEAD = 8 };

void mw_levels_classify(mw_cache *cache, uint64_t line, int kind, bool in_shadow)
{
    /* What is in the shadow was seen. */
    mw_miss miss = in_shadow                             ? MW_MISS_CONFLICT
                   : mw_line_set_add(&cache->seen, line) ? MW_MISS_CAPACITY
                                                         : MW_MISS_COMPULSORY;
    cache->counts.kinds[kind][miss]++;
}

/* Where orders go on to. */
typedef struct outlet {
    uint64_t *to;
    size_t count;
    unsigned down;
} outlet;

static inline void send(outlet *out, uint64_t line, unsigned what)
{
    out->to[out->count++] = line >> out->down << 2 | what;
}

/* A dirty line from above makes the copy here dirty; without one it goes on. */
static void take_back(mw_cache *cache, uint64_t line, outlet *out)
{
    if (mw_cache_soil(cache, line))
        return;
    cache->counts.write_backs++;
    send(out, line, MW_ORDER_WRITE_BACK);
}

static void bypass(mw_cache *cache, uint64_t line, outlet *out)
{
    if (mw_cache_remove(cache, line) & 1) {
        cache->counts.write_backs++;
        send(out, line, MW_ORDER_WRITE_BACK);
    }
    send(out, line, MW_ORDER_BYPASS);
}

/* At random places the simulator itself misses: what orders to come will look at is asked for. */
static inline void ask_for_set(const mw_sets *sets, const uint64_t *orders, size_t left)
{
    if (left <= AHEAD)
        return;
    const char *set = (const char *)mw_sets_at(sets, orders[AHEAD] >> 2);
    __builtin_prefetch(set, 1);
    __builtin_prefetch(set + sets->stride - 1, 1);
}

/* The same for what tells why a line is missed. */
static inline void ask_for_reasons(const mw_cache *cache, const uint64_t *orders, size_t left)
{
    if (left > AHEAD)
        mw_lru_soon(cache->shadow, orders[AHEAD] >> 2);
    if (left > AHEAD / 2) {
        mw_lru_next(cache->shadow, orders[AHEAD / 2] >> 2);
        mw_line_set_soon(&cache->seen, orders[AHEAD / 2] >> 2);
    }
}

/* Any cache, one order at a time. */
static void work_any(mw_cache *cache, const uint64_t *orders, size_t count, outlet *out)
{
    for (size_t i = 0; i < count; i++) {
        if (cache->sets.first)
            ask_for_set(&cache->sets, orders + i, count - i);
        if (cache->shadow)
            ask_for_reasons(cache, orders + i, count - i);
        uint64_t line = orders[i] >> 2, victim = 0;
        unsigned what = orders[i] & 3;
        if (what == MW_ORDER_WRITE_BACK) {
            take_back(cache, line, out);
        } else if (what == MW_ORDER_BYPASS) {
            bypass(cache, line, out);
        } else {
            bool in_shadow = cache->shadow && mw_lru_touch(cache->shadow, line, 0, &victim);
            victim = 0;
            if (mw_cache_touch(cache, line, 0, &victim))
                continue;
            cache->counts.misses[what]++;
            if (cache->classified)
                mw_levels_classify(cache, line, (int)what, in_shadow);
            if (victim & 1) {
                cache->counts.write_backs++;
                send(out, victim >> 1, MW_ORDER_WRITE_BACK);
            }
            send(out, line, what);
        }
    }
}

/* Up to 16 ways and nothing to classify. */
static void work_sets(mw_cache *cache, const uint64_t *orders, size_t count, outlet *out)
{
    const mw_sets sets = cache->sets; /* a copy, so that it stays in registers */
    uint64_t misses[2] = {0}, backs = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t line = orders[i] >> 2;
        unsigned what = orders[i] & 3;
        ask_for_set(&sets, orders + i, count - i);
        if (__builtin_expect(what >= MW_ORDER_WRITE_BACK, 0)) {
            if (what == MW_ORDER_WRITE_BACK)
                take_back(cache, line, out);
            else
                bypass(cache, line, out);
            continue;
        }
        uint32_t pushed = 0;
        if (mw_sets_search(&sets, line, &pushed))
            continue;
        misses[what]++;
        if (pushed & 1) {
            backs++;
            send(out, mw_sets_line(&sets, line, pushed), MW_ORDER_WRITE_BACK);
        }
        send(out, line, what);
    }
    cache->counts.misses[0] += misses[0];
    cache->counts.misses[1] += misses[1];
    cache->counts.write_backs += backs;
}

void mw_levels_settle(mw_hierarchy *h)
{
    size_t count = h->queued;
    h->queued = 0;
    for (size_t level = 1; level < h->count; level++) {
        mw_cache *cache = &h->cache[level];
        /* Behind the last level lies memory, where orders end. */
        outlet out = {.to = h->queue[level + 1], .down = cache->down};
        if (cache->sets.first && !cache->classified)
            work_sets(cache, h->queue[level], count, &out);
        else
            work_any(cache, h->queue[level], count, &out);
        count = out.count;
    }
}
