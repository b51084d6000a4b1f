/* lru.c: chains of a hash find a node, a doubly linked ring keeps the order of use. */
#include "cachesim/lru.h"

#include <stdlib.h>

#include "model/pages.h"

/* Nodes are numbered from 1; node 0 is the head of the ring of recency and the end of chains. */
typedef struct node {
    uint64_t word; /* line << 1 | dirty */
    uint32_t newer, older, chain;
} node;

enum { RECENT = 3, RUN = 256 };

struct mw_lru {
    node *nodes;
    uint32_t *buckets;
    uint32_t used, capacity;
    uint32_t unused; /* chain of nodes that were taken out */
    unsigned shift;  /* 64 - log2 of the buckets */
    uint64_t mask;
    size_t mapped[2]; /* bytes of nodes and buckets */
};

mw_status mw_lru_create(mw_lru **lru, uint64_t lines, mw_error *error)
{
    *lru = NULL;
    if (lines == 0 || lines > UINT32_MAX / 4)
        return mw_fail(error, MW_INVALID, "a cache of so many lines cannot be simulated");
    unsigned bits = 4;
    while (bits < 31 && (uint64_t)1 << bits < lines)
        bits++;
    mw_lru *made = calloc(1, sizeof *made);
    if (made) {
        made->nodes = mw_pages_map((lines + 1) * sizeof *made->nodes, &made->mapped[0]);
        made->buckets = mw_pages_map(sizeof *made->buckets << bits, &made->mapped[1]);
        made->capacity = (uint32_t)lines;
        made->shift = 64 - bits;
        made->mask = ((uint64_t)1 << bits) - 1;
    }
    if (!made || !made->nodes || !made->buckets) {
        mw_lru_destroy(made);
        return mw_fail(error, MW_NO_MEMORY, "no memory for a cache of %llu lines",
                       (unsigned long long)lines);
    }
    *lru = made;
    return MW_OK;
}

void mw_lru_destroy(mw_lru *lru)
{
    if (!lru)
        return;
    mw_pages_unmap(lru->nodes, lru->mapped[0]);
    mw_pages_unmap(lru->buckets, lru->mapped[1]);
    free(lru);
}

/* Neighbours among lines are neighbours in the table, which streams then read as a stream; a run of
 * them begins anywhere. */
static uint32_t *bucket_of(mw_lru *lru, uint64_t line)
{
    uint64_t run = (line / RUN) * 0x9E3779B97F4A7C15u >> lru->shift;
    return &lru->buckets[(run + line % RUN) & lru->mask];
}

/* The link that leads to the node of `line`, or the end of its chain. */
static uint32_t *link_to(mw_lru *lru, uint64_t line)
{
    uint32_t *link = bucket_of(lru, line);
    while (*link && lru->nodes[*link].word >> 1 != line)
        link = &lru->nodes[*link].chain;
    return link;
}

static void leave_ring(mw_lru *lru, const node *n)
{
    lru->nodes[n->newer].older = n->older;
    lru->nodes[n->older].newer = n->newer;
}

static void enter_front(mw_lru *lru, uint32_t at)
{
    node *n = &lru->nodes[at], *head = &lru->nodes[0];
    n->newer = 0;
    n->older = head->older;
    lru->nodes[head->older].newer = at;
    head->older = at;
}

/* A node for a new line: a fresh one, or that of the least recent line. */
static uint32_t take_node(mw_lru *lru, uint64_t *victim)
{
    uint32_t at = lru->unused;
    if (at) {
        lru->unused = lru->nodes[at].chain;
        return at;
    }
    if (lru->used < lru->capacity)
        return ++lru->used;
    at = lru->nodes[0].newer;
    *victim = lru->nodes[at].word;
    uint32_t *link = link_to(lru, *victim >> 1);
    *link = lru->nodes[at].chain;
    leave_ring(lru, &lru->nodes[at]);
    /* What the next ones to go will want, each step of the way one line earlier. */
    const node *next = &lru->nodes[lru->nodes[0].newer], *second = &lru->nodes[next->newer];
    __builtin_prefetch(&lru->nodes[second->newer], 1);
    __builtin_prefetch(bucket_of(lru, second->word >> 1), 1);
    __builtin_prefetch(&lru->nodes[*bucket_of(lru, next->word >> 1)], 1);
    return at;
}

void mw_lru_soon(mw_lru *lru, uint64_t line)
{
    __builtin_prefetch(bucket_of(lru, line), 1);
}

void mw_lru_next(mw_lru *lru, uint64_t line)
{
    __builtin_prefetch(&lru->nodes[*bucket_of(lru, line)], 1);
}

bool mw_lru_touch(mw_lru *lru, uint64_t line, uint64_t dirty, uint64_t *victim)
{
    /* Most lines come back at once, or after two or three others: those need no table. Node 0 is no
     * line, and no line has its word. */
    uint32_t at = lru->nodes[0].older;
    if (lru->nodes[at].word >> 1 == line && at) {
        lru->nodes[at].word |= dirty;
        return true;
    }
    for (int i = 0; i < RECENT && at; i++) {
        at = lru->nodes[at].older;
        if (lru->nodes[at].word >> 1 == line)
            break;
    }
    if (!at || lru->nodes[at].word >> 1 != line)
        at = *link_to(lru, line);
    if (at) {
        lru->nodes[at].word |= dirty;
        leave_ring(lru, &lru->nodes[at]);
        enter_front(lru, at);
        return true;
    }
    *victim = 0;
    at = take_node(lru, victim);
    uint32_t *bucket = bucket_of(lru, line);
    lru->nodes[at].word = line << 1 | dirty;
    lru->nodes[at].chain = *bucket;
    *bucket = at;
    enter_front(lru, at);
    return false;
}

bool mw_lru_soil(mw_lru *lru, uint64_t line)
{
    uint32_t at = *link_to(lru, line);
    if (at)
        lru->nodes[at].word |= 1;
    return at != 0;
}

uint64_t mw_lru_remove(mw_lru *lru, uint64_t line)
{
    uint32_t *link = link_to(lru, line), at = *link;
    if (!at)
        return 0;
    node *n = &lru->nodes[at];
    uint64_t word = n->word;
    *link = n->chain;
    leave_ring(lru, n);
    n->word = 0;
    n->chain = lru->unused;
    lru->unused = at;
    return word;
}

uint64_t mw_lru_word(mw_lru *lru, uint64_t line)
{
    return lru->nodes[*link_to(lru, line)].word; /* node 0 holds none */
}

void mw_lru_dirty(mw_lru *lru, void (*visit)(void *context, uint64_t line), void *context)
{
    for (uint32_t at = lru->nodes[0].newer; at; at = lru->nodes[at].newer) {
        if (lru->nodes[at].word & 1)
            visit(context, lru->nodes[at].word >> 1);
    }
}

void mw_lru_clean(mw_lru *lru)
{
    for (uint32_t at = 1; at <= lru->used; at++)
        lru->nodes[at].word &= ~(uint64_t)1;
}
