/*
 * latency: a chain of loads, each of which says where the next one goes.
 *
 * Every other kernel has many accesses on their way at once, and sees bandwidth. Here the address
 * of an access is the value of the one before: neither the processor's window nor a prefetcher
 * finds anything to overlap, and time / steps is the latency of one access.
 *
 * Two closed chains, each in an order without pattern: a large one of `n` lines of 64 bytes, and a
 * small one of `hot` lines that stays in the nearest cache. Of every 100 steps `p` go along the
 * small one, spread evenly. So the mean of hits and misses, t = p·t_c + (1 - p)·t_m (Wulf and
 * McKee 1995), can be measured at any p. Where the chains alternate, the top bit of the last value,
 * which no address has, enters the next address: the processor must wait, yet goes the same way.
 *
 * Chains go on in the next execution where this one ends, so that a few steps in a large chain do
 * not meet the lines of the last time.
 *
 * Lines lie in huge pages where the system gives them. Where it does not, a step in a large chain
 * also walks the page tables, under a hypervisor two of them.
 *
 *     FLOPs 0    loads 8·steps    stores 0
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "buffer.h"
#include "chase/chase.h"
#include "cpu.h"
#include "cycle.h"
#include "form.h"
#include "params.h"
#include "team.h"

enum { N, P, STEPS, HOT, PARAMS };

static const mw_param chase_params[PARAMS] = {
    [N] = {"n", "elements", "lines of 64 bytes in the large chain", 1, 1 << 28, 1 << 22, NULL},
    [P] = {"p", "%", "share of the steps that go along the small chain", 0, 100, 0, NULL},
    [STEPS] = {"steps", "1", "loads, one after the other", 1, 1 << 30, 1 << 18, NULL},
    [HOT] = {"hot", "1", "lines of 64 bytes in the small chain", 1, 1 << 16, 64, NULL},
};

enum { LINE = 64, LINK = sizeof(uint64_t), SEED = 41, PERIOD = 100 };

/* A tile at the latency of a far memory: some milliseconds. Whole periods. */
enum { TILE_STEPS = 160 * PERIOD };

typedef struct closed_chain {
    mw_cycle order;
    mw_buffer lines;
    uint64_t position; /* in the order */
    uint64_t at;       /* the address of that line */
} closed_chain;

typedef struct chase_state {
    uint64_t steps, p;
    closed_chain cold, hot;
    uint8_t runs[PERIOD]; /* of a period: steps along one chain, then along the other, ... */
    size_t run_count;
    bool first_hot;
} chase_state;

/* Of the first `steps` steps of an execution, those along the small chain. */
static uint64_t hot_steps(uint64_t steps, uint64_t p)
{
    return steps / PERIOD * p + steps % PERIOD * p / PERIOD;
}

static mw_work chase_work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    return (mw_work){.load_bytes = LINK * (uint64_t)args->value[STEPS]};
}

/* Each link once that an execution meets. */
static uint64_t chase_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    uint64_t steps = (uint64_t)args->value[STEPS];
    uint64_t hot = hot_steps(steps, (uint64_t)args->value[P]);
    return LINK * (mw_smaller(hot, (uint64_t)args->value[HOT]) +
                   mw_smaller(steps - hot, (uint64_t)args->value[N]));
}

static uint64_t chase_footprint(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    return mw_buffer_footprint(LINE * (uint64_t)args->value[N]) +
           mw_buffer_footprint(LINE * (uint64_t)args->value[HOT]);
}

static void chase_release(mw_run *run)
{
    chase_state *state = run->state;
    if (!state)
        return;
    mw_buffer_destroy(&state->cold.lines);
    mw_buffer_destroy(&state->hot.lines);
    free(state);
    run->state = NULL;
}

static uint64_t address_of(const closed_chain *chain, uint64_t position)
{
    return (uint64_t)(uintptr_t)chain->lines.data + LINE * mw_cycle_at(&chain->order, position);
}

static mw_status make_chain(closed_chain *chain, uint64_t count, mw_run *run, mw_error *error)
{
    enum { POLL = 1 << 12 };
    mw_status status = mw_buffer_scratch(&chain->lines, LINE * count, 1, run->ledger, error);
    if (status != MW_OK)
        return status;
    chain->order = mw_cycle_make(count, SEED);
    chain->at = address_of(chain, 0);
    uint64_t here = chain->at;
    for (uint64_t i = 1; i <= count; i++) {
        uint64_t next = address_of(chain, i % count);
        *(uint64_t *)(uintptr_t)here = next;
        here = next;
        if (i % POLL == 0 && !mw_ledger_poll(run->ledger))
            return MW_CANCELLED;
    }
    return MW_OK;
}

static bool is_hot_step(uint64_t step, uint64_t p)
{
    return hot_steps(step + 1, p) > hot_steps(step, p);
}

static void plan_runs(chase_state *state)
{
    state->first_hot = is_hot_step(0, state->p);
    for (uint64_t step = 0; step < PERIOD; step++) {
        if (step == 0 || is_hot_step(step, state->p) != is_hot_step(step - 1, state->p))
            state->run_count++;
        state->runs[state->run_count - 1]++;
    }
}

