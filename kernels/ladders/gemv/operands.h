/* operands.h: what all rungs of the gemv ladder share: parameters, operands, closed forms, check.
 */
#ifndef MW_GEMV_OPERANDS_H
#define MW_GEMV_OPERANDS_H

#include "buffer.h"
#include "gemv/bodies.h"
#include "kernel.h"

enum { MW_GEMV_M, MW_GEMV_N, MW_GEMV_LDA, MW_GEMV_DTYPE, MW_GEMV_THREADS, MW_GEMV_PARAMS };

/* A, x and y as they are first: element i of a row-major A is mw_element(MW_GEMV_SEED_A, i), in
 * whatever format it is then kept. */
enum { MW_GEMV_SEED_A = 11, MW_GEMV_SEED_X = 12, MW_GEMV_SEED_Y = 13 };

extern const mw_param mw_gemv_params[MW_GEMV_PARAMS];

typedef struct mw_gemv_state {
    size_t m, n, lda, width; /* width: bytes of an element */
    mw_dtype dtype;
    int threads;
    mw_gemv_body *body;
    mw_buffer a, x, y;
    mw_buffer packed;  /* x padded to whole vectors, for the rungs that work on several rows */
    mw_buffer partial; /* gemv/parallel, where threads share columns: one y for each */
} mw_gemv_state;

/* Sizes and where the operands of a trace lie, in the order in which `prepare` makes them. */
typedef struct mw_gemv_places {
    uint64_t m, n, lda, a, x, y;
    uint32_t width;
} mw_gemv_places;

mw_gemv_places mw_gemv_place(const mw_args *args, mw_trace *trace);

mw_status mw_gemv_check(const mw_kernel *kernel, const mw_args *args, mw_error *error);
uint64_t mw_gemv_compulsory(const mw_kernel *kernel, const mw_args *args);
uint64_t mw_gemv_footprint(const mw_kernel *kernel, const mw_args *args);
mw_status mw_gemv_prepare(mw_run *run, mw_error *error);
mw_status mw_gemv_verify(mw_run *run, mw_verification *verification, mw_error *error);
void mw_gemv_release(mw_run *run);
mw_status mw_gemv_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                         mw_error *error);
const mw_buffer *mw_gemv_result(const mw_run *run);

#endif
