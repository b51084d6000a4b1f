/* curve.c: stack distances by a tree of the times at which each line was touched last. */
#include "cachesim/curve.h"

#include <stdlib.h>
#include <string.h>

#include "cachesim/passes.h"

enum { FIRST_LINES = 1 << 12, POLL_EVERY = 1 << 12, PASS_LINES = 160 };

/* A line and when it was touched last. */
typedef struct last_touch {
    uint64_t line;
    uint64_t time; /* from 1; 0: the slot is free */
} last_touch;

struct mw_curve {
    mw_trace sink; /* first */
    mw_curve_options options;
    unsigned shift;
    last_touch *table; /* open addressing, `slots` a power of two, at most half full */
    uint64_t slots, lines;
    uint32_t *tree; /* Fenwick, 1 … times: 1 where a line was touched last */
    uint64_t times, now;
    uint64_t *histogram; /* [d]: references at stack distance d, 1 … slots / 2 */
    uint64_t references, until_poll;
    bool failed, too_many;
};

static uint64_t slot_of(const last_touch *table, uint64_t slots, uint64_t line)
{
    uint64_t slot = line * 0x9E3779B97F4A7C15u >> 20 & (slots - 1);
    while (table[slot].time && table[slot].line != line)
        slot = (slot + 1) & (slots - 1);
    return slot;
}

static void tree_add(mw_curve *c, uint64_t time, uint32_t amount)
{
    for (; time <= c->times; time += time & -time)
        c->tree[time] += amount;
}

/* Lines touched last at `time` or before. */
static uint64_t tree_sum(const mw_curve *c, uint64_t time)
{
    uint64_t sum = 0;
    for (; time; time -= time & -time)
        sum += c->tree[time];
    return sum;
}

static int by_time(const void *a, const void *b)
{
    uint64_t left = (*(const last_touch *const *)a)->time;
    uint64_t right = (*(const last_touch *const *)b)->time;
    return (left > right) - (left < right);
}

/* Time has run out: the lines keep their order and are numbered anew from 1. */
static bool renumber(mw_curve *c)
{
    last_touch **order = malloc((size_t)(c->lines ? c->lines : 1) * sizeof *order);
    if (!order)
        return false;
    size_t count = 0;
    for (uint64_t i = 0; i < c->slots; i++) {
        if (c->table[i].time)
            order[count++] = &c->table[i];
    }
    qsort(order, count, sizeof *order, by_time);
    for (size_t i = 0; i < count; i++)
        order[i]->time = i + 1;
    free(order);
    c->now = count;
    /* A tree whose first `count` leaves are 1. */
    for (uint64_t i = 1; i <= c->times; i++) {
        uint64_t low = i - (i & -i);
        uint64_t top = i < count ? i : count;
        c->tree[i] = top > low ? (uint32_t)(top - low) : 0;
    }
    return true;
}

/* Room for twice the lines: table, tree and histogram. */
static bool grow(mw_curve *c)
{
    uint64_t slots = c->slots ? 2 * c->slots : 2 * FIRST_LINES, times = 2 * slots;
    last_touch *table = calloc(slots, sizeof *table);
    uint32_t *tree = malloc((times + 1) * sizeof *tree);
    uint64_t *histogram = calloc(slots / 2 + 1, sizeof *histogram);
    if (!table || !tree || !histogram) {
        free(table);
        free(tree);
        free(histogram);
        return false;
    }
    for (uint64_t i = 0; i < c->slots; i++) {
        if (c->table[i].time)
            table[slot_of(table, slots, c->table[i].line)] = c->table[i];
    }
    if (c->histogram)
        memcpy(histogram, c->histogram, (c->slots / 2 + 1) * sizeof *histogram);
    free(c->table);
    free(c->tree);
    free(c->histogram);
    c->table = table;
    c->tree = tree;
    c->histogram = histogram;
    c->slots = slots;
    c->times = times;
    return renumber(c);
}

static bool touch(mw_curve *c, uint64_t line)
{
    if (c->now == c->times && !renumber(c))
        return !(c->failed = true);
    last_touch *at = &c->table[slot_of(c->table, c->slots, line)];
    c->references++;
    if (at->time == c->now && c->now) { /* the line touched last of all */
        c->histogram[1]++;
        return true;
    }
    if (at->time) {
        uint64_t later = c->lines - tree_sum(c, at->time);
        c->histogram[later + 1]++;
        tree_add(c, at->time, UINT32_MAX); /* - 1 */
    } else {
        if (c->lines == c->options.most_lines)
            return !(c->too_many = true);
        c->lines++;
        *at = (last_touch){.line = line};
    }
    at->time = ++c->now;
    tree_add(c, c->now, 1);
    if (2 * c->lines == c->slots && !grow(c))
        return !(c->failed = true);
    return true;
}

