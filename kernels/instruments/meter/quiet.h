/*
 * quiet.h: waiting until the others on this machine leave it alone for a moment.
 */
#ifndef MW_METER_QUIET_H
#define MW_METER_QUIET_H

#include "ledger.h"
#include "meter/noise.h"
#include "model/status.h"

/* Whether none of `cpus` was busy for more than a tenth of the `seconds` between two readings. */
bool mw_quiet_between(const mw_cpu_times *before, const mw_cpu_times *after, const cpu_set_t *cpus,
                      double seconds);

/*
 * Sleeps until half a second was quiet on all of `cpus`, `most` seconds at most; what is busy
 * meanwhile is not us. `root` is "" for this machine; where its books cannot be read there is
 * nothing to wait for. MW_CANCELLED when the ledger was told to stop; else *quiet says whether it
 * was.
 */
mw_status mw_quiet_wait(const char *root, mw_ledger *ledger, const cpu_set_t *cpus, double most,
                        bool *quiet, mw_error *error);

#endif
