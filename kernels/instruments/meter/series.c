#include "meter/series.h"

#include <math.h>
#include <stdio.h>
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

bool mw_series_is_steady(const double *values, size_t count, double most, double *scratch,
                         char *reason, size_t size)
{
    if (size > 0)
        reason[0] = '\0';
    if (count < STEADY_SAMPLES)
        return true;
    mw_statistics first = copied(values, count / 3, scratch);
    mw_statistics last = copied(values + count - count / 3, count / 3, scratch);
    bool apart = first.high < last.low || last.high < first.low;
    if (apart && fabs(last.median / first.median - 1) > most) {
        snprintf(reason, size, "it moved by %.0f %% while it was measured",
                 fabs(last.median / first.median - 1) * 100);
        return false;
    }
    double median = copied(values, count, scratch).median;
    double middle = (scratch[count - 1 - count / 4] - scratch[count / 4]) / median;
    if (middle > MIDDLE_HALF) {
        snprintf(reason, size, "the samples disagree: the middle half of them spans %.0f %%",
                 middle * 100);
        return false;
    }
    return true;
}
