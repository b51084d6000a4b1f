/*
 * samples.h: what several timed tries at one roof came to.
 *
 * A try during which the processor was taken away says nothing of the roof: as long as there are
 * others, only those count.
 */
#ifndef MW_MACHINE_SAMPLES_H
#define MW_MACHINE_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>

#include "machine/calibration.h"

enum { MW_SAMPLES_MAX = 96 };

typedef struct mw_samples {
    double value[MW_SAMPLES_MAX];
    bool disturbed[MW_SAMPLES_MAX];
    size_t count;
} mw_samples;

/* A further try; the newest takes the place of the lowest when there is no room. */
void mw_samples_add(mw_samples *samples, double value, bool disturbed);

/* value = high = best, low = median, of the undisturbed ones, or of all when there is none. */
mw_band mw_samples_band(const mw_samples *samples);

/* The least of them all. */
double mw_samples_least(const mw_samples *samples);

#endif
