/* gemv.h: what the driver of the sparse formats and its trace share. */
#ifndef MW_SPARSE_GEMV_H
#define MW_SPARSE_GEMV_H

#include "sparse/operands.h"
#include "team.h"

mw_sparse_sizes mw_sparse_gemv_sizes(const mw_kernel *kernel, const mw_args *args);

mw_status mw_sparse_gemv_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace);

#endif
