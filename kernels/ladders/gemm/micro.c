/*
 * tile, micro-avx2, micro-avx512 and parallel: one register tile or another inside the loops of
 * product.c.
 *
 * tile and micro run on one thread. parallel takes the best micro-kernel there is and cuts C into a
 * grid of blocks, one per thread (shares.h): as near to squares as the number of threads allows,
 * because a block of r x c reads (r + c)·k elements.
 */
#include <stdlib.h>

#include "cpu.h"
#include "form.h"
#include "gemm/gemm.h"
#include "gemm/operands.h"
#include "gemm/shares.h"
#include "params.h"
#include "sample.h"

/* Rungs of one thread have no `threads`: MC stands in its place. */
enum { MC, KC, NC, BLOCKS };
enum { ONE_PARAMS = MW_GEMM_THREADS + BLOCKS, TEAM_PARAMS = MW_GEMM_PARAMS + BLOCKS };
enum { KC_MAX = 1 << 13 };

#define OPERANDS                                                                                   \
    [MW_GEMM_M] = MW_PARAM_DIMENSION("m", "rows of A and C", 512),                                 \
    [MW_GEMM_N] = MW_PARAM_DIMENSION("n", "columns of B and C", 512),                              \
    [MW_GEMM_K] = MW_PARAM_DIMENSION("k", "columns of A, rows of B", 512),                         \
    [MW_GEMM_LDA] = MW_PARAM_LEADING("lda", "A"), [MW_GEMM_LDB] = MW_PARAM_LEADING("ldb", "B"),    \
    [MW_GEMM_LDC] = MW_PARAM_LEADING("ldc", "C"), [MW_GEMM_DTYPE] = MW_PARAM_DTYPE
#define BLOCK(name, what, most)                                                                    \
    {                                                                                              \
        name, "elements", what "; 0: from the sizes of the caches", 0, most, 0, NULL               \
    }
#define BLOCKS_FROM(first)                                                                         \
    [(first) + MC] = BLOCK("mc", "rows of a packed slab of A", MW_DIMENSION_MAX),                  \
               [(first) + KC] = BLOCK("kc", "steps of k of a packed block", KC_MAX),               \
               [(first) + NC] = BLOCK("nc", "columns of a packed block of B", MW_DIMENSION_MAX)

static const mw_param one_params[ONE_PARAMS] = {OPERANDS, BLOCKS_FROM(MW_GEMM_THREADS)};
static const mw_param team_params[TEAM_PARAMS] = {
    OPERANDS, [MW_GEMM_THREADS] = MW_PARAM_THREADS_ALL, BLOCKS_FROM(MW_GEMM_PARAMS)};

/* What a rung is: its tile, and the instruction set it is written for, or that of the machine. */
typedef struct rung {
    mw_gemm_tile_kind kind;
    bool any_isa;
    mw_isa isa;
} rung;

typedef struct micro_state {
    mw_gemm_state operands; /* first: mw_gemm_verify finds it there */
    mw_gemm_team team;
} micro_state;

static mw_isa isa_of(const mw_kernel *kernel)
{
    const rung *r = kernel->body;
    return r->any_isa ? mw_cpu_isa() : r->isa;
}

static mw_status check(const mw_kernel *kernel, const mw_args *args, mw_error *error)
{
    mw_isa wants = isa_of(kernel), has = mw_cpu_isa();
    if (wants > has)
        return mw_fail(error, MW_UNSUPPORTED,
                       "gemm/%s is written for %s, and %s here is %s: gemm/parallel takes the best "
                       "there is",
                       kernel->variant, mw_isa_name(wants),
                       has < mw_cpu_best_isa() ? "what MEMWALL_ISA allows" : "the widest",
                       mw_isa_name(has));
    return mw_gemm_check(kernel, args, error);
}

static int threads_of(const mw_kernel *kernel, const mw_args *args)
{
    return kernel->param_count == TEAM_PARAMS ? (int)args->value[MW_GEMM_THREADS] : 1;
}

static mw_gemm_plan plan_of(const mw_kernel *kernel, const mw_args *args)
{
    const rung *r = kernel->body;
    const int64_t *value = args->value;
    const int64_t *wish = value + kernel->param_count - BLOCKS;
    mw_gemm_blocks blocks = {(size_t)wish[MC], (size_t)wish[KC], (size_t)wish[NC]};
    return mw_gemm_plan_of(r->kind, isa_of(kernel), (mw_dtype)value[MW_GEMM_DTYPE],
                           (size_t)value[MW_GEMM_M], (size_t)value[MW_GEMM_N],
                           (size_t)value[MW_GEMM_K], blocks);
}

