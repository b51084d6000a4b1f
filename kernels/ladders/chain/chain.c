/* chain.c: the two kernels: schedule, memory and engine put together and run. */
#include "chain/chain.h"

#include <stdlib.h>
#include <string.h>

#include "chain/forms.h"
#include "chain/judge.h"
#include "chain/trace.h"
#include "cpu.h"
#include "sample.h"

enum { SEED_BATCH = 41 };

static mw_chain_state *state_of(const mw_run *run)
{
    return run->state;
}

static void release(mw_run *run)
{
    mw_chain_state *state = state_of(run);
    if (!state)
        return;
    mw_chain_compute_close(&state->compute);
    mw_account_close(state->account);
    mw_buffer_destroy(&state->batch);
    mw_schedule_free(&state->schedule);
    free(state);
    run->state = NULL;
}

/* Going through the schedule with nobody computing takes every piece that it will need. */
static mw_status reserve(mw_chain_state *state, const mw_schedule *schedule, mw_error *error)
{
    static const mw_chain_engine nobody;
    return schedule->count ? mw_chain_tape_run(&state->tape, schedule, &nobody, error)
                           : mw_chain_tape_forward(&state->tape, &nobody, error);
}

static mw_status fill(mw_chain_state *state, mw_ledger *ledger)
{
    const mw_chain_shape *shape = &state->tape.shape;
    mw_status status =
        mw_buffer_fill(&state->batch, shape->dtype, SEED_BATCH, shape->threads, ledger);
    for (size_t i = 0; i < shape->layers && status == MW_OK; i++) {
        const mw_piece *w = state->tape.weights[i];
        status = mw_chain_fill(&state->compute, w->data, w->bytes, mw_chain_seed(i),
                               mw_chain_factor(shape, i));
        for (size_t r = 0; r < mw_chain_remembered(shape) && status == MW_OK; r++)
            status = mw_chain_zero(&state->compute, state->tape.remembered[i][r]->data, w->bytes);
    }
    for (size_t i = 0; i < shape->layers && status == MW_OK; i++) {
        const mw_piece *dw = state->tape.weight_gradients[i];
        if (dw)
            status = mw_chain_fill(&state->compute, dw->data, dw->bytes, 0, 1);
    }
    return status == MW_OK ? mw_account_touch(state->account, shape->threads, ledger) : status;
}

/* What the schedule should keep and compute again; sizes in bytes. */
static mw_status plan_cost(const mw_chain_shape *shape, const mw_schedule *schedule,
                           mw_schedule_cost *cost, mw_error *error)
{
    uint64_t size[MW_CHAIN_LAYERS_MAX];
    mw_layers layers = mw_chain_layers(shape, size);
    mw_status status = mw_schedule_check(schedule, &layers, cost, error);
    cost->live_size *= (uint64_t)shape->d * shape->batch * shape->width;
    return status;
}

static mw_status create(mw_chain_state *state, const mw_run *run, mw_error *error)
{
    bool trains = run->kernel == &mw_chain_train;
    mw_chain_shape shape = mw_chain_shape_of(&run->args, trains);
    mw_status status =
        mw_buffer_create(&state->batch, (uint64_t)mw_chain_input(&shape, 0) * shape.width, error);
    if (status == MW_OK)
        status = mw_account_open(&state->account, NULL, NULL, error);
    if (status == MW_OK)
        status = mw_chain_tape_open(&state->tape, &shape, state->account, error);
    if (status == MW_OK)
        status = mw_chain_compute_open(&state->compute, &shape, trains, run->ledger, error);
    if (status == MW_OK && trains)
        status = mw_chain_plan(run->kernel, &run->args, &state->schedule, error);
    if (status == MW_OK && trains)
        status = plan_cost(&shape, &state->schedule, &state->cost, error);
    if (status == MW_OK && trains && run->args.value[MW_CHAIN_SCHEDULE] == MW_CHAIN_BY_BUDGET)
        mw_account_limit(state->account, MW_PURPOSE_ACTIVATIONS, mw_chain_budget(&run->args));
    state->tape.batch = state->batch.data;
    return status == MW_OK ? reserve(state, &state->schedule, error) : status;
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    mw_chain_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = state;
    run->isa = mw_cpu_isa();
    mw_status status = create(state, run, error);
    if (status == MW_OK)
        status = fill(state, run->ledger);
    if (status == MW_OK && mw_ledger_cancelled(run->ledger))
        status = MW_CANCELLED;
    if (status != MW_OK)
        release(run);
    return status;
}

static mw_status run_with(mw_run *run, const mw_chain_engine *engine)
{
    mw_chain_state *state = state_of(run);
    mw_status status = state->schedule.count
                           ? mw_chain_tape_run(&state->tape, &state->schedule, engine, NULL)
                           : mw_chain_tape_forward(&state->tape, engine, NULL);
    if (status == MW_OK && mw_ledger_cancelled(run->ledger))
        status = MW_CANCELLED;
    return status;
}

static mw_status execute(mw_run *run)
{
    mw_chain_engine engine = mw_chain_compute_engine(&state_of(run)->compute);
    return run_with(run, &engine);
}

static void memory(const mw_run *run, mw_memory *memory)
{
    const mw_chain_state *state = state_of(run);
    mw_chain_tape_memory(&state->tape, memory);
    /* The packed panels of the products are alive all the time. */
    const mw_gemm_team *team = &state->compute.team;
    uint64_t bytes = (uint64_t)team->threads * team->workspaces->memory.bytes;
    memory->by_purpose[MW_PURPOSE_WORKSPACE] += bytes;
    memory->peak_bytes += bytes;
}

