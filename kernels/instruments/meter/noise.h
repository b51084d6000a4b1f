/*
 * noise.h: what disturbed a measurement, from the system's own books.
 *
 * Two snapshots around the clock give the involuntary switches of the measuring thread, the time a
 * hypervisor stole, and wall time against CPU time; a pure function judges them.
 */
#ifndef MW_METER_NOISE_H
#define MW_METER_NOISE_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/cpu_times.h"
#include "model/reason.h"

/* More involuntary switches say that something else ran. An interface repainting 30 times a second
 * causes 75 to 300 per second when no CPU is left free for it, so they count only on part of the
 * machine. */
#define MW_SWITCHES_PER_SECOND 20.0

typedef struct mw_noise {
    double wall_seconds; /* inside the clock */
    double cpu_seconds;  /* of the measuring thread, or of the process when threads > 1 */
    double span_seconds; /* from the first snapshot to the last: what switches and steal refer to */
    long switches;       /* involuntary, of the measuring thread */
    long steal_ticks;    /* on the CPUs that were used */
    int threads;
    bool whole_machine; /* every allowed CPU is used: switches say nothing then */
} mw_noise;

/* What stands at the beginning and is subtracted at the end. */
typedef struct mw_noise_mark {
    double time;
    long switches, steal_ticks;
} mw_noise_mark;

/* `cpus` are the CPUs the kernel may run on. */
mw_noise_mark mw_noise_begin(const cpu_set_t *cpus);
void mw_noise_end(const mw_noise_mark *mark, const cpu_set_t *cpus, mw_noise *noise);

/* Wall seconds over CPU seconds per thread; 0 when there is no CPU time to compare with. */
double mw_noise_wall_over_cpu(const mw_noise *noise);

/* Why the figures say that something else ran; none when they are clean. */
mw_reason mw_noise_reason(const mw_noise *noise);

/* Involuntary switches of this thread so far, and how often it slept. */
long mw_thread_switches(void);
long mw_thread_sleeps(void);

double mw_clock_seconds(void);             /* CLOCK_MONOTONIC */
double mw_cpu_clock_seconds(bool process); /* of this thread, or of the whole process */

#endif
