/*
 * inplace: a square matrix becomes its own transpose.
 *
 * No second array: half the memory, and no line is fetched only to be overwritten, for each one
 * that is written was read just before. Blocks change places across the diagonal: one of a pair
 * waits, turned, in a small buffer while the other takes its place. Blocks on the diagonal change
 * places with themselves.
 *
 *     loads n·n·w    stores n·n·w    FLOPs 0
 */
#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "form.h"
#include "params.h"
#include "sample.h"
#include "transpose/operands.h"
#include "transpose/transpose.h"
#include "verify.h"

enum { N, LDA, BLOCK, DTYPE, THREADS, PARAMS };

static const mw_param inplace_params[PARAMS] = {
    [N] = MW_PARAM_DIMENSION("n", "rows and columns of A", 4096),
    [LDA] = MW_PARAM_LEADING("lda", "A"),
    [BLOCK] = MW_PARAM_TRANSPOSE_BLOCK(64),
    [DTYPE] = MW_PARAM_DTYPE,
    [THREADS] = MW_PARAM_THREADS,
};

typedef struct inplace_state {
    size_t n, lda, block, width;
    mw_dtype dtype;
    int threads;
    mw_transpose_body *turn;
    mw_buffer a;
    mw_buffer waiting; /* a block for each thread */
} inplace_state;

static mw_status inplace_check(const mw_kernel *kernel, const mw_args *args, mw_error *error)
{
    return mw_leading_check(kernel, args, "lda", "n", error);
}

static mw_work inplace_work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide n = (mw_wide)args->value[N];
    uint64_t bytes = mw_form(n * n * mw_dtype_size((mw_dtype)args->value[DTYPE]));
    return (mw_work){.flops = 0, .load_bytes = bytes, .store_bytes = bytes};
}

static uint64_t inplace_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    return 2 * inplace_work(kernel, args).load_bytes;
}

static uint64_t waiting_bytes(const mw_args *args)
{
    uint64_t block = (uint64_t)args->value[BLOCK];
    return (uint64_t)args->value[THREADS] * block * block *
           mw_dtype_size((mw_dtype)args->value[DTYPE]);
}

static uint64_t inplace_footprint(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    uint64_t lda = mw_leading(args->value[LDA], args->value[N]);
    size_t width = mw_dtype_size((mw_dtype)args->value[DTYPE]);
    return mw_buffer_footprint((uint64_t)args->value[N] * lda * width) +
           mw_buffer_footprint(waiting_bytes(args));
}

static void inplace_release(mw_run *run)
{
    inplace_state *state = run->state;
    if (!state)
        return;
    mw_buffer_destroy(&state->a);
    mw_buffer_destroy(&state->waiting);
    free(state);
    run->state = NULL;
}

static mw_status fill(inplace_state *state, mw_ledger *ledger)
{
    return mw_buffer_fill(&state->a, state->dtype, MW_TRANSPOSE_SEED_A, state->threads, ledger);
}

static mw_status inplace_prepare(mw_run *run, mw_error *error)
{
    inplace_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = state;
    state->n = (size_t)run->args.value[N];
    state->lda = (size_t)mw_leading(run->args.value[LDA], run->args.value[N]);
    state->block = (size_t)run->args.value[BLOCK];
    state->dtype = (mw_dtype)run->args.value[DTYPE];
    state->width = mw_dtype_size(state->dtype);
    state->threads = (int)run->args.value[THREADS];
    run->isa = mw_cpu_isa();
    state->turn = mw_transpose_bodies_for(run->isa).turn[state->dtype];

    mw_status status = mw_buffer_create(&state->a, state->n * state->lda * state->width, error);
    if (status == MW_OK)
        status = mw_buffer_create(&state->waiting, waiting_bytes(&run->args), error);
    if (status == MW_OK)
        status = fill(state, run->ledger);
    if (status == MW_OK)
        status = mw_buffer_touch(&state->waiting, state->threads, run->ledger);
    if (status != MW_OK)
        inplace_release(run);
    return status;
}

/* Block (i, j) in units of elements, and how many it has. */
static mw_transpose_tile block_at(const inplace_state *state, size_t i, size_t j)
{
    return (mw_transpose_tile){
        .from = (const char *)state->a.data + (i * state->lda + j) * state->width,
        .from_ld = state->lda,
        .rows = mw_smaller(state->n - i, state->block),
        .columns = mw_smaller(state->n - j, state->block),
    };
}

/* Copies a turned block out of the buffer, row by row. */
static void put(const inplace_state *state, const char *waiting, size_t i, size_t j, size_t rows,
                size_t columns)
{
    for (size_t r = 0; r < rows; r++)
        memcpy((char *)state->a.data + ((i + r) * state->lda + j) * state->width,
               waiting + r * columns * state->width, columns * state->width);
}

/* Blocks (i, j) and (j, i) change places, i <= j. */
static void exchange(const inplace_state *state, char *waiting, size_t i, size_t j)
{
    mw_transpose_tile upper = block_at(state, i, j), lower = block_at(state, j, i);
    size_t rows = upper.columns, columns = upper.rows; /* of the place (j, i) */
    upper.to = waiting;
    upper.to_ld = columns;
    state->turn(&upper);
    if (i != j) {
        lower.to = (void *)upper.from;
        lower.to_ld = state->lda;
        state->turn(&lower);
    }
    put(state, waiting, j, i, rows, columns);
}

