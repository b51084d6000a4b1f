/*
 * im2col: a convolution as one matrix product.
 *
 * The window of every output pixel is written out as a row of a matrix, h·w rows of k²·cin; times
 * the weights, k²·cin x cout as they lie, it gives the output. What is gained is the best product
 * there is; what it costs is a copy k² times as large as the image, written and read again. For
 * k = 1 the matrix is the image once more.
 *
 * A thread writes the windows of its own pixels and multiplies them: nobody waits for anybody, and
 * each reads all weights.
 *
 *     FLOPs 2·h·w·k²·cin·cout
 *     loads h·w·k²·cin·width and those of the product, shared out by rows (gemm/shares.h)
 *     stores the same and those of the product
 */
#include <stdlib.h>
#include <string.h>

#include "conv/conv.h"
#include "conv/operands.h"
#include "cpu.h"
#include "gemm/shares.h"
#include "team.h"

typedef struct im2col_state {
    mw_conv_state operands; /* first: mw_conv_verify finds it there */
    mw_buffer matrix;       /* h·w x k²·cin */
    mw_gemm_team team;
} im2col_state;

static mw_gemm_plan plan_of(const mw_conv_sizes *s)
{
    return mw_gemm_plan_best(s->dtype, s->h * s->w, s->cout, s->window);
}

static uint64_t matrix_bytes(const mw_conv_sizes *s)
{
    return mw_form((mw_wide)s->h * s->w * s->window * s->width);
}

static uint64_t footprint(const mw_kernel *kernel, const mw_args *args)
{
    mw_conv_sizes s = mw_conv_sizes_of(args);
    uint64_t matrix = matrix_bytes(&s), rest = mw_conv_footprint(kernel, args);
    if (matrix == MW_FORM_HUGE || rest == MW_FORM_HUGE)
        return MW_FORM_HUGE;
    mw_gemm_plan plan = plan_of(&s);
    return mw_form((mw_wide)mw_buffer_footprint(matrix) + rest +
                   mw_gemm_team_bytes(&plan, s.threads));
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_conv_sizes s = mw_conv_sizes_of(args);
    mw_gemm_plan plan = plan_of(&s);
    mw_work product =
        mw_gemm_team_work(&plan, MW_GEMM_BY_ROWS, s.threads, s.h * s.w, s.cout, s.window, false);
    uint64_t matrix = matrix_bytes(&s);
    if (matrix == MW_FORM_HUGE)
        return (mw_work){
            .flops = MW_FORM_HUGE, .load_bytes = MW_FORM_HUGE, .store_bytes = MW_FORM_HUGE};
    return (mw_work){
        .flops = product.flops,
        .load_bytes = mw_form((mw_wide)product.load_bytes + matrix),
        .store_bytes = mw_form((mw_wide)product.store_bytes + matrix),
    };
}

static void release(mw_run *run)
{
    im2col_state *state = run->state;
    if (!state)
        return;
    mw_conv_destroy(&state->operands);
    mw_buffer_destroy(&state->matrix);
    mw_gemm_team_destroy(&state->team);
    free(state);
    run->state = NULL;
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    im2col_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    mw_status status = mw_conv_create(&state->operands, run, error);
    if (status != MW_OK) {
        free(state);
        return status;
    }
    run->state = state;
    run->isa = mw_cpu_isa();
    const mw_conv_sizes *s = &state->operands.size;
    mw_gemm_plan plan = plan_of(s);
    status = mw_buffer_scratch(&state->matrix, matrix_bytes(s), s->threads, run->ledger, error);
    if (status == MW_OK)
        status = mw_gemm_team_create(&state->team, &plan, s->threads, run->ledger, error);
    if (status != MW_OK)
        release(run);
    return status;
}

/* The window of each pixel of `own`, k spans of k·cin elements. */
static bool write_matrix(im2col_state *state, mw_range own, mw_tally *tally)
{
    const mw_conv_sizes *s = &state->operands.size;
    const char *in = state->operands.in.data;
    size_t span = s->span * s->width;
    char *to = (char *)state->matrix.data + own.begin * s->k * span;
    for (size_t pixel = own.begin; pixel < own.end; pixel++) {
        size_t y = pixel / s->w, x = pixel % s->w;
        for (size_t ky = 0; ky < s->k; ky++, to += span)
            memcpy(to, in + ((y + ky) * s->in_row + x * s->cin) * s->width, span);
        if (!mw_tally_add(tally, 0, s->k * span, s->k * span))
            return false;
    }
    return true;
}

static bool share(void *context, int thread, int threads, mw_tally *tally)
{
    im2col_state *state = context;
    const mw_conv_sizes *s = &state->operands.size;
    mw_gemm_operands product = {
        .m = s->h * s->w,
        .n = s->cout,
        .k = s->window,
        .a = state->matrix.data,
        .b = state->operands.weights.data,
        .c = state->operands.out.data,
        .lda = s->window,
        .ldb = s->cout,
        .ldc = s->cout,
    };
    mw_gemm_part own =
        mw_gemm_part_of(&state->team.plan, MW_GEMM_BY_ROWS, product.m, product.n, thread, threads);
    return write_matrix(state, own.rows, tally) &&
           mw_gemm_team_product(&state->team, MW_GEMM_BY_ROWS, &product, thread, tally);
}

static mw_status execute(mw_run *run)
{
    const im2col_state *state = run->state;
    return mw_team_run(run->ledger, state->team.threads, share, run->state);
}

static bool trace_matrix(mw_trace *trace, const mw_conv_places *at, uint64_t matrix)
{
    const mw_conv_sizes *s = &at->size;
    uint32_t width = (uint32_t)s->width;
    for (size_t y = 0; y < s->h; y++) {
        uint64_t to = matrix + (uint64_t)y * s->w * s->window * width;
        if (!mw_trace_tile(trace, y, s->h))
            continue;
        for (size_t x = 0; x < s->w; x++) {
            for (size_t ky = 0; ky < s->k; ky++, to += s->span * width) {
                const mw_stream copy[] = {
                    {at->in + ((y + ky) * s->in_row + x * s->cin) * width, width, width,
                     MW_ACCESS_LOAD},
                    {to, width, width, MW_ACCESS_STORE},
                };
                if (!mw_trace_loop(trace, copy, 2, s->span))
                    return false;
            }
        }
    }
    return true;
}

/* Outer tiles are rows of the output, then those of the product. */
static mw_status trace_all(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    (void)kernel;
    mw_conv_places at = mw_conv_place(args, trace);
    const mw_conv_sizes *s = &at.size;
    uint64_t matrix = mw_trace_place(trace, matrix_bytes(s));
    mw_gemm_plan plan = plan_of(s);
    mw_gemm_places product = {
        .m = s->h * s->w,
        .n = s->cout,
        .k = s->window,
        .lda = s->window,
        .ldb = s->cout,
        .ldc = s->cout,
        .a = matrix,
        .b = at.weights,
        .c = at.out,
        .width = (uint32_t)s->width,
    };
    return trace_matrix(trace, &at, matrix) && mw_gemm_product_trace(&plan, &product, false, trace)
               ? MW_OK
               : MW_CANCELLED;
}

const mw_kernel mw_conv_im2col = {
    .family = "conv",
    .variant = "im2col",
    .summary = "k x k convolution as one matrix product of its windows",
    .params = mw_conv_params,
    .param_count = MW_CONV_PARAMS,
    .work = work,
    .compulsory_bytes = mw_conv_compulsory,
    .footprint = footprint,
    .prepare = prepare,
    .execute = execute,
    .verify = mw_conv_verify,
    .release = release,
    .trace = trace_all,
};
