/* series.c: widens the median's interval by medians of blocks, and compares first with last. */
#include "meter/series.h"

#include <math.h>
#include <string.h>

enum { BLOCKS = 16, BLOCK_SAMPLES = 4, STEADY_SAMPLES = 18 };

/* Waiting that neither the clocks' resolution nor an interrupt explains. */
#define WAIT_SECONDS 2e-5
#define WAIT_ALONE   0.02
#define WAIT_TEAM    0.10
#define MIDDLE_HALF  0.10

bool mw_sample_is_disturbed(const mw_noise *sample)
{
    int threads = sample->threads > 1 ? sample->threads : 1;
    double worked = sample->cpu_seconds / threads;
    double waited = sample->wall_seconds - worked;
    if (!sample->whole_machine &&
        (double)sample->switches > MW_SWITCHES_PER_SECOND * sample->wall_seconds)
        return true;
    return waited > WAIT_SECONDS && waited > (threads > 1 ? WAIT_TEAM : WAIT_ALONE) * worked;
}

static mw_statistics copied(const double *values, size_t count, double *scratch)
{
    memcpy(scratch, values, count * sizeof *values);
    return mw_statistics_of(scratch, count);
}

mw_statistics mw_series_statistics(const double *values, size_t count, double *scratch)
{
    mw_statistics all = copied(values, count, scratch);
    if (count < BLOCKS * BLOCK_SAMPLES)
        return all;
    double medians[BLOCKS];
    for (size_t b = 0; b < BLOCKS; b++) {
        size_t begin = count * b / BLOCKS, end = count * (b + 1) / BLOCKS;
        medians[b] = copied(values + begin, end - begin, scratch).median;
    }
    mw_statistics blocks = mw_statistics_of(medians, BLOCKS);
    all.low = fmin(all.low, blocks.low);
    all.high = fmax(all.high, blocks.high);
    return all;
}

mw_reason mw_series_unsteady(const double *values, size_t count, double most, double *scratch)
{
    if (count < STEADY_SAMPLES)
        return mw_reason_of(MW_REASON_NONE, NULL);
    mw_statistics first = copied(values, count / 3, scratch);
    mw_statistics last = copied(values + count - count / 3, count / 3, scratch);
    bool apart = first.high < last.low || last.high < first.low;
    double moved = fabs(last.median / first.median - 1);
    if (apart && moved > most)
        return MW_BECAUSE(MOVED, {.number = moved * 100});
    double median = copied(values, count, scratch).median;
    double middle = (scratch[count - 1 - count / 4] - scratch[count / 4]) / median;
    if (middle > MIDDLE_HALF)
        return MW_BECAUSE(SCATTERED, {.number = middle * 100});
    return mw_reason_of(MW_REASON_NONE, NULL);
}
