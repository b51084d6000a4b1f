/* spmm.c: spmm/csr: C = A·B with A sparse and B dense, row by row. */
#include <math.h>
#include <stdlib.h>

#include "cpu.h"
#include "form.h"
#include "params.h"
#include "sample.h"
#include "sparse/operands.h"
#include "sparse/sparse.h"
#include "team.h"
#include "verify.h"

enum { M, N, K, DENSITY, DTYPE, THREADS, PARAMS };

static const mw_param spmm_params[PARAMS] = {
    [M] = MW_PARAM_DIMENSION("m", "rows of A and C", 4096),
    [N] = MW_PARAM_DIMENSION("n", "columns of B and C", 64),
    [K] = MW_PARAM_DIMENSION("k", "columns of A, rows of B", 4096),
    [DENSITY] = MW_PARAM_DENSITY("share of A that is not zero"),
    [DTYPE] = MW_PARAM_DTYPE,
    [THREADS] = MW_PARAM_THREADS,
};

enum { SEED_B = 64, SEED_C = 65 };

/* Nonzeros of one call: rows of B from far away in a millisecond or two. */
enum { PIECE = 1 << 13 };

typedef struct spmm_state {
    mw_sparse_sizes sizes;
    size_t n;
    int threads;
    mw_spmm_body *body;
    mw_sparse_operand a;
    mw_buffer b, c;
} spmm_state;

static mw_sparse_sizes sizes_of(const mw_args *args)
{
    return mw_sparse_sizes_make(MW_SPARSE_CSR32, (uint64_t)args->value[M], (uint64_t)args->value[K],
                                (uint64_t)args->value[DENSITY], 1, 1, (mw_dtype)args->value[DTYPE]);
}

static mw_status spmm_check(const mw_kernel *kernel, const mw_args *args, mw_error *error)
{
    mw_sparse_sizes sizes = sizes_of(args);
    return mw_sparse_sizes_check(kernel, &sizes, "k", error);
}

static uint64_t column_pieces(uint64_t n, size_t width)
{
    return mw_ceil_div(n * width, MW_SPMM_PIECE_BYTES);
}

static mw_work spmm_work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_sparse_sizes s = sizes_of(args);
    mw_wide m = s.layout.m, n = (mw_wide)args->value[N], w = s.width, k = s.items;
    mw_wide pieces = mw_ceil_div(s.items, PIECE);
    mw_wide a = column_pieces((uint64_t)n, s.width) * (w + sizeof(uint32_t));
    return (mw_work){
        .flops = mw_form(2 * m * k * n),
        .load_bytes = mw_form(m * (k * (n * w + a) + 2 * sizeof(uint32_t) + (pieces - 1) * n * w)),
        .store_bytes = mw_form(pieces * m * n * w),
    };
}

/* A in csr and C once, and as many rows of B as so many nonzeros can meet. */
static uint64_t spmm_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_sparse_sizes s = sizes_of(args);
    mw_wide n = (mw_wide)args->value[N];
    uint64_t rows = s.layout.stored < s.layout.n ? s.layout.stored : s.layout.n;
    return mw_form((mw_wide)mw_sparse_value_bytes(&s.layout) + mw_sparse_index_bytes(&s.layout) +
                   mw_sparse_start_bytes(&s.layout) + ((mw_wide)rows + s.layout.m) * n * s.width);
}

static uint64_t spmm_footprint(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_sparse_sizes s = sizes_of(args);
    uint64_t row = (uint64_t)args->value[N] * s.width;
    return mw_sparse_footprint(&s) + mw_buffer_footprint(s.layout.n * row) +
           mw_buffer_footprint(s.layout.m * row);
}

static void spmm_release(mw_run *run)
{
    spmm_state *state = run->state;
    if (!state)
        return;
    mw_sparse_operand_destroy(&state->a);
    mw_buffer_destroy(&state->b);
    mw_buffer_destroy(&state->c);
    free(state);
    run->state = NULL;
}