/* The lines of one iteration, in order; 0 when there are too many of them. */
static size_t lines_of(const mw_passes *passes, uint64_t *lines)
{
    size_t count = 0;
    for (size_t i = 0; i < passes->count; i++) {
        for (uint64_t line = passes->stream[i].first; line <= passes->stream[i].last; line++) {
            if (count == PASS_LINES)
                return 0;
            lines[count++] = line;
        }
    }
    return count;
}

/* From the second iteration on, a line was last touched in the iteration before, or in this one:
 * distances come from the list alone. */
static void count_repeats(mw_curve *c, const uint64_t *lines, size_t count, uint64_t iterations)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t distance = 1;
        for (size_t back = 1; back <= count; back++) {
            uint64_t other = lines[(i + count - back) % count];
            if (other == lines[i])
                break;
            bool again = false;
            for (size_t k = 1; k < back && !again; k++)
                again = lines[(i + count - k) % count] == other;
            distance += !again;
        }
        c->histogram[distance] += iterations;
        c->references += iterations;
    }
}

static bool poll(mw_curve *c)
{
    c->until_poll = POLL_EVERY;
    return !c->options.poll || c->options.poll(c->options.context, c->references);
}

static bool touch_all(mw_curve *c, const uint64_t *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!touch(c, lines[i]))
            return false;
    }
    return --c->until_poll > 0 || poll(c);
}

static bool loop(mw_trace *trace, const mw_stream *streams, size_t count, uint64_t iterations)
{
    mw_curve *c = (mw_curve *)trace;
    mw_passes passes;
    mw_passes_begin(&passes, streams, count, iterations, c->shift);
    do {
        uint64_t lines[PASS_LINES];
        size_t touched = lines_of(&passes, lines);
        if (!touched || !touch_all(c, lines, touched))
            return false;
        if (passes.step > 1)
            count_repeats(c, lines, touched, passes.step - 1);
    } while (mw_passes_next(&passes));
    return true;
}

static bool indexed(mw_trace *trace, uint64_t base, const uint32_t *index, uint64_t count,
                    uint32_t size, mw_access access)
{
    mw_curve *c = (mw_curve *)trace;
    (void)access;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t address = base + (uint64_t)index[i] * size;
        for (uint64_t line = address >> c->shift; line <= (address + size - 1) >> c->shift;
             line++) {
            if (!touch_all(c, &line, 1))
                return false;
        }
    }
    return true;
}

mw_status mw_curve_create(mw_curve **curve, const mw_curve_options *options, mw_error *error)
{
    *curve = NULL;
    if (options->line < 8 || (options->line & (options->line - 1)))
        return mw_fail(error, MW_INVALID, "a line of %u bytes is no power of two from 8 on",
                       options->line);
    mw_curve *made = calloc(1, sizeof *made);
    if (made) {
        made->sink = (mw_trace){.loop = loop, .indexed = indexed};
        made->options = *options;
        if (!made->options.most_lines)
            made->options.most_lines = (uint64_t)1 << 23;
        made->shift = (unsigned)__builtin_ctz(options->line);
        made->until_poll = POLL_EVERY;
    }
    if (!made || !grow(made)) {
        mw_curve_destroy(made);
        return mw_fail(error, MW_NO_MEMORY, "no memory for a miss-ratio curve");
    }
    *curve = made;
    return MW_OK;
}

void mw_curve_destroy(mw_curve *curve)
{
    if (!curve)
        return;
    free(curve->table);
    free(curve->tree);
    free(curve->histogram);
    free(curve);
}

mw_trace *mw_curve_sink(mw_curve *curve)
{
    return &curve->sink;
}

uint64_t mw_curve_references(const mw_curve *curve)
{
    return curve->references;
}

uint64_t mw_curve_lines(const mw_curve *curve)
{
    return curve->lines;
}

uint64_t mw_curve_misses(const mw_curve *curve, uint64_t lines)
{
    uint64_t hits = 0, most = curve->slots / 2;
    for (uint64_t distance = 1; distance <= lines && distance <= most; distance++)
        hits += curve->histogram[distance];
    return curve->references - hits;
}

mw_status mw_curve_status(const mw_curve *curve, mw_error *error)
{
    if (curve->too_many)
        return mw_fail(error, MW_NO_MEMORY,
                       "the trace touches more than %llu lines: a curve of it does not fit; choose "
                       "smaller sizes",
                       (unsigned long long)curve->options.most_lines);
    if (curve->failed)
        return mw_fail(error, MW_NO_MEMORY, "memory ran out on the way to a miss-ratio curve");
    return MW_OK;
}
