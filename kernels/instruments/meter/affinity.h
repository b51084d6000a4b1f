/*
 * affinity.h: the measuring thread stays on one CPU while the clock runs.
 *
 * Only this thread is pinned. Threads inherit the mask of the one that makes them, so pools pin
 * themselves inside their parallel region (team.h), and where a library keeps its own pool nobody
 * is pinned at all.
 */
#ifndef MW_METER_AFFINITY_H
#define MW_METER_AFFINITY_H

#include <sched.h>
#include <stdbool.h>

typedef struct mw_affinity {
    cpu_set_t allowed; /* the mask before */
    bool pinned;
} mw_affinity;

/* Notes the mask without changing it. */
void mw_affinity_keep(mw_affinity *affinity);

/* Notes the mask and pins the calling thread to `cpu`; -1: to the CPU where it runs now. */
void mw_affinity_pin(mw_affinity *affinity, int cpu);

/* The mask that was there before. */
void mw_affinity_restore(mw_affinity *affinity);

/* The CPUs the calling thread may use now. */
cpu_set_t mw_affinity_now(void);

#endif
