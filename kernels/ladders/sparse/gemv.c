/* y = A·x with A in each of the sparse formats: one driver, whose tiles are whole units or pieces
 * of one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "form.h"
#include "params.h"
#include "sample.h"
#include "sparse/gemv.h"
#include "sparse/sparse.h"
#include "verify.h"

/* Parameters that not every format has come last. */
enum { M, N, DTYPE, THREADS, DENSITY, BLOCK, PARAMS };

static const char *const block_choices[] = {"4x1", "4x4", "8x8", NULL};
static const uint64_t block_sides[MW_SPARSE_BLOCKS][2] = {{4, 1}, {4, 4}, {8, 8}};

static const mw_param sparse_params[PARAMS] = {
    [M] = MW_PARAM_DIMENSION("m", "rows of A", 4096),
    [N] = MW_PARAM_DIMENSION("n", "columns of A", 4096),
    [DTYPE] = MW_PARAM_DTYPE,
    [THREADS] = MW_PARAM_THREADS,
    [DENSITY] = MW_PARAM_DENSITY("share of A that is not zero (bcsr: of its blocks)"),
    [BLOCK] = {"block", "1", "rows x columns of a block", 0, MW_SPARSE_BLOCKS - 1, MW_SPARSE_4X4,
               block_choices},
};

typedef struct sparse_rung {
    mw_sparse_format format;
    size_t body; /* offset of its pair of bodies; of its first for bcsr */
} sparse_rung;

typedef struct sparse_state {
    mw_sparse_sizes sizes;
    int threads;
    mw_sparse_body *body;
    mw_sparse_operand a;
    mw_buffer x, y;
} sparse_state;

mw_sparse_sizes mw_sparse_gemv_sizes(const mw_kernel *kernel, const mw_args *args)
{
    const sparse_rung *rung = kernel->body;
    const uint64_t *side = (const uint64_t[]){1, 1};
    if (rung->format == MW_SPARSE_BCSR)
        side = block_sides[args->value[BLOCK]];
    uint64_t density = kernel->param_count > DENSITY ? (uint64_t)args->value[DENSITY] : 50;
    return mw_sparse_sizes_make(rung->format, (uint64_t)args->value[M], (uint64_t)args->value[N],
                                density, side[0], side[1], (mw_dtype)args->value[DTYPE]);
}

static mw_status sparse_check(const mw_kernel *kernel, const mw_args *args, mw_error *error)
{
    mw_sparse_sizes sizes = mw_sparse_gemv_sizes(kernel, args);
    return mw_sparse_sizes_check(kernel, &sizes, "n", error);
}

/* --- closed forms ------------------------------------------------------------------------- */

/* What `units` units load, of their `piece`-th piece of `items` items with `nonzeros` values. */
static mw_work tile_work(const mw_sparse_sizes *s, uint64_t units, uint64_t rows, uint64_t items,
                         uint64_t nonzeros, bool add)
{
    mw_wide w = s->width, x = nonzeros;
    if (s->layout.format == MW_SPARSE_BCSR)
        x = nonzeros / s->layout.rows; /* the rows of a block share them */
    else if (s->layout.format == MW_SPARSE_2_OF_4)
        x = (mw_wide)items * MW_SPARSE_STEP;
    mw_wide starts = 0;
    if (s->layout.format == MW_SPARSE_BITMAP)
        starts = add ? 0 : 1; /* the bits say where the row ends */
    else if (s->layout.format != MW_SPARSE_2_OF_4)
        starts = 2;
    return (mw_work){
        .flops = mw_form(2 * (mw_wide)units * nonzeros),
        .load_bytes = mw_form(units * (nonzeros * w + x * w + (mw_wide)items * s->item_index +
                                       starts * sizeof(uint32_t)) +
                              (add ? rows * w : 0)),
        .store_bytes = mw_form(rows * w),
    };
}

/* The same for all pieces: values, indices and x once; starts and y for each piece. */
static mw_work sparse_work(const mw_kernel *kernel, const mw_args *args)
{
    mw_sparse_sizes s = mw_sparse_gemv_sizes(kernel, args);
    mw_work work = tile_work(&s, s.units, s.layout.m, s.items, s.nonzeros, false);
    mw_work again = tile_work(&s, s.units, s.layout.m, 0, 0, true);
    mw_wide more = s.pieces - 1;
    work.load_bytes = mw_form(work.load_bytes + more * again.load_bytes);
    work.store_bytes = mw_form(work.store_bytes + more * again.store_bytes);
    return work;
}

/* A in its format and y once, and as much of x as so many nonzeros can meet. */
static uint64_t sparse_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    mw_sparse_sizes s = mw_sparse_gemv_sizes(kernel, args);
    uint64_t x = s.layout.n;
    if (s.layout.format != MW_SPARSE_2_OF_4 && s.layout.stored / s.layout.rows < x)
        x = s.layout.stored / s.layout.rows;
    uint64_t starts = mw_sparse_start_bytes(&s.layout);
    if (s.layout.format == MW_SPARSE_BITMAP)
        starts -= sizeof(uint32_t); /* the end of the last row is not read */
    return mw_form((mw_wide)mw_sparse_value_bytes(&s.layout) + mw_sparse_index_bytes(&s.layout) +
                   starts + ((mw_wide)x + s.layout.m) * s.width);
}

