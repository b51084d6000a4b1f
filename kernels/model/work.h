/*
 * work.h: what a kernel's own loops tally as they run.
 *
 * FLOPs (1 FMA = 2) and program bytes: what the loops load from and store to their operand arrays.
 * A private copy that a kernel keeps beside its registers (a packed panel, partial sums) is no
 * operand: making it loads the operand once, and what is then reused from it is not counted again.
 */
#ifndef MW_MODEL_WORK_H
#define MW_MODEL_WORK_H

#include <stdbool.h>
#include <stdint.h>

/* X(ID, field): each has its row in quantity.def. The list stands here so that a kernel is not
 * compiled anew for a label. */
#define MW_TALLIES(X)                                                                              \
    X(FLOPS, flops)                                                                                \
    X(LOAD_BYTES, load_bytes)                                                                      \
    X(STORE_BYTES, store_bytes)

#define MW_TALLY_FIELD(ID, field) uint64_t field;

typedef struct mw_work {
    MW_TALLIES(MW_TALLY_FIELD)
} mw_work;

/* The same as a list, for what is done with every tally alike. */
enum { MW_TALLY_COUNT = sizeof(mw_work) / sizeof(uint64_t) };
typedef union mw_tallies {
    mw_work work;
    uint64_t each[MW_TALLY_COUNT];
} mw_tallies;

static inline mw_work mw_work_plus(mw_work a, mw_work b)
{
    mw_tallies sum = {a}, other = {b};
    for (int i = 0; i < MW_TALLY_COUNT; i++)
        sum.each[i] += other.each[i];
    return sum.work;
}

static inline mw_work mw_work_minus(mw_work a, mw_work b)
{
    mw_tallies rest = {a}, other = {b};
    for (int i = 0; i < MW_TALLY_COUNT; i++)
        rest.each[i] -= other.each[i];
    return rest.work;
}

static inline bool mw_work_same(mw_work a, mw_work b)
{
    mw_tallies one = {a}, other = {b};
    bool same = true;
    for (int i = 0; i < MW_TALLY_COUNT; i++)
        same = same && one.each[i] == other.each[i];
    return same;
}

#endif
