/* sweep.c: reads working sets of growing size, and visits the disturbed ones again. */
#include <math.h>
#include <string.h>

#include "machine/plateaus.h"
#include "machine/recipe.h"

enum {
    SWEEP_MIN = 4096,
    SIZES_PER_OCTAVE = 4,
    LARGE = 8 << 20,
    LARGER = 128 << 20,
    ROUNDS = 3,
    TRIES = 4,
    FEWER_TRIES = 3,
    REVISITS = 2,
    REVISIT_TRIES = 8,
    AGAIN = 2 /* further tries of a visit for disturbed ones */
};

#define SMALL_SECONDS 0.00125 /* of a try: others are given turns of a few milliseconds */
#define LARGE_SECONDS 0.002

static double size_of(size_t index)
{
    return SWEEP_MIN * exp2((double)index / SIZES_PER_OCTAVE);
}

/* The visited ones are the sweep so far. */
static void publish(mw_recipe *r)
{
    mw_calibration *result = r->rig.result;
    result->sweep_count = 0;
    for (size_t i = 0; i < r->sizes; i++)
        if (r->points[i].bytes > 0)
            result->sweep[result->sweep_count++] = r->points[i];
}

static mw_sweep_point point_of(const mw_samples *taken, double bytes)
{
    mw_band band = mw_samples_band(taken);
    return (mw_sweep_point){bytes,
                            {band.value, mw_samples_least(taken), band.high},
                            band.low,
                            mw_samples_verdict(taken, MW_SWEEP_AGREEMENT)};
}

/* One visit to a working set: once round untimed, then `count` tries at one moment. */
static mw_status visit(mw_recipe *r, size_t index, size_t count, mw_error *error)
{
    mw_walk walk;
    mw_samples *taken = &r->sweep[index];
    size_t bytes = (size_t)size_of(index), again = AGAIN;
    double seconds = bytes >= LARGE ? LARGE_SECONDS : SMALL_SECONDS;
    if (!mw_walk_read(&walk, r->rig.isa, r->rig.buffer, bytes, r->rig.ledger))
        return mw_rig_cancelled(error);
    mw_samples_next_moment(taken);
    bool shared = mw_recipe_core_is_shared(r);
    for (size_t i = 0; i < count; i++) {
        mw_try try = mw_try_begin();
        double rate = mw_walk_sample(&walk, seconds, r->rig.ledger);
        if (rate <= 0)
            return mw_rig_cancelled(error);
        bool disturbed = mw_try_was_disturbed(&try);
        mw_samples_add(taken, rate, disturbed);
        if (disturbed && again > 0 && mw_rig_elapsed(&r->rig) < MW_SWEEP_UNTIL) {
            again--;
            count++;
        }
    }
    if (mw_recipe_core_is_shared(r) || shared)
        mw_samples_disturb_now(taken);
    r->points[index] = point_of(taken, (double)mw_walk_bytes(&walk));
    return MW_OK;
}

/*
 * Half of the working sets once, from small to large: those of `firsts` in each octave, one octave
 * apart. Where time runs out the whole range was seen, if with wider steps.
 */
static mw_status sweep_half(mw_recipe *r, int round, const size_t firsts[2], size_t *visits,
                            mw_error *error)
{
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = firsts[pass]; i < r->sizes; i += SIZES_PER_OCTAVE) {
            double until = round == 0 && pass == 0 ? MW_OCTAVES_UNTIL : MW_SWEEP_UNTIL;
            if (mw_rig_elapsed(&r->rig) > until)
                return MW_OK;
            mw_status status = visit(r, i, size_of(i) > LARGER ? FEWER_TRIES : TRIES, error);
            if (status != MW_OK)
                return status;
            publish(r);
            mw_recipe_next_peak(r);
            mw_levels_from_sweep(r->rig.result, 0, round > 0);
            double done = (double)++*visits / (double)(ROUNDS * r->sizes);
            mw_rig_tell(&r->rig, 0.16 + 0.48 * done, "memory roofs");
        }
    return MW_OK;
}

