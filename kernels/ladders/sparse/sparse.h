/* sparse.h: products with a matrix of which only the nonzeros are kept, A of m rows and n columns.
 */
#ifndef MW_SPARSE_H
#define MW_SPARSE_H

#include "kernel.h"

/* y = A·x, one kernel for each format of A. */
extern const mw_kernel mw_gemv_csr_int32, mw_gemv_csr_int16, mw_gemv_bitmap, mw_gemv_bcsr,
    mw_gemv_2_of_4;

/* C = A·B with a dense B. */
extern const mw_kernel mw_spmm_csr;

#endif
