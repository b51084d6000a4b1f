/* shape.c: sizes and FLOPs of each layer, the memory budget, and the schedule they lead to. */
#include "chain/shape.h"

#include <inttypes.h>

#include "form.h"
#include "params.h"

static const char *const shapes[] = {"uniform", "mlp", NULL};
static const char *const schedules[] = {"store-all", "sqrt", "sqrt-keep", "revolve",
                                        "budget",    "list", NULL};
static const char *const optimizers[] = {"none", "sgd", "momentum", "adam", NULL};

/* A budget of 0 stands for this part of all layer inputs. */
enum { BUDGET_PART = 5 };

const mw_param mw_chain_params[MW_CHAIN_PARAMS] = {
    [MW_CHAIN_LAYERS] = {"layers", "layers", "layers of the chain", 1, MW_CHAIN_LAYERS_MAX, 32,
                         NULL},
    [MW_CHAIN_D] = MW_PARAM_DIMENSION("d", "width of a layer", 256),
    [MW_CHAIN_BATCH] = MW_PARAM_DIMENSION("batch", "samples", 512),
    [MW_CHAIN_SHAPE] = {"shape", "1", "widths of the layers: all d, or d and 4d in turn",
                        MW_CHAIN_UNIFORM, MW_CHAIN_MLP, MW_CHAIN_UNIFORM, shapes},
    [MW_CHAIN_DTYPE] = MW_PARAM_DTYPE,
    [MW_CHAIN_THREADS] = MW_PARAM_THREADS,
    [MW_CHAIN_SCHEDULE] = {"schedule", "1", "which layer inputs are kept, and which computed again",
                           MW_CHAIN_STORE_ALL, MW_CHAIN_LIST, MW_CHAIN_STORE_ALL, schedules},
    [MW_CHAIN_SNAPSHOTS] = {"snapshots", "1", "states that revolve stores, the input among them", 1,
                            MW_CHAIN_LAYERS_MAX, 4, NULL},
    [MW_CHAIN_BUDGET] = {"budget", "B",
                         "bytes of layer inputs that schedule=budget keeps within; 0: a fifth of "
                         "all",
                         0, INT64_C(1) << 48, 0, NULL},
    [MW_CHAIN_OPERATIONS] = {"operations", "1",
                             "what schedule=list does: f (forward), k (keep), d (drop), b "
                             "(backward) and a layer, as in k0 f0-2 k3 f3 b3",
                             0, 0, 0, mw_text_choices},
    [MW_CHAIN_OPTIMIZER] = {"optimizer", "1", "what moves the weights after the backward pass",
                            MW_CHAIN_NO_OPTIMIZER, MW_CHAIN_ADAM, MW_CHAIN_NO_OPTIMIZER,
                            optimizers},
};

mw_chain_shape mw_chain_shape_of(const mw_args *args, bool trains)
{
    mw_dtype dtype = (mw_dtype)args->value[MW_CHAIN_DTYPE];
    return (mw_chain_shape){
        .layers = (size_t)args->value[MW_CHAIN_LAYERS],
        .d = (size_t)args->value[MW_CHAIN_D],
        .batch = (size_t)args->value[MW_CHAIN_BATCH],
        .mlp = args->value[MW_CHAIN_SHAPE] == MW_CHAIN_MLP,
        .width = mw_dtype_size(dtype),
        .dtype = dtype,
        .threads = (int)args->value[MW_CHAIN_THREADS],
        .optimizer = trains ? (int)args->value[MW_CHAIN_OPTIMIZER] : MW_CHAIN_NO_OPTIMIZER,
    };
}

size_t mw_chain_widest(const mw_chain_shape *shape)
{
    return shape->mlp ? MW_CHAIN_WIDER * shape->d : shape->d;
}

size_t mw_chain_remembered(const mw_chain_shape *shape)
{
    return shape->optimizer == MW_CHAIN_ADAM ? 2 : shape->optimizer == MW_CHAIN_MOMENTUM ? 1 : 0;
}

uint64_t mw_chain_update_flops(int optimizer)
{
    static const uint64_t flops[] = {
        [MW_CHAIN_NO_OPTIMIZER] = 0,
        [MW_CHAIN_SGD] = 2,
        [MW_CHAIN_MOMENTUM] = 4,
        [MW_CHAIN_ADAM] = 12,
    };
    return flops[optimizer];
}

uint64_t mw_chain_forward_flops(const mw_chain_shape *shape, size_t i)
{
    return mw_form((mw_wide)2 * shape->batch * mw_chain_weights(shape, i));
}

uint64_t mw_chain_all_inputs(const mw_chain_shape *shape)
{
    mw_wide elements = 0;
    for (size_t i = 0; i < shape->layers; i++)
        elements += mw_chain_input(shape, i);
    return mw_form(elements * shape->width);
}

