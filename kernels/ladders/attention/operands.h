/* operands.h: what both rungs of the attention family share: Q, K, V and O, n x d by rows. */
#ifndef MW_ATTENTION_OPERANDS_H
#define MW_ATTENTION_OPERANDS_H

#include "attention/bodies.h"
#include "buffer.h"
#include "form.h"
#include "kernel.h"

enum {
    MW_ATTENTION_N,
    MW_ATTENTION_D,
    MW_ATTENTION_DTYPE,
    MW_ATTENTION_THREADS,
    MW_ATTENTION_PARAMS,
    MW_ATTENTION_BLOCK = MW_ATTENTION_PARAMS,
    MW_ATTENTION_TILED_PARAMS
};

extern const mw_param mw_attention_params[MW_ATTENTION_TILED_PARAMS];

typedef struct mw_attention_sizes {
    size_t n, d, width;
    mw_dtype dtype;
    int threads;
} mw_attention_sizes;

mw_attention_sizes mw_attention_sizes_of(const mw_args *args);

typedef struct mw_attention_state {
    mw_attention_sizes size;
    double scale; /* log2(e)/sqrt(d) */
    mw_attention_bodies bodies;
    mw_buffer q, k, v, o;
} mw_attention_state;

/* Q, K and V read, O written, each once. */
uint64_t mw_attention_compulsory(const mw_kernel *kernel, const mw_args *args);
uint64_t mw_attention_footprint(const mw_args *args);

/* Fills a state; on failure nothing is left to destroy. */
mw_status mw_attention_create(mw_attention_state *state, mw_run *run, mw_error *error);
void mw_attention_destroy(mw_attention_state *state);

mw_status mw_attention_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                              mw_error *error);
const mw_buffer *mw_attention_result(const mw_run *run);

/* Executes once and compares rows of O, all or some spread evenly. The state stands first in
 * run->state. */
mw_status mw_attention_verify(mw_run *run, mw_verification *verification, mw_error *error);

/* Where the operands of a trace lie. */
typedef struct mw_attention_places {
    mw_attention_sizes size;
    uint64_t q, k, v, o;
} mw_attention_places;

mw_attention_places mw_attention_place(const mw_args *args, mw_trace *trace);

/* Row `row` of an n x d operand. */
static inline void *mw_attention_row(const mw_attention_state *state, const mw_buffer *buffer,
                                     size_t row)
{
    return (char *)buffer->data + row * state->size.d * state->size.width;
}

#endif
