/* stream.c: one driver for all operations; a table has what each costs. */
#include "stream/stream.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cpu.h"
#include "form.h"
#include "params.h"
#include "sample.h"
#include "stream/bodies.h"
#include "team.h"
#include "verify.h"

enum { N, DTYPE, THREADS, PARAMS };

static const mw_param stream_params[PARAMS] = {
    [N] = {"n", "elements", "length of each array", 1, INT64_C(1) << 36, 1 << 26, NULL},
    [DTYPE] = MW_PARAM_DTYPE,
    [THREADS] = MW_PARAM_THREADS,
};

/* What one element costs, and which arrays an operation has. */
typedef struct stream_cost {
    mw_stream_op op;
    unsigned flops, loads, stores; /* per element: FLOPs, elements loaded, elements stored */
    bool reads_a, reads_b, writes_c;
} stream_cost;

/* A chunk is what one call of a body does, and shares begin on chunk boundaries: 512 KiB of each
 * array in f64, and any vector width divides it. */
enum { CHUNK = 1 << 16 };

enum { SEED_A = 1, SEED_B = 2, SEED_C = 3 };

/* Its own inverse, so that update can run any number of times without growing or vanishing. */
static const double scalar = -1.0;

typedef struct stream_state {
    mw_stream_tile *tile;
    const stream_cost *cost;
    mw_dtype dtype;
    size_t n, width;
    int threads;
    mw_buffer a, b, c;
    uint64_t read[MW_THREADS_MAX]; /* what each thread read, folded */
} stream_state;

static const stream_cost *cost_of(const mw_kernel *kernel)
{
    return kernel->body;
}

static mw_work stream_work(const mw_kernel *kernel, const mw_args *args)
{
    const stream_cost *cost = cost_of(kernel);
    mw_wide n = (mw_wide)args->value[N];
    size_t width = mw_dtype_size((mw_dtype)args->value[DTYPE]);
    return (mw_work){
        .flops = mw_form(n * cost->flops),
        .load_bytes = mw_form(n * cost->loads * width),
        .store_bytes = mw_form(n * cost->stores * width),
    };
}

/* Each operand once: the same bytes that the program moves. */
static uint64_t stream_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    mw_work work = stream_work(kernel, args);
    return work.load_bytes + work.store_bytes;
}

static uint64_t stream_footprint(const mw_kernel *kernel, const mw_args *args)
{
    const stream_cost *cost = cost_of(kernel);
    uint64_t bytes = (uint64_t)args->value[N] * mw_dtype_size((mw_dtype)args->value[DTYPE]);
    unsigned arrays = (unsigned)cost->reads_a + cost->reads_b + cost->writes_c;
    return arrays * mw_buffer_footprint(bytes);
}

static void stream_release(mw_run *run)
{
    stream_state *state = run->state;
    if (!state)
        return;
    mw_buffer_destroy(&state->a);
    mw_buffer_destroy(&state->b);
    mw_buffer_destroy(&state->c);
    free(state);
    run->state = NULL;
}

static mw_status make_array(stream_state *state, mw_buffer *array, uint32_t seed, mw_run *run,
                            mw_error *error)
{
    mw_status status = mw_buffer_create(array, state->n * state->width, error);
    if (status == MW_OK)
        status = mw_buffer_fill(array, state->dtype, seed, state->threads, run->ledger);
    return status;
}

static mw_status stream_prepare(mw_run *run, mw_error *error)
{
    stream_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = state;
    run->isa = mw_cpu_isa();
    state->cost = cost_of(run->kernel);
    state->n = (size_t)run->args.value[N];
    state->dtype = (mw_dtype)run->args.value[DTYPE];
    state->width = mw_dtype_size(state->dtype);
    state->threads = (int)run->args.value[THREADS];
    state->tile = mw_stream_bodies_for(run->isa).tile[state->cost->op][state->dtype];

    mw_status status = MW_OK;
    if (state->cost->reads_a)
        status = make_array(state, &state->a, SEED_A, run, error);
    if (status == MW_OK && state->cost->reads_b)
        status = make_array(state, &state->b, SEED_B, run, error);
    if (status == MW_OK && state->cost->writes_c)
        status = make_array(state, &state->c, SEED_C, run, error);
    if (status != MW_OK)
        stream_release(run);
    return status;
}

/* Element `i` of an array that may not be there. */
static void *element(const stream_state *state, const mw_buffer *array, size_t i)
{
    return array->data ? (char *)array->data + i * state->width : NULL;
}

