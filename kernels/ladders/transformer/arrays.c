/* arrays.c: the table of arrays with their extents, and FLOPs and bytes by part. */
#include "transformer/arrays.h"

#include <inttypes.h>
#include <string.h>

#include "cpu.h"
#include "params.h"
#include "sample.h"
#include "transformer/transformer.h"

/* How many rows and columns an array has. */
typedef enum extent { ONE, ROWS, CONTEXT, D, FF, SCORED, STRIDE } extent;

/* A seed: filled; weights also made small, so that sums over their columns stay near 1. */
static const struct {
    extent rows, columns;
    uint32_t seed;
    bool weight;
} arrays[MW_BLOCK_ARRAYS] = {
    [MW_BLOCK_X] = {ROWS, D, 101, false},     [MW_BLOCK_WQ] = {D, D, 102, true},
    [MW_BLOCK_WK] = {D, D, 103, true},        [MW_BLOCK_WV] = {D, D, 104, true},
    [MW_BLOCK_WO] = {D, D, 105, true},        [MW_BLOCK_W1] = {FF, D, 106, true},
    [MW_BLOCK_W2] = {D, FF, 107, true},       [MW_BLOCK_SCALE1] = {ONE, D, 108, false},
    [MW_BLOCK_SHIFT1] = {ONE, D, 109, false}, [MW_BLOCK_SCALE2] = {ONE, D, 110, false},
    [MW_BLOCK_SHIFT2] = {ONE, D, 111, false}, [MW_BLOCK_NORM1] = {ROWS, D, 0, false},
    [MW_BLOCK_Q] = {ROWS, D, 0, false},       [MW_BLOCK_K] = {CONTEXT, D, 112, false},
    [MW_BLOCK_V] = {CONTEXT, D, 113, false},  [MW_BLOCK_SCORES] = {SCORED, STRIDE, 0, false},
    [MW_BLOCK_MIXED] = {ROWS, D, 0, false},   [MW_BLOCK_OUTPUT] = {ROWS, D, 0, false},
    [MW_BLOCK_Y] = {ROWS, D, 0, false},       [MW_BLOCK_NORM2] = {ROWS, D, 0, false},
    [MW_BLOCK_WIDE] = {ROWS, FF, 0, false},   [MW_BLOCK_GELU] = {ROWS, FF, 0, false},
    [MW_BLOCK_NARROW] = {ROWS, D, 0, false},  [MW_BLOCK_Z] = {ROWS, D, 0, false},
};

/* Beyond its end an array may be read by a vector. */
enum { PAD = MW_GEMV_PAD_BYTES };

static size_t extent_of(const mw_block_sizes *s, extent what)
{
    const size_t all[] = {1, s->rows, s->context, s->d, s->ff, s->scored, s->stride};
    return all[what];
}

size_t mw_block_elements(const mw_block_sizes *s, mw_block_array array)
{
    return extent_of(s, arrays[array].rows) * extent_of(s, arrays[array].columns);
}

mw_status mw_block_check(const mw_kernel *kernel, const mw_args *args, mw_error *error)
{
    int64_t d = args->value[MW_BLOCK_D], heads = args->value[MW_BLOCK_HEADS];
    if (d % heads == 0)
        return MW_OK;
    return mw_fail(error, MW_INVALID,
                   "%s/%s: d=%" PRId64 " cannot be shared by heads=%" PRId64
                   ": d is a multiple of heads, such as %" PRId64,
                   kernel->family, kernel->variant, d, heads, (d / heads + 1) * heads);
}

mw_block_flops mw_block_flops_of(const mw_block_sizes *s)
{
    mw_wide rows = s->rows, d = s->d, context = s->context, heads = s->heads;
    unsigned weight = mw_attention_weight_flops(s->dtype) + 1;
    return (mw_block_flops){
        .projections = mw_form(4 * 2 * d * d * rows),
        .attention = mw_form(4 * context * d * rows),
        .ffn = mw_form(2 * 2 * d * s->ff * rows),
        .other = mw_form(rows * (heads * (context * weight + 1) + 2 * mw_layernorm_flops(s->d) +
                                 s->ff * mw_gelu_flops(s->dtype) + 2 * d)),
    };
}

mw_block_bytes mw_block_other_bytes(const mw_block_sizes *s)
{
    mw_wide rows = s->rows, d = s->d, scores = rows * s->heads * s->context;
    return (mw_block_bytes){
        .loads = 3 * scores + rows * (2 * 5 * d + s->ff + 2 * 2 * d),
        .stores = 2 * scores + rows * (2 * d + s->ff + 2 * d),
    };
}

static uint64_t compulsory_of(const mw_block_sizes *s)
{
    mw_wide d = s->d, cached = s->context - s->rows;
    mw_wide elements = 4 * d * d + 2 * d * s->ff + 4 * d + 2 * s->rows * d + 2 * cached * d;
    if (cached) /* what is new of K and V stays in the cache */
        elements += 2 * s->rows * d;
    return mw_form(elements * s->width);
}

/* Threads that are worth waking. */
static int worth_waking(const mw_block_sizes *s, int threads)
{
    mw_block_flops f = mw_block_flops_of(s);
    mw_wide flops = (mw_wide)f.projections + f.attention + f.ffn + f.other;
    mw_wide far = compulsory_of(s) / MW_BLOCK_SHARE_BYTES, near = flops / MW_BLOCK_SHARE_FLOPS;
    mw_wide worth = far > near ? far : near;
    return worth < 1 ? 1 : worth < (mw_wide)threads ? (int)worth : threads;
}

