/*
 * skinny: the plan around skinny.inc.h. X is packed once per execution into panels as wide as the
 * registers allow (one up to 64 columns of f32 with AVX-512); when all panels together are larger
 * than SLAB_BYTES, k is cut into slabs, so that the slab of X that every row meets stays in the
 * second-level cache. A row tile of W comes from memory for the first panel and from the nearest
 * cache for others.
 *
 *     FLOPs  2·m·n·k
 *     loads  (panels·m·k + k·n + (slabs - 1)·m·n)·w        stores  slabs·m·n·w
 */
#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "form.h"
#include "gemm/gemm.h"
#include "gemm/operands.h"
#include "params.h"
#include "team.h"

enum { BATCH_MAX = 128, SLAB_BYTES = 1 << 20, TAIL_ROWS = 8 };

static const mw_param skinny_params[MW_GEMM_PARAMS] = {
    [MW_GEMM_M] = MW_PARAM_DIMENSION("m", "rows of W and C", 8192),
    [MW_GEMM_N] = {"n", "elements", "columns of X and C: the batch", 1, BATCH_MAX, 8, NULL},
    [MW_GEMM_K] = MW_PARAM_DIMENSION("k", "columns of W, rows of X", 8192),
    [MW_GEMM_LDA] = MW_PARAM_LEADING("lda", "W"),
    [MW_GEMM_LDB] = MW_PARAM_LEADING("ldb", "X"),
    [MW_GEMM_LDC] = MW_PARAM_LEADING("ldc", "C"),
    [MW_GEMM_DTYPE] = MW_PARAM_DTYPE,
    [MW_GEMM_THREADS] = MW_PARAM_THREADS,
};

/* How one product is cut. */
typedef struct skinny_plan {
    size_t lanes, line;              /* elements of a vector, of a cache line */
    size_t group;                    /* steps of k that one vector holds */
    size_t panels, vectors, columns; /* panels; vectors and columns of each, padding included */
    size_t rows;                     /* of a tile */
    size_t slabs, slab;              /* slabs along k, and the k of one: whole lines */
} skinny_plan;

typedef struct skinny_state {
    mw_gemm_state operands; /* first: mw_gemm_verify finds it there */
    mw_skinny_body *body;
    mw_skinny_packer *pack;
    skinny_plan plan;
    mw_buffer packed; /* panel after panel; k padded to whole lines */
} skinny_state;

static skinny_plan plan_of(size_t n, size_t k, mw_dtype dtype, mw_isa isa)
{
    mw_skinny_bodies bodies = mw_skinny_bodies_for(isa);
    const mw_skinny_limits *limits = &bodies.limits[dtype];
    size_t width = mw_dtype_size(dtype);
    skinny_plan plan = {.lanes = limits->lanes, .line = MW_LINE_BYTES / width, .group = 1};

    /* The more of k a vector holds, the fewer loads of W and the fewer idle lanes; but more vectors
     * leave registers for fewer rows, and memory is fastest when it is asked for many. */
    while (plan.group < limits->lanes &&
           mw_ceil_div(2 * n * plan.group, limits->lanes) <= MW_SKINNY_GROUPED)
        plan.group *= 2;
    size_t vectors = mw_ceil_div(n * plan.group, limits->lanes);
    plan.vectors = vectors;
    if (vectors > limits->vectors) {
        /* Several panels of one width: the wider, unless the narrower wastes less. */
        size_t wide = limits->vectors, narrow = wide - 1;
        bool wider = mw_ceil_div(vectors, wide) * wide <= mw_ceil_div(vectors, narrow) * narrow;
        plan.vectors = wider ? wide : narrow;
    }
    plan.panels = mw_ceil_div(vectors, plan.vectors);
    plan.columns = plan.vectors * limits->lanes / plan.group;
    plan.rows = limits->rows[plan.vectors];
    plan.slabs = mw_ceil_div(n * k * width, SLAB_BYTES);
    plan.slab = mw_ceil_div(mw_ceil_div(k, plan.slabs), plan.line) * plan.line;
    plan.slabs = mw_ceil_div(k, plan.slab);
    return plan;
}

static skinny_plan plan_of_args(const mw_args *args)
{
    return plan_of((size_t)args->value[MW_GEMM_N], (size_t)args->value[MW_GEMM_K],
                   (mw_dtype)args->value[MW_GEMM_DTYPE], mw_cpu_isa());
}

static size_t padded(const skinny_plan *plan, size_t k)
{
    return mw_ceil_div(k, plan->line) * plan->line;
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    skinny_plan plan = plan_of_args(args);
    mw_wide m = (mw_wide)args->value[MW_GEMM_M], n = (mw_wide)args->value[MW_GEMM_N];
    mw_wide k = (mw_wide)args->value[MW_GEMM_K];
    mw_wide w = mw_dtype_size((mw_dtype)args->value[MW_GEMM_DTYPE]);
    return (mw_work){
        .flops = mw_form(2 * m * n * k),
        .load_bytes = mw_form((plan.panels * m * k + k * n + (plan.slabs - 1) * m * n) * w),
        .store_bytes = mw_form(plan.slabs * m * n * w),
    };
}

