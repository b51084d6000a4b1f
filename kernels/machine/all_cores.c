#include <omp.h>
#include <stdatomic.h>
#include <string.h>

#include "machine/plateaus.h"
#include "machine/workshop.h"

enum { SAMPLES = 4 };

#define SAMPLE_SECONDS 0.010

/* One piece of work that every thread does at once: a walk of its own slice, or a peak. */
typedef struct team_work {
    mw_workshop *shop;
    const mw_peak *peak; /* or NULL: */
    size_t slice;        /* bytes of each thread's working set */
} team_work;

/* Threads leave together: waiting on a sleeping barrier would start them tens of µs apart. */
static void spin_start(atomic_int *arrived, int threads, int round)
{
    atomic_fetch_add_explicit(arrived, 1, memory_order_acq_rel);
    while (atomic_load_explicit(arrived, memory_order_acquire) < threads * (round + 1))
        ;
}

/* The sum of all threads' rates, SAMPLES times. */
static mw_status run_team(const team_work *work, int threads, mw_band *band, mw_error *error)
{
    double total[SAMPLES] = {0};
    double rates[MW_THREADS_MAX][SAMPLES];
    atomic_int arrived = 0;
    mw_workshop *shop = work->shop;
    memset(rates, 0, sizeof rates);
#pragma omp parallel num_threads(threads)
    {
        int me = omp_get_thread_num();
        mw_walk walk;
        bool walks = false;
        if (!work->peak) {
            char *base = shop->buffer + (size_t)me * work->slice;
            walks = mw_walk_init(&walk, shop->isa, MW_STREAM_READ, base, work->slice) &&
                    mw_walk_round(&walk, shop->ledger);
        }
#pragma omp barrier
        for (int i = 0; i < SAMPLES; i++) {
            spin_start(&arrived, threads, i);
            if (work->peak)
                rates[me][i] = mw_peak_sample(work->peak, 2, SAMPLE_SECONDS);
            else if (walks)
                rates[me][i] = mw_walk_sample(&walk, SAMPLE_SECONDS, shop->ledger);
        }
    }
    if (!mw_ledger_poll(shop->ledger))
        return mw_fail(error, MW_CANCELLED, "cancelled");
    for (int i = 0; i < SAMPLES; i++)
        for (int t = 0; t < threads; t++)
            total[i] += rates[t][i];
    *band = mw_band_of(total, SAMPLES);
    return MW_OK;
}

/*
 * Each thread's working set for a level: a share of the level's middle while that stays out of the
 * level before (which may be private), else the whole middle. Zero when the buffer cannot hold it.
 */
static size_t slice_of(const mw_workshop *shop, size_t index, int threads)
{
    const mw_calibration *r = shop->result;
    double middle = mw_level_middle(r, index);
    double floor_bytes = index > 0 ? 1.5 * r->levels[index - 1].effective_bytes : 0;
    bool last = index + 1 == r->level_count;
    double slice = index == 0 ? middle : middle / threads;
    if (!last && slice < floor_bytes)
        slice = middle;
    size_t bytes = (size_t)slice / 4096 * 4096;
    return bytes * (size_t)threads <= shop->buffer_bytes ? bytes : 0;
}

mw_status mw_workshop_all_cores(mw_workshop *shop, mw_error *error)
{
    mw_calibration *r = shop->result;
    mw_affinity team;
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    sched_getaffinity(0, sizeof allowed, &allowed);
    int threads = CPU_COUNT(&allowed) < MW_THREADS_MAX ? CPU_COUNT(&allowed) : MW_THREADS_MAX;
    if (threads < 2)
        return MW_OK;
    mw_affinity_pin(&team, threads, false);
    mw_status status = MW_OK;
    size_t peak_count;
    const mw_peak *peaks = mw_probe_peaks(&peak_count);
    size_t single = r->compute_count;
    for (size_t i = 0; i < single && !status && r->compute_count < MW_COMPUTE_MAX; i++) {
        /* The widest FMA (multiplication where there is none) of each element type. */
        const mw_compute *best = &r->compute[i];
        for (size_t k = 0; k < single; k++)
            if (r->compute[k].dtype == best->dtype &&
                r->compute[k].flops_per_second.value > best->flops_per_second.value)
                best = &r->compute[k];
        if (best != &r->compute[i])
            continue;
        for (size_t p = 0; p < peak_count && !status; p++) {
            if (peaks[p].name != best->isa || peaks[p].op != best->op ||
                peaks[p].dtype != best->dtype)
                continue;
            mw_compute all = *best;
            all.threads = threads;
            status =
                run_team(&(team_work){shop, &peaks[p], 0}, threads, &all.flops_per_second, error);
            if (!status)
                r->compute[r->compute_count++] = all;
        }
    }
    for (size_t i = 0; i < r->level_count && !status; i++) {
        size_t slice = slice_of(shop, i, threads);
        if (slice > 0)
            status =
                run_team(&(team_work){shop, NULL, slice}, threads, &r->levels[i].all_cores, error);
        mw_workshop_tell(shop, 0.92 + 0.08 * (double)(i + 1) / (double)r->level_count,
                         "all cores together");
    }
    mw_affinity_restore(&team);
    return status;
}
