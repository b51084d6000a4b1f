/*
 * arrays.h: what both transformer blocks share: sizes, arrays, closed forms by part, and the check.
 *
 * A block in the order of GPT-2, without biases:
 *
 *     q, k, v = Wq, Wk, Wv · norm1(x)
 *     y = x + Wo·attention(q, K, V)          `heads` heads of d/heads columns each
 *     z = y + W2·gelu(W1·norm2(y))           W1 is ff x d, W2 d x ff
 *
 * Weights lie output by output, W[out][in]. Every intermediate has an array of its own, so that a
 * check can follow the block step by step.
 *
 * Threads go through the block in the steps of mw_block_step and meet between two of them, which
 * costs less than half a microsecond each time. To wake them costs ten: a block that is done sooner
 * takes fewer threads than it may.
 */
#ifndef MW_TRANSFORMER_ARRAYS_H
#define MW_TRANSFORMER_ARRAYS_H

#include "attention/bodies.h"
#include "buffer.h"
#include "eltwise/bodies.h"
#include "form.h"
#include "gemm/shares.h"
#include "gemv/bodies.h"
#include "kernel.h"
#include "team.h"
#include "transformer/bodies.h"

enum {
    MW_BLOCK_TOKENS, /* of a decoder: those in the cache before this one */
    MW_BLOCK_D,
    MW_BLOCK_HEADS,
    MW_BLOCK_FF,
    MW_BLOCK_DTYPE,
    MW_BLOCK_THREADS,
    MW_BLOCK_PARAMS
};

typedef enum mw_block_array {
    MW_BLOCK_X,
    MW_BLOCK_WQ,
    MW_BLOCK_WK,
    MW_BLOCK_WV,
    MW_BLOCK_WO,
    MW_BLOCK_W1,
    MW_BLOCK_W2,
    MW_BLOCK_SCALE1,
    MW_BLOCK_SHIFT1,
    MW_BLOCK_SCALE2,
    MW_BLOCK_SHIFT2,
    MW_BLOCK_NORM1,
    MW_BLOCK_Q,
    MW_BLOCK_K,
    MW_BLOCK_V,
    MW_BLOCK_SCORES, /* of one head; a decoder's threads have each a row of their own */
    MW_BLOCK_MIXED,  /* what attention gives */
    MW_BLOCK_OUTPUT, /* Wo times it */
    MW_BLOCK_Y,
    MW_BLOCK_NORM2,
    MW_BLOCK_WIDE,
    MW_BLOCK_GELU,
    MW_BLOCK_NARROW, /* W2 times it */
    MW_BLOCK_Z,
    MW_BLOCK_ARRAYS
} mw_block_array;

/* Each step needs all of the one before. What follows a product element by element is done by those
 * who made the element. */
typedef enum mw_block_step {
    MW_BLOCK_STEP_NORM1,
    MW_BLOCK_STEP_PROJECT, /* q, k, v */
    MW_BLOCK_STEP_ATTEND,
    MW_BLOCK_STEP_OUTPUT, /* and y */
    MW_BLOCK_STEP_NORM2,
    MW_BLOCK_STEP_WIDE,   /* and gelu */
    MW_BLOCK_STEP_NARROW, /* and z */
    MW_BLOCK_STEPS
} mw_block_step;

/* `rows` tokens go through the block, each attends to `context`; head = d/heads. There are `scored`
 * rows of scores, `stride` elements apart. `threads`: as many as are worth waking. */
typedef struct mw_block_sizes {
    size_t rows, context, d, heads, head, ff, width, scored, stride;
    mw_dtype dtype;
    int threads;
} mw_block_sizes;

mw_block_sizes mw_block_sizes_of(const mw_kernel *kernel, const mw_args *args);

/* `ff` where it is left to be 4·d. */
void mw_block_settle(const mw_kernel *kernel, mw_args *args);

/* Elements of an array. */
size_t mw_block_elements(const mw_block_sizes *s, mw_block_array array);

