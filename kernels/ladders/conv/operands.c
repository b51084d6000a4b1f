/* operands.c: parameters, arrays and closed forms; some pixels are verified. */
#include "conv/operands.h"

#include <math.h>

#include "params.h"
#include "sample.h"
#include "verify.h"

enum { SEED_IN = 71, SEED_WEIGHTS = 72, SEED_OUT = 73 };

/* So many channels, and so wide a window, that a tile is still heard within milliseconds. */
enum { CHANNELS_MAX = 4096, WINDOW_MAX = 11 };

/* Multiply-adds of the reference that are worth it: a quarter of a second. */
enum { REFERENCE_STEPS = 1 << 26 };

#define CHANNELS(name, what)                                                                       \
    {                                                                                              \
        name, "elements", what " channels of a pixel", 1, CHANNELS_MAX, 64, NULL                   \
    }

const mw_param mw_conv_params[MW_CONV_PARAMS] = {
    [MW_CONV_ROWS] = MW_PARAM_DIMENSION("h", "rows of the output", 56),
    [MW_CONV_COLUMNS] = MW_PARAM_DIMENSION("w", "pixels of an output row", 56),
    [MW_CONV_CIN] = CHANNELS("cin", "input"),
    [MW_CONV_COUT] = CHANNELS("cout", "output"),
    [MW_CONV_K] = {"k", "elements", "edge of the square window", 1, WINDOW_MAX, 3, NULL},
    [MW_CONV_DTYPE] = MW_PARAM_DTYPE,
    [MW_CONV_THREADS] = MW_PARAM_THREADS,
};

mw_conv_sizes mw_conv_sizes_of(const mw_args *args)
{
    mw_conv_sizes s = {
        .h = (size_t)args->value[MW_CONV_ROWS],
        .w = (size_t)args->value[MW_CONV_COLUMNS],
        .cin = (size_t)args->value[MW_CONV_CIN],
        .cout = (size_t)args->value[MW_CONV_COUT],
        .k = (size_t)args->value[MW_CONV_K],
        .dtype = (mw_dtype)args->value[MW_CONV_DTYPE],
        .threads = (int)args->value[MW_CONV_THREADS],
    };
    s.width = mw_dtype_size(s.dtype);
    s.in_rows = s.h + s.k - 1;
    s.in_row = (s.w + s.k - 1) * s.cin;
    s.span = s.k * s.cin;
    s.window = s.k * s.span;
    return s;
}

uint64_t mw_conv_flops(const mw_conv_sizes *s)
{
    return mw_form((mw_wide)2 * s->h * s->w * s->window * s->cout);
}

uint64_t mw_conv_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_conv_sizes s = mw_conv_sizes_of(args);
    return mw_form(
        ((mw_wide)s.in_rows * s.in_row + s.window * s.cout + (mw_wide)s.h * s.w * s.cout) *
        s.width);
}

uint64_t mw_conv_footprint(const mw_kernel *kernel, const mw_args *args)
{
    /* Each of the three buffers ends with a page of its own at worst. */
    uint64_t bytes = mw_conv_compulsory(kernel, args);
    return bytes == MW_FORM_HUGE ? bytes : mw_buffer_footprint(bytes) + 3 * 4096;
}

void mw_conv_destroy(mw_conv_state *state)
{
    mw_buffer_destroy(&state->in);
    mw_buffer_destroy(&state->weights);
    mw_buffer_destroy(&state->out);
}

static mw_status make(mw_buffer *buffer, size_t elements, uint32_t seed, mw_conv_state *state,
                      mw_run *run, mw_error *error)
{
    mw_status status = mw_buffer_create(buffer, elements * state->size.width, error);
    if (status == MW_OK)
        status = mw_buffer_fill(buffer, state->size.dtype, seed, state->size.threads, run->ledger);
    return status;
}

