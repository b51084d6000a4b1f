/* peaks.c: the compute roofs of one core: bursts in turn, then what is kept up. */
#include <math.h>

#include "machine/recipe.h"
#include "meter/noise.h"

enum { TRIES = 4, CONFIRM_ROUNDS = 8 };

#define PEAK_SECONDS      0.0003
#define TRIAL_SECONDS     0.0004
#define SUSTAINED_SECONDS 0.20
#define SUSTAINED_LEAST   0.05
#define SLICE_SECONDS     0.0015

/* The most, unless a quick trial says that fewer do better. */
static int best_chains(const mw_recipe *r, const mw_peak *peak)
{
    double best = 0;
    int chains = MW_PEAK_CHAINS - 1;
    for (int c = 0; c < MW_PEAK_CHAINS; c++) {
        if (mw_rig_elapsed(&r->rig) > MW_CHAINS_UNTIL)
            return MW_PEAK_CHAINS - 1;
        double trial =
            fmax(mw_peak_sample(peak, c, TRIAL_SECONDS), mw_peak_sample(peak, c, TRIAL_SECONDS));
        if (trial > best) {
            best = trial;
            chains = c;
        }
    }
    return chains;
}

static void judge_peak(mw_recipe *r, size_t index)
{
    mw_compute *row = &r->rig.result->compute[index];
    row->flops_per_second = mw_samples_band(&r->compute[index]);
    row->verdict = mw_samples_verdict(&r->compute[index], MW_PEAK_AGREEMENT);
}

/* A few short tries at one moment: between two turns of other programs, some run undisturbed. */
static void try_peak(mw_recipe *r, size_t index)
{
    mw_samples_next_moment(&r->compute[index]);
    bool shared = mw_recipe_core_is_shared(r);
    for (int i = 0; i < TRIES; i++) {
        mw_try try = mw_try_begin();
        double rate = mw_peak_sample(r->peaks[index], r->chains[index], PEAK_SECONDS);
        mw_samples_add(&r->compute[index], rate, mw_try_was_disturbed(&try));
    }
    if (mw_recipe_core_is_shared(r) || shared)
        mw_samples_disturb_now(&r->compute[index]);
    judge_peak(r, index);
}

/* All in turn; the widest, which are the roofs that matter, every second time. */
static size_t peak_of_turn(const mw_recipe *r, size_t turn)
{
    size_t wide[MW_COMPUTE_MAX], wides = 0, count = r->rig.result->compute_count;
    for (size_t i = 0; i < count; i++)
        if (r->peaks[i]->needs == r->rig.isa)
            wide[wides++] = i;
    return turn % 2 == 0 || wides == 0 ? turn / 2 % count : wide[turn / 2 % wides];
}

void mw_recipe_next_peak(mw_recipe *r)
{
    if (r->rig.result->compute_count > 0)
        try_peak(r, peak_of_turn(r, r->next_peak++));
}

mw_status mw_recipe_peaks(mw_recipe *r, mw_error *error)
{
    mw_calibration *result = r->rig.result;
    size_t count;
    const mw_peak *peaks = mw_probe_peaks(&count);
    for (size_t i = 0; i < count && result->compute_count < MW_COMPUTE_MAX; i++) {
        if (peaks[i].needs > r->rig.isa)
            continue;
        if (!mw_ledger_poll(r->rig.ledger))
            return mw_rig_cancelled(error);
        size_t index = result->compute_count++;
        result->compute[index] = (mw_compute){
            .isa = peaks[i].name, .dtype = peaks[i].dtype, .op = peaks[i].op, .threads = 1};
        r->peaks[index] = &peaks[i];
        r->chains[index] = best_chains(r, &peaks[i]);
        try_peak(r, index);
        mw_rig_tell(&r->rig, 0.10 + 0.05 * (double)(i + 1) / (double)count, "compute roofs");
    }
    return MW_OK;
}

mw_status mw_recipe_confirm_peaks(mw_recipe *r, mw_error *error)
{
    const mw_calibration *result = r->rig.result;
    for (int round = 0; round < CONFIRM_ROUNDS; round++)
        for (size_t i = 0; i < result->compute_count; i++) {
            if (mw_rig_elapsed(&r->rig) > MW_CONFIRM_UNTIL)
                return MW_OK;
            if (!mw_ledger_poll(r->rig.ledger))
                return mw_rig_cancelled(error);
            if (result->compute[i].verdict != MW_ROW_GOOD)
                try_peak(r, i);
        }
    return MW_OK;
}

/*
 * A burst of milliseconds runs at a clock that the processor does not keep. What it keeps is the
 * best of the second half of a run without a pause; the slices of the first half are bursts. Each
 * slice of the second is a moment of its own: that the run lasts is what makes it steady.
 */
static mw_status measure_sustained(mw_recipe *r, size_t index, mw_error *error)
{
    mw_samples kept = {.count = 0};
    mw_compute *row = &r->rig.result->compute[index];
    double left = MW_SUSTAINED_UNTIL - mw_rig_elapsed(&r->rig);
    double length = fmax(SUSTAINED_LEAST, fmin(SUSTAINED_SECONDS, left / 2));
    double begin = mw_clock_seconds(), spent;
    mw_samples_next_moment(&r->compute[index]);
    while ((spent = mw_clock_seconds() - begin) < length || kept.count == 0) {
        if (!mw_ledger_poll(r->rig.ledger))
            return mw_rig_cancelled(error);
        mw_try try = mw_try_begin();
        double rate = mw_peak_sample(r->peaks[index], r->chains[index], SLICE_SECONDS);
        bool disturbed = mw_try_was_disturbed(&try) || mw_recipe_core_is_shared(r);
        mw_samples *half = spent > length / 2 ? &kept : &r->compute[index];
        if (half == &kept)
            mw_samples_next_moment(&kept);
        mw_samples_add(half, rate, disturbed);
    }
    row->sustained = mw_samples_band(&kept);
    mw_samples_add(&r->compute[index], row->sustained.value, true); /* a burst is no less */
    judge_peak(r, index);
    row->sustained_verdict = mw_samples_verdict(&kept, MW_PEAK_AGREEMENT);
    return MW_OK;
}

mw_status mw_recipe_sustained(mw_recipe *r, mw_error *error)
{
    const mw_calibration *result = r->rig.result;
    mw_status status = MW_OK;
    for (size_t i = 0; i < result->compute_count && status == MW_OK; i++)
        if (mw_rig_is_fastest(result, result->compute_count, &result->compute[i]))
            status = measure_sustained(r, i, error);
    return status;
}