typedef struct mw_block_state {
    mw_block_sizes size;
    mw_buffer array[MW_BLOCK_ARRAYS];
    mw_transformer_bodies bodies;
    mw_attention_bodies attention;
    mw_eltwise_bodies eltwise;
    mw_gemv_bodies gemv;
} mw_block_state;

/* FLOPs by part, comparable with Kim et al. (arXiv:2302.14017), table 3: projections 4·2·d²·rows,
 * attention 4·context·d·rows, ffn 2·2·d·ff·rows; the rest is softmax, norms, gelu and additions. */
typedef struct mw_block_flops {
    uint64_t projections, attention, ffn, other;
} mw_block_flops;

mw_block_flops mw_block_flops_of(const mw_block_sizes *s);

/* Bytes of norms, softmax, gelu and additions, which both blocks do alike. */
typedef struct mw_block_bytes {
    mw_wide loads, stores; /* elements */
} mw_block_bytes;

mw_block_bytes mw_block_other_bytes(const mw_block_sizes *s);

/* A share that is worth waking a thread for has so many FLOPs or, read once each, bytes. */
enum { MW_BLOCK_SHARE_BYTES = 1 << 20, MW_BLOCK_SHARE_FLOPS = 1 << 20 };

#define MW_BLOCK_PARAM_THREADS                                                                     \
    {                                                                                              \
        "threads", "threads",                                                                      \
            "threads, each pinned to a CPU of its own; a small block takes fewer", 1,              \
            MW_THREADS_MAX, 1, NULL                                                                \
    }

mw_status mw_block_check(const mw_kernel *kernel, const mw_args *args, mw_error *error);

/* All of a sample but how many tokens there are. */
mw_status mw_block_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                          mw_error *error);

/* Weights, x and the cache read, z and the new rows of the cache written, each once. */
uint64_t mw_block_compulsory(const mw_kernel *kernel, const mw_args *args);
uint64_t mw_block_footprint(const mw_kernel *kernel, const mw_args *args);

/* On failure nothing is left to destroy. */
mw_status mw_block_create(mw_block_state *state, mw_run *run, mw_error *error);
void mw_block_destroy(mw_block_state *state);

/* Executes once and compares every step with its own inputs, rows of it all or some. The state
 * stands first in run->state. */
mw_status mw_block_verify(mw_run *run, mw_verification *verification, mw_error *error);

/* Element `index` of an array. */
static inline void *mw_block_at(const mw_block_state *state, mw_block_array array, size_t index)
{
    return (char *)state->array[array].data + index * state->size.width;
}

/* The first of this run's rows of K and V: a decoder's cache lies before it. */
static inline size_t mw_block_new(const mw_block_sizes *s)
{
    return (s->context - s->rows) * s->d;
}

/* What both blocks do alike, on some rows, or on one thread's part of them; false: stop. */
bool mw_block_norm(mw_block_state *state, mw_block_array x, mw_block_array scale, mw_block_array to,
                   mw_range rows, mw_tally *tally);
bool mw_block_gelu(mw_block_state *state, const mw_gemm_part *own, mw_tally *tally);
bool mw_block_add(mw_block_state *state, mw_block_array a, mw_block_array b, mw_block_array to,
                  const mw_gemm_part *own, mw_tally *tally);
/* Some rows of scores of one head become weights. */
bool mw_block_softmax(mw_block_state *state, mw_range rows, mw_tally *tally);

/* The same as accesses of one thread, which does it all. */
typedef struct mw_block_places {
    mw_block_sizes size;
    uint64_t array[MW_BLOCK_ARRAYS];
} mw_block_places;

mw_block_places mw_block_place(const mw_kernel *kernel, const mw_args *args, mw_trace *trace);
bool mw_block_trace_norm(const mw_block_places *at, mw_block_array x, mw_block_array scale,
                         mw_block_array to, mw_trace *trace);
bool mw_block_trace_gelu(const mw_block_places *at, mw_trace *trace);
bool mw_block_trace_add(const mw_block_places *at, mw_block_array a, mw_block_array b,
                        mw_block_array to, mw_trace *trace);
bool mw_block_trace_softmax(const mw_block_places *at, size_t rows, mw_trace *trace);

#endif
