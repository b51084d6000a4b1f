/* samples.c: a table of tries by moments that keeps the best when it is full. */
#include "machine/samples.h"

#include <math.h>

#include "machine/walk.h"
#include "meter/noise.h"
#include "meter/series.h"

static size_t index_of(const mw_samples *samples, double sign)
{
    size_t at = 0;
    for (size_t i = 1; i < samples->count; i++)
        if (sign * samples->value[i] > sign * samples->value[at])
            at = i;
    return at;
}

static size_t place(mw_samples *samples)
{
    if (samples->count < MW_SAMPLES_MAX)
        return samples->count++;
    size_t at = samples->oldest;
    if (at == index_of(samples, 1))
        at = (at + 1) % MW_SAMPLES_MAX;
    samples->oldest = (at + 1) % MW_SAMPLES_MAX;
    return at;
}

void mw_samples_add(mw_samples *samples, double value, bool disturbed)
{
    size_t at = place(samples);
    samples->value[at] = value;
    samples->disturbed[at] = disturbed;
    samples->moment[at] = samples->now;
}

void mw_samples_next_moment(mw_samples *samples)
{
    if (samples->now < UINT8_MAX)
        samples->now++;
}

void mw_samples_disturb_now(mw_samples *samples)
{
    for (size_t i = 0; i < samples->count; i++)
        if (samples->moment[i] == samples->now)
            samples->disturbed[i] = true;
}

void mw_samples_keep_now(mw_samples *samples)
{
    mw_samples kept = {.now = samples->now};
    size_t best = index_of(samples, 1);
    for (size_t n = 0; n < samples->count; n++) {
        size_t i = (samples->oldest + n) % samples->count; /* in the order in which they came */
        if (i != best && samples->moment[i] != samples->now)
            continue;
        kept.value[kept.count] = samples->value[i];
        kept.disturbed[kept.count] = samples->disturbed[i];
        kept.moment[kept.count++] = samples->moment[i];
    }
    *samples = kept;
}

mw_band mw_samples_band(const mw_samples *samples)
{
    double kept[MW_SAMPLES_MAX], best = 0;
    size_t count = 0;
    for (size_t i = 0; i < samples->count; i++) {
        best = fmax(best, samples->value[i]);
        if (!samples->disturbed[i])
            kept[count++] = samples->value[i];
    }
    if (count == 0)
        for (; count < samples->count; count++)
            kept[count] = samples->value[count];
    if (count == 0)
        return (mw_band){0, 0, 0};
    return (mw_band){best, mw_band_of(kept, count).low, best};
}

double mw_samples_least(const mw_samples *samples)
{
    return samples->count ? samples->value[index_of(samples, -1)] : 0;
}

size_t mw_samples_undisturbed(const mw_samples *samples)
{
    size_t undisturbed = 0;
    for (size_t i = 0; i < samples->count; i++)
        undisturbed += !samples->disturbed[i];
    return undisturbed;
}

mw_row_verdict mw_samples_verdict(const mw_samples *samples, double agreement)
{
    if (mw_samples_undisturbed(samples) < MW_SAMPLES_LEAST)
        return MW_ROW_FEW;
    size_t best = index_of(samples, 1);
    for (size_t i = 0; i < samples->count; i++)
        if (samples->moment[i] != samples->moment[best] &&
            samples->value[i] >= (1 - agreement) * samples->value[best])
            return MW_ROW_GOOD;
    return MW_ROW_ALONE;
}

mw_try mw_try_begin(void)
{
    return (mw_try){.switches = mw_thread_switches(),
                    .cpu = mw_cpu_clock_seconds(false),
                    .wall = mw_clock_seconds()};
}

bool mw_try_was_disturbed(const mw_try *begin)
{
    mw_noise try = {.threads = 1, .wall_seconds = mw_clock_seconds() - begin->wall};
    try.cpu_seconds = mw_cpu_clock_seconds(false) - begin->cpu;
    try.switches = mw_thread_switches() - begin->switches;
    return mw_sample_is_disturbed(&try);
}
