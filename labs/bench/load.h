/*
 * load.h: load for this machine, made on purpose: a spinning process on each allowed CPU and
 * one that writes through memory; and how busy others keep those CPUs.
 */
#ifndef MW_BENCH_LOAD_H
#define MW_BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { MW_LOAD_PROCESSES = 1025 }; /* a CPU set's worth of spinners, and the writer */

typedef struct mw_bench_load {
    pid_t pids[MW_LOAD_PROCESSES];
    size_t count;
} mw_bench_load;

/* Starts them; they end with this process, after `most_seconds`, or with mw_bench_load_stop, which
 * ever comes first. False when not all could be started: then none runs. */
bool mw_bench_load_start(mw_bench_load *load, unsigned most_seconds);

/* Ends them and waits until they have ended; does nothing a second time. */
void mw_bench_load_stop(mw_bench_load *load);

/* The share of the allowed CPUs' time that is used while this process sleeps for so long, 0 to 1;
 * negative when the system does not say. */
double mw_bench_load_outside(double seconds);

#endif
