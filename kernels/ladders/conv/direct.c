/* direct.c: the convolution straight from the image, of whose windows no copy is made. */
#include <stdlib.h>

#include "conv/bodies.h"
#include "conv/conv.h"
#include "conv/operands.h"
#include "cpu.h"
#include "team.h"

typedef struct direct_state {
    mw_conv_state operands; /* first: mw_conv_verify finds it there */
    mw_conv_body *body;
} direct_state;

static void release(mw_run *run)
{
    direct_state *state = run->state;
    if (!state)
        return;
    mw_conv_destroy(&state->operands);
    free(state);
    run->state = NULL;
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    direct_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    mw_status status = mw_conv_create(&state->operands, run, error);
    if (status != MW_OK) {
        free(state);
        return status;
    }
    run->isa = mw_cpu_isa();
    state->body = mw_conv_bodies_for(run->isa).direct[state->operands.size.dtype];
    run->state = state;
    return MW_OK;
}

/* Output channels that one tile makes. */
static size_t line_of(const mw_conv_sizes *s)
{
    return MW_CONV_LINE / s->width;
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_conv_sizes s = mw_conv_sizes_of(args);
    mw_wide pixels = (mw_wide)s.h * s.w, window = s.window;
    mw_wide groups = (mw_wide)s.h * mw_ceil_div(s.w, MW_CONV_PIXELS);
    mw_wide lines = mw_ceil_div(s.cout, line_of(&s));
    return (mw_work){
        .flops = mw_conv_flops(&s),
        .load_bytes = mw_form((pixels * window * lines + groups * window * s.cout) * s.width),
        .store_bytes = mw_form(pixels * s.cout * s.width),
    };
}

/* Whole groups of pixels, as many as come to a tile. */
static size_t pixels_of_tile(const mw_conv_sizes *s)
{
    size_t flops = 2 * MW_CONV_PIXELS * s->window * line_of(s);
    return MW_CONV_PIXELS * (1 + MW_TILE_FLOPS / flops);
}

static bool row_of_line(const direct_state *state, size_t y, size_t channel, mw_tally *tally)
{
    const mw_conv_state *o = &state->operands;
    const mw_conv_sizes *s = &o->size;
    size_t step = pixels_of_tile(s), count = mw_smaller(s->cout - channel, line_of(s));
    for (size_t x = 0; x < s->w; x += step) {
        size_t pixels = mw_smaller(s->w - x, step);
        size_t out = (y * s->w + x) * s->cout + channel;
        mw_conv_tile tile = {
            .in = (const char *)o->in.data + (y * s->in_row + x * s->cin) * s->width,
            .w = (const char *)o->weights.data + channel * s->width,
            .out = (char *)o->out.data + out * s->width,
            .in_row = s->in_row,
            .cin = s->cin,
            .cout = s->cout,
            .edge = s->k,
            .pixels = pixels,
            .count = count,
        };
        state->body(&tile);
        size_t weights = mw_ceil_div(pixels, MW_CONV_PIXELS) * count;
        if (!mw_tally_add(tally, 2 * s->window * pixels * count,
                          s->window * (pixels + weights) * s->width, pixels * count * s->width))
            return false;
    }
    return true;
}

static bool share(void *context, int thread, int threads, mw_tally *tally)
{
    const direct_state *state = context;
    const mw_conv_sizes *s = &state->operands.size;
    mw_range rows = mw_team_share(s->h, thread, threads);
    for (size_t y = rows.begin; y < rows.end; y++) {
        for (size_t channel = 0; channel < s->cout; channel += line_of(s)) {
            if (!row_of_line(state, y, channel, tally))
                return false;
        }
    }
    return true;
}

static mw_status execute(mw_run *run)
{
    direct_state *state = run->state;
    return mw_team_run(run->ledger, state->operands.size.threads, share, state);
}

/* Up to four pixels and `count` channels: for each element of the window the weights once, and the
 * pixels. */
static bool trace_group(mw_trace *trace, const mw_conv_places *at, size_t y, size_t x,
                        size_t channel, size_t count)
{
    const mw_conv_sizes *s = &at->size;
    uint32_t width = (uint32_t)s->width;
    size_t pixels = mw_smaller(s->w - x, MW_CONV_PIXELS);
    for (size_t ky = 0; ky < s->k; ky++) {
        for (size_t i = 0; i < s->span; i++) {
            uint64_t w = at->weights + ((ky * s->span + i) * s->cout + channel) * width;
            uint64_t in = at->in + ((y + ky) * s->in_row + x * s->cin + i) * width;
            if (!mw_trace_range(trace, w, width, count, width, MW_ACCESS_LOAD) ||
                !mw_trace_range(trace, in, (int64_t)(s->cin * width), pixels, width,
                                MW_ACCESS_LOAD))
                return false;
        }
    }
    for (size_t p = 0; p < pixels; p++) {
        uint64_t out = at->out + ((y * s->w + x + p) * s->cout + channel) * width;
        if (!mw_trace_range(trace, out, width, count, width, MW_ACCESS_STORE))
            return false;
    }
    return true;
}

/* Outer tiles are rows of the output. */
static mw_status trace_all(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    (void)kernel;
    mw_conv_places at = mw_conv_place(args, trace);
    const mw_conv_sizes *s = &at.size;
    for (size_t y = 0; y < s->h; y++) {
        if (!mw_trace_tile(trace, y, s->h))
            continue;
        for (size_t channel = 0; channel < s->cout; channel += line_of(s)) {
            size_t count = mw_smaller(s->cout - channel, line_of(s));
            for (size_t x = 0; x < s->w; x += MW_CONV_PIXELS) {
                if (!trace_group(trace, &at, y, x, channel, count))
                    return MW_CANCELLED;
            }
        }
    }
    return MW_OK;
}

const mw_kernel mw_conv_direct = {
    .family = "conv",
    .variant = "direct",
    .summary = "k x k convolution, four pixels by a line of channels at a time",
    .params = mw_conv_params,
    .param_count = MW_CONV_PARAMS,
    .work = work,
    .compulsory_bytes = mw_conv_compulsory,
    .footprint = mw_conv_footprint,
    .prepare = prepare,
    .execute = execute,
    .verify = mw_conv_verify,
    .release = release,
    .sample = mw_conv_sample,
    .result = mw_conv_result,
    .trace = trace_all,
};
