/*
 * samples.h: what several timed tries at one roof came to, and whether that can be believed.
 *
 * A disturbance only ever makes a try slower, so the best of them all is the roof; what is usual
 * is the median of those during which nothing took the processor away. A best that was reached at
 * one moment only, or of which hardly any try ran undisturbed, may be anything below the roof.
 */
#ifndef MW_MACHINE_SAMPLES_H
#define MW_MACHINE_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/calibration.h"

enum {
    MW_SAMPLES_MAX = 96,
    MW_SAMPLES_LEAST = 3 /* undisturbed tries that a roof needs to be sure */
};

typedef struct mw_samples {
    double value[MW_SAMPLES_MAX];
    bool disturbed[MW_SAMPLES_MAX];
    uint8_t moment[MW_SAMPLES_MAX];
    size_t count;
    size_t oldest; /* when there is no more room */
    uint8_t now;   /* the moment of what is added */
} mw_samples;

/* A further try. When there is no room it takes the place of the oldest, or of the next oldest
 * where that is the best: what is usual stays that of all tries alike, slow ones as well as fast
 * ones. */
void mw_samples_add(mw_samples *samples, double value, bool disturbed);

/* What is added from here on was tried at another moment: other work was done in between. */
void mw_samples_next_moment(mw_samples *samples);

/* Something that no try could see by itself disturbed all those of the present moment. */
void mw_samples_disturb_now(mw_samples *samples);

/* Forgets all but the best and those of the present moment. */
void mw_samples_keep_now(mw_samples *samples);

/* value = high = best; low = median of the undisturbed ones, or of all when there is none, and no
 * more than the best. All zero without samples. */
mw_band mw_samples_band(const mw_samples *samples);

/* The least of them all. */
double mw_samples_least(const mw_samples *samples);

/* How many of them ran undisturbed. */
size_t mw_samples_undisturbed(const mw_samples *samples);

/* Good when enough of them ran undisturbed and a try of another moment comes within the share
 * `agreement` of the best; else MW_ROW_FEW or MW_ROW_ALONE. */
mw_row_verdict mw_samples_verdict(const mw_samples *samples, double agreement);

/* One try: whether the thread was switched away, stopped or stolen from between begin and end. */
typedef struct mw_try {
    double wall, cpu;
    long switches;
} mw_try;

mw_try mw_try_begin(void);
bool mw_try_was_disturbed(const mw_try *begin); /* by the rule of meter/series.h */

#endif
