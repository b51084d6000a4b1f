/*
 * team.h: the threads of one kernel run, and the tally each of them keeps between tile ends.
 *
 * A team of one is the calling thread itself. A larger one is an OpenMP team in which thread i is
 * pinned to the i-th CPU this process may use; the calling thread gets its own mask back.
 */
#ifndef MW_TEAM_H
#define MW_TEAM_H

#include "kernel.h"

/* Work done since the last tile end. */
typedef struct mw_tally {
    mw_ledger *ledger;
    int thread;
    mw_work pending;
} mw_tally;

/* One thread's part of the run; false when the ledger said stop. */
typedef bool mw_team_work(void *context, int thread, int threads, mw_tally *tally);

/* Runs `work` on every thread and tallies what is pending at its end. MW_CANCELLED when one stopped
 * early or the flag is up at the end. */
mw_status mw_team_run(mw_ledger *ledger, int threads, mw_team_work *work, void *context);

/* One thread's part of one step; false when the ledger said stop. */
typedef bool mw_team_step(void *context, uint64_t step, int thread, int threads, mw_tally *tally);

/*
 * The same for work in steps 0 … steps - 1, each of which begins when every thread has finished the
 * one before. Threads wait awake for a moment before they sleep: where each has a CPU, a step costs
 * a fraction of a microsecond, against tens of them for a run.
 */
mw_status mw_team_run_steps(mw_ledger *ledger, int threads, uint64_t steps, mw_team_step *step,
                            void *context);

/* Contiguous, even shares of `units`. */
typedef struct mw_range {
    uint64_t begin, end;
} mw_range;

mw_range mw_team_share(uint64_t units, int thread, int threads);

/* A tile end becomes due after this much work: 0.1 … 0.5 ms, long against the tally's 30 ns and
 * short against the 20 ms in which a run must hear the cancel flag. */
enum { MW_TILE_BYTES = 2 << 20, MW_TILE_FLOPS = 1 << 20 };

/* Adds work, and ends the tile when it is due. False: stop. */
static inline bool mw_tally_add(mw_tally *tally, uint64_t flops, uint64_t load_bytes,
                                uint64_t store_bytes)
{
    mw_work *pending = &tally->pending;
    pending->flops += flops;
    pending->load_bytes += load_bytes;
    pending->store_bytes += store_bytes;
    if (pending->load_bytes + pending->store_bytes < MW_TILE_BYTES &&
        pending->flops < MW_TILE_FLOPS)
        return true;
    mw_work work = *pending;
    *pending = (mw_work){0};
    return mw_ledger_tile(tally->ledger, tally->thread, work);
}

#endif