static mw_status fill_c(spmm_state *state, mw_ledger *ledger)
{
    return mw_buffer_fill(&state->c, state->sizes.layout.dtype, SEED_C, state->threads, ledger);
}

static mw_status spmm_prepare(mw_run *run, mw_error *error)
{
    spmm_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = state;
    run->isa = mw_cpu_isa();
    state->sizes = sizes_of(&run->args);
    const mw_sparse_layout *layout = &state->sizes.layout;
    state->n = (size_t)run->args.value[N];
    state->threads = (int)run->args.value[THREADS];
    state->body = mw_sparse_bodies_for(run->isa).spmm[layout->dtype];

    size_t row = state->n * state->sizes.width;
    mw_status status =
        mw_sparse_operand_make(&state->a, &state->sizes, state->threads, run->ledger, error);
    if (status == MW_OK)
        status = mw_buffer_create(&state->b, layout->n * row, error);
    if (status == MW_OK)
        status = mw_buffer_fill(&state->b, layout->dtype, SEED_B, state->threads, run->ledger);
    if (status == MW_OK)
        status = mw_buffer_create(&state->c, layout->m * row, error);
    if (status == MW_OK)
        status = fill_c(state, run->ledger);
    if (status != MW_OK)
        spmm_release(run);
    return status;
}

/* One row of C: pieces of the row of A, and of each those columns that fit the registers. */
static bool do_row(const spmm_state *state, uint64_t i, mw_tally *tally)
{
    const size_t w = state->sizes.width, whole = MW_SPMM_PIECE_BYTES / w;
    const uint32_t *start = state->a.start.data;
    size_t begin = start[i], end = start[i + 1];
    tally->pending.load_bytes += 2 * sizeof *start;
    for (size_t at = begin; at < end; at += PIECE) {
        mw_spmm_tile tile = {
            .values = (const char *)state->a.values.data + at * w,
            .column = (const uint32_t *)state->a.index.data + at,
            .count = mw_smaller(end - at, PIECE),
            .n = state->n,
            .add = at > begin,
        };
        for (size_t j = 0; j < state->n; j += whole) {
            tile.columns = mw_smaller(state->n - j, whole);
            tile.b = (const char *)state->b.data + j * w;
            tile.c = (char *)state->c.data + (i * state->n + j) * w;
            state->body(&tile);
            uint64_t row = tile.columns * w;
            uint64_t loads = tile.count * (w + sizeof *start + row) + (tile.add ? row : 0);
            if (!mw_tally_add(tally, 2 * tile.count * tile.columns, loads, row))
                return false;
        }
    }
    return true;
}

static bool spmm_share(void *context, int thread, int threads, mw_tally *tally)
{
    const spmm_state *state = context;
    mw_range rows = mw_team_share(state->sizes.units, thread, threads);
    for (uint64_t i = rows.begin; i < rows.end; i++) {
        if (!do_row(state, i, tally))
            return false;
    }
    return true;
}

static mw_status spmm_execute(mw_run *run)
{
    spmm_state *state = run->state;
    return mw_team_run(run->ledger, state->threads, spmm_share, state);
}

/* --- the simulator ------------------------------------------------------------------------ */

typedef struct places {
    mw_sparse_place a;
    uint64_t b, c, n;
} places;

static bool load(mw_trace *trace, uint64_t base, uint64_t count, uint32_t size)
{
    return mw_trace_range(trace, base, size, count, size, MW_ACCESS_LOAD);
}

