/* plateaus.c: the longest flat windows of the curve, named from the nearest on. */
#include "machine/plateaus.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define FLATNESS          0.10
#define SHORTEST          0.75 /* octaves */
#define SAME_LEVEL        0.15
#define SAME_TAIL         0.25
#define DRAM_OCTAVES      1.0
#define DRAM_GAP          1.5
#define DRAM_LONG_OCTAVES 2.0

enum { PLATEAUS_MAX = 32, END_SLACK = 3, LEVELS_LIKELY_MIN = 2, LEVELS_LIKELY_MAX = 5 };

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static double octaves(const mw_sweep_point *points, size_t first, size_t last)
{
    return log2(points[last].bytes / points[first].bytes);
}

/* The longest flat window inside [from, to]; false when none is long enough. */
static bool longest_window(const mw_sweep_point *points, const bool *taken, size_t count,
                           size_t *first, size_t *last)
{
    double longest = 0;
    for (size_t i = 0; i < count; i++) {
        double low = INFINITY, high = 0;
        for (size_t j = i; j < count && !taken[j]; j++) {
            double best = points[j].bytes_per_second.value;
            low = fmin(low, best);
            high = fmax(high, best);
            if (high - low > FLATNESS * high)
                break;
            double span = octaves(points, i, j);
            /* Sizes are rounded to whole vectors, so three quarters may fall short by a hair. */
            if (span > SHORTEST - 0.05 && span > longest) {
                longest = span;
                *first = i;
                *last = j;
            }
        }
    }
    return longest > 0;
}

static void describe(const mw_sweep_point *points, mw_plateau *plateau)
{
    double best[MW_SWEEP_MAX], middle[MW_SWEEP_MAX];
    size_t count = 0;
    plateau->bytes_per_second.high = 0;
    for (size_t i = plateau->first; i <= plateau->last && count < MW_SWEEP_MAX; i++, count++) {
        best[count] = points[i].bytes_per_second.value;
        middle[count] = points[i].median;
        plateau->bytes_per_second.high = fmax(plateau->bytes_per_second.high, best[count]);
    }
    plateau->begin = points[plateau->first].bytes;
    plateau->end = points[plateau->last].bytes;
    plateau->bytes_per_second.value = median_of(best, count);
    plateau->bytes_per_second.low = fmin(median_of(middle, count), plateau->bytes_per_second.value);
}