static uint64_t padded(uint64_t n)
{
    return mw_ceil_div(n, MW_SPARSE_PAD) * MW_SPARSE_PAD;
}

static uint64_t sparse_footprint(const mw_kernel *kernel, const mw_args *args)
{
    mw_sparse_sizes s = mw_sparse_gemv_sizes(kernel, args);
    return mw_sparse_footprint(&s) + mw_buffer_footprint(padded(s.layout.n) * s.width) +
           mw_buffer_footprint(s.layout.m * s.width);
}

/* --- running ------------------------------------------------------------------------------ */

static void choose_body(mw_run *run, sparse_state *state)
{
    const sparse_rung *rung = run->kernel->body;
    run->isa = mw_cpu_isa();
    mw_sparse_bodies bodies = mw_sparse_bodies_for(run->isa);
    mw_sparse_body *pair[2];
    size_t block = rung->format == MW_SPARSE_BCSR ? (size_t)run->args.value[BLOCK] : 0;
    memcpy(pair, (const char *)&bodies + rung->body + block * sizeof pair, sizeof pair);
    state->body = pair[state->sizes.layout.dtype];
}

static void sparse_release(mw_run *run)
{
    sparse_state *state = run->state;
    if (!state)
        return;
    mw_sparse_operand_destroy(&state->a);
    mw_buffer_destroy(&state->x);
    mw_buffer_destroy(&state->y);
    free(state);
    run->state = NULL;
}

static mw_status make_x(sparse_state *state, mw_ledger *ledger, mw_error *error)
{
    const mw_sparse_sizes *s = &state->sizes;
    mw_status status = mw_buffer_create(&state->x, padded(s->layout.n) * s->width, error);
    if (status == MW_OK)
        status =
            mw_buffer_fill(&state->x, s->layout.dtype, MW_SPARSE_SEED_X, state->threads, ledger);
    if (status == MW_OK)
        memset((char *)state->x.data + s->layout.n * s->width, 0,
               (padded(s->layout.n) - s->layout.n) * s->width);
    return status;
}

static mw_status fill_y(sparse_state *state, mw_ledger *ledger)
{
    return mw_buffer_fill(&state->y, state->sizes.layout.dtype, MW_SPARSE_SEED_Y, state->threads,
                          ledger);
}

static mw_status sparse_prepare(mw_run *run, mw_error *error)
{
    sparse_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = state;
    state->sizes = mw_sparse_gemv_sizes(run->kernel, &run->args);
    state->threads = (int)run->args.value[THREADS];
    choose_body(run, state);
    mw_status status =
        mw_sparse_operand_make(&state->a, &state->sizes, state->threads, run->ledger, error);
    if (status == MW_OK)
        status = make_x(state, run->ledger, error);
    if (status == MW_OK)
        status = mw_buffer_create(&state->y, state->sizes.layout.m * state->sizes.width, error);
    if (status == MW_OK)
        status = fill_y(state, run->ledger);
    if (status != MW_OK)
        sparse_release(run);
    return status;
}

/* Units of one tile: as many as come to MW_TILE_BYTES, or one that is done in pieces. */
static uint64_t tile_units(const mw_sparse_sizes *s)
{
    if (s->pieces > 1)
        return 1;
    mw_work one = tile_work(s, 1, s->layout.rows, s->items, s->nonzeros, false);
    uint64_t units = MW_TILE_BYTES / (one.load_bytes + one.store_bytes);
    return units ? units : 1;
}

static bool do_tile(const sparse_state *state, uint64_t unit, uint64_t units, mw_tally *tally)
{
    const mw_sparse_sizes *s = &state->sizes;
    uint64_t first_row = unit * s->layout.rows;
    mw_sparse_tile tile = {
        .values = state->a.values.data,
        .index = state->a.index.data,
        .start = state->a.start.data,
        .unit = unit,
        .units = units,
        .items = s->items,
        .x = state->x.data,
        .y = (char *)state->y.data + first_row * s->width,
        .rows = mw_smaller(s->layout.m - first_row, units * s->layout.rows),
    };
    uint64_t begin = unit * s->nonzeros; /* values before this piece */
    for (; tile.first < s->items; tile.first += s->piece, tile.add = true) {
        tile.count = mw_smaller(s->items - tile.first, s->piece);
        tile.at = state->body(&tile);
        uint64_t nonzeros = tile.count * s->item_values;
        if (s->layout.format == MW_SPARSE_BITMAP) /* how many, only the bits know */
            nonzeros = (tile.at - begin) / units;
        begin = tile.at;
        mw_work work = tile_work(s, units, tile.rows, tile.count, nonzeros, tile.add);
        if (!mw_tally_add(tally, work.flops, work.load_bytes, work.store_bytes))
            return false;
    }
    return true;
}

