/* bench.h: the suites of `memwall bench` that run in the worker, in the shape that commands print.
 */
#ifndef MW_WORKER_BENCH_H
#define MW_WORKER_BENCH_H

#include <jansson.h>

#include "labs/engine/worker/runner.h"

/*
 * "meter", "pools" and "sim": {"suite","rows":[…]}. "machine" compares with `machine` and gives
 * {"suite","cpu","figures":[{"name","likwid_test","bytes","rate":number}]}: what another program
 * needs to measure the same on the same core. "roof" holds a kernel against the roof above it:
 * {"suite","roof","ratio":number,"rate":number,"roof_rate":number,"samples","verdict","reason"?}.
 * MW_INVALID names the suites there are.
 */
mw_status mw_bench(const mw_job *job, mw_ledger *ledger, json_t **body, mw_error *error);

#endif
