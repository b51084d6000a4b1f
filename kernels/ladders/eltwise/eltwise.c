/* eltwise.c: both rungs as lists of walks over arrays, run by one driver. */
#include "eltwise/eltwise.h"

#include <math.h>
#include <stdlib.h>

#include "buffer.h"
#include "cpu.h"
#include "eltwise/bodies.h"
#include "form.h"
#include "params.h"
#include "sample.h"
#include "team.h"
#include "verify.h"

enum { N, DTYPE, THREADS, PARAMS };

static const mw_param eltwise_params[PARAMS] = {
    [N] = {"n", "elements", "length of each array", 1, INT64_C(1) << 36, 1 << 25, NULL},
    [DTYPE] = MW_PARAM_DTYPE,
    [THREADS] = MW_PARAM_THREADS,
};

enum { SEED_X = 21, SEED_R = 22, SEED_Y = 23 };

/* A chunk is what one call of a body does: any vector width divides it. */
enum { CHUNK = 1 << 15 };

static const double bias = 0.5;

/* y = gelu(x + b) + r; unfused it goes x -> t -> u -> y. */
typedef enum eltwise_array { X, R, Y, T, U, ARRAYS } eltwise_array;

/* One walk over whole arrays. */
typedef struct eltwise_walk {
    size_t body; /* offset of its pair of bodies */
    eltwise_array from, beside, to;
    bool has_beside;
    bool has_gelu;
    unsigned additions; /* of an element */
} eltwise_walk;

typedef struct eltwise_rung {
    eltwise_walk passes[3];
    size_t count, arrays;
} eltwise_rung;

static const eltwise_rung fused = {
    .passes = {{offsetof(mw_eltwise_bodies, fused), X, R, Y, true, true, 2}},
    .count = 1,
    .arrays = 3,
};

static const eltwise_rung unfused = {
    .passes = {{offsetof(mw_eltwise_bodies, shift), X, X, T, false, false, 1},
               {offsetof(mw_eltwise_bodies, gelu), T, T, U, false, true, 0},
               {offsetof(mw_eltwise_bodies, add), U, R, Y, true, false, 1}},
    .count = 3,
    .arrays = ARRAYS,
};

typedef struct eltwise_state {
    const eltwise_rung *rung;
    mw_eltwise_bodies bodies;
    mw_dtype dtype;
    size_t n, width;
    int threads;
    mw_buffer array[ARRAYS];
} eltwise_state;

static mw_work pass_work(const eltwise_walk *pass, mw_dtype dtype, mw_wide n)
{
    mw_wide width = mw_dtype_size(dtype);
    return (mw_work){
        .flops = mw_form(n * (pass->additions + (pass->has_gelu ? mw_gelu_flops(dtype) : 0))),
        .load_bytes = mw_form(n * width * (pass->has_beside ? 2 : 1)),
        .store_bytes = mw_form(n * width),
    };
}

static mw_work eltwise_work(const mw_kernel *kernel, const mw_args *args)
{
    const eltwise_rung *rung = kernel->body;
    mw_wide n = (mw_wide)args->value[N];
    mw_work sum = {0};
    for (size_t i = 0; i < rung->count; i++) {
        mw_work work = pass_work(&rung->passes[i], (mw_dtype)args->value[DTYPE], n);
        sum = mw_work_plus(sum, work);
    }
    return sum;
}

/* x and r read, y written: the same for both. */
static uint64_t eltwise_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    return 3 * (uint64_t)args->value[N] * mw_dtype_size((mw_dtype)args->value[DTYPE]);
}

static uint64_t eltwise_footprint(const mw_kernel *kernel, const mw_args *args)
{
    const eltwise_rung *rung = kernel->body;
    uint64_t bytes = (uint64_t)args->value[N] * mw_dtype_size((mw_dtype)args->value[DTYPE]);
    return rung->arrays * mw_buffer_footprint(bytes);
}

static void eltwise_release(mw_run *run)
{
    eltwise_state *state = run->state;
    if (!state)
        return;
    for (size_t i = 0; i < ARRAYS; i++)
        mw_buffer_destroy(&state->array[i]);
    free(state);
    run->state = NULL;
}

static mw_status eltwise_prepare(mw_run *run, mw_error *error)
{
    static const uint32_t seeds[ARRAYS] = {[X] = SEED_X, [R] = SEED_R, [Y] = SEED_Y};
    eltwise_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = state;
    run->isa = mw_cpu_isa();
    state->bodies = mw_eltwise_bodies_for(run->isa);
    state->rung = run->kernel->body;
    state->n = (size_t)run->args.value[N];
    state->dtype = (mw_dtype)run->args.value[DTYPE];
    state->width = mw_dtype_size(state->dtype);
    state->threads = (int)run->args.value[THREADS];

    mw_status status = MW_OK;
    for (size_t i = 0; status == MW_OK && i < state->rung->arrays; i++) {
        mw_buffer *array = &state->array[i];
        status = mw_buffer_create(array, state->n * state->width, error);
        if (status == MW_OK)
            status = seeds[i] ? mw_buffer_fill(array, state->dtype, seeds[i], state->threads,
                                               run->ledger)
                              : mw_buffer_touch(array, state->threads, run->ledger);
    }
    if (status != MW_OK)
        eltwise_release(run);
    return status;
}

static void *element(const eltwise_state *state, eltwise_array array, size_t i)
{
    return (char *)state->array[array].data + i * state->width;
}