/* Each operand once: W and X read, C written. */
static uint64_t compulsory(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide m = (mw_wide)args->value[MW_GEMM_M], n = (mw_wide)args->value[MW_GEMM_N];
    mw_wide k = (mw_wide)args->value[MW_GEMM_K];
    return mw_form((m * k + k * n + m * n) * mw_dtype_size((mw_dtype)args->value[MW_GEMM_DTYPE]));
}

static uint64_t packed_bytes(const skinny_plan *plan, size_t k, mw_dtype dtype)
{
    return plan->panels * plan->columns * padded(plan, k) * mw_dtype_size(dtype);
}

static uint64_t footprint(const mw_kernel *kernel, const mw_args *args)
{
    skinny_plan plan = plan_of_args(args);
    return mw_gemm_footprint(kernel, args) +
           mw_buffer_footprint(packed_bytes(&plan, (size_t)args->value[MW_GEMM_K],
                                            (mw_dtype)args->value[MW_GEMM_DTYPE]));
}

static void release(mw_run *run)
{
    skinny_state *state = run->state;
    if (!state)
        return;
    mw_gemm_destroy(&state->operands);
    mw_buffer_destroy(&state->packed);
    free(state);
    run->state = NULL;
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    skinny_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = state;
    run->isa = mw_cpu_isa();
    mw_gemm_state *s = &state->operands;
    mw_status status = mw_gemm_create(s, run, error);
    if (status == MW_OK) {
        mw_skinny_bodies bodies = mw_skinny_bodies_for(run->isa);
        s->sets_c = true;
        state->body = bodies.body[s->dtype];
        state->pack = bodies.pack[s->dtype];
        state->plan = plan_of(s->n, s->k, s->dtype, run->isa);
        status =
            mw_buffer_create(&state->packed, packed_bytes(&state->plan, s->k, s->dtype), error);
    }
    if (status == MW_OK)
        status = mw_buffer_touch(&state->packed, s->threads, run->ledger);
    if (status != MW_OK)
        release(run);
    return status;
}

/* Where panel `q` holds step `p`; panels lie one after the other. */
static void *panel_at(const skinny_state *state, size_t q, size_t p)
{
    const skinny_plan *plan = &state->plan;
    size_t steps = q * padded(plan, state->operands.k) + p;
    return (char *)state->packed.data + steps * plan->columns * state->operands.width;
}

/* Some lines of k of panel `q`. */
static void pack_panel(const skinny_state *state, size_t q, mw_range lines)
{
    const mw_gemm_state *s = &state->operands;
    const skinny_plan *plan = &state->plan;
    size_t first = q * plan->columns, begin = lines.begin * plan->line;
    mw_skinny_packing packing = {
        .x = mw_gemm_at(s, &s->b, s->ldb, begin, first),
        .ldx = s->ldb,
        .k = s->k - begin,
        .n = mw_smaller(s->n - first, plan->columns),
        .panel = panel_at(state, q, begin),
        .steps = (lines.end - lines.begin) * plan->line,
        .columns = plan->columns,
        .group = plan->group,
    };
    state->pack(&packing);
}

static bool pack_share(void *context, int thread, int threads, mw_tally *tally)
{
    const skinny_state *state = context;
    const mw_gemm_state *s = &state->operands;
    const skinny_plan *plan = &state->plan;
    enum { LINES = 64 }; /* of k between two polls */
    mw_range share = mw_team_share(mw_ceil_div(s->k, plan->line), thread, threads);
    for (uint64_t at = share.begin; at < share.end; at += LINES) {
        mw_range lines = {at, at + LINES < share.end ? at + LINES : share.end};
        for (size_t q = 0; q < plan->panels; q++)
            pack_panel(state, q, lines);
        size_t end = mw_smaller(lines.end * plan->line, s->k);
        size_t loads = (end - lines.begin * plan->line) * s->n;
        if (!mw_tally_add(tally, 0, loads * s->width, 0))
            return false;
    }
    return true;
}

/* Rows [i, i+rows) of C against steps [p, p+k) and all panels. */
static void row_tile(const skinny_state *state, size_t i, size_t rows, size_t p, size_t k)
{
    const mw_gemm_state *s = &state->operands;
    const skinny_plan *plan = &state->plan;
    size_t left = k % plan->line;
    _Alignas(MW_LINE_BYTES) char tail[TAIL_ROWS * MW_LINE_BYTES] = {0};
    for (size_t r = 0; left && r < rows; r++)
        memcpy(tail + r * MW_LINE_BYTES, mw_gemm_at(s, &s->a, s->lda, i + r, p + k - left),
               left * s->width);
    for (size_t q = 0; q < plan->panels; q++) {
        size_t first = q * plan->columns;
        mw_skinny_tile tile = {
            .w = mw_gemm_at(s, &s->a, s->lda, i, p),
            .lda = s->lda,
            .tail = left ? tail : NULL,
            .panel = panel_at(state, q, p),
            .k = k - left,
            .rows = rows,
            .vectors = plan->vectors,
            .group = plan->group,
            .c = mw_gemm_at(s, &s->c, s->ldc, i, first),
            .ldc = s->ldc,
            .columns = mw_smaller(s->n - first, plan->columns),
            .add = p > 0,
        };
        state->body(&tile);
    }
}