static bool stream_share(void *context, int thread, int threads, mw_tally *tally)
{
    stream_state *state = context;
    const stream_cost *cost = state->cost;
    mw_range chunks = mw_team_share(mw_ceil_div(state->n, CHUNK), thread, threads);
    uint64_t read = 0;
    bool go = true;
    for (uint64_t chunk = chunks.begin; go && chunk < chunks.end; chunk++) {
        size_t first = (size_t)chunk * CHUNK;
        size_t count = state->n - first < CHUNK ? state->n - first : CHUNK;
        read ^= state->tile(element(state, &state->c, first), element(state, &state->a, first),
                            element(state, &state->b, first), scalar, count);
        go = mw_tally_add(tally, count * cost->flops, count * cost->loads * state->width,
                          count * cost->stores * state->width);
    }
    state->read[thread] = read;
    return go;
}

static mw_status stream_execute(mw_run *run)
{
    stream_state *state = run->state;
    return mw_team_run(run->ledger, state->threads, stream_share, state);
}

/* read: eight parts side by side, cut as 64-byte vectors cut them, then what is left over. */
static bool trace_read(mw_trace *trace, uint64_t a, size_t count, uint32_t width)
{
    enum { STREAMS = 8, VECTOR = 64 };
    uint64_t bytes = (uint64_t)count * width, part = bytes / (STREAMS * VECTOR) * VECTOR;
    mw_stream parts[STREAMS];
    for (uint64_t i = 0; i < STREAMS; i++)
        parts[i] = (mw_stream){a + i * part, width, width, MW_ACCESS_LOAD};
    return mw_trace_loop(trace, parts, STREAMS, part / width) &&
           mw_trace_range(trace, a + STREAMS * part, width, count - STREAMS * part / width, width,
                          MW_ACCESS_LOAD);
}

/* The others: what an element loads, then what it stores. */
static bool trace_elements(mw_trace *trace, const stream_cost *cost, const uint64_t *base,
                           uint64_t skip, size_t count, uint32_t width)
{
    bool nt = cost->op == MW_STREAM_store_nt || cost->op == MW_STREAM_copy_nt ||
              cost->op == MW_STREAM_triad_nt;
    mw_stream streams[3];
    size_t n = 0;
    if (cost->reads_a)
        streams[n++] = (mw_stream){base[0] + skip, width, width, MW_ACCESS_LOAD};
    if (cost->reads_b)
        streams[n++] = (mw_stream){base[1] + skip, width, width, MW_ACCESS_LOAD};
    if (cost->op == MW_STREAM_update)
        streams[n++] = (mw_stream){base[2] + skip, width, width, MW_ACCESS_LOAD};
    streams[n++] =
        (mw_stream){base[2] + skip, width, width, nt ? MW_ACCESS_STORE_NT : MW_ACCESS_STORE};
    return mw_trace_loop(trace, streams, n, count);
}

/* An outer tile is a chunk. */
static mw_status stream_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    const stream_cost *cost = cost_of(kernel);
    uint64_t n = (uint64_t)args->value[N];
    uint32_t width = (uint32_t)mw_dtype_size((mw_dtype)args->value[DTYPE]);
    const bool there[3] = {cost->reads_a, cost->reads_b, cost->writes_c};
    uint64_t base[3] = {0}, chunks = mw_ceil_div(n, CHUNK);
    for (int i = 0; i < 3; i++) {
        if (there[i])
            base[i] = mw_trace_place(trace, n * width);
    }
    for (uint64_t chunk = 0; chunk < chunks; chunk++) {
        uint64_t first = chunk * CHUNK;
        size_t count = n - first < CHUNK ? n - first : CHUNK;
        if (!mw_trace_tile(trace, chunk, chunks))
            continue;
        bool go = cost->op == MW_STREAM_read
                      ? trace_read(trace, base[0] + first * width, count, width)
                      : trace_elements(trace, cost, base, first * width, count, width);
        if (!go)
            return MW_CANCELLED;
    }
    return MW_OK;
}

/* What element i of c must be, and the sum of magnitudes that its rounding error is bounded by. */
static long double expected(const stream_state *state, size_t i, long double *magnitude)
{
    long double a = mw_element(SEED_A, i), b = mw_element(SEED_B, i), c = mw_element(SEED_C, i);
    long double s = scalar;
    *magnitude = 0; /* an exact operation */
    switch (state->cost->op) {
    case MW_STREAM_copy:
    case MW_STREAM_copy_nt:
        return a;
    case MW_STREAM_scale:
        *magnitude = fabsl(s * a);
        return s * a;
    case MW_STREAM_add:
        *magnitude = fabsl(a) + fabsl(b);
        return a + b;
    case MW_STREAM_triad:
    case MW_STREAM_triad_nt:
        *magnitude = fabsl(a) + fabsl(s * b);
        return a + s * b;
    case MW_STREAM_update:
        *magnitude = fabsl(s * c);
        return s * c;
    default:
        return s;
    }
}

