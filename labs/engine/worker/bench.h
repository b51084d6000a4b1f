/*
 * bench.h: suites of the worker that need more than a measurement.
 *
 * "meter": kernels metered against the same kernels with the ledger muted, in pairs;
 * "pools": OpenBLAS alone against OpenBLAS interleaved with an OpenMP kernel.
 */
#ifndef MW_WORKER_BENCH_H
#define MW_WORKER_BENCH_H

#include <jansson.h>

#include "labs/engine/worker/runner.h"

/* {"suite","rows":[…]}; MW_INVALID names the suites there are. */
mw_status mw_bench(const char *suite, mw_runner *runner, mw_ledger *ledger, json_t **body,
                   mw_error *error);

#endif
