/*
 * recipe.h: the steps of a calibration that run alone on one CPU, and the tables they fill.
 *
 * Private to machine/. Tries at one roof are taken at several moments, far apart in time: where the
 * clock wanders by ten per cent within a second, neighbouring working sets would otherwise look
 * like different levels. For the same reason a peak is tried after every working set: both axes of
 * the roofline are the best of the same seconds. Every step has a time after which it begins
 * nothing more; what it could not do makes rows unsure.
 */
#ifndef MW_MACHINE_RECIPE_H
#define MW_MACHINE_RECIPE_H

#include "machine/calibration.h"
#include "machine/samples.h"
#include "machine/walk.h"
#include "machine/workshop.h"

/* Seconds since the begin, first touch left out, after which a step begins nothing more. */
#define MW_CHAINS_UNTIL    0.7 /* finding out how many chains a peak needs */
#define MW_SWEEP_UNTIL     3.0
#define MW_OCTAVES_UNTIL   4.0 /* the first visit of one working set per octave */
#define MW_REVISIT_UNTIL   3.4
#define MW_CONFIRM_UNTIL   3.7
#define MW_SUSTAINED_UNTIL 4.2
#define MW_MIXES_UNTIL     4.5
#define MW_ALL_CORES_UNTIL 5.5

/* What tries at two moments must have in common. */
#define MW_PEAK_AGREEMENT  0.05
#define MW_SWEEP_AGREEMENT 0.10

/* (best - median) / best of a working set that scatters. */
#define MW_SWEEP_SPREAD 0.10

typedef struct mw_recipe {
    mw_rig rig;
    size_t sizes;                        /* working sets of the whole sweep */
    mw_samples sweep[MW_SWEEP_MAX];      /* smallest first */
    mw_sweep_point points[MW_SWEEP_MAX]; /* bytes 0: not visited yet */
    mw_samples compute[MW_COMPUTE_MAX];  /* as the result's rows */
    const mw_peak *peaks[MW_COMPUTE_MAX];
    int chains[MW_COMPUTE_MAX];
    size_t next_peak;
    size_t looks, shared;
    mw_clock_reading clock; /* when the processor had warmed up */
} mw_recipe;

/* A row for each peak that this ISA may run, each tried once. */
mw_status mw_recipe_peaks(mw_recipe *recipe, mw_error *error);

/* Some tries at the peak whose turn it is. */
void mw_recipe_next_peak(mw_recipe *recipe);

/* Further tries at the peaks of which it is not sure yet, while there is time. */
mw_status mw_recipe_confirm_peaks(mw_recipe *recipe, mw_error *error);

/* The fastest peak of each element type, without a pause. */
mw_status mw_recipe_sustained(mw_recipe *recipe, mw_error *error);

/* The sweep, and from it the levels; `cpu` is asked for its nominal caches. */
mw_status mw_recipe_levels(mw_recipe *recipe, int cpu, mw_error *error);

/* Whether the core is shared just now. What was tried between two such looks is disturbed when one
 * of them says so. */
bool mw_recipe_core_is_shared(mw_recipe *recipe);

/* How many working sets of the sweep scatter too much. */
size_t mw_recipe_wide_points(const mw_recipe *recipe);

/* Store, copy and triad roofs of each level. */
mw_status mw_recipe_mixes(mw_recipe *recipe, mw_error *error);

#endif