mw_layers mw_chain_layers(const mw_chain_shape *shape, uint64_t size[MW_CHAIN_LAYERS_MAX])
{
    for (size_t i = 0; i < shape->layers; i++)
        size[i] = mw_chain_wide(shape, i) / shape->d;
    return (mw_layers){.count = shape->layers, .size = size};
}

/* Bytes of one unit of those sizes: d x batch elements, at most 2^51. */
static uint64_t unit_of(const mw_chain_shape *shape)
{
    return (uint64_t)shape->d * shape->batch * shape->width;
}

uint64_t mw_chain_budget(const mw_args *args)
{
    if (args->value[MW_CHAIN_BUDGET] > 0)
        return (uint64_t)args->value[MW_CHAIN_BUDGET];
    mw_chain_shape shape = mw_chain_shape_of(args, true);
    uint64_t size[MW_CHAIN_LAYERS_MAX];
    mw_layers layers = mw_chain_layers(&shape, size);
    uint64_t least = mw_budget_least(&layers) * unit_of(&shape);
    uint64_t part = mw_chain_all_inputs(&shape) / BUDGET_PART;
    return part > least ? part : least;
}

static mw_status plan_budget(const mw_kernel *kernel, const mw_args *args, mw_schedule *schedule,
                             mw_error *error)
{
    mw_chain_shape shape = mw_chain_shape_of(args, true);
    uint64_t size[MW_CHAIN_LAYERS_MAX];
    mw_layers layers = mw_chain_layers(&shape, size);
    uint64_t unit = unit_of(&shape), least = mw_budget_least(&layers) * unit;
    uint64_t budget = mw_chain_budget(args);
    if (budget < least)
        return mw_fail(error, MW_INVALID,
                       "%s/%s: budget=%" PRIu64
                       " is too small for any schedule: budget is at least %" PRIu64
                       " bytes here (the chain's input and the largest other layer input), or 0 "
                       "for a fifth of all",
                       kernel->family, kernel->variant, budget, least);
    return mw_schedule_budget(schedule, &layers, budget / unit, error);
}

/* A list by hand is checked as well; its mistakes are named with the parameter. */
static mw_status plan_list(const mw_kernel *kernel, const mw_args *args, mw_schedule *schedule,
                           mw_error *error)
{
    mw_error why = {0};
    size_t count = (size_t)args->value[MW_CHAIN_LAYERS];
    mw_status status = mw_schedule_parse(schedule, count, args->text, &why);
    if (status == MW_OK) {
        status = mw_schedule_check(schedule, &(mw_layers){.count = count}, NULL, &why);
        if (status != MW_OK)
            mw_schedule_free(schedule);
    }
    return status == MW_OK ? MW_OK
                           : mw_fail(error, status, "%s/%s: operations: %s", kernel->family,
                                     kernel->variant, why.message);
}

mw_status mw_chain_plan(const mw_kernel *kernel, const mw_args *args, mw_schedule *schedule,
                        mw_error *error)
{
    size_t layers = (size_t)args->value[MW_CHAIN_LAYERS];
    switch (args->value[MW_CHAIN_SCHEDULE]) {
    case MW_CHAIN_SQRT:
        return mw_schedule_sqrt(schedule, layers, false, error);
    case MW_CHAIN_SQRT_KEEP:
        return mw_schedule_sqrt(schedule, layers, true, error);
    case MW_CHAIN_REVOLVE:
        return mw_schedule_revolve(schedule, layers, (size_t)args->value[MW_CHAIN_SNAPSHOTS],
                                   error);
    case MW_CHAIN_BY_BUDGET:
        return plan_budget(kernel, args, schedule, error);
    case MW_CHAIN_LIST:
        return plan_list(kernel, args, schedule, error);
    default:
        return mw_schedule_store_all(schedule, layers, error);
    }
}

mw_status mw_chain_check(const mw_kernel *kernel, const mw_args *args, mw_error *error)
{
    mw_schedule schedule;
    int64_t kind = args->value[MW_CHAIN_SCHEDULE];
    if (kind != MW_CHAIN_LIST && args->text[0])
        return mw_fail(error, MW_INVALID,
                       "%s/%s: operations are given, but they are for schedule=list: leave them "
                       "out or ask for that",
                       kernel->family, kernel->variant);
    if (kind != MW_CHAIN_BY_BUDGET && kind != MW_CHAIN_LIST)
        return MW_OK;
    mw_status status = mw_chain_plan(kernel, args, &schedule, error);
    if (status == MW_OK)
        mw_schedule_free(&schedule);
    return status;
}
