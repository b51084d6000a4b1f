/* operands.c: codes, scalings and x as whole numbers: sizes and memory of each. */
#include "gemv/quantized/operands.h"

#include <stdlib.h>

#include "cpu.h"
#include "form.h"
#include "gemv/operands.h"
#include "sample.h"
#include "team.h"

mw_quantized_shape mw_quantized_shape_of(const mw_kernel *kernel, const mw_args *args)
{
    const mw_quantized_kind *kind = kernel->body;
    bool chosen = kernel->param_count > MW_QUANTIZED_SCALE;
    mw_quantized_choice choice = kind->choice[chosen ? args->value[MW_QUANTIZED_SCALE] : 0];
    mw_quantized_shape shape = {
        .m = (uint64_t)args->value[MW_QUANTIZED_M],
        .n = (uint64_t)args->value[MW_QUANTIZED_N],
        .format = choice.format,
        .by_row = choice.by_row,
        .scaling_bytes = mw_format_layout_of(choice.format)->scaling_bytes,
    };
    shape.row_bytes = mw_format_bytes(choice.format, shape.n);
    shape.padded = mw_ceil_div(shape.n, MW_QUANTIZED_STRIDE) * MW_QUANTIZED_STRIDE;
    shape.scalings = shape.scaling_bytes == 0 ? 0 : shape.by_row ? shape.m : 1;
    return shape;
}

uint64_t mw_quantized_tile_rows(const mw_quantized_shape *shape)
{
    uint64_t piece = mw_smaller(shape->n, MW_QUANTIZED_COLUMNS_MAX);
    uint64_t group = MW_QUANTIZED_ROWS * mw_format_bytes(shape->format, piece);
    uint64_t groups = MW_TILE_BYTES / group;
    return (groups ? groups : 1) * MW_QUANTIZED_ROWS;
}

/* A row's own scaling is loaded with each piece of it, one for all once. */
mw_work mw_quantized_work(const mw_kernel *kernel, const mw_args *args)
{
    mw_quantized_shape s = mw_quantized_shape_of(kernel, args);
    mw_wide m = s.m, n = s.n, pieces = mw_ceil_div(s.n, MW_QUANTIZED_COLUMNS_MAX);
    mw_wide scalings = (mw_wide)s.scalings * s.scaling_bytes * (s.by_row ? pieces : 1);
    return (mw_work){
        .flops = mw_form(2 * m * n),
        .load_bytes = mw_form(m * s.row_bytes + scalings + 4 * n + 4 * (pieces - 1) * m),
        .store_bytes = mw_form(4 * pieces * m),
    };
}

/* Each operand once: codes with what lies beside them, x, and y written. */
uint64_t mw_quantized_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    mw_quantized_shape s = mw_quantized_shape_of(kernel, args);
    mw_wide codes = (mw_wide)s.m * s.row_bytes + (mw_wide)s.scalings * s.scaling_bytes;
    return mw_form(codes + 4 * (mw_wide)s.n + 4 * (mw_wide)s.m);
}

/* Bytes of each buffer. x as whole numbers is kept for the formats that may want it, by groups of
 * 64 elements at least and with two digits. */
typedef struct sizes {
    uint64_t codes, x, y, scale, zero, padded, digits, correction, unit;
} sizes;

static sizes sizes_of(const mw_quantized_shape *s)
{
    bool fixed = s->format == MW_FORMAT_Q8_0 || s->format == MW_FORMAT_Q4_0;
    bool scaled = s->scalings > 0 && s->format != MW_FORMAT_CODEBOOK;
    return (sizes){
        .codes = s->m * s->row_bytes,
        .x = 4 * s->n,
        .y = 4 * s->m,
        .scale = scaled ? 4 * s->scalings : 0,
        .zero = s->format == MW_FORMAT_INT8_ASYMMETRIC ? 4 * s->scalings : 0,
        .padded = 4 * s->padded,
        .digits = fixed ? 2 * s->padded : 0,
        .correction = fixed ? s->padded / 64 * 16 * 4 : 0,
        .unit = fixed ? 4 * mw_ceil_div(s->padded, MW_FIXED_PIECE) : 0,
    };
}

