/* simulator.c: how many references the cache simulator takes in a second. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cachesim/hierarchy.h"
#include "labs/engine/worker/suites/suites.h"
#include "meter/noise.h"
#include "registry.h"

enum { SAMPLES = 7, SCATTERED = 1 << 22, SPAN_BITS = 26 };

/* Three levels of usual size: the same on every machine, so that figures can be compared. */
static const mw_cache_geometry caches[] = {
    {"L1", 64, 12, 64}, {"L2", 2048, 16, 64}, {"LLC", 131072, 12, 64}};

/* What is simulated: a kernel's trace, its other parameters at their presets (ratios.c), or
 * SCATTERED accesses of 4 bytes all over 256 MiB. */
typedef struct subject {
    const char *label, *kernel;
    const char *settings[7];
    double target; /* million references per second */
} subject;

static const subject subjects[] = {
    {"unit stride, gemm/ikj n=512", "gemm/ikj", {"m", "512", "n", "512", "k", "512", NULL}, 500},
    {"unit stride, stream/triad n=16M", "stream/triad", {"n", "16777216", NULL}, 500},
    {"strided, gemm/ijk n=512", "gemm/ijk", {"m", "512", "n", "512", "k", "512", NULL}, 100},
    {"uniformly random, 256 MiB", NULL, {NULL}, 25},
};

static bool poll(void *context, uint64_t references)
{
    (void)references;
    return mw_ledger_poll(context);
}

static uint32_t *scatter(void)
{
    uint32_t *index = malloc(SCATTERED * sizeof *index);
    uint64_t state = 1;
    for (size_t i = 0; index && i < SCATTERED; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        index[i] = (uint32_t)(state >> (64 - SPAN_BITS));
    }
    return index;
}

/* One simulation through empty caches: million references per second. */
static mw_status simulate(const subject *what, const uint32_t *index, mw_ledger *ledger,
                          double *rate, mw_error *error)
{
    const mw_kernel *kernel = NULL;
    mw_args args;
    mw_hierarchy *hierarchy;
    mw_hierarchy_options options = {.poll = poll, .context = ledger};
    mw_status status = what->kernel ? mw_registry_find(what->kernel, &kernel, error) : MW_OK;
    if (kernel)
        mw_args_preset(kernel, &args);
    for (const char *const *at = what->settings; status == MW_OK && *at; at += 2)
        status = mw_args_set(kernel, &args, at[0], at[1], error);
    if (status == MW_OK)
        status = mw_hierarchy_create(&hierarchy, caches, sizeof caches / sizeof *caches, &options,
                                     error);
    if (status != MW_OK)
        return status;
    mw_trace *sink = mw_hierarchy_sink(hierarchy);
    double begin = mw_clock_seconds();
    bool done =
        kernel ? kernel->trace(kernel, &args, sink) == MW_OK
               : mw_trace_indexed(sink, (uint64_t)1 << 32, index, SCATTERED, 4, MW_ACCESS_LOAD);
    mw_hierarchy_counts(hierarchy, 0); /* the last accesses reach the last level */
    double seconds = mw_clock_seconds() - begin;
    *rate = 1e-6 * (double)mw_hierarchy_references(hierarchy) / fmax(seconds, 1e-9);
    mw_hierarchy_destroy(hierarchy);
    return done ? MW_OK : mw_fail(error, MW_CANCELLED, "cancelled");
}

mw_status mw_bench_simulator(mw_ledger *ledger, mw_bench_row *rows, size_t *count, mw_error *error)
{
    uint32_t *index = scatter();
    if (!index)
        return mw_fail(error, MW_NO_MEMORY, "no memory for scattered accesses");
    mw_status status = MW_OK;
    for (*count = 0; status == MW_OK && *count < sizeof subjects / sizeof *subjects; ++*count) {
        const subject *what = &subjects[*count];
        mw_bench_row *row = &rows[*count];
        double rates[SAMPLES];
        for (int i = 0; status == MW_OK && i < SAMPLES; i++)
            status = simulate(what, index, ledger, &rates[i], error);
        if (status != MW_OK)
            break;
        row->ratio = mw_statistics_of(rates, SAMPLES);
        row->target = what->target;
        row->verdict =
            mw_verdict_of(row->ratio.median, row->ratio.low, row->ratio.high, what->target, false);
        snprintf(row->name, sizeof row->name, "%s, M references/s", what->label);
    }
    free(index);
    return status;
}