static mw_status verify_written(const stream_state *state, mw_ledger *ledger,
                                mw_verification *verification)
{
    long double gamma = mw_error_gamma(state->dtype, 2); /* two roundings at most */
    for (size_t i = 0; i < state->n; i++) {
        long double magnitude, want = expected(state, i, &magnitude);
        long double got = mw_element_at(state->c.data, state->dtype, i);
        mw_verification_note(verification, got, want, gamma * magnitude, "c", i, SIZE_MAX);
        if (i % CHUNK == 0 && !mw_ledger_poll(ledger))
            return MW_CANCELLED;
    }
    return MW_OK;
}

static mw_status verify_read(const stream_state *state, mw_ledger *ledger,
                             mw_verification *verification)
{
    uint64_t want = 0, got = 0;
    for (size_t i = 0; i < state->n; i++) {
        uint64_t word = 0;
        if (state->dtype == MW_F32) {
            float value = (float)mw_element(SEED_A, i);
            memcpy(&word, &value, sizeof value);
            word <<= i % 2 * 32;
        } else {
            double value = mw_element(SEED_A, i);
            memcpy(&word, &value, sizeof value);
        }
        want ^= word;
        if (i % CHUNK == 0 && !mw_ledger_poll(ledger))
            return MW_CANCELLED;
    }
    for (int thread = 0; thread < state->threads; thread++)
        got ^= state->read[thread];
    verification->worst = want == got ? 0 : INFINITY;
    snprintf(verification->where, sizeof verification->where, "exclusive or of all of a");
    return MW_OK;
}

static mw_status stream_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    stream_state *state = run->state;
    *verification = (mw_verification){0};
    mw_status status = MW_OK;
    if (state->cost->writes_c)
        status = mw_buffer_fill(&state->c, state->dtype, SEED_C, state->threads, run->ledger);
    if (status == MW_OK)
        status = run->kernel->execute(run);
    if (status == MW_OK)
        status = state->cost->writes_c ? verify_written(state, run->ledger, verification)
                                       : verify_read(state, run->ledger, verification);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_CANCELLED ? mw_fail(error, status, "cancelled") : status;
}

static mw_status stream_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                               mw_error *error)
{
    return MW_SAMPLE({"n", shape->n});
}

static const mw_buffer *stream_result(const mw_run *run)
{
    return ((const stream_state *)run->state)->cost->writes_c
               ? &((const stream_state *)run->state)->c
               : NULL;
}

/* clang-format off: one line per kernel */
#define STREAM(name, text, f, l, s, has_a, has_b, has_c)                                           \
    static const stream_cost cost_##name = {MW_STREAM_##name, f, l, s, has_a, has_b, has_c};       \
    const mw_kernel mw_stream_##name = {.family = "stream",                                        \
                                        .variant = #name,                                          \
                                        .summary = (text),                                         \
                                        .params = stream_params,                                   \
                                        .param_count = PARAMS,                                     \
                                        .work = stream_work,                                       \
                                        .compulsory_bytes = stream_compulsory,                     \
                                        .footprint = stream_footprint,                             \
                                        .prepare = stream_prepare,                                 \
                                        .execute = stream_execute,                                 \
                                        .verify = stream_verify,                                   \
                                        .release = stream_release,                                 \
                                        .sample = stream_sample,                                   \
                                        .result = stream_result,                                   \
                                        .trace = stream_trace,                                     \
                                        .body = &cost_##name}

STREAM(read, "reads a and keeps nothing: the read roof", 0, 1, 0, 1, 0, 0);
STREAM(copy, "c = a", 0, 1, 1, 1, 0, 1);
STREAM(scale, "c = s*a", 1, 1, 1, 1, 0, 1);
STREAM(add, "c = a + b", 1, 2, 1, 1, 1, 1);
STREAM(triad, "c = a + s*b", 2, 2, 1, 1, 1, 1);
STREAM(update, "c = s*c in place", 1, 1, 1, 0, 0, 1);
STREAM(store, "c = s; each line is fetched before it is overwritten", 0, 0, 1, 0, 0, 1);
STREAM(store_nt, "c = s by streaming stores that fetch nothing", 0, 0, 1, 0, 0, 1);
STREAM(copy_nt, "c = a by streaming stores", 0, 1, 1, 1, 0, 1);
STREAM(triad_nt, "c = a + s*b by streaming stores", 2, 2, 1, 1, 1, 1);
/* clang-format on */
