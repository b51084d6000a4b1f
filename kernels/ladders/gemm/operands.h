/* operands.h: what all rungs of the gemm ladder share: parameters, operands, closed forms, check.
 */
#ifndef MW_GEMM_OPERANDS_H
#define MW_GEMM_OPERANDS_H

#include "buffer.h"
#include "gemm/bodies.h"
#include "kernel.h"

/* The first parameters of every rung; gemm/blocked has one more. */
enum {
    MW_GEMM_M,
    MW_GEMM_N,
    MW_GEMM_K,
    MW_GEMM_LDA,
    MW_GEMM_LDB,
    MW_GEMM_LDC,
    MW_GEMM_DTYPE,
    MW_GEMM_THREADS,
    MW_GEMM_PARAMS
};

/* Operands are mw_element of these seeds, so that a check can make C again. */
enum { MW_GEMM_SEED_A = 21, MW_GEMM_SEED_B, MW_GEMM_SEED_C };

extern const mw_param mw_gemm_params[MW_GEMM_PARAMS];

typedef struct mw_gemm_state {
    size_t m, n, k, lda, ldb, ldc, width; /* width: bytes of an element */
    mw_dtype dtype;
    int threads;
    bool sets_c; /* C = A·B instead of C += A·B */
    mw_buffer a, b, c;
} mw_gemm_state;

mw_status mw_gemm_check(const mw_kernel *kernel, const mw_args *args, mw_error *error);

/* Each operand once: A and B read, C read and written. */
uint64_t mw_gemm_compulsory(const mw_kernel *kernel, const mw_args *args);
uint64_t mw_gemm_footprint(const mw_kernel *kernel, const mw_args *args);

/* Sizes and where the operands of a trace lie, in the order in which `prepare` makes them. */
typedef struct mw_gemm_places {
    uint64_t m, n, k, lda, ldb, ldc, a, b, c;
    uint32_t width;
    bool b_transposed; /* B lies as n x k */
} mw_gemm_places;

mw_gemm_places mw_gemm_place(const mw_args *args, mw_trace *trace);

/* Accesses along a row ([row][column], [row][column + 1], …), down a column, or at one place. */
static inline mw_stream mw_gemm_along(uint64_t base, uint64_t ld, uint64_t row, uint64_t column,
                                      uint32_t width, mw_access access)
{
    return (mw_stream){base + (row * ld + column) * width, width, width, access};
}

static inline mw_stream mw_gemm_down(uint64_t base, uint64_t ld, uint64_t row, uint64_t column,
                                     uint32_t width, mw_access access)
{
    return (mw_stream){base + (row * ld + column) * width, (int64_t)(ld * width), width, access};
}

static inline bool mw_gemm_touch(mw_trace *trace, uint64_t base, uint64_t ld, uint64_t row,
                                 uint64_t column, uint32_t width, mw_access access)
{
    return mw_trace_range(trace, base + (row * ld + column) * width, 0, 1, width, access);
}

/* Fills a state that lies in memory of the rung; on failure nothing is left to release. */
mw_status mw_gemm_create(mw_gemm_state *state, const mw_run *run, mw_error *error);
void mw_gemm_destroy(mw_gemm_state *state);

/* Element [row][column] of a buffer with leading dimension `ld`. */
static inline void *mw_gemm_at(const mw_gemm_state *state, const mw_buffer *buffer, size_t ld,
                               size_t row, size_t column)
{
    return (char *)buffer->data + (row * ld + column) * state->width;
}

/* The parameters of every rung; a rung with more adds its own. */
mw_status mw_gemm_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                         mw_error *error);

/* C. The state stands first in run->state. */
const mw_buffer *mw_gemm_result(const mw_run *run);

/* Makes C new, executes once and compares. The state stands first in run->state. */
mw_status mw_gemm_verify(mw_run *run, mw_verification *verification, mw_error *error);

#endif