static bool sparse_share(void *context, int thread, int threads, mw_tally *tally)
{
    const sparse_state *state = context;
    mw_range share = mw_team_share(state->sizes.units, thread, threads);
    uint64_t step = tile_units(&state->sizes);
    for (uint64_t unit = share.begin; unit < share.end; unit += step) {
        if (!do_tile(state, unit, mw_smaller(share.end - unit, step), tally))
            return false;
    }
    return true;
}

static mw_status sparse_execute(mw_run *run)
{
    sparse_state *state = run->state;
    return mw_team_run(run->ledger, state->threads, sparse_share, state);
}

/* --- check -------------------------------------------------------------------------------- */

static mw_status compare(const sparse_state *state, mw_ledger *ledger,
                         mw_verification *verification)
{
    enum { POLL = 1 << 13 };
    const mw_sparse_sizes *s = &state->sizes;
    uint64_t count = mw_sparse_nonzeros_of_row(s);
    long double gamma = mw_error_gamma(s->layout.dtype, count);
    for (uint64_t row = 0; row < s->layout.m; row++) {
        long double sum = 0, magnitude = 0;
        for (uint64_t i = 0; i < count; i++) {
            uint64_t column = mw_sparse_column(s, row, i);
            if (column < UINT64_MAX) {
                long double product = (long double)mw_sparse_value(s, row, column) *
                                      mw_element(MW_SPARSE_SEED_X, column);
                sum += product;
                magnitude += fabsl(product);
            }
            if (i % POLL == 0 && !mw_ledger_poll(ledger))
                return MW_CANCELLED;
        }
        mw_verification_note(verification, mw_element_at(state->y.data, s->layout.dtype, row), sum,
                             gamma * magnitude, "y", row, SIZE_MAX);
    }
    return MW_OK;
}

static mw_status sparse_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    sparse_state *state = run->state;
    *verification = (mw_verification){0};
    mw_status status = fill_y(state, run->ledger);
    if (status == MW_OK)
        status = run->kernel->execute(run);
    if (status == MW_OK)
        status = compare(state, run->ledger, verification);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_CANCELLED ? mw_fail(error, status, "cancelled") : status;
}

static mw_status sparse_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                               mw_error *error)
{
    const sparse_rung *rung = kernel->body;
    int64_t n = rung->format == MW_SPARSE_CSR16 ? shape->n % 65536 : shape->n;
    mw_status status = MW_SAMPLE({"m", shape->m}, {"n", n});
    if (status == MW_OK && kernel->param_count > DENSITY)
        status = MW_SAMPLE({"density", 1 + shape->m * 3 % 100});
    if (status == MW_OK && kernel->param_count > BLOCK)
        status = MW_SAMPLE({"block", shape->block});
    return status;
}

static const mw_buffer *sparse_result(const mw_run *run)
{
    return &((const sparse_state *)run->state)->y;
}

#define SPARSE(id, variant_, text, format_, member, count)                                         \
    static const sparse_rung rung_##id = {format_, offsetof(mw_sparse_bodies, member)};            \
    const mw_kernel mw_gemv_##id = {.family = "gemv",                                              \
                                    .variant = (variant_),                                         \
                                    .summary = (text),                                             \
                                    .params = sparse_params,                                       \
                                    .param_count = (count),                                        \
                                    .check = sparse_check,                                         \
                                    .work = sparse_work,                                           \
                                    .compulsory_bytes = sparse_compulsory,                         \
                                    .footprint = sparse_footprint,                                 \
                                    .prepare = sparse_prepare,                                     \
                                    .execute = sparse_execute,                                     \
                                    .verify = sparse_verify,                                       \
                                    .release = sparse_release,                                     \
                                    .sample = sparse_sample,                                       \
                                    .result = sparse_result,                                       \
                                    .trace = mw_sparse_gemv_trace,                                 \
                                    .body = &rung_##id}

SPARSE(csr_int32, "csr-int32", "y = A*x, nonzeros with 32-bit columns", MW_SPARSE_CSR32, csr32,
       BLOCK);
SPARSE(csr_int16, "csr-int16", "y = A*x, nonzeros with 16-bit columns", MW_SPARSE_CSR16, csr16,
       BLOCK);
SPARSE(bitmap, "bitmap", "y = A*x, nonzeros under a bit for each element", MW_SPARSE_BITMAP, bitmap,
       BLOCK);
SPARSE(bcsr, "bcsr", "y = A*x, small dense blocks with a column each", MW_SPARSE_BCSR, bcsr,
       PARAMS);
SPARSE(2_of_4, "2-of-4", "y = A*x, two of every four neighbours kept", MW_SPARSE_2_OF_4,
       two_of_four, DENSITY);
