/* all_cores.c: the roofs again with every core at work, threads starting together. */
#include <stdatomic.h>

#include "cpu.h"
#include "machine/plateaus.h"
#include "machine/recipe.h"
#include "meter/noise.h"
#include "team.h"

enum { SAMPLES = 10 };

#define SAMPLE_SECONDS 0.004
#define MEET_SECONDS   0.2
#define AGREEMENT      0.10

/* One piece of work that every thread does at once: a walk of its own slice, or a peak. */
typedef struct team_work {
    mw_rig *rig;
    const mw_peak *peak; /* or NULL: */
    size_t slice;        /* bytes of each thread's working set */
    atomic_int arrived;
    atomic_bool alone; /* the system gave fewer threads than CPUs: no roof of all of them */
    atomic_bool late;  /* no time is left for further samples */
    double rates[MW_THREADS_MAX][SAMPLES];
    bool disturbed[MW_THREADS_MAX][SAMPLES];
    int done[MW_THREADS_MAX]; /* samples */
} team_work;

/* Threads leave together: a sleeping barrier would start them tens of microseconds apart. False
 * when the run was cancelled or came to its end meanwhile, so that nobody waits for one who has
 * left. */
static bool meet(team_work *work, int threads, int round)
{
    atomic_fetch_add_explicit(&work->arrived, 1, memory_order_acq_rel);
    double begin = mw_clock_seconds();
    while (atomic_load_explicit(&work->arrived, memory_order_acquire) < threads * (round + 1)) {
        if (mw_clock_seconds() - begin > MEET_SECONDS)
            atomic_store(round > 0 ? &work->late : &work->alone, true);
        if (mw_rig_elapsed(work->rig) > MW_ALL_CORES_UNTIL)
            atomic_store(&work->late, true);
        if (atomic_load(&work->alone) || atomic_load(&work->late) ||
            !mw_ledger_poll(work->rig->ledger))
            return false;
    }
    return true;
}

static bool run_thread(void *context, int thread, int threads, mw_tally *tally)
{
    team_work *work = context;
    mw_rig *rig = work->rig;
    mw_walk walk;
    (void)tally;
    if (!work->peak) {
        char *base = rig->buffer + (size_t)thread * work->slice;
        if (!mw_walk_read(&walk, rig->isa, base, work->slice, rig->ledger))
            return false;
    }
    for (int i = 0; i < SAMPLES; i++) {
        if (!meet(work, threads, i))
            return false;
        mw_try try = mw_try_begin();
        work->rates[thread][i] =
            work->peak ? mw_peak_sample(work->peak, MW_PEAK_CHAINS - 1, SAMPLE_SECONDS)
                       : mw_walk_sample(&walk, SAMPLE_SECONDS, rig->ledger);
        work->disturbed[thread][i] = mw_try_was_disturbed(&try);
        work->done[thread] = i + 1;
    }
    return true;
}

/*
 * The sum of all threads' rates, as often as all had the time. Zero when they never had. Our own
 * threads may be what shares a core now, so that a look would say nothing: what the core looked
 * like while one of them ran alone stands for all.
 */
static mw_status run_team(team_work *work, int threads, mw_band *band, mw_row_verdict *verdict,
                          mw_error *error)
{
    mw_samples total = {.count = 0};
    mw_status status = mw_team_run(work->rig->ledger, threads, run_thread, work);
    bool ended = atomic_load(&work->alone) || atomic_load(&work->late);
    if (!mw_ledger_poll(work->rig->ledger) || (status != MW_OK && !ended))
        return mw_rig_cancelled(error);
    for (int i = 0; i < SAMPLES; i++) {
        double sum = 0;
        bool disturbed = false, done = true;
        for (int t = 0; t < threads; t++) {
            sum += work->rates[t][i];
            disturbed |= work->disturbed[t][i];
            done &= work->done[t] > i;
        }
        if (!done)
            break;
        mw_samples_next_moment(&total);
        mw_samples_add(&total, sum, disturbed);
    }
    *band = mw_samples_band(&total);
    *verdict = work->rig->core_was_shared ? MW_ROW_FEW : mw_samples_verdict(&total, AGREEMENT);
    return MW_OK;
}