static mw_status chase_prepare(mw_run *run, mw_error *error)
{
    chase_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = state;
    run->isa = mw_cpu_isa();
    state->steps = (uint64_t)run->args.value[STEPS];
    state->p = (uint64_t)run->args.value[P];
    plan_runs(state);
    mw_status status = make_chain(&state->cold, (uint64_t)run->args.value[N], run, error);
    if (status == MW_OK)
        status = make_chain(&state->hot, (uint64_t)run->args.value[HOT], run, error);
    if (status != MW_OK)
        chase_release(run);
    return status;
}

/* `steps` steps from `at`, not before `last` is known. */
static uint64_t follow(uint64_t at, uint64_t last, uint64_t steps)
{
    at += last >> 63;
    for (; steps; steps--)
        at = *(const uint64_t *)(uintptr_t)at;
    return at;
}

/* Steps [begin, end) of an execution, which begin with a period. */
static uint64_t chase_steps(chase_state *state, uint64_t begin, uint64_t end, uint64_t last)
{
    uint64_t cold = state->cold.at, hot = state->hot.at;
    if (state->run_count == 1) {
        last = follow(state->first_hot ? hot : cold, last, end - begin);
        *(state->first_hot ? &hot : &cold) = last;
        begin = end;
    }
    for (bool is_hot = state->first_hot; begin < end; is_hot = state->first_hot) {
        for (size_t i = 0; i < state->run_count && begin < end; i++, is_hot = !is_hot) {
            uint64_t steps = mw_smaller(state->runs[i], end - begin);
            if (is_hot)
                hot = last = follow(hot, last, steps);
            else
                cold = last = follow(cold, last, steps);
            begin += steps;
        }
    }
    state->cold.at = cold;
    state->hot.at = hot;
    return last;
}

static bool chase_share(void *context, int thread, int threads, mw_tally *tally)
{
    (void)threads;
    chase_state *state = context;
    uint64_t last = 0;
    for (uint64_t begin = 0; begin < state->steps; begin += TILE_STEPS) {
        uint64_t end = mw_smaller(state->steps, begin + TILE_STEPS);
        uint64_t hot = hot_steps(end, state->p) - hot_steps(begin, state->p);
        last = chase_steps(state, begin, end, last);
        state->hot.position = (state->hot.position + hot) % state->hot.order.count;
        state->cold.position =
            (state->cold.position + (end - begin - hot)) % state->cold.order.count;
        if (!mw_ledger_tile(tally->ledger, thread, (mw_work){.load_bytes = LINK * (end - begin)}))
            return false;
    }
    return true;
}

static mw_status chase_execute(mw_run *run)
{
    return mw_team_run(run->ledger, 1, chase_share, run->state);
}

static mw_status chase_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    enum { BATCH = 1 << 10 };
    (void)kernel;
    uint64_t n = (uint64_t)args->value[N], hot = (uint64_t)args->value[HOT];
    uint64_t steps = (uint64_t)args->value[STEPS], p = (uint64_t)args->value[P];
    uint64_t base[2] = {mw_trace_place(trace, LINE * n), mw_trace_place(trace, LINE * hot)};
    mw_cycle order[2] = {mw_cycle_make(n, SEED), mw_cycle_make(hot, SEED)};
    uint64_t position[2] = {0}, tiles = mw_ceil_div(steps, PERIOD);
    for (uint64_t tile = 0; tile < tiles; tile++) {
        bool wanted = mw_trace_tile(trace, tile, tiles);
        uint64_t end = mw_smaller(steps, (tile + 1) * PERIOD);
        for (uint64_t step = tile * PERIOD; step < end; step++) {
            bool is_hot = is_hot_step(step, p);
            uint64_t at = mw_cycle_at(&order[is_hot], position[is_hot]++ % order[is_hot].count);
            if (wanted &&
                !mw_trace_range(trace, base[is_hot] + LINE * at, 0, 1, LINK, MW_ACCESS_LOAD))
                return MW_CANCELLED;
        }
    }
    return MW_OK;
}

/* Both chains stand where the orders say, after one execution from where they are. */
static mw_status chase_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    chase_state *state = run->state;
    *verification = (mw_verification){0};
    uint64_t hot = hot_steps(state->steps, state->p);
    uint64_t want_hot =
        address_of(&state->hot, (state->hot.position + hot) % state->hot.order.count);
    uint64_t want_cold = address_of(&state->cold, (state->cold.position + state->steps - hot) %
                                                      state->cold.order.count);
    mw_status status = run->kernel->execute(run);
    if (status != MW_OK)
        return mw_fail(error, status, "cancelled");
    bool right = state->hot.at == want_hot && state->cold.at == want_cold;
    verification->worst = right ? 0 : INFINITY;
    verification->passed = right;
    snprintf(verification->where, sizeof verification->where, "the last line of the %s chain",
             state->cold.at == want_cold ? "small" : "large");
    return MW_OK;
}

const mw_kernel mw_chase_latency = {
    .family = "chase",
    .variant = "latency",
    .summary = "loads that wait for each other, p percent of them in the nearest cache",
    .params = chase_params,
    .param_count = PARAMS,
    .work = chase_work,
    .compulsory_bytes = chase_compulsory,
    .footprint = chase_footprint,
    .prepare = chase_prepare,
    .execute = chase_execute,
    .verify = chase_verify,
    .release = chase_release,
    .trace = chase_trace,
};
