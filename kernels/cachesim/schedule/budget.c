/*
 * The schedule of least cost for layers of any size, by dynamic programming.
 *
 * The table holds C(i,j,m) for each chain that begins at layer i, has some length, and finds room
 * for m beside x_i. When layers repeat (all alike, or two by two as in d -> 4d -> d) a chain's cost
 * depends on where in the period it begins, and the table has a row for each of those places only.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cachesim/schedule/plan.h"

/* Costs stay below this, so that two of them and an advance fit 31 bits: with 32-bit entries the
 * compiler can fill several rooms at once. */
enum { NEVER = 1 << 29 };

/* More units than this are no finer than a person's budget; more entries take seconds to fill. */
enum { UNITS_MAX = 4096 };
#define ENTRIES_MAX ((uint64_t)1 << 25)
#define WORK_MAX    ((uint64_t)1 << 31)

typedef struct table {
    size_t layers, period;
    uint64_t room;  /* units beside x_0 */
    uint64_t *size; /* in units */
    int32_t *sum;   /* sum[i]: cost of the layers before i, in units */
    int32_t *best,
        *middle; /* [place][length][m]: the least cost, and the layers to advance for it */
} table;

static uint64_t size_of(const mw_layers *layers, size_t i)
{
    return layers->size ? layers->size[i] : 1;
}

static uint64_t cost_of(const mw_layers *layers, size_t i)
{
    return layers->cost ? layers->cost[i] : 1;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static uint64_t cost_unit_of(const mw_layers *layers)
{
    uint64_t unit = 0;
    for (size_t i = 0; i < layers->count; i++)
        unit = common_divisor(cost_of(layers, i), unit);
    return unit ? unit : 1;
}

uint64_t mw_budget_least(const mw_layers *layers)
{
    uint64_t largest = 0;
    for (size_t i = 1; i < layers->count; i++) {
        if (size_of(layers, i) > largest)
            largest = size_of(layers, i);
    }
    return size_of(layers, 0) + largest;
}

static size_t period_of(const mw_layers *layers)
{
    for (size_t p = 1; p < layers->count; p++) {
        size_t i = p;
        while (i < layers->count && size_of(layers, i) == size_of(layers, i - p) &&
               cost_of(layers, i) == cost_of(layers, i - p))
            i++;
        if (i == layers->count)
            return p;
    }
    return layers->count;
}

static size_t entry(const table *t, size_t begin, size_t length)
{
    return ((begin % t->period) * (t->layers + 1) + length) * (size_t)(t->room + 1);
}

/* Every room for the chain of `length` layers from `begin`. */
static void fill_chain(table *t, size_t begin, size_t length)
{
    int32_t *restrict best = t->best + entry(t, begin, length);
    int32_t *restrict middle = t->middle + entry(t, begin, length);
    size_t rooms = (size_t)t->room + 1, widest = 0;
    for (size_t m = 0; m < rooms; m++) {
        best[m] = length == 1 ? 0 : NEVER;
        middle[m] = 0;
    }
    for (size_t k = 1; k < length; k++) {
        size_t own = (size_t)t->size[begin + k];
        widest = own > widest ? own : widest;
        int32_t advance = t->sum[begin + k] - t->sum[begin];
        const int32_t *restrict front = t->best + entry(t, begin, k);
        const int32_t *restrict back = t->best + entry(t, begin + k, length - k);
        for (size_t m = widest; m < rooms; m++) {
            int32_t all = advance + back[m - own] + front[m];
            middle[m] = all < best[m] ? (int32_t)k : middle[m];
            best[m] = all < best[m] ? all : best[m];
        }
    }
}

static void fill(table *t)
{
    for (size_t length = 1; length <= t->layers; length++) {
        for (size_t begin = 0; begin < t->period && begin + length <= t->layers; begin++)
            fill_chain(t, begin, length);
    }
}

static size_t split(const mw_plan *plan, size_t begin, size_t end, uint64_t room)
{
    const table *t = plan->context;
    return begin + (size_t)t->middle[entry(t, begin, end - begin) + room];
}

static void free_table(table *t)
{
    free(t->size);
    free(t->sum);
    free(t->best);
    free(t->middle);
}

/* Sizes and budget in units, costs, and an empty table. */
static mw_status open_table(table *t, const mw_layers *layers, uint64_t budget, mw_error *error)
{
    size_t n = layers->count;
    uint64_t unit = 0, total = 0, cost_unit = cost_unit_of(layers);
    for (size_t i = 0; i < n; i++) {
        unit = common_divisor(size_of(layers, i), unit);
        total += size_of(layers, i);
    }
    budget = budget < total ? budget : total;
    if (budget / unit > UNITS_MAX)
        unit = (budget + UNITS_MAX - 1) / UNITS_MAX;
    *t = (table){.layers = n, .period = period_of(layers)};
    uint64_t first = (size_of(layers, 0) + unit - 1) / unit, units = budget / unit;
    t->room = units > first ? units - first : 0;
    uint64_t entries = t->period * (n + 1) * (t->room + 1);
    if (entries > ENTRIES_MAX || entries * n / 2 > WORK_MAX)
        return mw_fail(error, MW_INVALID,
                       "a budget schedule of %zu layers in %" PRIu64
                       " units of size takes too long to plan: take fewer layers, a smaller "
                       "budget, or revolve",
                       n, units);
    t->size = calloc(n, sizeof *t->size);
    t->sum = calloc(n + 1, sizeof *t->sum);
    t->best = calloc(entries, sizeof *t->best);
    t->middle = calloc(entries, sizeof *t->middle);
    if (!t->size || !t->sum || !t->best || !t->middle)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < n; i++) {
        t->size[i] = (size_of(layers, i) + unit - 1) / unit;
        t->sum[i + 1] = t->sum[i] + (int32_t)(cost_of(layers, i) / cost_unit);
    }
    return MW_OK;
}

