/*
 * bound.h: which roof a measured kernel stands under, from the remembered machine.
 *
 * The memory roof is that of the level in which the compulsory bytes fit (effective sizes); the
 * compute roof is the widest measured one of the kernel's number type.
 */
#ifndef MW_COMMANDS_BOUND_H
#define MW_COMMANDS_BOUND_H

#include <jansson.h>
#include <stdbool.h>

typedef struct mw_roofs {
    const char *level; /* name, borrowed from the machine */
    const char *isa;   /* of the compute roof */
    double memory;     /* B/s */
    double compute;    /* FLOP/s, of a burst */
    double sustained; /* FLOP/s, of a run that outlasts it; the burst's where it was not measured */
} mw_roofs;

/* Whether a row of the machine may be used: "impossible" ones are only shown. */
bool mw_roof_usable(const json_t *row);

/* Where both roofs meet for a kernel that runs for so long [FLOP/B]; 0 s: a burst. */
double mw_roofs_ridge(const mw_roofs *roofs, double seconds);

/* Roofs for a working set of `bytes` and dtype "f32" or "f64" on one core or all; false when the
 * machine does not have them. */
bool mw_roofs_find(const json_t *machine, double bytes, const char *dtype, bool all_cores,
                   mw_roofs *roofs);

/* Fills `bound` of a measurement (and reasons.bound when it cannot be told); `roofs` may be NULL.
 */
void mw_bound_fill(json_t *measurement, const mw_roofs *roofs);

#endif
