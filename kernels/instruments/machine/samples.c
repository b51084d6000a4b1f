#include "machine/samples.h"

#include <math.h>

#include "machine/walk.h"

void mw_samples_add(mw_samples *samples, double value, bool disturbed)
{
    size_t at = samples->count;
    if (at == MW_SAMPLES_MAX) {
        at = 0;
        for (size_t i = 1; i < MW_SAMPLES_MAX; i++)
            if (samples->value[i] < samples->value[at])
                at = i;
    } else {
        samples->count++;
    }
    samples->value[at] = value;
    samples->disturbed[at] = disturbed;
}

mw_band mw_samples_band(const mw_samples *samples)
{
    double kept[MW_SAMPLES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < samples->count; i++)
        if (!samples->disturbed[i])
            kept[count++] = samples->value[i];
    if (count == 0)
        for (; count < samples->count; count++)
            kept[count] = samples->value[count];
    return count ? mw_band_of(kept, count) : (mw_band){0, 0, 0};
}

double mw_samples_least(const mw_samples *samples)
{
    double least = INFINITY;
    for (size_t i = 0; i < samples->count; i++)
        least = fmin(least, samples->value[i]);
    return samples->count ? least : 0;
}
