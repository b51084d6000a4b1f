/*
 * pattern.h: which elements of A are not zero, as a function of row and number, with a count for
 * each row that is known beforehand.
 *
 * A row of `slots` keeps `kept` of them: it is cut into as many even parts, and each part keeps one
 * slot, chosen by a hash. A slot is an element, or a block of them. What a kept element is depends
 * on its place alone, so no dense A is ever needed.
 */
#ifndef MW_SPARSE_PATTERN_H
#define MW_SPARSE_PATTERN_H

#include <stdint.h>

typedef struct mw_sparse_pattern {
    uint64_t slots, kept;
} mw_sparse_pattern;

/* Of `density` percent: rounded, and at least one. */
static inline mw_sparse_pattern mw_sparse_pattern_make(uint64_t slots, uint64_t density)
{
    uint64_t kept = (slots * density + 50) / 100;
    return (mw_sparse_pattern){slots, kept ? kept : 1};
}

static inline uint64_t mw_sparse_hash(uint64_t row, uint64_t number)
{
    uint64_t h = row * UINT64_C(0x9E3779B97F4A7C15) + number * UINT64_C(0xD1342543DE82EF95);
    h ^= h >> 32;
    h *= UINT64_C(0xAF251AF3B0F025B5);
    return h >> 32;
}

/* Slot `number` < kept of a row: ascending with it. */
static inline uint64_t mw_sparse_slot(mw_sparse_pattern pattern, uint64_t row, uint64_t number)
{
    uint64_t begin = number * pattern.slots / pattern.kept;
    uint64_t end = (number + 1) * pattern.slots / pattern.kept;
    return begin + mw_sparse_hash(row, number) * (end - begin) / ((uint64_t)1 << 32);
}

/* The two columns of a group of four that 2-of-4 keeps. */
static inline void mw_sparse_pair(uint64_t row, uint64_t group, uint64_t column[2])
{
    static const unsigned char pairs[6][2] = {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}};
    const unsigned char *pair = pairs[mw_sparse_hash(row, group) % 6];
    column[0] = 4 * group + pair[0];
    column[1] = 4 * group + pair[1];
}

#endif