static int by_position(const void *a, const void *b)
{
    const mw_plateau *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

/* What follows the last plateau and scatters around it is the same level, measured in bad company;
 * its rate is still one that the last octave reaches. */
static void extend_to_end(const mw_sweep_point *points, size_t count, mw_plateau *last)
{
    double tail[MW_SWEEP_MAX];
    size_t length = 0;
    for (size_t i = last->last + 1; i < count; i++)
        tail[length++] = points[i].bytes_per_second.value;
    if (length == 0)
        return;
    double value = last->bytes_per_second.value;
    if (fabs(median_of(tail, length) - value) > SAME_TAIL * value)
        return;
    last->last = count - 1;
    last->end = points[count - 1].bytes;
    double reached = 0;
    for (size_t i = last->first; i < count; i++)
        if (points[i].bytes >= last->end / 2)
            reached = fmax(reached, points[i].bytes_per_second.value);
    last->bytes_per_second.value = fmin(value, reached);
    last->bytes_per_second.low = fmin(last->bytes_per_second.low, reached);
}

size_t mw_plateaus_find(const mw_sweep_point *points, size_t count, mw_plateau *plateaus,
                        size_t max)
{
    bool taken[MW_SWEEP_MAX] = {false};
    mw_plateau found[PLATEAUS_MAX];
    size_t found_count = 0;
    if (count > MW_SWEEP_MAX)
        count = MW_SWEEP_MAX;
    while (found_count < PLATEAUS_MAX) {
        mw_plateau p = {0};
        if (!longest_window(points, taken, count, &p.first, &p.last))
            break;
        for (size_t i = p.first; i <= p.last; i++)
            taken[i] = true;
        describe(points, &p);
        found[found_count++] = p;
    }
    qsort(found, found_count, sizeof *found, by_position);

    size_t kept = 0;
    for (size_t i = 0; i < found_count; i++) {
        mw_plateau *before = kept > 0 ? &plateaus[kept - 1] : NULL;
        if (before) {
            double a = before->bytes_per_second.value, b = found[i].bytes_per_second.value;
            if (fabs(a - b) <= SAME_LEVEL * fmax(a, b)) {
                before->last = found[i].last;
                describe(points, before);
                continue;
            }
        }
        if (kept == max)
            break;
        plateaus[kept++] = found[i];
    }
    if (kept > 0)
        extend_to_end(points, count, &plateaus[kept - 1]);
    return kept;
}

/* "Reaches the end" forgives two stray points there: half an octave. */
static bool reaches_end(const mw_plateau *last, size_t sweep_count)
{
    return last->last + END_SLACK >= sweep_count;
}

/* Of a last plateau that reaches the end. */
static bool is_dram(const mw_plateau *plateaus, size_t count, double nominal_llc)
{
    const mw_plateau *last = &plateaus[count - 1];
    if (count < 2 || last->end < nominal_llc)
        return false;
    double span = log2(last->end / last->begin) + 0.05; /* sizes are rounded down */
    if (span >= DRAM_OCTAVES && last->begin >= DRAM_GAP * plateaus[count - 2].end)
        return true;
    return span >= DRAM_LONG_OCTAVES && last->end >= 2 * nominal_llc;
}

/*
 * What lies behind the last plateau, as a plateau: the best of the last octave, and back from there
 * to the first size behind which no other exceeds it by more than its own scatter.
 */
static mw_plateau rest_behind(const mw_sweep_point *points, size_t count, size_t from)
{
    mw_plateau rest = {.first = count - 1, .last = count - 1, .end = points[count - 1].bytes};
    double least = INFINITY, best = 0;
    size_t i = count;
    while (i > from && points[i - 1].bytes >= rest.end / 2.05) {
        rest.first = --i;
        least = fmin(least, points[i].bytes_per_second.value);
        best = fmax(best, points[i].bytes_per_second.value);
    }
    while (i > from && points[i - 1].bytes_per_second.value <= best * best / least)
        rest.first = --i;
    rest.begin = points[rest.first].bytes;
    rest.bytes_per_second = (mw_band){best, least, best};
    return rest;
}

/* All levels of a sweep, nearest first. *rest: the last of them is on no plateau. */
static size_t find_levels(const mw_calibration *calibration, bool complete, mw_plateau *levels,
                          bool *rest)
{
    const mw_sweep_point *sweep = calibration->sweep;
    size_t swept = calibration->sweep_count;
    size_t count = mw_plateaus_find(sweep, swept, levels, MW_LEVEL_MAX);
    *rest = complete && count > 0 && !reaches_end(&levels[count - 1], swept);
    if (!*rest)
        return count;
    count = count < MW_LEVEL_MAX ? count : MW_LEVEL_MAX - 1;
    levels[count] = rest_behind(sweep, swept, levels[count - 1].last + 1);
    return count + 1;
}

static void name_level(mw_level *level, size_t index, size_t caches, const char *last)
{
    if (index >= caches)
        snprintf(level->name, sizeof level->name, "%s", last);
    else if (index + 1 == caches && index >= 2)
        snprintf(level->name, sizeof level->name, "LLC");
    else
        snprintf(level->name, sizeof level->name, "L%zu", index + 1);
}

void mw_levels_from_sweep(mw_calibration *calibration, double nominal_llc, bool complete)
{
    mw_plateau found[MW_LEVEL_MAX];
    bool rest;
    size_t count = find_levels(calibration, complete, found, &rest);
    const char *last = rest                                          ? "main memory"
                       : count && is_dram(found, count, nominal_llc) ? "DRAM"
                                                                     : "largest tested";
    calibration->level_count = count;
    calibration->unsure =
        rest || (complete && (count < LEVELS_LIKELY_MIN || count > LEVELS_LIKELY_MAX));
    size_t caches = complete && count > 0 ? count - 1 : count;
    for (size_t i = 0; i < count; i++) {
        mw_level *level = &calibration->levels[i];
        *level = (mw_level){.bytes_per_second = found[i].bytes_per_second,
                            .verdict = rest && i + 1 == count ? MW_ROW_UNSURE : MW_ROW_GOOD,
                            .begin = found[i].begin,
                            .end = found[i].end};
        if (i + 1 < count)
            level->effective_bytes = sqrt(found[i].end * found[i + 1].begin);
        name_level(level, i, caches, last);
    }
}

/* A remembered machine has no sweep: from one level's effective end to the next one's. */
static double middle_of_capacities(const mw_calibration *calibration, size_t index)
{
    enum { FIRST = 4096, BEYOND = 4 };
    double begin = index > 0 ? calibration->levels[index - 1].effective_bytes : FIRST;
    double end = calibration->levels[index].effective_bytes;
    if (end <= 0)
        end = BEYOND * begin;
    return begin > 0 ? sqrt(begin * end) : 0;
}

double mw_level_middle(const mw_calibration *calibration, size_t index)
{
    if (index >= calibration->level_count)
        return 0;
    if (calibration->sweep_count == 0 || !(calibration->levels[index].begin > 0))
        return middle_of_capacities(calibration, index);
    const mw_level *level = &calibration->levels[index];
    return sqrt(level->begin * level->end);
}
