/* modelled.h: what one execution of a kernel moves through simulated caches (cachesim/traffic.h).
 */
#ifndef MW_MODELLED_H
#define MW_MODELLED_H

#include "cachesim/traffic.h"
#include "kernel.h"
#include "model/reason.h"

/* Why this kernel cannot be modelled at all, or not with these arguments; none where it can. */
mw_reason mw_model_refusal(const mw_kernel *kernel, const mw_args *args);

/* The same as an error that says what to do: MW_UNSUPPORTED for the kernel, MW_INVALID for the
 * arguments. */
mw_status mw_model_allowed(const mw_kernel *kernel, const mw_args *args, mw_error *error);

mw_status mw_model_plan(const mw_kernel *kernel, const mw_args *args,
                        const mw_traffic_options *options, mw_traffic_plan *plan, mw_error *error);

/* `args` passed mw_args_check. MW_CANCELLED when `progress` said so. */
mw_status mw_model_traffic(const mw_kernel *kernel, const mw_args *args,
                           const mw_cache_geometry *levels, size_t count,
                           const mw_traffic_options *options, mw_traffic *traffic, mw_error *error);

#endif