/* Pairs are numbered row by row of the upper triangle, so that threads take equal numbers. */
static bool inplace_share(void *context, int thread, int threads, mw_tally *tally)
{
    const inplace_state *state = context;
    char *waiting =
        (char *)state->waiting.data + (size_t)thread * state->block * state->block * state->width;
    uint64_t side = mw_ceil_div(state->n, state->block);
    mw_range pairs = mw_team_share(side * (side + 1) / 2, thread, threads);
    uint64_t first = 0; /* number of the pair on the diagonal of block row `i` */
    for (uint64_t i = 0; i < side && first < pairs.end; first += side - i, i++) {
        uint64_t begin = pairs.begin > first ? pairs.begin - first : 0;
        for (uint64_t j = i + begin; j < side && first + (j - i) < pairs.end; j++) {
            size_t row = i * state->block, column = j * state->block;
            exchange(state, waiting, row, column);
            uint64_t elements = mw_smaller(state->n - row, state->block) *
                                mw_smaller(state->n - column, state->block);
            uint64_t bytes = elements * state->width * (i == j ? 1 : 2);
            if (!mw_tally_add(tally, 0, bytes, bytes))
                return false;
        }
    }
    return true;
}

static mw_status inplace_execute(mw_run *run)
{
    inplace_state *state = run->state;
    return mw_team_run(run->ledger, state->threads, inplace_share, state);
}

/* --- the simulator ------------------------------------------------------------------------ */

static mw_status inplace_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    (void)kernel;
    uint64_t n = (uint64_t)args->value[N], block = (uint64_t)args->value[BLOCK];
    uint64_t ld = mw_leading(args->value[LDA], args->value[N]), side = mw_ceil_div(n, block);
    uint32_t w = (uint32_t)mw_dtype_size((mw_dtype)args->value[DTYPE]);
    uint64_t a = mw_trace_place(trace, n * ld * w);
    for (uint64_t i = 0; i < side; i++) {
        if (!mw_trace_tile(trace, i, side))
            continue;
        for (uint64_t j = i; j < side; j++) {
            uint64_t rows = mw_smaller(n - i * block, block);
            uint64_t columns = mw_smaller(n - j * block, block);
            mw_transpose_place upper = {a + (i * block * ld + j * block) * w, ld};
            mw_transpose_place lower = {a + (j * block * ld + i * block) * w, ld};
            for (uint64_t r = 0; r < rows; r++) {
                if (!mw_trace_range(trace, upper.base + r * ld * w, w, columns, w, MW_ACCESS_LOAD))
                    return MW_CANCELLED;
            }
            if (i != j &&
                !mw_transpose_trace_tile(trace, lower, upper, columns, rows, w, MW_ACCESS_STORE))
                return MW_CANCELLED;
            for (uint64_t r = 0; r < columns; r++) {
                if (!mw_trace_range(trace, lower.base + r * ld * w, w, rows, w, MW_ACCESS_STORE))
                    return MW_CANCELLED;
            }
        }
    }
    return MW_OK;
}

/* --- check -------------------------------------------------------------------------------- */

static mw_status compare(const inplace_state *state, mw_ledger *ledger,
                         mw_verification *verification)
{
    enum { POLL = 1 << 12 };
    for (size_t i = 0; i < state->n; i++) {
        for (size_t j = 0; j < state->n; j++) {
            mw_verification_note(verification,
                                 mw_element_at(state->a.data, state->dtype, i * state->lda + j),
                                 mw_element(MW_TRANSPOSE_SEED_A, j * state->lda + i), 0, "A", i, j);
            if (j % POLL == 0 && !mw_ledger_poll(ledger))
                return MW_CANCELLED;
        }
    }
    return MW_OK;
}

static mw_status inplace_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    inplace_state *state = run->state;
    *verification = (mw_verification){0};
    mw_status status = fill(state, run->ledger);
    if (status == MW_OK)
        status = run->kernel->execute(run);
    if (status == MW_OK)
        status = compare(state, run->ledger, verification);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_CANCELLED ? mw_fail(error, status, "cancelled") : status;
}

static mw_status inplace_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                                mw_error *error)
{
    int64_t n = shape->n < 200 ? shape->n : 200;
    return MW_SAMPLE({"n", n}, {"lda", mw_shape_leading(shape, n)}, {"block", shape->block});
}

static const mw_buffer *inplace_result(const mw_run *run)
{
    return &((const inplace_state *)run->state)->a;
}

const mw_kernel mw_transpose_inplace = {
    .family = "transpose",
    .variant = "inplace",
    .summary = "A = A transposed, square, blocks exchanged across the diagonal",
    .params = inplace_params,
    .param_count = PARAMS,
    .check = inplace_check,
    .work = inplace_work,
    .compulsory_bytes = inplace_compulsory,
    .footprint = inplace_footprint,
    .prepare = inplace_prepare,
    .execute = inplace_execute,
    .verify = inplace_verify,
    .release = inplace_release,
    .sample = inplace_sample,
    .result = inplace_result,
    .trace = inplace_trace,
};
