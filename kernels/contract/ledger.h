/*
 * ledger.h: what a running kernel tells about itself, and how it hears that it must stop.
 *
 * Each kernel thread owns one padded slot of relaxed atomics and adds its work there at tile ends.
 * Thread 0 also publishes the sum to the shared block when 10 ms have passed since the last time.
 * The cancel flag is polled at the same places, so a run ends within 20 ms of the flag at any size.
 */
#ifndef MW_LEDGER_H
#define MW_LEDGER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/block.h"
#include "model/work.h"

enum { MW_THREADS_MAX = 256, MW_CACHE_LINE = 64 };

typedef struct mw_ledger mw_ledger;

/* The process has one ledger; it is what the Software-Defined Events read. Never NULL. */
mw_ledger *mw_ledger_process(void);

/* Where thread 0 publishes; NULL publishes nowhere. `run` is copied into every snapshot. */
void mw_ledger_attach(mw_ledger *ledger, mw_block *block, uint64_t run);

/* Zeroes the per-run sums (the monotonic totals behind the Software-Defined Events go on). */
void mw_ledger_begin(mw_ledger *ledger);

/* A tile of `thread` is done. Returns false when the run must stop: leave `execute` then. */
bool mw_ledger_tile(mw_ledger *ledger, int thread, mw_work done);

/* For long work that is not a tile (allocation, first touch): only polls. */
bool mw_ledger_poll(mw_ledger *ledger);

/* Sum over all threads since mw_ledger_begin; and since the process started. */
mw_work mw_ledger_work(const mw_ledger *ledger);
mw_work mw_ledger_total(const mw_ledger *ledger);

/* A team that got fewer threads than it wanted says how many it has. What is asked afterwards is
 * the least of them since it was last asked or the run began; 0 when no team was short. */
void mw_ledger_team(mw_ledger *ledger, int present, int wanted);
int mw_ledger_team_fewest(mw_ledger *ledger);

/* Any thread may raise the flag; the measuring thread lowers it before a run. */
void mw_ledger_cancel(mw_ledger *ledger);
void mw_ledger_rearm(mw_ledger *ledger);
bool mw_ledger_cancelled(const mw_ledger *ledger);

/* The measuring thread tells the phase and the progress of the whole run (0 … 1). What runs in
 * MW_PHASE_BESIDE and MW_PHASE_VERIFY enters the process's totals but not the run's sums. */
void mw_ledger_phase(mw_ledger *ledger, mw_phase phase, double progress);

/* Around each `execute` (or several in a row): the begin lets a snapshot hold the time of what is
 * on its way, so that FLOPs over kernel time is a rate at any moment; the end adds the seconds. */
void mw_ledger_execution_begin(mw_ledger *ledger);
void mw_ledger_execution_end(mw_ledger *ledger, uint64_t executions, double seconds);

/* Unmetered runs exist only so that `memwall bench meter` can time the ledger itself. */
void mw_ledger_mute(mw_ledger *ledger, bool muted);

#endif
