/*
 * shape.h: the chain that a kernel runs. Layer i is x ↦ relu(x)·W_i, so its backward step needs
 * only its input. x_i is [batch][width of layer i], W_i is [width i][width i+1], both by rows.
 */
#ifndef MW_CHAIN_SHAPE_H
#define MW_CHAIN_SHAPE_H

#include "cachesim/schedule/schedule.h"
#include "kernel.h"

/* chain/forward has the first ones only. */
enum {
    MW_CHAIN_LAYERS,
    MW_CHAIN_D,
    MW_CHAIN_BATCH,
    MW_CHAIN_SHAPE,
    MW_CHAIN_DTYPE,
    MW_CHAIN_THREADS,
    MW_CHAIN_FORWARD_PARAMS,
    MW_CHAIN_SCHEDULE = MW_CHAIN_FORWARD_PARAMS,
    MW_CHAIN_SNAPSHOTS,
    MW_CHAIN_BUDGET,
    MW_CHAIN_OPERATIONS,
    MW_CHAIN_OPTIMIZER,
    MW_CHAIN_PARAMS
};

enum { MW_CHAIN_UNIFORM, MW_CHAIN_MLP };
enum {
    MW_CHAIN_STORE_ALL,
    MW_CHAIN_SQRT,
    MW_CHAIN_SQRT_KEEP,
    MW_CHAIN_REVOLVE,
    MW_CHAIN_BY_BUDGET,
    MW_CHAIN_LIST
};
enum { MW_CHAIN_NO_OPTIMIZER, MW_CHAIN_SGD, MW_CHAIN_MOMENTUM, MW_CHAIN_ADAM };

enum { MW_CHAIN_LAYERS_MAX = 256, MW_CHAIN_WIDER = 4 };

extern const mw_param mw_chain_params[MW_CHAIN_PARAMS];

typedef struct mw_chain_shape {
    size_t layers, d, batch;
    bool mlp;     /* widths d, 4d, d, 4d, ...; otherwise all d */
    size_t width; /* bytes of an element */
    mw_dtype dtype;
    int threads;
    int optimizer;
} mw_chain_shape;

/* `trains`: the arguments are chain/train's. */
mw_chain_shape mw_chain_shape_of(const mw_args *args, bool trains);

/* Elements of one sample in x_i, and of all in x_i and W_i. */
static inline size_t mw_chain_wide(const mw_chain_shape *shape, size_t i)
{
    return shape->mlp && i % 2 ? MW_CHAIN_WIDER * shape->d : shape->d;
}

static inline size_t mw_chain_input(const mw_chain_shape *shape, size_t i)
{
    return shape->batch * mw_chain_wide(shape, i);
}

static inline size_t mw_chain_weights(const mw_chain_shape *shape, size_t i)
{
    return mw_chain_wide(shape, i) * mw_chain_wide(shape, i + 1);
}

/* The widest x_i. */
size_t mw_chain_widest(const mw_chain_shape *shape);

/* Numbers that the optimizer remembers for each weight: 0, 1 or 2. */
size_t mw_chain_remembered(const mw_chain_shape *shape);

/* FLOPs of the optimizer's step, for each weight. */
uint64_t mw_chain_update_flops(int optimizer);

/* FLOPs of one forward step; the backward step takes twice as many. */
uint64_t mw_chain_forward_flops(const mw_chain_shape *shape, size_t i);

/* Bytes of the inputs of all layers. */
uint64_t mw_chain_all_inputs(const mw_chain_shape *shape);

/* The schedule that the arguments ask for. MW_INVALID: the budget is too small. */
mw_status mw_chain_plan(const mw_kernel *kernel, const mw_args *args, mw_schedule *schedule,
                        mw_error *error);

/* Bytes that the layer inputs may take: the parameter, or its stand-in when that is 0. */
uint64_t mw_chain_budget(const mw_args *args);

/* What schedules need to know of the chain: sizes in units of d x batch elements, equal costs. */
mw_layers mw_chain_layers(const mw_chain_shape *shape, uint64_t size[MW_CHAIN_LAYERS_MAX]);

mw_status mw_chain_check(const mw_kernel *kernel, const mw_args *args, mw_error *error);

#endif
