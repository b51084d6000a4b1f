/* The schedules that a formula gives: store-all, sqrt(n), revolve. */
#include "cachesim/schedule/plan.h"

mw_status mw_schedule_store_all(mw_schedule *schedule, size_t layers, mw_error *error)
{
    mw_status status = mw_schedule_begin(schedule, layers, error);
    for (size_t i = 0; i < layers && status == MW_OK; i++)
        status = mw_plan_keep_and_forward(schedule, i, error);
    for (size_t i = layers; i-- > 0 && status == MW_OK;)
        status = mw_schedule_push(schedule, MW_STEP_BACKWARD, i, error);
    return mw_plan_end(schedule, status);
}

mw_status mw_plan_keep_and_forward(mw_schedule *schedule, size_t layer, mw_error *error)
{
    mw_status status = mw_schedule_push(schedule, MW_STEP_KEEP, layer, error);
    return status == MW_OK ? mw_schedule_push(schedule, MW_STEP_FORWARD, layer, error) : status;
}

mw_status mw_plan_end(mw_schedule *schedule, mw_status status)
{
    if (status != MW_OK)
        mw_schedule_free(schedule);
    return status;
}

/* --- sqrt(n) ------------------------------------------------------------------------------ */

uint64_t mw_sqrt_segments(uint64_t layers)
{
    uint64_t best = 1;
    for (uint64_t k = 2; k <= layers; k++) {
        if (k + (layers + k - 1) / k < best + (layers + best - 1) / best)
            best = k;
    }
    return best;
}

/* Where segment `index` of `segments` begins; the longer ones are the last. */
static size_t segment_begin(size_t layers, size_t segments, size_t index)
{
    size_t each = layers / segments, longer = layers % segments, shorter = segments - longer;
    return index * each + (index > shorter ? index - shorter : 0);
}

mw_status mw_schedule_sqrt(mw_schedule *schedule, size_t layers, bool keep_last, mw_error *error)
{
    mw_status status = mw_schedule_begin(schedule, layers, error);
    if (status != MW_OK)
        return status;
    size_t segments = (size_t)mw_sqrt_segments(layers);
    for (size_t s = 0; s < segments && status == MW_OK; s++) {
        size_t begin = segment_begin(layers, segments, s);
        size_t end = segment_begin(layers, segments, s + 1);
        bool keep = keep_last && end == layers;
        for (size_t i = begin; i < end && status == MW_OK; i++)
            status = i == begin || keep ? mw_plan_keep_and_forward(schedule, i, error)
                                        : mw_schedule_push(schedule, MW_STEP_FORWARD, i, error);
    }
    for (size_t s = segments; s-- > 0 && status == MW_OK;) {
        size_t begin = segment_begin(layers, segments, s);
        size_t end = segment_begin(layers, segments, s + 1);
        for (size_t i = begin; i + 1 < end && !(keep_last && end == layers) && status == MW_OK; i++)
            status = mw_plan_keep_and_forward(schedule, i, error);
        for (size_t i = end; i-- > begin && status == MW_OK;)
            status = mw_schedule_push(schedule, MW_STEP_BACKWARD, i, error);
    }
    return mw_plan_end(schedule, status);
}

/* --- schedules that split ----------------------------------------------------------------- */

mw_status mw_plan_split(const mw_plan *plan, size_t begin, size_t end, uint64_t room,
                        mw_error *error)
{
    mw_schedule *schedule = plan->schedule;
    mw_status status = MW_OK;
    if (end - begin > 1)
        status = mw_schedule_push(schedule, MW_STEP_KEEP, begin, error);
    while (end - begin > 1 && status == MW_OK) {
        size_t middle = plan->split(plan, begin, end, room);
        for (size_t i = begin; i < middle && status == MW_OK; i++)
            status = mw_schedule_push(schedule, MW_STEP_FORWARD, i, error);
        if (status == MW_OK)
            status = mw_plan_split(plan, middle, end,
                                   room - (plan->price ? plan->price[middle] : 1), error);
        end = middle;
    }
    if (status == MW_OK && end == schedule->layers)
        status = mw_plan_keep_and_forward(schedule, begin, error);
    return status == MW_OK ? mw_schedule_push(schedule, MW_STEP_BACKWARD, begin, error) : status;
}

/* --- revolve ------------------------------------------------------------------------------ */

/* C(s+r, s), or any larger number than `most` when it is above that. */
static uint64_t binomial(uint64_t s, uint64_t r, uint64_t most)
{
    uint64_t small = s < r ? s : r, large = s < r ? r : s, value = 1;
    for (uint64_t i = 1; i <= small; i++) {
        value = value * (large + i) / i;
        if (value > most)
            return most + 1;
    }
    return value;
}

uint64_t mw_revolve_repetitions(uint64_t layers, uint64_t snapshots)
{
    uint64_t r = 0;
    while (binomial(snapshots, r, layers) < layers)
        r++;
    return r;
}

uint64_t mw_revolve_forwards(uint64_t layers, uint64_t snapshots)
{
    uint64_t r = mw_revolve_repetitions(layers, snapshots);
    /* C(s+r, r-1) = C(s+r, s) * r / (s+1), and C(s+r, s) stays below l*(s+r)/r. */
    uint64_t all = r ? binomial(snapshots, r, layers * (snapshots + r)) : 0;
    return r * layers - all * r / (snapshots + 1);
}

/*
 * How far to advance before the next state is stored. With beta(s,r) = C(s+r, s) layers s states
 * need r repetitions; a chain between beta(s,r-1) and beta(s,r) is cut so that its front needs r-1
 * of them with s states and its back r with s-1.
 */
static size_t split(const mw_plan *plan, size_t begin, size_t end, uint64_t snapshots)
{
    (void)plan;
    uint64_t layers = end - begin;
    if (snapshots <= 1)
        return end - 1;
    uint64_t r = mw_revolve_repetitions(layers, snapshots);
    uint64_t front = r >= 2 ? binomial(snapshots, r - 2, layers) : 1;
    uint64_t back = binomial(snapshots - 1, r, layers);
    if (layers > back && layers - back > front)
        front = layers - back;
    return begin + (size_t)front;
}

mw_status mw_schedule_revolve(mw_schedule *schedule, size_t layers, size_t snapshots,
                              mw_error *error)
{
    mw_status status = mw_schedule_begin(schedule, layers, error);
    if (status != MW_OK)
        return status;
    if (snapshots == 0)
        return mw_fail(error, MW_INVALID,
                       "revolve with 0 snapshots: the chain's input is one, so 1 is the least");
    mw_plan plan = {.schedule = schedule, .split = split};
    return mw_plan_end(schedule, mw_plan_split(&plan, 0, layers, snapshots, error));
}
