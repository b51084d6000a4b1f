/* The kernels of gemv over encoded weights: y = A·x with x and y as f32. */
#include <string.h>

#include "form.h"
#include "gemv/gemv.h"
#include "gemv/quantized/operands.h"
#include "params.h"
#include "team.h"

static bool share_of_rows(void *context, int thread, int threads, mw_tally *tally)
{
    const mw_run *run = context;
    const mw_quantized_state *state = run->state;
    const mw_quantized_shape *s = &state->shape;
    uint64_t own = s->by_row ? s->scaling_bytes : 0;
    if (thread == 0)
        tally->pending.load_bytes += 4 * s->n + (s->by_row ? 0 : s->scalings * s->scaling_bytes);

    mw_range groups = mw_team_share(mw_ceil_div(s->m, MW_QUANTIZED_ROWS), thread, threads);
    size_t end = mw_smaller(groups.end * MW_QUANTIZED_ROWS, s->m);
    size_t tile_rows = mw_quantized_tile_rows(s);
    for (size_t i = groups.begin * MW_QUANTIZED_ROWS; i < end; i += tile_rows) {
        size_t rows = mw_smaller(end - i, tile_rows);
        for (size_t j = 0; j < s->n; j += MW_QUANTIZED_COLUMNS_MAX) {
            size_t columns = mw_smaller(s->n - j, MW_QUANTIZED_COLUMNS_MAX);
            const float *scale = state->scale.data;
            const int32_t *zero = state->zero.data;
            mw_quantized_tile tile = {
                .codes = (const uint8_t *)state->codes.data + i * s->row_bytes +
                         mw_format_bytes(s->format, j),
                .row_bytes = s->row_bytes,
                .x = (const float *)state->padded.data + j,
                .fixed = mw_quantized_fixed_x(state, j),
                .y = (float *)state->y.data + i,
                .rows = rows,
                .columns = columns,
                .add = j > 0,
                .scale = scale && s->by_row ? scale + i : scale,
                .zero = zero && s->by_row ? zero + i : zero,
                .scale_stride = s->by_row ? 1 : 0,
                .level = state->level,
            };
            state->body(&tile);
            size_t loads = mw_format_bytes(s->format, columns) + own + (j > 0 ? 4 : 0);
            if (!mw_tally_add(tally, 2 * rows * columns, rows * loads, 4 * rows))
                return false;
        }
    }
    return true;
}

static mw_status execute(mw_run *run)
{
    mw_quantized_state *state = run->state;
    memcpy(state->padded.data, state->x.data, 4 * state->shape.n);
    if (state->fixed.run) {
        mw_fixed_x fixed = mw_quantized_fixed_x(state, 0);
        state->fixed.prepare(&fixed, state->padded.data, state->shape.padded);
    }
    return mw_team_run(run->ledger, state->threads, share_of_rows, run);
}

static const char *const scale_of_rows[] = {"channel", "tensor", NULL};
static const char *const scale_of_groups[] = {"channel", "group", NULL};

#define PARAMS                                                                                     \
    [MW_QUANTIZED_M] = MW_PARAM_DIMENSION("m", "rows of A", 4096),                                 \
    [MW_QUANTIZED_N] = MW_PARAM_DIMENSION("n", "columns of A", 4096),                              \
    [MW_QUANTIZED_THREADS] = MW_PARAM_THREADS

static const mw_param plain[] = {PARAMS};
static const mw_param by_row_or_all[] = {
    PARAMS, [MW_QUANTIZED_SCALE] = {"scale", "1",
                                    "what shares a scale: each row (channel), or all of A", 0, 1, 0,
                                    scale_of_rows}};
static const mw_param by_row_or_group[] = {
    PARAMS, [MW_QUANTIZED_SCALE] = {
                "scale", "1",
                "what shares a scale: each row (channel), or each 128 weights (group)", 0, 1, 0,
                scale_of_groups}};

#define KERNEL(name, text, parameters, called, ...)                                                \
    static const mw_quantized_kind name##_kind = {{__VA_ARGS__}};                                  \
    const mw_kernel mw_gemv_##name = {.family = "gemv",                                            \
                                      .variant = (called),                                         \
                                      .summary = (text),                                           \
                                      .params = (parameters),                                      \
                                      .param_count = sizeof(parameters) / sizeof *(parameters),    \
                                      .work = mw_quantized_work,                                   \
                                      .compulsory_bytes = mw_quantized_compulsory,                 \
                                      .footprint = mw_quantized_footprint,                         \
                                      .prepare = mw_quantized_prepare,                             \
                                      .execute = execute,                                          \
                                      .verify = mw_quantized_verify,                               \
                                      .release = mw_quantized_release,                             \
                                      .sample = mw_quantized_sample,                               \
                                      .result = mw_quantized_result,                               \
                                      .trace = mw_quantized_trace,                                 \
                                      .body = &name##_kind}

KERNEL(bf16, "y = A*x, A as bf16: 16 bits a weight", plain, "bf16", {MW_FORMAT_BF16, false});
KERNEL(fp16, "y = A*x, A as fp16: 16 bits a weight", plain, "fp16", {MW_FORMAT_FP16, false});
KERNEL(q8_0, "y = A*x, A as Q8_0: 8.5 bits a weight", plain, "q8_0", {MW_FORMAT_Q8_0, false});
KERNEL(q4_0, "y = A*x, A as Q4_0: 4.5 bits a weight", plain, "q4_0", {MW_FORMAT_Q4_0, false});
KERNEL(q4_1, "y = A*x, A as Q4_1: 5 bits a weight", plain, "q4_1", {MW_FORMAT_Q4_1, false});
KERNEL(log2, "y = A*x, A as powers of two: 4 bits a weight", by_row_or_all, "log2",
       {MW_FORMAT_LOG2, true}, {MW_FORMAT_LOG2, false});
KERNEL(binary, "y = A*x, A as signs: 1 bit a weight", by_row_or_group, "binary",
       {MW_FORMAT_BINARY, true}, {MW_FORMAT_Q1_0, false});
KERNEL(codebook, "y = A*x, A as 16 learnt levels: 4 bits a weight", plain, "codebook",
       {MW_FORMAT_CODEBOOK, false});
KERNEL(int8_symmetric, "y = A*x, A as int8 around 0: 8 bits a weight", by_row_or_all,
       "int8-symmetric", {MW_FORMAT_INT8_SYMMETRIC, true}, {MW_FORMAT_INT8_SYMMETRIC, false});
KERNEL(int8_asymmetric, "y = A*x, A as int8 with a zero point: 8 bits a weight", by_row_or_all,
       "int8-asymmetric", {MW_FORMAT_INT8_ASYMMETRIC, true}, {MW_FORMAT_INT8_ASYMMETRIC, false});
