/*
 * sets.h: the sets of a cache of up to 16 ways, made for speed: lines keep their way, and the order
 * of recency is one word per set, four bits to a way, the most recent lowest. A hit moves four
 * bits, a miss shifts the word, and all ways are compared at once.
 *
 * A way holds (tag + 1) << 1 | dirty in 32 bits; 0 is empty.
 */
#ifndef MW_CACHESIM_SETS_H
#define MW_CACHESIM_SETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { MW_SETS_WAYS = 16 };

/* A set: its order, then its ways, padded to 8 or 16 with ways that are never taken. */
typedef struct mw_set {
    uint64_t order;
    uint32_t way[];
} mw_set;

typedef struct mw_sets {
    char *first;
    size_t stride;         /* bytes from set to set */
    uint64_t mask;         /* sets - 1 */
    unsigned bits;         /* log2 of the sets */
    unsigned ways, oldest; /* oldest: where the order keeps the least recent way, in bits */
    uint64_t order_mask;   /* the bits of the order that are used */
} mw_sets;

static inline mw_set *mw_sets_at(const mw_sets *sets, uint64_t line)
{
    return (mw_set *)(sets->first + (line & sets->mask) * sets->stride);
}

static inline uint32_t mw_sets_word(const mw_sets *sets, uint64_t line)
{
    return (uint32_t)((line >> sets->bits) + 1) << 1;
}

/* Lines whose tag does not fit a way cannot be told apart. */
static inline bool mw_sets_hold(const mw_sets *sets, uint64_t line)
{
    return line >> sets->bits < (UINT32_MAX >> 1) - 1;
}

static inline uint64_t mw_sets_line(const mw_sets *sets, uint64_t of_set, uint32_t word)
{
    return (uint64_t)((word >> 1) - 1) << sets->bits | (of_set & sets->mask);
}

/* The line that `word` was, as a word of cache.h; 0 unless it was dirty. */
static inline uint64_t mw_sets_victim(const mw_sets *sets, uint64_t of_set, uint32_t word)
{
    return word & 1 ? mw_sets_line(sets, of_set, word) << 1 | 1 : 0;
}

/* Bit i: way i holds `word`, dirty or not. */
static inline unsigned mw_set_match(const mw_sets *sets, const mw_set *set, uint32_t word)
{
#if defined(__SSE2__)
    __m128i want = _mm_set1_epi32((int)word), clean = _mm_set1_epi32(~1), equal[4];
    const __m128i *way = (const __m128i *)set->way;
    for (int i = 0; i < 2; i++)
        equal[i] = _mm_cmpeq_epi32(_mm_and_si128(_mm_loadu_si128(way + i), clean), want);
    equal[2] = equal[3] = _mm_setzero_si128();
    if (sets->ways > 8) {
        for (int i = 2; i < 4; i++)
            equal[i] = _mm_cmpeq_epi32(_mm_and_si128(_mm_loadu_si128(way + i), clean), want);
    }
    __m128i low = _mm_packs_epi32(equal[0], equal[1]), high = _mm_packs_epi32(equal[2], equal[3]);
    return (unsigned)_mm_movemask_epi8(_mm_packs_epi16(low, high));
#else
    unsigned match = 0;
    for (unsigned i = 0; i < sets->ways; i++)
        match |= (unsigned)((set->way[i] & ~(uint32_t)1) == word) << i;
    return match;
#endif
}

/* Where the order keeps `way`, in bits: the lowest nibble that is equal to it. */
static inline unsigned mw_set_place(uint64_t order, unsigned way)
{
    const uint64_t ones = 0x1111111111111111u;
    uint64_t differs = order ^ way * ones;
    return (unsigned)__builtin_ctzll((differs - ones) & ~differs & ones << 3) & ~3u;
}

/* The order with the nibble at `place` at the front. */
static inline uint64_t mw_set_to_front(uint64_t order, unsigned place)
{
    uint64_t newer = ((uint64_t)1 << place) - 1; /* the nibbles that were in front */
    uint64_t way = order >> place & 15;
    uint64_t older = order & ~(newer << 4 | 15);
    return older | (order & newer) << 4 | way;
}

/* The same as mw_sets_touch for a clean line that is hardly ever the most recent one. */
static inline bool mw_sets_search(const mw_sets *sets, uint64_t line, uint32_t *victim)
{
    mw_set *set = mw_sets_at(sets, line);
    uint32_t word = mw_sets_word(sets, line);
    unsigned match = mw_set_match(sets, set, word);
    uint64_t order = set->order;
    if (match) {
        unsigned way = (unsigned)__builtin_ctz(match);
        if ((order & 15) != way)
            set->order = mw_set_to_front(order, mw_set_place(order, way));
        return true;
    }
    uint64_t oldest = order >> sets->oldest & 15;
    set->order = (order << 4 | oldest) & sets->order_mask;
    *victim = set->way[oldest];
    set->way[oldest] = word;
    return false;
}

/* Brings a line to the front. True: it was there; else *victim is the word that it replaced. */
static inline bool mw_sets_touch(const mw_sets *sets, uint64_t line, uint32_t dirty,
                                 uint32_t *victim)
{
    mw_set *set = mw_sets_at(sets, line);
    uint32_t word = mw_sets_word(sets, line);
    uint32_t *newest = &set->way[set->order & 15];
    if ((*newest & ~(uint32_t)1) == word) {
        *newest |= dirty;
        return true;
    }
    unsigned match = mw_set_match(sets, set, word);
    if (match) {
        unsigned way = (unsigned)__builtin_ctz(match);
        set->order = mw_set_to_front(set->order, mw_set_place(set->order, way));
        set->way[way] |= dirty;
        return true;
    }
    uint64_t oldest = set->order >> sets->oldest & 15;
    set->order = (set->order << 4 | oldest) & sets->order_mask;
    *victim = set->way[oldest];
    set->way[oldest] = word | dirty;
    return false;
}

#endif