/*
 * Each thread's working set for a level: a share of the level's middle while that stays out of the
 * level before (which may be private), else the whole middle. Zero when the buffer cannot hold it.
 */
static size_t slice_of(const mw_rig *rig, size_t index, int threads)
{
    const mw_calibration *r = rig->result;
    double middle = mw_level_middle(r, index);
    double floor_bytes = index > 0 ? 1.5 * r->levels[index - 1].effective_bytes : 0;
    bool last = index + 1 == r->level_count;
    double slice = index == 0 ? middle : middle / threads;
    if (!last && slice < floor_bytes)
        slice = middle;
    size_t bytes = (size_t)slice / 4096 * 4096;
    return bytes * (size_t)threads <= rig->buffer_bytes ? bytes : 0;
}

bool mw_rig_is_fastest(const mw_calibration *r, size_t count, const mw_compute *entry)
{
    for (size_t i = 0; i < count; i++)
        if (r->compute[i].dtype == entry->dtype &&
            r->compute[i].flops_per_second.value > entry->flops_per_second.value)
            return false;
    return true;
}

static mw_status all_peaks(mw_rig *rig, int threads, mw_error *error)
{
    mw_calibration *r = rig->result;
    size_t peak_count, single = r->compute_count;
    const mw_peak *peaks = mw_probe_peaks(&peak_count);
    for (size_t i = 0; i < single && r->compute_count < MW_COMPUTE_MAX; i++) {
        if (!mw_rig_is_fastest(r, single, &r->compute[i]))
            continue;
        if (mw_rig_elapsed(rig) > MW_ALL_CORES_UNTIL) {
            mw_rig_reason(r, mw_reason_of(MW_REASON_PEAKS_LEFT_OUT, NULL));
            break;
        }
        mw_compute all = r->compute[i];
        all.sustained = (mw_band){0, 0, 0};
        all.sustained_verdict = MW_ROW_GOOD;
        all.threads = threads;
        for (size_t p = 0; p < peak_count; p++) {
            if (peaks[p].name != all.isa || peaks[p].op != all.op || peaks[p].dtype != all.dtype)
                continue;
            team_work work = {.rig = rig, .peak = &peaks[p]};
            mw_status status = run_team(&work, threads, &all.flops_per_second, &all.verdict, error);
            if (status != MW_OK)
                return status;
            if (all.flops_per_second.value > 0)
                r->compute[r->compute_count++] = all;
            else if (atomic_load(&work.alone))
                mw_rig_reason(r, mw_reason_of(MW_REASON_THREADS_SHORT, NULL));
            else
                mw_rig_reason(r, mw_reason_of(MW_REASON_PEAKS_LEFT_OUT, NULL));
        }
    }
    return MW_OK;
}

mw_status mw_rig_all_cores(mw_rig *rig, mw_error *error)
{
    mw_calibration *r = rig->result;
    int threads = mw_cpu_count() < MW_THREADS_MAX ? mw_cpu_count() : MW_THREADS_MAX;
    if (threads < 2)
        return MW_OK;
    mw_status status = all_peaks(rig, threads, error);
    for (size_t i = 0; i < r->level_count && status == MW_OK; i++) {
        team_work work = {.rig = rig, .slice = slice_of(rig, i, threads)};
        bool late = mw_rig_elapsed(rig) > MW_ALL_CORES_UNTIL;
        if (!late && work.slice > 0)
            status = run_team(&work, threads, &r->levels[i].all_cores,
                              &r->levels[i].all_cores_verdict, error);
        if (late || (atomic_load(&work.late) && !(r->levels[i].all_cores.value > 0))) {
            mw_rig_reason(r, MW_BECAUSE(ALL_CORES_LEFT_OUT, {.word = r->levels[i].name}));
            break;
        }
        mw_rig_tell(rig, 0.92 + 0.08 * (double)(i + 1) / (double)r->level_count,
                    "all cores together");
    }
    return status;
}
