/* bag.c: gather/bag: y is the sum of k rows of a table, drawn at random. */
#include <math.h>
#include <stdlib.h>

#include "buffer.h"
#include "cpu.h"
#include "cycle.h"
#include "form.h"
#include "gather/bodies.h"
#include "gather/gather.h"
#include "params.h"
#include "sample.h"
#include "team.h"
#include "verify.h"

enum { M, N, K, ROWS, DTYPE, THREADS, PARAMS };

static const mw_param bag_params[PARAMS] = {
    [M] = MW_PARAM_DIMENSION("m", "bags, each the sum of k rows", 4096),
    [N] = MW_PARAM_DIMENSION("n", "elements of a row of the table", 64),
    [K] = {"k", "elements", "rows summed in a bag", 1, 1 << 16, 32, NULL},
    [ROWS] = {"rows", "elements", "rows of the table", 1, 1 << 28, 1 << 20, NULL},
    [DTYPE] = MW_PARAM_DTYPE,
    [THREADS] = MW_PARAM_THREADS,
};

enum { SEED_TABLE = 51, SEED_Y = 52, SEED_ORDER = 53 };

/* Rows of one call: some milliseconds even when each of them waits for memory. */
enum { CALL_ROWS = 1 << 12 };

typedef struct bag_state {
    size_t m, n, k, rows, width;
    mw_dtype dtype;
    int threads;
    mw_gather_body *body;
    mw_buffer table, index, y;
} bag_state;

static void sizes_of(const mw_args *args, bag_state *state)
{
    state->m = (size_t)args->value[M];
    state->n = (size_t)args->value[N];
    state->k = (size_t)args->value[K];
    state->rows = (size_t)args->value[ROWS];
    state->dtype = (mw_dtype)args->value[DTYPE];
    state->width = mw_dtype_size(state->dtype);
    state->threads = (int)args->value[THREADS];
}

/* Every row of the table is drawn once before any is drawn again. */
static uint32_t drawn(const mw_cycle *order, uint64_t position)
{
    return (uint32_t)mw_cycle_at(order, position % order->count);
}

static mw_work bag_work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide m = (mw_wide)args->value[M], n = (mw_wide)args->value[N], k = (mw_wide)args->value[K];
    mw_wide w = mw_dtype_size((mw_dtype)args->value[DTYPE]);
    mw_wide pieces = (n * w + MW_GATHER_PIECE_BYTES - 1) / MW_GATHER_PIECE_BYTES;
    return (mw_work){
        .flops = mw_form(m * k * n),
        .load_bytes = mw_form(m * k * (n * w + pieces * sizeof(uint32_t))),
        .store_bytes = mw_form(m * n * w),
    };
}

/* The indices, each row that is drawn, and y. */
static uint64_t bag_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide m = (mw_wide)args->value[M], n = (mw_wide)args->value[N], k = (mw_wide)args->value[K];
    mw_wide w = mw_dtype_size((mw_dtype)args->value[DTYPE]), rows = (mw_wide)args->value[ROWS];
    mw_wide touched = m * k < rows ? m * k : rows;
    return mw_form(m * k * sizeof(uint32_t) + touched * n * w + m * n * w);
}

static uint64_t bag_footprint(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    bag_state state;
    sizes_of(args, &state);
    return mw_buffer_footprint(state.rows * state.n * state.width) +
           mw_buffer_footprint(state.m * state.k * sizeof(uint32_t)) +
           mw_buffer_footprint(state.m * state.n * state.width);
}

static void bag_release(mw_run *run)
{
    bag_state *state = run->state;
    if (!state)
        return;
    mw_buffer_destroy(&state->table);
    mw_buffer_destroy(&state->index);
    mw_buffer_destroy(&state->y);
    free(state);
    run->state = NULL;
}

static mw_status draw(bag_state *state, mw_ledger *ledger)
{
    enum { POLL = 1 << 14 };
    mw_cycle order = mw_cycle_make(state->rows, SEED_ORDER);
    uint32_t *index = state->index.data;
    for (uint64_t i = 0; i < (uint64_t)state->m * state->k; i++) {
        index[i] = drawn(&order, i);
        if (i % POLL == 0 && !mw_ledger_poll(ledger))
            return MW_CANCELLED;
    }
    return MW_OK;
}

static mw_status bag_prepare(mw_run *run, mw_error *error)
{
    bag_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = state;
    sizes_of(&run->args, state);
    run->isa = mw_cpu_isa();
    state->body = mw_gather_bodies_for(run->isa).bag[state->dtype];

    size_t row = state->n * state->width;
    mw_status status = mw_buffer_create(&state->table, state->rows * row, error);
    if (status == MW_OK)
        status = mw_buffer_create(&state->index, state->m * state->k * sizeof(uint32_t), error);
    if (status == MW_OK)
        status = mw_buffer_create(&state->y, state->m * row, error);
    if (status == MW_OK)
        status =
            mw_buffer_fill(&state->table, state->dtype, SEED_TABLE, state->threads, run->ledger);
    if (status == MW_OK)
        status = mw_buffer_touch(&state->index, state->threads, run->ledger);
    if (status == MW_OK)
        status = draw(state, run->ledger);
    if (status == MW_OK)
        status = mw_buffer_fill(&state->y, state->dtype, SEED_Y, state->threads, run->ledger);
    if (status != MW_OK)
        bag_release(run);
    return status;
}