/* Two visits to each half octave come before the sizes between them: a coarse sweep that is sure
 * is worth more than a fine one that is not. */
static mw_status sweep(mw_recipe *r, mw_error *error)
{
    static const size_t even[] = {0, 2}, odd[] = {1, 3};
    static const size_t *const halves[2 * ROUNDS] = {even, even, odd, odd, even, odd};
    mw_status status = MW_OK;
    size_t visits = 0;
    for (int i = 0; i < 2 * ROUNDS && status == MW_OK; i++)
        status = sweep_half(r, i, halves[i], &visits, error);
    return status;
}

static bool is_wide(const mw_sweep_point *point)
{
    double best = point->bytes_per_second.value;
    return best - point->median > MW_SWEEP_SPREAD * best;
}

size_t mw_recipe_wide_points(const mw_recipe *r)
{
    size_t wide = 0;
    for (size_t i = 0; i < r->sizes; i++)
        wide += r->points[i].bytes > 0 && is_wide(&r->points[i]);
    return wide;
}

/* A further visit. What was there before, the best apart, is forgotten when the new tries alone are
 * steady and come near the best. */
static mw_status visit_again(mw_recipe *r, size_t index, mw_error *error)
{
    bool was_wide = is_wide(&r->points[index]);
    mw_status status = visit(r, index, REVISIT_TRIES, error);
    if (status != MW_OK || !was_wide)
        return status;
    mw_samples before = r->sweep[index];
    mw_sweep_point old = r->points[index];
    mw_samples_keep_now(&r->sweep[index]);
    r->points[index] = point_of(&r->sweep[index], old.bytes);
    if (is_wide(&r->points[index]) || r->points[index].verdict != MW_ROW_GOOD) {
        r->sweep[index] = before;
        r->points[index] = old;
    }
    return MW_OK;
}

/* Working sets that something disturbed, or whose best stands alone. */
static mw_status revisit(mw_recipe *r, mw_error *error)
{
    for (int round = 0; round < REVISITS; round++)
        for (size_t i = 0; i < r->sizes; i++) {
            const mw_sweep_point *point = &r->points[i];
            if (mw_rig_elapsed(&r->rig) > MW_REVISIT_UNTIL)
                return MW_OK;
            if (!(point->bytes > 0) || (!is_wide(point) && point->verdict == MW_ROW_GOOD))
                continue;
            mw_status status = visit_again(r, i, error);
            if (status != MW_OK)
                return status;
            publish(r);
        }
    return MW_OK;
}

/* The books' cache sizes beside ours: the last level by its place, the others by their number. */
static void fill_nominal(mw_calibration *result, const double *nominal)
{
    size_t last = MW_LEVEL_MAX - 1;
    while (last > 0 && nominal[last] <= 0)
        last--;
    for (size_t i = 0; i + 1 < result->level_count; i++)
        result->levels[i].nominal_bytes =
            strcmp(result->levels[i].name, "LLC") == 0 ? nominal[last] : nominal[i];
}

mw_status mw_recipe_levels(mw_recipe *r, int cpu, mw_error *error)
{
    while (r->sizes < MW_SWEEP_MAX && size_of(r->sizes) <= (double)r->rig.buffer_bytes)
        r->sizes++;
    mw_status status = sweep(r, error);
    if (status == MW_OK)
        status = revisit(r, error);
    if (status != MW_OK)
        return status;
    double nominal[MW_LEVEL_MAX], largest = 0;
    mw_nominal_caches(cpu, nominal, MW_LEVEL_MAX);
    for (int i = 0; i < MW_LEVEL_MAX; i++)
        largest = fmax(largest, nominal[i]);
    mw_levels_from_sweep(r->rig.result, largest, true);
    fill_nominal(r->rig.result, nominal);
    size_t seen = r->rig.result->sweep_count;
    if (seen < r->sizes)
        mw_rig_reason(r->rig.result, MW_BECAUSE(SIZES_LEFT_OUT, {.number = (double)seen},
                                                {.number = (double)r->sizes}));
    return MW_OK;
}