static bool stream_share(void *context, int thread, int threads, mw_tally *tally)
{
    const skinny_state *state = context;
    const mw_gemm_state *s = &state->operands;
    const skinny_plan *plan = &state->plan;
    mw_range tiles = mw_team_share(mw_ceil_div(s->m, plan->rows), thread, threads);
    size_t end = mw_smaller(tiles.end * plan->rows, s->m);
    for (size_t p = 0; p < s->k; p += plan->slab) {
        size_t k = mw_smaller(s->k - p, plan->slab);
        for (size_t i = tiles.begin * plan->rows; i < end;) {
            size_t rows = end - i < plan->rows ? 1 : plan->rows;
            row_tile(state, i, rows, p, k);
            size_t sums = rows * s->n, weights = rows * k;
            if (!mw_tally_add(tally, 2 * sums * k,
                              (plan->panels * weights + (p > 0 ? sums : 0)) * s->width,
                              sums * s->width))
                return false;
            i += rows;
        }
    }
    return true;
}

static mw_status execute(mw_run *run)
{
    skinny_state *state = run->state;
    int threads = state->operands.threads;
    mw_status status = mw_team_run(run->ledger, threads, pack_share, state);
    if (status == MW_OK)
        status = mw_team_run(run->ledger, threads, stream_share, state);
    return status;
}

/* Packing: X row by row, in the columns of each panel. The packed copy itself is no operand. */
static bool trace_pack(mw_trace *trace, const mw_gemm_places *at, const skinny_plan *plan)
{
    uint32_t w = at->width;
    for (uint64_t first = 0; first < at->n; first += plan->columns) {
        uint64_t columns = mw_smaller(at->n - first, plan->columns);
        for (uint64_t p = 0; p < at->k; p++) {
            mw_stream row = mw_gemm_along(at->b, at->ldb, p, first, w, MW_ACCESS_LOAD);
            if (!mw_trace_loop(trace, &row, 1, columns))
                return false;
        }
    }
    return true;
}

/* A row tile of W once per panel, and the sums it leaves in C. */
static bool trace_row_tile(mw_trace *trace, const mw_gemm_places *at, const skinny_plan *plan,
                           uint64_t i, size_t rows, mw_range steps)
{
    uint32_t w = at->width;
    mw_stream weights[MW_STREAM_MAX];
    for (size_t r = 0; r < rows; r++)
        weights[r] = mw_gemm_along(at->a, at->lda, i + r, steps.begin, w, MW_ACCESS_LOAD);
    for (uint64_t first = 0; first < at->n; first += plan->columns) {
        uint64_t columns = mw_smaller(at->n - first, plan->columns);
        if (!mw_trace_loop(trace, weights, rows, steps.end - steps.begin))
            return false;
        for (size_t r = 0; r < rows; r++) {
            const mw_stream sums[] = {
                mw_gemm_along(at->c, at->ldc, i + r, first, w, MW_ACCESS_LOAD),
                mw_gemm_along(at->c, at->ldc, i + r, first, w, MW_ACCESS_STORE),
            };
            size_t set = steps.begin > 0 ? 0 : 1; /* the first slab finds no sum */
            if (!mw_trace_loop(trace, sums + set, 2 - set, columns))
                return false;
        }
    }
    return true;
}

/* Outer tiles are row tiles, slab by slab. */
static mw_status trace(const mw_kernel *kernel, const mw_args *args, mw_trace *to)
{
    (void)kernel;
    skinny_plan plan = plan_of_args(args);
    mw_gemm_places at = mw_gemm_place(args, to);
    if (!trace_pack(to, &at, &plan))
        return MW_CANCELLED;
    uint64_t whole = at.m / plan.rows, tiles = whole + at.m % plan.rows;
    for (uint64_t p = 0; p < at.k; p += plan.slab) {
        mw_range steps = {p, p + mw_smaller(at.k - p, plan.slab)};
        for (uint64_t tile = 0; tile < tiles; tile++) {
            if (!mw_trace_tile(to, tile, tiles))
                continue;
            uint64_t i = tile < whole ? tile * plan.rows : whole * plan.rows + (tile - whole);
            if (!trace_row_tile(to, &at, &plan, i, tile < whole ? plan.rows : 1, steps))
                return MW_CANCELLED;
        }
    }
    return MW_OK;
}

const mw_kernel mw_gemm_skinny = {
    .family = "gemm",
    .variant = "skinny",
    .summary = "C = W*X for a small batch: each weight brought from memory once",
    .params = skinny_params,
    .param_count = MW_GEMM_PARAMS,
    .check = mw_gemm_check,
    .work = work,
    .compulsory_bytes = compulsory,
    .footprint = footprint,
    .prepare = prepare,
    .execute = execute,
    .verify = mw_gemm_verify,
    .release = release,
    .sample = mw_gemm_sample,
    .result = mw_gemm_result,
    .trace = trace,
};