/* No chain of n layers costs more than n times its forward pass. */
static mw_status check_layers(const mw_layers *layers, mw_error *error)
{
    uint64_t unit = cost_unit_of(layers), total = 0;
    for (size_t i = 0; i < layers->count; i++) {
        if (size_of(layers, i) == 0 || size_of(layers, i) >= UINT64_C(1) << 48)
            return mw_fail(error, MW_INVALID, "layer %zu: its size is 1 to 2^48 - 1", i);
        uint64_t cost = cost_of(layers, i) / unit;
        total += cost < NEVER ? cost : NEVER;
    }
    if (total * layers->count < NEVER)
        return MW_OK;
    return mw_fail(error, MW_INVALID,
                   "the costs of %zu layers add up to more than %" PRIu64
                   " times their greatest common divisor: round them to larger units",
                   layers->count, (uint64_t)NEVER / layers->count);
}

mw_status mw_schedule_budget(mw_schedule *schedule, const mw_layers *layers, uint64_t budget,
                             mw_error *error)
{
    mw_status status = mw_schedule_begin(schedule, layers->count, error);
    if (status == MW_OK)
        status = check_layers(layers, error);
    if (status != MW_OK)
        return status;
    uint64_t least = mw_budget_least(layers);
    if (budget < least)
        return mw_fail(error, MW_INVALID,
                       "a budget of %" PRIu64 " is too small: the chain's input and the largest "
                       "other layer input need %" PRIu64,
                       budget, least);
    table t;
    status = open_table(&t, layers, budget, error);
    if (status == MW_OK) {
        fill(&t);
        if (t.best[entry(&t, 0, t.layers) + t.room] >= NEVER)
            status = mw_fail(error, MW_INVALID,
                             "a budget of %" PRIu64 " is too tight for sizes that share no large "
                             "divisor: they are rounded up to %d units of it; raise it a little",
                             budget, UNITS_MAX);
    }
    mw_plan plan = {.schedule = schedule, .split = split, .price = t.size, .context = &t};
    if (status == MW_OK)
        status = mw_plan_split(&plan, 0, layers->count, t.room, error);
    free_table(&t);
    return mw_plan_end(schedule, status);
}
