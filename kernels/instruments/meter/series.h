/*
 * series.h: samples in the order in which they were taken: which of them something disturbed, how
 * well their median is known when neighbours in time resemble each other, and whether there is one
 * median at all.
 */
#ifndef MW_METER_SERIES_H
#define MW_METER_SERIES_H

#include "meter/measure.h"
#include "meter/noise.h"

/* Whether the books of a single sample say that something else ran in it: more involuntary switches
 * than MW_SWITCHES_PER_SECOND, for a short sample a single one (unless every CPU is used, where
 * they say nothing), or wall time that was not spent working. */
bool mw_sample_is_disturbed(const mw_noise *sample);

/*
 * Median and 95 % interval of `values`, which stay as they are; `scratch` has room for as many.
 * Samples that were taken one after the other share the machine's mood, so that many of them know
 * less than as many independent ones: of 64 and more the interval also spans that of the medians of
 * 16 blocks.
 */
mw_statistics mw_series_statistics(const double *values, size_t count, double *scratch);

/*
 * Why the median stands for nothing, or no reason: the first and the last third of the values
 * differ for sure and by more than `most` (a share), or the middle half of them spans more than
 * 10 %, as when they fall into two groups. With fewer than 18 values, nothing can be said: no
 * reason.
 */
mw_reason mw_series_unsteady(const double *values, size_t count, double most, double *scratch);

#endif