static bool trace_row(mw_trace *trace, const mw_sparse_sizes *s, const places *at, uint64_t i)
{
    uint32_t w = (uint32_t)s->width, four = sizeof(uint32_t);
    uint64_t whole = MW_SPMM_PIECE_BYTES / w;
    if (!load(trace, at->a.start + i * four, 2, four))
        return false;
    for (uint64_t first = 0; first < s->items; first += PIECE) {
        uint64_t end = mw_smaller(s->items, first + PIECE);
        for (uint64_t j = 0; j < at->n; j += whole) {
            uint64_t columns = mw_smaller(at->n - j, whole);
            for (uint64_t k = first; k < end; k++) {
                uint64_t row = mw_sparse_column(s, i, k) * at->n + j;
                if (!load(trace, at->a.values + (i * s->items + k) * w, 1, w) ||
                    !load(trace, at->a.index + (i * s->items + k) * four, 1, four) ||
                    !load(trace, at->b + row * w, columns, w))
                    return false;
            }
            uint64_t c = at->c + (i * at->n + j) * w;
            if ((first > 0 && !load(trace, c, columns, w)) ||
                !mw_trace_range(trace, c, w, columns, w, MW_ACCESS_STORE))
                return false;
        }
    }
    return true;
}

static mw_status spmm_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    (void)kernel;
    mw_sparse_sizes s = sizes_of(args);
    places at = {.n = (uint64_t)args->value[N]};
    at.a = mw_sparse_place_make(&s, trace);
    at.b = mw_trace_place(trace, s.layout.n * at.n * s.width);
    at.c = mw_trace_place(trace, s.layout.m * at.n * s.width);
    for (uint64_t i = 0; i < s.units; i++) {
        if (mw_trace_tile(trace, i, s.units) && !trace_row(trace, &s, &at, i))
            return MW_CANCELLED;
    }
    return MW_OK;
}

/* --- check -------------------------------------------------------------------------------- */

static mw_status compare(const spmm_state *state, mw_ledger *ledger, mw_verification *verification)
{
    enum { POLL = 1 << 12 };
    const mw_sparse_sizes *s = &state->sizes;
    long double gamma = mw_error_gamma(s->layout.dtype, s->items);
    uint64_t done = 0;
    for (uint64_t i = 0; i < s->layout.m; i++) {
        for (uint64_t j = 0; j < state->n; j++) {
            long double sum = 0, magnitude = 0;
            for (uint64_t k = 0; k < s->items; k++) {
                uint64_t column = mw_sparse_column(s, i, k);
                long double product = (long double)mw_sparse_value(s, i, column) *
                                      mw_element(SEED_B, column * state->n + j);
                sum += product;
                magnitude += fabsl(product);
                if (++done % POLL == 0 && !mw_ledger_poll(ledger))
                    return MW_CANCELLED;
            }
            mw_verification_note(verification,
                                 mw_element_at(state->c.data, s->layout.dtype, i * state->n + j),
                                 sum, gamma * magnitude, "C", i, j);
        }
    }
    return MW_OK;
}

static mw_status spmm_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    spmm_state *state = run->state;
    *verification = (mw_verification){0};
    mw_status status = fill_c(state, run->ledger);
    if (status == MW_OK)
        status = run->kernel->execute(run);
    if (status == MW_OK)
        status = compare(state, run->ledger, verification);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_CANCELLED ? mw_fail(error, status, "cancelled") : status;
}

static mw_status spmm_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                             mw_error *error)
{
    return MW_SAMPLE({"m", shape->m}, {"n", shape->n}, {"k", shape->k},
                     {"density", 1 + shape->m * 3 % 100});
}

static const mw_buffer *spmm_result(const mw_run *run)
{
    return &((const spmm_state *)run->state)->c;
}

const mw_kernel mw_spmm_csr = {
    .family = "spmm",
    .variant = "csr",
    .summary = "C = A*B, A sparse with 32-bit columns, B dense",
    .params = spmm_params,
    .param_count = PARAMS,
    .check = spmm_check,
    .work = spmm_work,
    .compulsory_bytes = spmm_compulsory,
    .footprint = spmm_footprint,
    .prepare = spmm_prepare,
    .execute = spmm_execute,
    .verify = spmm_verify,
    .release = spmm_release,
    .sample = spmm_sample,
    .result = spmm_result,
    .trace = spmm_trace,
};
