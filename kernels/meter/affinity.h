/*
 * affinity.h: one CPU per kernel thread while a measurement runs, and everything as before
 * afterwards.
 *
 * Threads inherit the mask of the one that makes them. So the pool is made first and each of its
 * threads pins itself inside the parallel region; a one-thread kernel pins the measuring thread
 * only.
 */
#ifndef MW_METER_AFFINITY_H
#define MW_METER_AFFINITY_H

#include <sched.h>
#include <stdbool.h>

typedef struct mw_affinity {
    cpu_set_t allowed; /* the mask before: what the process may use */
    cpu_set_t used;    /* where the kernel runs now */
    int threads;       /* pinned threads; 0: nothing was pinned */
} mw_affinity;

/*
 * Pins `threads` threads of this thread's OpenMP team (the calling thread is the first) to
 * different allowed CPUs; one thread stays on the CPU where it runs. Pins nobody when there are
 * more threads than CPUs, or when `library` says that a library's own pool does the work.
 */
void mw_affinity_pin(mw_affinity *affinity, int threads, bool library);

/* Pins the calling thread alone to `cpu`. */
void mw_affinity_pin_to(mw_affinity *affinity, int cpu);

/* Gives each pinned thread the mask that was there before. */
void mw_affinity_restore(const mw_affinity *affinity);

#endif
