/*
 * caches.h: the caches of this machine in the shape that the simulator takes.
 */
#ifndef MW_MACHINE_CACHES_H
#define MW_MACHINE_CACHES_H

#include "cachesim/geometry.h"
#include "machine/calibration.h"

/* What the system says of its data caches, nearest first; returns how many. Sets that are no power
 * of two become the nearest size that has such sets. */
size_t mw_caches_nominal(mw_cache_geometry *levels);

/*
 * The caches as they were measured: effective sizes, with the ways and lines the system names. A
 * size between 0.8 and 2 times the nominal one is the nominal one. Without a calibration (NULL), or
 * when it found no caches, what the system says; and when that is nothing either, 32 KiB of 8 ways
 * and 1 MiB of 16. *source is "effective", "nominal" or "assumed".
 */
size_t mw_caches_effective(const mw_calibration *calibration, mw_cache_geometry *levels,
                           const char **source);

#endif