/* --- verification ------------------------------------------------------------------------- */

/* As the kernel runs, with the judge looking on after each step. */
static mw_status judge(mw_run *run, mw_chain_judge *judge)
{
    mw_chain_state *state = state_of(run);
    mw_chain_engine engine = mw_chain_compute_engine(&state->compute);
    engine.check = mw_chain_judge_step;
    engine.judge = judge;
    mw_status status = mw_chain_judge_batch(judge, state->batch.data);
    if (status == MW_OK)
        status = run_with(run, &engine);
    if (status != MW_OK || !state->schedule.count)
        return status;
    mw_usage usage = mw_account_usage(state->account);
    mw_chain_judge_equal(judge, usage.peak_by[MW_PURPOSE_ACTIVATIONS], state->cost.live_size,
                         "bytes of layer inputs");
    mw_chain_judge_equal(judge, state->tape.peak_inputs, state->cost.live_inputs, "layer inputs");
    mw_chain_judge_equal(judge, state->tape.recomputed, state->cost.recomputed,
                         "forward steps again");
    return MW_OK;
}

static mw_status verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    mw_chain_state *state = state_of(run);
    const mw_chain_shape *shape = &state->tape.shape;
    size_t steps = state->schedule.count ? state->cost.forwards + 2 * shape->layers : shape->layers;
    mw_chain_judge watching;
    *verification = (mw_verification){0};
    mw_status status =
        mw_chain_judge_open(&watching, shape, steps, run->ledger, verification, error);
    if (status != MW_OK)
        return status;
    status = fill(state, run->ledger);
    if (status == MW_OK)
        status = judge(run, &watching);
    mw_chain_judge_close(&watching);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_OK ? MW_OK : mw_fail(error, status, "cancelled");
}

/* ------------------------------------------------------------------------------------------ */

mw_status mw_chain_use(mw_run *run, const mw_schedule *schedule, uint64_t limit, mw_error *error)
{
    mw_chain_state *state = state_of(run);
    mw_schedule_cost cost;
    if (schedule->layers != state->tape.shape.layers)
        return mw_fail(error, MW_INVALID, "the schedule is for %zu layers and the chain has %zu",
                       schedule->layers, state->tape.shape.layers);
    mw_status status = plan_cost(&state->tape.shape, schedule, &cost, error);
    if (status != MW_OK)
        return status;
    if (limit && cost.live_size > limit)
        return mw_fail(error, MW_NO_MEMORY,
                       "the schedule keeps %llu bytes of layer inputs, and the limit is %llu: keep "
                       "less or raise it",
                       (unsigned long long)cost.live_size, (unsigned long long)limit);
    mw_step *steps = malloc(schedule->count * sizeof *steps);
    if (!steps)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    mw_account_limit(state->account, MW_PURPOSE_ACTIVATIONS, limit);
    status = reserve(state, schedule, error);
    if (status == MW_OK)
        status = mw_account_touch(state->account, state->tape.shape.threads, run->ledger);
    if (status != MW_OK) {
        mw_account_limit(state->account, MW_PURPOSE_ACTIVATIONS, 0);
        free(steps);
        return status;
    }
    memcpy(steps, schedule->steps, schedule->count * sizeof *steps);
    mw_schedule_free(&state->schedule);
    state->schedule = (mw_schedule){schedule->layers, schedule->count, schedule->count, steps};
    state->cost = cost;
    return MW_OK;
}

/* Short and narrow: a chain multiplies often. */
static mw_status forward_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                                mw_error *error)
{
    return MW_SAMPLE({"layers", 1 + shape->m % 7}, {"d", 1 + shape->n % 61},
                     {"batch", 1 + shape->k % 67}, {"shape", shape->m % 2});
}

static mw_status train_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                              mw_error *error)
{
    mw_status status = forward_sample(kernel, shape, args, error);
    return status != MW_OK ? status
                           : MW_SAMPLE({"schedule", shape->block % MW_CHAIN_LIST},
                                       {"snapshots", 1 + shape->n % 3},
                                       {"budget", shape->pad ? INT64_C(1) << 40 : 0},
                                       {"optimizer", shape->k % 4});
}

#define CHAIN(name, text, count, rule)                                                             \
    const mw_kernel mw_chain_##name = {.family = "chain",                                          \
                                       .variant = #name,                                           \
                                       .summary = (text),                                          \
                                       .params = mw_chain_params,                                  \
                                       .param_count = (count),                                     \
                                       .check = (rule),                                            \
                                       .work = mw_chain_##name##_work,                             \
                                       .compulsory_bytes = mw_chain_##name##_compulsory,           \
                                       .footprint = mw_chain_##name##_footprint,                   \
                                       .prepare = prepare,                                         \
                                       .execute = execute,                                         \
                                       .verify = verify,                                           \
                                       .release = release,                                         \
                                       .sample = name##_sample,                                    \
                                       .trace = mw_chain_##name##_trace,                           \
                                       .memory = memory}

CHAIN(forward, "a chain of layers x -> W*relu(x), forward only", MW_CHAIN_FORWARD_PARAMS, NULL);
CHAIN(train, "the same forward and backward, under a schedule of what is kept", MW_CHAIN_PARAMS,
      mw_chain_check);
