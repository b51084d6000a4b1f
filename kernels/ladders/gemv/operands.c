/* operands.c: A, x and y with padded rows, as parameters and as memory. */
#include "gemv/operands.h"

#include <math.h>
#include <stdlib.h>

#include "form.h"
#include "params.h"
#include "sample.h"
#include "verify.h"

enum { SEED_A = MW_GEMV_SEED_A, SEED_X = MW_GEMV_SEED_X, SEED_Y = MW_GEMV_SEED_Y };

const mw_param mw_gemv_params[MW_GEMV_PARAMS] = {
    [MW_GEMV_M] = MW_PARAM_DIMENSION("m", "rows of A", 4096),
    [MW_GEMV_N] = MW_PARAM_DIMENSION("n", "columns of A", 4096),
    [MW_GEMV_LDA] = MW_PARAM_LEADING("lda", "A"),
    [MW_GEMV_DTYPE] = MW_PARAM_DTYPE,
    [MW_GEMV_THREADS] = MW_PARAM_THREADS,
};

mw_status mw_gemv_check(const mw_kernel *kernel, const mw_args *args, mw_error *error)
{
    return mw_leading_check(kernel, args, "lda", "n", error);
}

/* Each operand once: A and x read, y written. */
uint64_t mw_gemv_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide m = (mw_wide)args->value[MW_GEMV_M], n = (mw_wide)args->value[MW_GEMV_N];
    return mw_form((m * n + n + m) * mw_dtype_size((mw_dtype)args->value[MW_GEMV_DTYPE]));
}

static size_t padded(size_t n, size_t width)
{
    size_t lanes = MW_GEMV_PAD_BYTES / width;
    return (n + lanes - 1) / lanes * lanes;
}

uint64_t mw_gemv_footprint(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    uint64_t m = (uint64_t)args->value[MW_GEMV_M], n = (uint64_t)args->value[MW_GEMV_N];
    uint64_t lda = mw_leading(args->value[MW_GEMV_LDA], args->value[MW_GEMV_N]);
    size_t width = mw_dtype_size((mw_dtype)args->value[MW_GEMV_DTYPE]);
    return mw_buffer_footprint(m * lda * width) + mw_buffer_footprint(n * width) +
           mw_buffer_footprint(m * width) + mw_buffer_footprint(padded(n, width) * width);
}

mw_gemv_places mw_gemv_place(const mw_args *args, mw_trace *trace)
{
    mw_gemv_places at = {
        .m = (uint64_t)args->value[MW_GEMV_M],
        .n = (uint64_t)args->value[MW_GEMV_N],
        .lda = mw_leading(args->value[MW_GEMV_LDA], args->value[MW_GEMV_N]),
        .width = (uint32_t)mw_dtype_size((mw_dtype)args->value[MW_GEMV_DTYPE]),
    };
    at.a = mw_trace_place(trace, at.m * at.lda * at.width);
    at.x = mw_trace_place(trace, at.n * at.width);
    at.y = mw_trace_place(trace, at.m * at.width);
    return at;
}

void mw_gemv_release(mw_run *run)
{
    mw_gemv_state *state = run->state;
    if (!state)
        return;
    mw_buffer_destroy(&state->a);
    mw_buffer_destroy(&state->x);
    mw_buffer_destroy(&state->y);
    mw_buffer_destroy(&state->packed);
    mw_buffer_destroy(&state->partial);
    free(state);
    run->state = NULL;
}

static mw_status make(mw_buffer *buffer, size_t elements, uint32_t seed, mw_gemv_state *state,
                      mw_run *run, mw_error *error)
{
    mw_status status = mw_buffer_create(buffer, elements * state->width, error);
    if (status == MW_OK)
        status = mw_buffer_fill(buffer, state->dtype, seed, state->threads, run->ledger);
    return status;
}

mw_status mw_gemv_prepare(mw_run *run, mw_error *error)
{
    mw_gemv_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = state;
    state->m = (size_t)run->args.value[MW_GEMV_M];
    state->n = (size_t)run->args.value[MW_GEMV_N];
    state->lda = (size_t)mw_leading(run->args.value[MW_GEMV_LDA], run->args.value[MW_GEMV_N]);
    state->dtype = (mw_dtype)run->args.value[MW_GEMV_DTYPE];
    state->width = mw_dtype_size(state->dtype);
    state->threads = (int)run->args.value[MW_GEMV_THREADS];

    mw_status status = make(&state->a, state->m * state->lda, SEED_A, state, run, error);
    if (status == MW_OK)
        status = make(&state->x, state->n, SEED_X, state, run, error);
    if (status == MW_OK)
        status = make(&state->y, state->m, SEED_Y, state, run, error);
    if (status == MW_OK)
        status = mw_buffer_scratch(&state->packed, padded(state->n, state->width) * state->width,
                                   state->threads, run->ledger, error);
    if (status != MW_OK)
        mw_gemv_release(run);
    return status;
}

/* The reference in wider arithmetic, row by row from the operands as they lie in memory. */
static mw_status compare(const mw_gemv_state *state, mw_ledger *ledger,
                         mw_verification *verification)
{
    enum { PIECE = 1 << 14 };
    long double gamma = mw_error_gamma(state->dtype, state->n);
    for (size_t i = 0; i < state->m; i++) {
        long double sum = 0, magnitude = 0;
        for (size_t begin = 0; begin < state->n; begin += PIECE) {
            size_t end = state->n - begin < PIECE ? state->n : begin + PIECE;
            for (size_t j = begin; j < end; j++) {
                long double product =
                    mw_element_at(state->a.data, state->dtype, i * state->lda + j) *
                    mw_element_at(state->x.data, state->dtype, j);
                sum += product;
                magnitude += fabsl(product);
            }
            if (!mw_ledger_poll(ledger))
                return MW_CANCELLED;
        }
        mw_verification_note(verification, mw_element_at(state->y.data, state->dtype, i), sum,
                             gamma * magnitude, "y", i, SIZE_MAX);
    }
    return MW_OK;
}

mw_status mw_gemv_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    mw_gemv_state *state = run->state;
    *verification = (mw_verification){0};
    mw_status status = mw_buffer_fill(&state->y, state->dtype, SEED_Y, state->threads, run->ledger);
    if (status == MW_OK)
        status = run->kernel->execute(run);
    if (status == MW_OK)
        status = compare(state, run->ledger, verification);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_OK ? MW_OK : mw_fail(error, status, "cancelled");
}

mw_status mw_gemv_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                         mw_error *error)
{
    return MW_SAMPLE({"m", shape->m}, {"n", shape->n}, {"lda", mw_shape_leading(shape, shape->n)});
}

const mw_buffer *mw_gemv_result(const mw_run *run)
{
    return &((const mw_gemv_state *)run->state)->y;
}
