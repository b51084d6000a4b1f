/* operands.c: parameters, arrays and closed forms; some rows are verified. */
#include "attention/operands.h"

#include <math.h>
#include <stdlib.h>

#include "attention/judge.h"
#include "cpu.h"
#include "params.h"
#include "sample.h"

enum { SEED_Q = 91, SEED_K, SEED_V };
enum { D_MAX = 1024, BLOCK_MAX = 1024 };

/* Multiply-adds of the reference that are worth it. */
enum { REFERENCE_STEPS = 1 << 26 };

const mw_param mw_attention_params[MW_ATTENTION_TILED_PARAMS] = {
    [MW_ATTENTION_N] = MW_PARAM_DIMENSION("n", "tokens: rows of Q, K, V and O", 1024),
    [MW_ATTENTION_D] = {"d", "elements", "columns of Q, K, V and O: one head", 1, D_MAX, 64, NULL},
    [MW_ATTENTION_DTYPE] = MW_PARAM_DTYPE,
    [MW_ATTENTION_THREADS] = MW_PARAM_THREADS,
    [MW_ATTENTION_BLOCK] = {"block", "elements",
                            "queries and keys of a block; 0: as many as stay in a cache", 0,
                            BLOCK_MAX, 0, NULL},
};

mw_attention_sizes mw_attention_sizes_of(const mw_args *args)
{
    mw_attention_sizes s = {
        .n = (size_t)args->value[MW_ATTENTION_N],
        .d = (size_t)args->value[MW_ATTENTION_D],
        .dtype = (mw_dtype)args->value[MW_ATTENTION_DTYPE],
        .threads = (int)args->value[MW_ATTENTION_THREADS],
    };
    s.width = mw_dtype_size(s.dtype);
    return s;
}

uint64_t mw_attention_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_attention_sizes s = mw_attention_sizes_of(args);
    return mw_form((mw_wide)4 * s.n * s.d * s.width);
}

uint64_t mw_attention_footprint(const mw_args *args)
{
    mw_attention_sizes s = mw_attention_sizes_of(args);
    return 4 * mw_buffer_footprint((uint64_t)s.n * s.d * s.width);
}

void mw_attention_destroy(mw_attention_state *state)
{
    mw_buffer_destroy(&state->q);
    mw_buffer_destroy(&state->k);
    mw_buffer_destroy(&state->v);
    mw_buffer_destroy(&state->o);
}

static mw_status make(mw_buffer *buffer, uint32_t seed, mw_attention_state *state, mw_run *run,
                      mw_error *error)
{
    mw_attention_sizes s = state->size;
    mw_status status = mw_buffer_create(buffer, (uint64_t)s.n * s.d * s.width, error);
    if (status == MW_OK)
        status = mw_buffer_fill(buffer, s.dtype, seed, s.threads, run->ledger);
    return status;
}

mw_status mw_attention_create(mw_attention_state *state, mw_run *run, mw_error *error)
{
    *state = (mw_attention_state){.size = mw_attention_sizes_of(&run->args)};
    state->scale = M_LOG2E / sqrt((double)state->size.d);
    run->isa = mw_cpu_isa();
    state->bodies = mw_attention_bodies_for(run->isa);
    mw_status status = make(&state->q, SEED_Q, state, run, error);
    if (status == MW_OK)
        status = make(&state->k, SEED_K, state, run, error);
    if (status == MW_OK)
        status = make(&state->v, SEED_V, state, run, error);
    if (status == MW_OK)
        status = mw_buffer_create(
            &state->o, (uint64_t)state->size.n * state->size.d * state->size.width, error);
    if (status == MW_OK)
        status = mw_buffer_touch(&state->o, state->size.threads, run->ledger);
    if (status != MW_OK)
        mw_attention_destroy(state);
    return status;
}

static mw_status compare(const mw_attention_state *state, long double *room, mw_ledger *ledger,
                         mw_verification *verification)
{
    const mw_attention_sizes *s = &state->size;
    size_t affordable = REFERENCE_STEPS / (2 * s->n * s->d) + 2;
    size_t rows = mw_smaller(s->n, affordable);
    for (size_t r = 0; r < rows; r++) {
        size_t i = rows > 1 ? r * (s->n - 1) / (rows - 1) : 0;
        mw_attention_case one = {
            .q = mw_attention_row(state, &state->q, i),
            .k = state->k.data,
            .v = state->v.data,
            .o = mw_attention_row(state, &state->o, i),
            .context = s->n,
            .d = s->d,
            .ld = s->d,
            .dtype = s->dtype,
            .room = room,
        };
        if (!mw_attention_judge(&one, i, 0, ledger, verification))
            return MW_CANCELLED;
    }
    return MW_OK;
}

mw_status mw_attention_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    const mw_attention_state *state = run->state;
    *verification = (mw_verification){0};
    long double *room = calloc(state->size.n + 2 * state->size.d, sizeof *room);
    if (!room)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    mw_status status = mw_buffer_touch((mw_buffer *)&state->o, state->size.threads, run->ledger);
    if (status == MW_OK)
        status = run->kernel->execute(run);
    if (status == MW_OK)
        status = compare(state, room, run->ledger, verification);
    free(room);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_OK ? MW_OK : mw_fail(error, status, "cancelled");
}

mw_attention_places mw_attention_place(const mw_args *args, mw_trace *trace)
{
    mw_attention_places at_places = {.size = mw_attention_sizes_of(args)};
    uint64_t bytes = (uint64_t)at_places.size.n * at_places.size.d * at_places.size.width;
    at_places.q = mw_trace_place(trace, bytes);
    at_places.k = mw_trace_place(trace, bytes);
    at_places.v = mw_trace_place(trace, bytes);
    at_places.o = mw_trace_place(trace, bytes);
    return at_places;
}

/* Short texts: there are n² scores. */
mw_status mw_attention_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                              mw_error *error)
{
    mw_status status = MW_SAMPLE({"n", shape->n % 211}, {"d", shape->k % 71});
    if (status == MW_OK && kernel->param_count > MW_ATTENTION_BLOCK)
        status = MW_SAMPLE({"block", shape->block});
    return status;
}

const mw_buffer *mw_attention_result(const mw_run *run)
{
    return &((const mw_attention_state *)run->state)->o;
}
