/* plan.h: what the makers of schedules share. */
#ifndef MW_CACHESIM_PLAN_H
#define MW_CACHESIM_PLAN_H

#include "cachesim/schedule/schedule.h"

/*
 * A schedule that halves: from x_begin advance to x_middle and keep it, do the back of the chain
 * with less room, then the front with all of it.
 */
typedef struct mw_plan mw_plan;
struct mw_plan {
    mw_schedule *schedule;
    /* begin < middle < end, for layers begin ... end-1 and room beside x_begin. */
    size_t (*split)(const mw_plan *plan, size_t begin, size_t end, uint64_t room);
    const uint64_t *price; /* room that x_i takes; NULL: 1 each */
    const void *context;
};

mw_status mw_plan_split(const mw_plan *plan, size_t begin, size_t end, uint64_t room,
                        mw_error *error);

mw_status mw_plan_keep_and_forward(mw_schedule *schedule, size_t layer, mw_error *error);

/* Frees the schedule unless the status is MW_OK; gives the status. */
mw_status mw_plan_end(mw_schedule *schedule, mw_status status);

#endif