uint64_t mw_quantized_footprint(const mw_kernel *kernel, const mw_args *args)
{
    mw_quantized_shape shape = mw_quantized_shape_of(kernel, args);
    sizes s = sizes_of(&shape);
    return mw_buffer_footprint(s.codes) + mw_buffer_footprint(s.x) + mw_buffer_footprint(s.y) +
           mw_buffer_footprint(s.scale) + mw_buffer_footprint(s.zero) +
           mw_buffer_footprint(s.padded) + mw_buffer_footprint(s.digits) +
           mw_buffer_footprint(s.correction) + mw_buffer_footprint(s.unit);
}

void mw_quantized_release(mw_run *run)
{
    mw_quantized_state *state = run->state;
    if (!state)
        return;
    mw_buffer *const buffers[] = {&state->codes,  &state->x,          &state->y,
                                  &state->scale,  &state->zero,       &state->padded,
                                  &state->digits, &state->correction, &state->unit};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        mw_buffer_destroy(buffers[i]);
    free(state);
    run->state = NULL;
}

/* Group g of columns has its corrections at 16·g and its digits at g times a group's. */
mw_fixed_x mw_quantized_fixed_x(const mw_quantized_state *state, uint64_t j)
{
    const mw_fixed_body *body = &state->fixed;
    if (!body->run)
        return (mw_fixed_x){0};
    return (mw_fixed_x){
        .digits = (int8_t *)state->digits.data + j * body->digits,
        .correction = (int32_t *)state->correction.data + j / body->group * 16,
        .unit = (float *)state->unit.data + j / MW_FIXED_PIECE,
    };
}

static void choose_bodies(mw_quantized_state *state, mw_isa isa)
{
    mw_quantized_bodies bodies = mw_quantized_bodies_for(isa);
    state->fixed = bodies.fixed[state->shape.format];
    state->body = state->fixed.run ? state->fixed.run : bodies.exact[state->shape.format];
}

static mw_status make_vectors(mw_quantized_state *state, mw_ledger *ledger, mw_error *error)
{
    sizes s = sizes_of(&state->shape);
    struct {
        mw_buffer *buffer;
        uint64_t bytes;
    } all[] = {{&state->codes, s.codes},   {&state->x, s.x},
               {&state->y, s.y},           {&state->scale, s.scale},
               {&state->zero, s.zero},     {&state->padded, s.padded},
               {&state->digits, s.digits}, {&state->correction, s.correction},
               {&state->unit, s.unit}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        mw_status status =
            all[i].bytes ? mw_buffer_create(all[i].buffer, all[i].bytes, error) : MW_OK;
        /* The threads that encode A touch it first. */
        if (status == MW_OK && all[i].buffer->data && all[i].buffer != &state->codes)
            status = mw_buffer_touch(all[i].buffer, state->threads, ledger);
        if (status != MW_OK)
            return status;
    }
    return mw_buffer_fill(&state->x, MW_F32, MW_GEMV_SEED_X, state->threads, ledger);
}

mw_status mw_quantized_prepare(mw_run *run, mw_error *error)
{
    mw_quantized_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = state;
    run->isa = mw_cpu_isa();
    state->shape = mw_quantized_shape_of(run->kernel, &run->args);
    state->threads = (int)run->args.value[MW_QUANTIZED_THREADS];
    choose_bodies(state, run->isa);
    mw_status status = make_vectors(state, run->ledger, error);
    if (status == MW_OK)
        status = mw_buffer_fill(&state->y, MW_F32, MW_GEMV_SEED_Y, state->threads, run->ledger);
    if (status == MW_OK)
        status = mw_quantized_encode(state, run->ledger, error);
    if (status != MW_OK)
        mw_quantized_release(run);
    return status;
}

mw_status mw_quantized_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                              mw_error *error)
{
    mw_status status = MW_SAMPLE({"m", shape->m}, {"n", shape->n});
    if (status == MW_OK && kernel->param_count > MW_QUANTIZED_SCALE)
        status = MW_SAMPLE({"scale", shape->k % 2});
    return status;
}

const mw_buffer *mw_quantized_result(const mw_run *run)
{
    return &((const mw_quantized_state *)run->state)->y;
}
