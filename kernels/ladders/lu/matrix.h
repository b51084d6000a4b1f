/*
 * matrix.h: what both rungs of the lu family share: the matrix, its copy, and the check of L and U.
 *
 * Each execution copies the matrix first and factors the copy in place: L below the diagonal, whose
 * own ones are not kept, U on and above it. pivot[k] is the row that changed places with row k.
 */
#ifndef MW_LU_MATRIX_H
#define MW_LU_MATRIX_H

#include "buffer.h"
#include "kernel.h"

enum {
    MW_LU_N,
    MW_LU_LDA,
    MW_LU_DTYPE,
    MW_LU_THREADS,
    MW_LU_PARAMS,
    MW_LU_BLOCK = MW_LU_PARAMS,
    MW_LU_BLOCKED
};

enum { MW_LU_SEED = 81 };

typedef struct mw_lu_matrix {
    size_t n, lda, width;
    mw_dtype dtype;
    mw_buffer source, a, pivots; /* pivots: n x int32_t */
} mw_lu_matrix;

mw_status mw_lu_check(const mw_kernel *kernel, const mw_args *args, mw_error *error);

/* The matrix read, its factors and pivots written. */
uint64_t mw_lu_compulsory(const mw_kernel *kernel, const mw_args *args);
uint64_t mw_lu_footprint(const mw_kernel *kernel, const mw_args *args);

/* On failure nothing is left to destroy. */
mw_status mw_lu_create(mw_lu_matrix *matrix, mw_run *run, mw_error *error);
void mw_lu_destroy(mw_lu_matrix *matrix);

/*
 * Executes once and compares P·A with L·U under Higham's bound |P·A - L·U| <= gamma_n·|L|·|U|
 * (Accuracy and Stability, theorem 9.3): a small matrix whole, of a large one some rows and every
 * row's sum under a vector of signs. The matrix stands first in run->state.
 */
mw_status mw_lu_verify(mw_run *run, mw_verification *verification, mw_error *error);

static inline void *mw_lu_at(const mw_lu_matrix *m, size_t row, size_t column)
{
    return (char *)m->a.data + (row * m->lda + column) * m->width;
}

#endif
