/*
 * model.h: the request `model`: a kernel's traffic through simulated caches, as JSON.
 */
#ifndef MW_WORKER_MODEL_H
#define MW_WORKER_MODEL_H

#include <jansson.h>

#include "ledger.h"
#include "machine/calibration.h"
#include "modelled.h"

typedef struct mw_model_order {
    const mw_kernel *kernel;
    mw_args args;
    mw_cache_geometry levels[MW_CACHE_LEVELS];
    size_t count;
    const char *source; /* of the levels: "given", "effective", "nominal", "assumed" */
    /* The machine's own, by which kernels choose their blocks whatever is simulated. */
    mw_cache_geometry own[MW_CACHE_LEVELS];
    size_t own_count;
    const char *own_source;
    mw_cache_mode mode;
    bool curve;    /* the miss-ratio curve too */
    bool classify; /* tell misses apart */
    bool whole;    /* never sample */
    double within; /* seconds that it may take */
} mw_model_order;

/* Reads {"kernel","args"?,"caches"?:[{"name","bytes","ways","line"}],"mode"?,"curve"?,"classify"?,
 * "whole"?,"within"?,"machine"?}. Without caches those of the machine, without one nominal ones. */
mw_status mw_model_read(const json_t *request, mw_model_order *order, mw_error *error);

/* The caches of a machine as `machine --json` has it; NULL or null: those the system names. */
void mw_model_caches(const json_t *machine, mw_cache_geometry *levels, size_t *count,
                     const char **source);

typedef void mw_model_progress(void *context, double fraction, const char *what);

/* Simulates. The ledger is only asked whether to stop. */
mw_status mw_model_run(const mw_model_order *order, mw_ledger *ledger, mw_model_progress *progress,
                       void *context, json_t **body, mw_error *error);

#endif
