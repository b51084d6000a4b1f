/*
 * pmu.h: hardware events through PAPI, behind a table of functions.
 *
 * The table holds PAPI's own functions; tests put others in their place, because no machine fails
 * in every way. Whatever any of them answers, a probe ends with a state and a reason, and a count
 * is a number or absent with the reason.
 */
#ifndef MW_METER_PMU_H
#define MW_METER_PMU_H

#include <stdbool.h>

#include "meter/events.h"
#include "meter/hardware.h"

typedef struct mw_pmu_processor {
    int maker, family, model; /* as in events.h */
} mw_pmu_processor;

/* Answers are PAPI's: 0 or a negative code. */
typedef struct mw_pmu_calls {
    int version;
    int (*open_cycles)(void); /* perf_event_open for this thread's user-mode cycles: 0 or errno */
    int (*paranoid)(void);    /* kernel.perf_event_paranoid */
    int (*is_initialized)(void);
    int (*library_init)(int version);
    int (*thread_init)(unsigned long (*id)(void));
    int (*processor)(mw_pmu_processor *processor);
    int (*create_eventset)(int *set);
    int (*add_named_event)(int set, const char *name);
    int (*start)(int set);
    int (*stop)(int set, long long *values);
    int (*cleanup_eventset)(int set);
    int (*destroy_eventset)(int *set);
} mw_pmu_calls;

/* What works here: a recipe for each quantity, or why there is none. */
typedef struct mw_pmu {
    const mw_pmu_calls *calls;
    const mw_event_cpu *cpu; /* NULL: not in the table */
    const mw_event_recipe *chosen[MW_EVENT_QUANTITIES];
    mw_reason why_not[MW_EVENT_QUANTITIES];
} mw_pmu;

/* Tries each recipe by add and start, because querying an event proves nothing. */
void mw_pmu_probe(mw_pmu *pmu, const mw_pmu_calls *calls, mw_hardware *hardware);

/* Counts one quantity while `work` runs; what `work` answers other than MW_OK makes it absent. */
mw_number mw_pmu_count(const mw_pmu *pmu, mw_event_quantity quantity,
                       mw_status (*work)(void *context), void *context);

/* What a code of PAPI's says of an event: MW_REASON_EVENT_NOT_HERE, MW_REASON_EVENT_REFUSED, … */
mw_reason_id mw_pmu_reason(int code);

#endif