mw_status mw_conv_create(mw_conv_state *state, mw_run *run, mw_error *error)
{
    mw_conv_sizes s = mw_conv_sizes_of(&run->args);
    *state = (mw_conv_state){.size = s};
    mw_status status = make(&state->in, s.in_rows * s.in_row, SEED_IN, state, run, error);
    if (status == MW_OK)
        status = make(&state->weights, s.window * s.cout, SEED_WEIGHTS, state, run, error);
    if (status == MW_OK)
        status = make(&state->out, s.h * s.w * s.cout, SEED_OUT, state, run, error);
    if (status != MW_OK)
        mw_conv_destroy(state);
    return status;
}

/* One pixel's channel from the operands as they lie in memory, in wider arithmetic. */
static void compare_one(const mw_conv_state *state, size_t pixel, size_t channel,
                        mw_verification *verification)
{
    const mw_conv_sizes *s = &state->size;
    size_t y = pixel / s->w, x = pixel % s->w;
    long double sum = 0, magnitude = 0;
    for (size_t ky = 0; ky < s->k; ky++) {
        for (size_t i = 0; i < s->span; i++) {
            long double product =
                mw_element_at(state->in.data, s->dtype, (y + ky) * s->in_row + x * s->cin + i) *
                mw_element_at(state->weights.data, s->dtype,
                              (ky * s->span + i) * s->cout + channel);
            sum += product;
            magnitude += fabsl(product);
        }
    }
    mw_verification_note(verification,
                         mw_element_at(state->out.data, s->dtype, pixel * s->cout + channel), sum,
                         mw_error_gamma(s->dtype, s->window) * magnitude, "pixel", pixel, channel);
}

/* All of a small output; of a large one, elements spread evenly with a stride that meets every
 * pixel's place in a tile and every channel's in a line. */
static mw_status compare(const mw_conv_state *state, mw_ledger *ledger,
                         mw_verification *verification)
{
    const mw_conv_sizes *s = &state->size;
    uint64_t elements = (uint64_t)s->h * s->w * s->cout;
    uint64_t affordable = REFERENCE_STEPS / s->window + 1;
    uint64_t stride = (elements + affordable - 1) / affordable;
    if (stride > 1)
        stride |= 1; /* odd: no power of two of places is left out */
    for (uint64_t e = 0; e < elements; e += stride) {
        compare_one(state, (size_t)(e / s->cout), (size_t)(e % s->cout), verification);
        if (!mw_ledger_poll(ledger))
            return MW_CANCELLED;
    }
    return MW_OK;
}

mw_status mw_conv_verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    mw_conv_state *state = run->state;
    *verification = (mw_verification){0};
    mw_status status =
        mw_buffer_fill(&state->out, state->size.dtype, SEED_OUT, state->size.threads, run->ledger);
    if (status == MW_OK)
        status = run->kernel->execute(run);
    if (status == MW_OK)
        status = compare(state, run->ledger, verification);
    verification->passed = status == MW_OK && verification->worst <= 1;
    return status == MW_OK ? MW_OK : mw_fail(error, status, "cancelled");
}

mw_conv_places mw_conv_place(const mw_args *args, mw_trace *trace)
{
    mw_conv_places at = {.size = mw_conv_sizes_of(args)};
    const mw_conv_sizes *s = &at.size;
    at.in = mw_trace_place(trace, (uint64_t)s->in_rows * s->in_row * s->width);
    at.weights = mw_trace_place(trace, (uint64_t)s->window * s->cout * s->width);
    at.out = mw_trace_place(trace, (uint64_t)s->h * s->w * s->cout * s->width);
    return at;
}

mw_status mw_conv_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                         mw_error *error)
{
    return MW_SAMPLE({"h", shape->m % 11}, {"w", shape->n % 13}, {"cin", shape->k % 23},
                     {"cout", shape->block % 41}, {"k", shape->k % 8});
}

const mw_buffer *mw_conv_result(const mw_run *run)
{
    return &((const mw_conv_state *)run->state)->out;
}
