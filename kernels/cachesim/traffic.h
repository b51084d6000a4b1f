/*
 * traffic.h: what one execution moves between the levels of a cache hierarchy, modelled. Kernels
 * come to it by modelled.h.
 *
 * The caches are empty at the start, and dirty lines are written back at the end: every operand
 * comes from memory once and every result goes back to it. What is too long to simulate whole is
 * sampled by whole passes of the outermost loop: the first ones, then the rest at the rate of their
 * second half, scaled so that the bytes of the program come out exactly.
 */
#ifndef MW_CACHESIM_TRAFFIC_H
#define MW_CACHESIM_TRAFFIC_H

#include "cachesim/hierarchy.h"
#include "cachesim/trace.h"
#include "model/status.h"

/* Simulated whole up to so many references: some seconds. */
#define MW_TRAFFIC_REFERENCES UINT64_C(1000000000)

/* One execution, which may be walked again and again. */
typedef struct mw_execution {
    /* Its accesses in program order; MW_CANCELLED when the sink wants no more. */
    mw_status (*walk)(const void *context, mw_trace *trace);
    const void *context;
    double bytes; /* that it loads and stores, by closed form: a sample is scaled to them */
} mw_execution;

typedef struct mw_traffic_options {
    mw_cache_mode mode;
    bool classify;
    uint64_t references; /* above so many, sample; 0: MW_TRAFFIC_REFERENCES; UINT64_MAX: never */
    /* Told every few milliseconds; false cancels. NULL: nobody is told. */
    bool (*progress)(void *context, double fraction);
    void *context;
} mw_traffic_options;

/* How long a simulation is, before it is begun. */
typedef struct mw_traffic_plan {
    double references; /* of one execution: an estimate where tiles differ */
    double simulated;  /* of them, those that would be simulated */
    bool sampled;
} mw_traffic_plan;

/* Counts of one level: whole numbers unless sampled. */
typedef struct mw_traffic_level {
    mw_cache_geometry geometry;
    double accesses[2], misses[2]; /* loads, stores */
    double kinds[2][MW_MISSES];    /* zeros unless classified */
    double fills, write_backs;
    double link_bytes; /* between this level and the next, or memory: line x (fills + write-backs),
                          and NT stores below the last */
} mw_traffic_level;

typedef struct mw_traffic {
    mw_traffic_level level[MW_CACHE_LEVELS];
    size_t levels;
    bool sampled;
    double references, program_bytes, nt_bytes;
    double simulated; /* references */
} mw_traffic;

mw_status mw_traffic_estimate(const mw_execution *execution, const mw_traffic_options *options,
                              mw_traffic_plan *plan, mw_error *error);

/* MW_CANCELLED when `progress` said so. */
mw_status mw_traffic_simulate(const mw_execution *execution, const mw_cache_geometry *levels,
                              size_t count, const mw_traffic_options *options, mw_traffic *traffic,
                              mw_error *error);

#endif
