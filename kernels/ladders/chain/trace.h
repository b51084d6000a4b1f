/* trace.h: the accesses of a chain, for the cache simulator. */
#ifndef MW_CHAIN_TRACE_H
#define MW_CHAIN_TRACE_H

#include "kernel.h"

mw_status mw_chain_train_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace);
mw_status mw_chain_forward_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace);

#endif
