/*
 * levels.h: what flows between the levels of a hierarchy. Private to cachesim/.
 *
 * A level depends on nothing but what the one above asks of it, in its order. So the first level
 * writes its misses into a queue, and every now and then each level below works through the queue
 * of the one above: a short loop over one cache instead of a walk through all of them.
 */
#ifndef MW_CACHESIM_LEVELS_H
#define MW_CACHESIM_LEVELS_H

#include "cachesim/hierarchy.h"

/* An order to a level is line << 2 | what. */
enum { MW_ORDER_LOAD, MW_ORDER_STORE, MW_ORDER_WRITE_BACK, MW_ORDER_BYPASS };

/* Orders that the first level collects; each may become two at every level further down. */
enum { MW_QUEUE = 256 };

struct mw_hierarchy {
    mw_trace sink; /* first: a sink is cast back to its hierarchy */
    mw_cache cache[MW_CACHE_LEVELS];
    size_t count;
    mw_hierarchy_options options;
    uint64_t references, bytes, nt_bytes;
    uint64_t until_poll; /* passes */
    uint64_t farthest;   /* address that was touched */
    bool plain;          /* write-back, up to 16 ways at the first level, misses not
                            told apart */
    uint64_t *queue[MW_CACHE_LEVELS + 1]; /* [i]: orders to level i, from 1 on; last: to memory */
    size_t queued;                        /* in queue[1] */
};

/* Works through the queues: all counts are then up to date. */
void mw_levels_settle(mw_hierarchy *hierarchy);

/* Why a line was missed. */
void mw_levels_classify(mw_cache *cache, uint64_t line, int kind, bool in_shadow);

/* The first level has missed `line` and pushed out `victim` (a word of cache.h, 0 unless dirty). */
static inline void mw_levels_missed(mw_hierarchy *h, uint64_t line, int kind, uint64_t victim)
{
    mw_cache *first = &h->cache[0];
    first->counts.misses[kind]++;
    if (victim & 1) {
        first->counts.write_backs++;
        h->queue[1][h->queued++] = victim >> 1 >> first->down << 2 | MW_ORDER_WRITE_BACK;
    }
    h->queue[1][h->queued++] = line >> first->down << 2 | (uint64_t)kind;
    if (h->queued + 2 > MW_QUEUE)
        mw_levels_settle(h);
}

#endif
