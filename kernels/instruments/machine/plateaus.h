/*
 * plateaus.h: from a curve of bandwidth against working set to memory levels.
 *
 * A level is where the curve is flat. Where it falls is "transition": those points move by half
 * from run to run and are never a roof. Nothing here knows nominal cache sizes.
 */
#ifndef MW_MACHINE_PLATEAUS_H
#define MW_MACHINE_PLATEAUS_H

#include <stddef.h>

#include "machine/calibration.h"

typedef struct mw_plateau {
    size_t first, last; /* indices into the sweep, inclusive */
    double begin, end;  /* working sets of those, in bytes */
    mw_band
        bytes_per_second; /* value: median of the points' best; low, high: medians' median, best */
} mw_plateau;

/*
 * Takes the longest window whose best values lie within 10 % and that spans at least 3/4 octave,
 * and again from what is left; neighbours within 15 % are one. `points` are sorted by size.
 */
size_t mw_plateaus_find(const mw_sweep_point *points, size_t count, mw_plateau *plateaus,
                        size_t max);

/*
 * Names the plateaus and computes effective capacities: the geometric mean of a plateau's end and
 * the next one's begin. The last is "DRAM" only when it reaches the end of the sweep, the sweep
 * goes as far as the nominal last cache (0: unknown), and the plateau either spans an octave and
 * begins at 1.5 times the previous end or later, or, where the curve drops at once, spans two
 * octaves up to twice that cache. Otherwise it is the "largest tested", which may still be a cache.
 *
 * A level's rate is one that its own largest sizes reach. A last plateau that does not reach the
 * end is a cache, then, and what lies behind it and is flat nowhere is one more level, "main
 * memory": the best of the last octave, down to the least of its sizes, and unsure.
 *
 * With `complete` false the sweep is still growing and its open end is only a further cache level.
 * Fills levels, level_count and unsure.
 */
void mw_levels_from_sweep(mw_calibration *calibration, double nominal_llc, bool complete);

/* The geometric middle of level `index`, from the sweep or, for a machine remembered without one,
 * from its effective capacities. Zero when there is no such level. */
double mw_level_middle(const mw_calibration *calibration, size_t index);

#endif