/* One bag: piece by piece. A bag of very many rows would be deaf for long: it cannot be cut, for
 * its sums are in registers, so it is polled between pieces. */
static bool do_bag(const bag_state *state, size_t bag, mw_tally *tally)
{
    size_t whole = MW_GATHER_PIECE_BYTES / state->width;
    const uint32_t *index = (const uint32_t *)state->index.data + bag * state->k;
    for (size_t j = 0; j < state->n; j += whole) {
        size_t columns = mw_smaller(state->n - j, whole);
        state->body((char *)state->y.data + (bag * state->n + j) * state->width,
                    (const char *)state->table.data + j * state->width, state->n, index, state->k,
                    columns);
        if (!mw_tally_add(tally, state->k * columns,
                          state->k * (columns * state->width + sizeof(uint32_t)),
                          columns * state->width))
            return false;
    }
    return true;
}

static bool bag_share(void *context, int thread, int threads, mw_tally *tally)
{
    const bag_state *state = context;
    mw_range bags = mw_team_share(state->m, thread, threads);
    size_t rows = 0;
    for (size_t bag = bags.begin; bag < bags.end; bag++) {
        if (!do_bag(state, bag, tally))
            return false;
        rows += state->k;
        if (rows >= CALL_ROWS) {
            rows = 0;
            if (!mw_ledger_poll(tally->ledger))
                return false;
        }
    }
    return true;
}

static mw_status bag_execute(mw_run *run)
{
    bag_state *state = run->state;
    return mw_team_run(run->ledger, state->threads, bag_share, state);
}

static mw_status bag_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    (void)kernel;
    bag_state s;
    sizes_of(args, &s);
    uint32_t w = (uint32_t)s.width, four = sizeof(uint32_t);
    uint64_t table = mw_trace_place(trace, (uint64_t)s.rows * s.n * w);
    uint64_t index = mw_trace_place(trace, (uint64_t)s.m * s.k * four);
    uint64_t y = mw_trace_place(trace, (uint64_t)s.m * s.n * w);
    mw_cycle order = mw_cycle_make(s.rows, SEED_ORDER);
    uint64_t whole = MW_GATHER_PIECE_BYTES / w;
    for (uint64_t bag = 0; bag < s.m; bag++) {
        if (!mw_trace_tile(trace, bag, s.m))
            continue;
        for (uint64_t j = 0; j < s.n; j += whole) {
            uint64_t columns = mw_smaller(s.n - j, whole);
            for (uint64_t i = bag * s.k; i < (bag + 1) * s.k; i++) {
                uint64_t row = table + ((uint64_t)drawn(&order, i) * s.n + j) * w;
                if (!mw_trace_range(trace, index + i * four, 0, 1, four, MW_ACCESS_LOAD) ||
                    !mw_trace_range(trace, row, w, columns, w, MW_ACCESS_LOAD))
                    return MW_CANCELLED;
            }
            if (!mw_trace_range(trace, y + (bag * s.n + j) * w, w, columns, w, MW_ACCESS_STORE))
                return MW_CANCELLED;
        }
    }
    return MW_OK;
}

static mw_status compare(const bag_state *state, mw_ledger *ledger, mw_verification *verification)
{
    mw_cycle order = mw_cycle_make(state->rows, SEED_ORDER);
    long double gamma = state->k <= state->rows ? mw_error_gamma(state->dtype, state->k)
                                                : mw_error_gamma_certain(state->dtype, state->k);
    for (size_t bag = 0; bag < state->m; bag++) {
        for (size_t j = 0; j < state->n; j++) {
            long double sum = 0, magnitude = 0;
            for (uint64_t i = 0; i < state->k; i++) {
                uint64_t row = drawn(&order, bag * state->k + i);
                long double element = mw_element(SEED_TABLE, row * state->n + j);
                sum += element;
                magnitude += fabsl(element);
            }
            mw_verification_note(verification,
                                 mw_element_at(state->y.data, state->dtype, bag * state->n + j),
                                 sum, gamma * magnitude, "y", bag, j);
            if (!mw_ledger_poll(ledger))
                return MW_CANCELLED;
        }
    }
    return MW_OK;
}

static mw_status bag_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    bag_state *state = run->state;
    *verification = (mw_verification){0};
    mw_status status = mw_buffer_fill(&state->y, state->dtype, SEED_Y, state->threads, run->ledger);
    if (status == MW_OK)
        status = run->kernel->execute(run);
    if (status == MW_OK)
        status = compare(state, run->ledger, verification);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_CANCELLED ? mw_fail(error, status, "cancelled") : status;
}

static mw_status bag_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                            mw_error *error)
{
    return MW_SAMPLE({"m", shape->m}, {"n", shape->n}, {"k", shape->k},
                     {"rows", 1 + (7 * shape->k + shape->n) % 211});
}

static const mw_buffer *bag_result(const mw_run *run)
{
    return &((const bag_state *)run->state)->y;
}

const mw_kernel mw_gather_bag = {
    .family = "gather",
    .variant = "bag",
    .summary = "each row of y = the sum of k rows of a table, drawn without pattern",
    .params = bag_params,
    .param_count = PARAMS,
    .work = bag_work,
    .compulsory_bytes = bag_compulsory,
    .footprint = bag_footprint,
    .prepare = bag_prepare,
    .execute = bag_execute,
    .verify = bag_verify,
    .release = bag_release,
    .sample = bag_sample,
    .result = bag_result,
    .trace = bag_trace,
};