static mw_block_sizes sizes_of(const mw_kernel *kernel, const mw_args *args, int threads)
{
    size_t tokens = (size_t)args->value[MW_BLOCK_TOKENS];
    bool decoder = strcmp(kernel->family, "decoder") == 0;
    mw_block_sizes s = {
        .rows = decoder ? 1 : tokens,
        .context = decoder ? tokens + 1 : tokens,
        .d = (size_t)args->value[MW_BLOCK_D],
        .heads = (size_t)args->value[MW_BLOCK_HEADS],
        .ff = (size_t)args->value[MW_BLOCK_FF],
        .dtype = (mw_dtype)args->value[MW_BLOCK_DTYPE],
    };
    s.head = s.d / s.heads;
    s.ff = s.ff ? s.ff : 4 * s.d;
    s.width = mw_dtype_size(s.dtype);
    s.threads = worth_waking(&s, threads);
    /* Several heads of a decoder are at work at once: no two scores share a cache line. */
    size_t line = MW_CACHE_LINE / s.width;
    s.scored = decoder ? (size_t)s.threads : s.rows;
    s.stride = decoder ? mw_ceil_div(s.context, line) * line : s.context;
    return s;
}

mw_block_sizes mw_block_sizes_of(const mw_kernel *kernel, const mw_args *args)
{
    return sizes_of(kernel, args, (int)args->value[MW_BLOCK_THREADS]);
}

mw_status mw_block_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                          mw_error *error)
{
    int64_t heads = 1 + shape->n % 3;
    return MW_SAMPLE({"d", heads * (1 + shape->k % 29)}, {"heads", heads},
                     {"ff", shape->block % 50});
}

void mw_block_settle(const mw_kernel *kernel, mw_args *args)
{
    args->value[MW_BLOCK_FF] = (int64_t)mw_block_sizes_of(kernel, args).ff;
}

uint64_t mw_block_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    mw_block_sizes s = sizes_of(kernel, args, 1);
    return compulsory_of(&s);
}

uint64_t mw_block_footprint(const mw_kernel *kernel, const mw_args *args)
{
    mw_block_sizes s = mw_block_sizes_of(kernel, args);
    mw_wide sum = 0;
    for (int i = 0; i < MW_BLOCK_ARRAYS; i++) {
        mw_wide rows = extent_of(&s, arrays[i].rows);
        sum += rows * extent_of(&s, arrays[i].columns) * s.width + PAD + 4096;
    }
    return mw_form(sum);
}

void mw_block_destroy(mw_block_state *state)
{
    for (int i = 0; i < MW_BLOCK_ARRAYS; i++)
        mw_buffer_destroy(&state->array[i]);
}

/* Times the power of two at or below sqrt(3/columns), exactly. */
static mw_status shrink(mw_block_state *state, mw_block_array array, mw_ledger *ledger)
{
    enum { STEP = 1 << 18 };
    const mw_block_sizes *s = &state->size;
    size_t columns = extent_of(s, arrays[array].columns), elements = mw_block_elements(s, array);
    double by = 1;
    while (by * by * (double)columns > 3)
        by /= 2;
    for (size_t i = 0; i < elements; i++) {
        if (s->dtype == MW_F32)
            ((float *)state->array[array].data)[i] *= (float)by;
        else
            ((double *)state->array[array].data)[i] *= by;
        if (i % STEP == 0 && !mw_ledger_poll(ledger))
            return MW_CANCELLED;
    }
    return MW_OK;
}

static mw_status make(mw_block_state *state, mw_block_array array, mw_run *run, mw_error *error)
{
    mw_buffer *buffer = &state->array[array];
    const mw_block_sizes *s = &state->size;
    mw_status status = mw_buffer_scratch(buffer, mw_block_elements(s, array) * s->width + PAD,
                                         s->threads, run->ledger, error);
    if (status == MW_OK && arrays[array].seed) {
        mw_buffer part = *buffer; /* the pad stays zero */
        part.bytes -= PAD;
        status = mw_buffer_fill(&part, s->dtype, arrays[array].seed, s->threads, run->ledger);
    }
    if (status == MW_OK && arrays[array].weight)
        status = shrink(state, array, run->ledger);
    return status;
}

mw_status mw_block_create(mw_block_state *state, mw_run *run, mw_error *error)
{
    *state = (mw_block_state){.size = mw_block_sizes_of(run->kernel, &run->args)};
    run->isa = mw_cpu_isa();
    state->bodies = mw_transformer_bodies_for(run->isa);
    state->attention = mw_attention_bodies_for(run->isa);
    state->gemv = mw_gemv_bodies_for(run->isa);
    state->eltwise = mw_eltwise_bodies_for(run->isa);
    mw_status status = MW_OK;
    for (int i = 0; i < MW_BLOCK_ARRAYS && status == MW_OK; i++)
        status = make(state, (mw_block_array)i, run, error);
    if (status != MW_OK)
        mw_block_destroy(state);
    return status;
}

mw_block_places mw_block_place(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    mw_block_places at = {.size = sizes_of(kernel, args, 1)};
    for (int i = 0; i < MW_BLOCK_ARRAYS; i++) {
        size_t elements = mw_block_elements(&at.size, (mw_block_array)i);
        at.array[i] = mw_trace_place(trace, (uint64_t)elements * at.size.width + PAD);
    }
    return at;
}