static bool run_pass(const eltwise_state *state, const eltwise_walk *pass, mw_range chunks,
                     mw_tally *tally)
{
    mw_eltwise_pass *const *pair = (void *)((const char *)&state->bodies + pass->body);
    for (uint64_t chunk = chunks.begin; chunk < chunks.end; chunk++) {
        size_t first = (size_t)chunk * CHUNK;
        size_t count = mw_smaller(state->n - first, CHUNK);
        pair[state->dtype](element(state, pass->to, first), element(state, pass->from, first),
                           element(state, pass->beside, first), bias, count);
        mw_work work = pass_work(pass, state->dtype, count);
        if (!mw_tally_add(tally, work.flops, work.load_bytes, work.store_bytes))
            return false;
    }
    return true;
}

/* A thread needs nothing that another one writes: no pass waits for the team. */
static bool eltwise_share(void *context, int thread, int threads, mw_tally *tally)
{
    const eltwise_state *state = context;
    mw_range chunks = mw_team_share(mw_ceil_div(state->n, CHUNK), thread, threads);
    for (size_t i = 0; i < state->rung->count; i++) {
        if (!run_pass(state, &state->rung->passes[i], chunks, tally))
            return false;
    }
    return true;
}

static mw_status eltwise_execute(mw_run *run)
{
    eltwise_state *state = run->state;
    return mw_team_run(run->ledger, state->threads, eltwise_share, state);
}

static mw_status eltwise_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    const eltwise_rung *rung = kernel->body;
    uint64_t n = (uint64_t)args->value[N], chunks = mw_ceil_div(n, CHUNK), base[ARRAYS] = {0};
    uint32_t w = (uint32_t)mw_dtype_size((mw_dtype)args->value[DTYPE]);
    for (size_t i = 0; i < rung->arrays; i++)
        base[i] = mw_trace_place(trace, n * w);
    for (size_t i = 0; i < rung->count; i++) {
        const eltwise_walk *pass = &rung->passes[i];
        for (uint64_t chunk = 0; chunk < chunks; chunk++) {
            if (!mw_trace_tile(trace, chunk, chunks))
                continue;
            uint64_t first = chunk * CHUNK, skip = first * w;
            mw_stream streams[3] = {{base[pass->from] + skip, w, w, MW_ACCESS_LOAD}};
            size_t count = 1;
            if (pass->has_beside)
                streams[count++] = (mw_stream){base[pass->beside] + skip, w, w, MW_ACCESS_LOAD};
            streams[count++] = (mw_stream){base[pass->to] + skip, w, w, MW_ACCESS_STORE};
            if (!mw_trace_loop(trace, streams, count, mw_smaller(n - first, CHUNK)))
                return MW_CANCELLED;
        }
    }
    return MW_OK;
}

/*
 * The tanh form by libm, in the wider arithmetic. The loop's error: v has a relative error of a few
 * units, which 2^v turns into as many times |v|; the rest is a few units of the result.
 */
static mw_status compare(const eltwise_state *state, mw_ledger *ledger,
                         mw_verification *verification)
{
    enum { POLL = 1 << 12, ROUNDINGS = 8 };
    long double unit = mw_error_gamma(state->dtype, 1), ln2 = logl(2);
    for (size_t i = 0; i < state->n; i++) {
        long double z = (long double)mw_element(SEED_X, i) + (long double)bias;
        long double r = mw_element(SEED_R, i);
        long double v = z * ((long double)MW_GELU_LINEAR + (long double)MW_GELU_CUBIC * z * z);
        long double half = v * ln2 / 2;
        /* For f32 the doubles of libm are wide enough, and quicker. */
        long double tangent = state->dtype == MW_F32 ? tanh((double)half) : tanhl(half);
        long double gelu = z / 2 * (1 + tangent);
        long double bound = ROUNDINGS * unit * ((1 + fabsl(v)) * fabsl(gelu) + fabsl(r));
        mw_verification_note(verification, mw_element_at(state->array[Y].data, state->dtype, i),
                             gelu + r, bound, "y", i, SIZE_MAX);
        if (i % POLL == 0 && !mw_ledger_poll(ledger))
            return MW_CANCELLED;
    }
    return MW_OK;
}

static mw_status eltwise_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    eltwise_state *state = run->state;
    *verification = (mw_verification){0};
    mw_status status =
        mw_buffer_fill(&state->array[Y], state->dtype, SEED_Y, state->threads, run->ledger);
    if (status == MW_OK)
        status = run->kernel->execute(run);
    if (status == MW_OK)
        status = compare(state, run->ledger, verification);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_CANCELLED ? mw_fail(error, status, "cancelled") : status;
}

static mw_status eltwise_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                                mw_error *error)
{
    return MW_SAMPLE({"n", shape->n});
}

static const mw_buffer *eltwise_result(const mw_run *run)
{
    return &((const eltwise_state *)run->state)->array[Y];
}

#define ELTWISE(name, text)                                                                        \
    const mw_kernel mw_eltwise_##name = {.family = "eltwise",                                      \
                                         .variant = #name,                                         \
                                         .summary = (text),                                        \
                                         .params = eltwise_params,                                 \
                                         .param_count = PARAMS,                                    \
                                         .work = eltwise_work,                                     \
                                         .compulsory_bytes = eltwise_compulsory,                   \
                                         .footprint = eltwise_footprint,                           \
                                         .prepare = eltwise_prepare,                               \
                                         .execute = eltwise_execute,                               \
                                         .verify = eltwise_verify,                                 \
                                         .release = eltwise_release,                               \
                                         .sample = eltwise_sample,                                 \
                                         .result = eltwise_result,                                 \
                                         .trace = eltwise_trace,                                   \
                                         .body = &(name)}

ELTWISE(unfused, "y = gelu(x + b) + r in three passes over memory");
ELTWISE(fused, "y = gelu(x + b) + r in one pass");
