/*
 * neighbour.h: whether another hardware thread of this core is at work.
 *
 * It halves what the caches and units of the core give, for seconds on end, and no book of the
 * system shows it to a guest. A core that is shared issues half as many instructions in a cycle,
 * while a chain of dependent ones, which gives the cycles, is as fast as ever.
 */
#ifndef MW_MACHINE_NEIGHBOUR_H
#define MW_MACHINE_NEIGHBOUR_H

#include <stdbool.h>

/* Whether this core may have a second thread: the system says so, or may not say (a guest). */
bool mw_core_may_be_shared(void);

/* A look of a twentieth of a millisecond: additions per cycle, or 0 where there is no probe. */
double mw_core_adds_per_cycle(void);

/* Every wide core that has two threads does four additions in a cycle or more, and half as many
 * when both run. False for 0. */
bool mw_core_seems_shared(double adds_per_cycle);

#endif
