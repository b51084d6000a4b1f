/*
 * cpu_times.h: how long each CPU has worked since boot, from the system's books.
 */
#ifndef MW_MODEL_CPU_TIMES_H
#define MW_MODEL_CPU_TIMES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct mw_cpu_times {
    long busy, steal; /* clock ticks since boot; busy holds neither idle nor steal */
} mw_cpu_times;

/* Reads `root`/proc/stat ("" for this machine) into times[cpu] for each CPU below `count`; CPUs
 * that it does not name stay zero. False when it cannot be read. */
bool mw_cpu_times_read(const char *root, mw_cpu_times *times, size_t count);

#endif