/* The shares of several threads may be cut differently, one by one: nothing is said of those. */
static void settle(const mw_kernel *kernel, mw_args *args)
{
    if (threads_of(kernel, args) > 1)
        return;
    mw_gemm_plan plan = plan_of(kernel, args);
    mw_gemm_blocks blocks = mw_gemm_plan_blocks(&plan, plan.m, plan.n, plan.k);
    int64_t *value = args->value + kernel->param_count - BLOCKS;
    value[MC] = (int64_t)blocks.mc;
    value[KC] = (int64_t)blocks.kc;
    value[NC] = (int64_t)blocks.nc;
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    mw_gemm_plan plan = plan_of(kernel, args);
    return mw_gemm_team_work(&plan, MW_GEMM_BY_GRID, threads_of(kernel, args), plan.m, plan.n,
                             plan.k, true);
}

static uint64_t footprint(const mw_kernel *kernel, const mw_args *args)
{
    mw_gemm_plan plan = plan_of(kernel, args);
    return mw_gemm_footprint(kernel, args) + mw_gemm_team_bytes(&plan, threads_of(kernel, args));
}

static void release(mw_run *run)
{
    micro_state *state = run->state;
    if (!state)
        return;
    mw_gemm_team_destroy(&state->team);
    mw_gemm_destroy(&state->operands);
    free(state);
    run->state = NULL;
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    micro_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    run->state = state;
    run->isa = isa_of(run->kernel);
    int threads = threads_of(run->kernel, &run->args);
    mw_status status = mw_gemm_create(&state->operands, run, error);
    mw_gemm_plan plan = plan_of(run->kernel, &run->args);
    if (status == MW_OK)
        status = mw_gemm_team_create(&state->team, &plan, threads, run->ledger, error);
    if (status != MW_OK)
        release(run);
    return status;
}

static bool multiply_share(void *context, int thread, int threads, mw_tally *tally)
{
    (void)threads;
    const micro_state *state = context;
    const mw_gemm_state *s = &state->operands;
    mw_gemm_operands operands = {
        .m = s->m,
        .n = s->n,
        .k = s->k,
        .a = s->a.data,
        .b = s->b.data,
        .c = s->c.data,
        .lda = s->lda,
        .ldb = s->ldb,
        .ldc = s->ldc,
        .add = true,
    };
    return mw_gemm_team_product(&state->team, MW_GEMM_BY_GRID, &operands, thread, tally);
}

static mw_status execute(mw_run *run)
{
    micro_state *state = run->state;
    return mw_team_run(run->ledger, state->operands.threads, multiply_share, state);
}

static mw_status trace(const mw_kernel *kernel, const mw_args *args, mw_trace *to)
{
    mw_gemm_plan plan = plan_of(kernel, args);
    mw_gemm_places at = mw_gemm_place(args, to);
    return mw_gemm_product_trace(&plan, &at, true, to) ? MW_OK : MW_CANCELLED;
}

/* Blocks of its own, or those of the model. */
static mw_status sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                        mw_error *error)
{
    int64_t own = shape->block % 2 ? shape->block : 0;
    mw_status status = mw_gemm_sample(kernel, shape, args, error);
    return status != MW_OK ? status : MW_SAMPLE({"mc", own}, {"kc", own}, {"nc", own});
}

#define RUNG(symbol, name, text, rung_params, count, ...)                                          \
    static const rung symbol##_rung = {__VA_ARGS__};                                               \
    const mw_kernel mw_gemm_##symbol = {.family = "gemm",                                          \
                                        .variant = (name),                                         \
                                        .summary = (text),                                         \
                                        .params = (rung_params),                                   \
                                        .param_count = (count),                                    \
                                        .check = check,                                            \
                                        .work = work,                                              \
                                        .compulsory_bytes = mw_gemm_compulsory,                    \
                                        .footprint = footprint,                                    \
                                        .prepare = prepare,                                        \
                                        .execute = execute,                                        \
                                        .verify = mw_gemm_verify,                                  \
                                        .release = release,                                        \
                                        .sample = sample,                                          \
                                        .result = mw_gemm_result,                                  \
                                        .trace = trace,                                            \
                                        .settle = settle,                                          \
                                        .body = &symbol##_rung}

RUNG(tile, "tile", "C += A*B with a tile of C in registers while k runs", one_params, ONE_PARAMS,
     .kind = MW_GEMM_TILE_SHIM, .any_isa = true);
RUNG(micro_avx2, "micro-avx2", "C += A*B by a 6 x 2 vector tile in AVX2 intrinsics", one_params,
     ONE_PARAMS, .kind = MW_GEMM_TILE_MICRO, .isa = MW_ISA_AVX2);
RUNG(micro_avx512, "micro-avx512", "C += A*B by a 14 x 2 vector tile in AVX-512 intrinsics",
     one_params, ONE_PARAMS, .kind = MW_GEMM_TILE_MICRO, .isa = MW_ISA_AVX512);
RUNG(parallel, "parallel", "C += A*B by the best tile there is, on every CPU", team_params,
     TEAM_PARAMS, .kind = MW_GEMM_TILE_MICRO, .any_isa = true);
