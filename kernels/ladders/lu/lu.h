/* lu.h: factors P·A = L·U with partial pivoting, column by column and by blocks. */
#ifndef MW_LU_H
#define MW_LU_H

#include "kernel.h"

extern const mw_kernel mw_lu_unblocked, mw_lu_blocked;

#endif
