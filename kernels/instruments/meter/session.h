/*
 * session.h: a measurement while it runs, for the files that make one: measure.c takes the samples,
 * judge.c says what they mean.
 */
#ifndef MW_METER_SESSION_H
#define MW_METER_SESSION_H

#include "meter/affinity.h"
#include "meter/measure.h"
#include "meter/noise.h"

enum { MW_SAMPLES_MIN = 7 }; /* as many samples give an interval that is not their whole range */

/* One side of a measurement while it runs. */
typedef struct mw_side {
    mw_run run;
    mw_measurement *result;
    mw_phase phase;
    int threads;
    bool prepared;
    double *samples; /* seconds per execution */
    size_t count;
    double fastest;   /* execution of the warm-up */
    uint64_t repeats; /* executions per sample */
    mw_work work;     /* tallied by one execution */
    mw_noise noise;   /* of all samples */
} mw_side;

typedef struct mw_session {
    mw_ledger *ledger;
    mw_measure_options options;
    mw_affinity affinity;
    cpu_set_t used; /* where kernels run */
    mw_side sides[2];
    int side_count;
    double *values, *scratch; /* room for the samples of one side each */
    bool *disturbed;          /* whether something else ran in a sample of either side */
    long switches;            /* of this thread, when the last sample ended */
    double begin, budget;
    mw_ratio *ratio; /* of both sides, or NULL */
} mw_session;

/* Enough samples for the intervals that are wanted. */
bool mw_session_is_settled(const mw_session *session);

/* Fills times and verdict of each side, from samples in which nothing else ran while there are
 * enough of them. */
void mw_session_judge_side(const mw_session *session, mw_side *side);

/* The same for the ratio of both sides. */
void mw_session_judge_ratio(const mw_session *session, mw_ratio *ratio);

#endif
