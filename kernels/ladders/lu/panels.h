/* panels.h: how a matrix is cut into panels of columns; unblocked, it is one panel. */
#ifndef MW_LU_PANELS_H
#define MW_LU_PANELS_H

#include "gemm/shares.h"
#include "lu/matrix.h"

typedef struct mw_lu_panels {
    size_t n, block;
    mw_dtype dtype;
    int threads;
} mw_lu_panels;

mw_lu_panels mw_lu_panels_of(const mw_kernel *kernel, const mw_args *args);

/* Of the largest product: what lies below a panel times what lies beside it. */
mw_gemm_plan mw_lu_plan(const mw_lu_panels *panels);

mw_status mw_lu_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace);

#endif
