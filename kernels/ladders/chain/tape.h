/*
 * tape.h: carries a schedule out, step by step, with every tensor taken from an accounting
 * allocator. Who computes is an engine: the kernel itself, its verification, a trace, or nobody.
 *
 * In a forward step relu(x_i) and the new tensor are workspace; the new tensor becomes a layer
 * input when the old one has gone. The gradient that travels back and those of the weights are
 * gradients.
 */
#ifndef MW_CHAIN_TAPE_H
#define MW_CHAIN_TAPE_H

#include "account.h"
#include "chain/shape.h"

/* C[m][n] = A[m][k] · B[k][n], or B[n][k] when it lies transposed. */
typedef struct mw_chain_product {
    size_t m, n, k;
    const void *a, *b;
    void *c;
    bool b_transposed;
} mw_chain_product;

/* One layer's weights on their way down the gradient. What is not remembered is NULL. */
typedef struct mw_chain_update {
    int optimizer;
    size_t count;
    void *w, *remembered[2];
    const void *dw;
} mw_chain_update;

/* A step that was carried out; what it read is still there. */
typedef enum mw_chain_event_kind {
    MW_CHAIN_WENT_FORWARD,
    MW_CHAIN_WENT_BACKWARD,
    MW_CHAIN_UPDATED
} mw_chain_event_kind;

typedef struct mw_chain_event {
    mw_chain_event_kind kind;
    size_t layer;
    const void *x;       /* its input */
    const void *y;       /* forward: its output */
    const void *dy, *dx; /* backward: gradient at its output, at its input */
    const void *w, *dw;
    const void *remembered[2]; /* update: by the optimizer */
} mw_chain_event;

/* NULL: nobody does it. */
typedef struct mw_chain_engine {
    mw_status (*product)(void *context, const mw_chain_product *product);
    mw_status (*copy)(void *context, const void *from, void *to, size_t count);
    mw_status (*relu)(void *context, const void *x, void *s, size_t count);
    /* s[columns][rows] = relu(x[rows][columns]) transposed */
    mw_status (*relu_transposed)(void *context, const void *x, void *s, size_t rows,
                                 size_t columns);
    mw_status (*mask)(void *context, const void *x, void *g, size_t count); /* g = 0 where x <= 0 */
    mw_status (*update)(void *context, const mw_chain_update *update);
    void *context;
    /* Looks on after each step. */
    mw_status (*check)(void *judge, const mw_chain_event *event);
    void *judge;
} mw_chain_engine;

typedef struct mw_chain_tape {
    mw_chain_shape shape;
    mw_account *account;
    const void *batch; /* what x_0 is filled from */
    mw_piece *weights[MW_CHAIN_LAYERS_MAX], *weight_gradients[MW_CHAIN_LAYERS_MAX];
    mw_piece *remembered[MW_CHAIN_LAYERS_MAX][2]; /* by the optimizer */

    mw_piece *input[MW_CHAIN_LAYERS_MAX]; /* x_i, or NULL */
    bool kept[MW_CHAIN_LAYERS_MAX];
    mw_piece *gradient; /* at the output of the layer whose backward step is next */

    /* Counted as the steps were carried out. */
    uint64_t live_inputs, peak_inputs, forwards, recomputed, recomputed_flops;
    uint32_t computed[MW_CHAIN_LAYERS_MAX];
} mw_chain_tape;

/* Takes the weights, and what the optimizer remembers of them, from the account. */
mw_status mw_chain_tape_open(mw_chain_tape *tape, const mw_chain_shape *shape, mw_account *account,
                             mw_error *error);

/* One forward and backward pass, and the optimizer's step. The schedule was checked. Afterwards,
 * even after a failure, only weights, their gradients and the optimizer's memory are alive. */
mw_status mw_chain_tape_run(mw_chain_tape *tape, const mw_schedule *schedule,
                            const mw_chain_engine *engine, mw_error *error);

/* Forward steps only: nothing is kept. */
mw_status mw_chain_tape_forward(mw_chain_tape *tape, const mw_chain_engine *engine,
                                mw_error *error);

/* What the last pass kept and computed again. */
void mw_chain_tape_memory(const mw_chain_tape *tape, mw_memory *memory);

#endif
