/* compute.c: products and passes of a step, cut among the threads of a team. */
#include "chain/compute.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "form.h"
#include "team.h"

/* Elements of a pass between two tallies, and columns whose parts different threads may take. */
enum { PASS_ELEMENTS = 1 << 16, COLUMN_UNIT = 16 };
enum { SEED_WEIGHTS = 1000 };

/* --- products ----------------------------------------------------------------------------- */

mw_gemm_plan mw_chain_gemm_plan(const mw_chain_shape *shape, bool trains)
{
    size_t widest = shape->layers == 1 && !shape->mlp ? shape->d : mw_chain_widest(shape);
    size_t tallest = trains && widest > shape->batch ? widest : shape->batch;
    size_t deepest = trains && shape->batch > widest ? shape->batch : widest;
    return mw_gemm_plan_best(shape->dtype, tallest, widest, deepest);
}

typedef struct product_job {
    const mw_chain_compute *compute;
    const mw_chain_product *product;
} product_job;

static bool product_share(void *context, int thread, int threads, mw_tally *tally)
{
    (void)threads;
    const product_job *job = context;
    const mw_chain_product *p = job->product;
    mw_gemm_operands operands = {
        .m = p->m,
        .n = p->n,
        .k = p->k,
        .a = p->a,
        .b = p->b,
        .c = p->c,
        .lda = p->k,
        .ldb = p->b_transposed ? p->k : p->n,
        .ldc = p->n,
        .b_transposed = p->b_transposed,
    };
    return mw_gemm_team_product(&job->compute->team, MW_GEMM_BY_COLUMNS, &operands, thread, tally);
}

static mw_status product(void *context, const mw_chain_product *p)
{
    mw_chain_compute *c = context;
    product_job job = {c, p};
    return mw_team_run(c->ledger, c->threads, product_share, &job);
}

/* --- passes ------------------------------------------------------------------------------- */

typedef enum pass_kind { PASS_COPY, PASS_RELU, PASS_MASK, PASS_SCALE } pass_kind;

typedef struct pass_job {
    const mw_chain_compute *compute;
    pass_kind kind;
    const void *from;
    void *to;
    size_t count;
    double factor;
} pass_job;

static void pass_piece(const pass_job *job, size_t begin, size_t count)
{
    const mw_chain_compute *c = job->compute;
    const char *from = job->from ? (const char *)job->from + begin * c->width : NULL;
    char *to = (char *)job->to + begin * c->width;
    switch (job->kind) {
    case PASS_COPY:
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): a copy always has a source */
        memcpy(to, from, count * c->width);
        break;
    case PASS_RELU:
        c->bodies.relu[c->dtype](from, to, count);
        break;
    case PASS_MASK:
        c->bodies.mask[c->dtype](from, to, count);
        break;
    case PASS_SCALE:
        c->bodies.scale[c->dtype](to, job->factor, count);
        break;
    }
}

static bool pass_share(void *context, int thread, int threads, mw_tally *tally)
{
    const pass_job *job = context;
    size_t width = job->compute->width;
    mw_range lines = mw_team_share(mw_ceil_div(job->count, COLUMN_UNIT), thread, threads);
    size_t end = mw_smaller(lines.end * COLUMN_UNIT, job->count);
    for (size_t i = lines.begin * COLUMN_UNIT; i < end; i += PASS_ELEMENTS) {
        size_t count = mw_smaller(end - i, PASS_ELEMENTS);
        pass_piece(job, i, count);
        if (job->kind == PASS_SCALE) {
            if (!mw_ledger_poll(tally->ledger))
                return false;
        } else if (!mw_tally_add(tally, 0, (job->kind == PASS_MASK ? 2 : 1) * count * width,
                                 count * width)) {
            return false;
        }
    }
    return true;
}

static mw_status run_pass(mw_chain_compute *c, pass_kind kind, const void *from, void *to,
                          size_t count)
{
    pass_job job = {.compute = c, .kind = kind, .from = from, .to = to, .count = count};
    return mw_team_run(c->ledger, c->threads, pass_share, &job);
}

static mw_status copy(void *context, const void *from, void *to, size_t count)
{
    return run_pass(context, PASS_COPY, from, to, count);
}

static mw_status relu(void *context, const void *x, void *s, size_t count)
{
    return run_pass(context, PASS_RELU, x, s, count);
}

static mw_status mask(void *context, const void *x, void *g, size_t count)
{
    return run_pass(context, PASS_MASK, x, g, count);
}

typedef struct transpose_job {
    const mw_chain_compute *compute;
    mw_chain_part whole;
} transpose_job;

/* Each thread writes whole lines of s where rows allow it: it takes columns of x. */
static bool transpose_share(void *context, int thread, int threads, mw_tally *tally)
{
    const transpose_job *job = context;
    const mw_chain_compute *c = job->compute;
    mw_chain_part part = job->whole;
    mw_range units = mw_team_share(mw_ceil_div(part.columns, COLUMN_UNIT), thread, threads);
    for (size_t unit = units.begin; unit < units.end; unit++) {
        part.column_begin = unit * COLUMN_UNIT;
        part.column_end = mw_smaller(part.column_begin + COLUMN_UNIT, part.columns);
        for (size_t i = 0; i < part.rows; i += PASS_ELEMENTS / COLUMN_UNIT) {
            part.row_begin = i;
            part.row_end = mw_smaller(i + PASS_ELEMENTS / COLUMN_UNIT, part.rows);
            c->bodies.relu_transposed[c->dtype](&part);
            size_t bytes = (part.row_end - i) * (part.column_end - part.column_begin) * c->width;
            if (!mw_tally_add(tally, 0, bytes, bytes))
                return false;
        }
    }
    return true;
}

static mw_status relu_transposed(void *context, const void *x, void *s, size_t rows, size_t columns)
{
    mw_chain_compute *c = context;
    transpose_job job = {c, {.x = x, .s = s, .rows = rows, .columns = columns}};
    return mw_team_run(c->ledger, c->threads, transpose_share, &job);
}

/* --- the optimizer's step ----------------------------------------------------------------- */

typedef struct update_job {
    const mw_chain_compute *compute;
    const mw_chain_update *update;
} update_job;

static void *shifted(void *data, size_t bytes)
{
    return data ? (char *)data + bytes : NULL;
}

static void move_weights(const mw_chain_compute *c, const mw_chain_update *u, size_t begin,
                         size_t count)
{
    size_t at = begin * c->width;
    mw_chain_move move = {
        .w = shifted(u->w, at),
        .first = shifted(u->remembered[0], at),
        .second = shifted(u->remembered[1], at),
        .g = (const char *)u->dw + at,
        .count = count,
        .rate = c->rate,
    };
    switch (u->optimizer) {
    case MW_CHAIN_ADAM:
        c->bodies.adam[c->dtype](&move);
        break;
    case MW_CHAIN_MOMENTUM:
        c->bodies.momentum[c->dtype](&move);
        break;
    default:
        c->bodies.sgd[c->dtype](&move);
        break;
    }
}

static bool update_share(void *context, int thread, int threads, mw_tally *tally)
{
    const update_job *job = context;
    const mw_chain_update *u = job->update;
    size_t remembered = u->remembered[1] ? 2 : u->remembered[0] ? 1 : 0;
    mw_range lines = mw_team_share(mw_ceil_div(u->count, COLUMN_UNIT), thread, threads);
    size_t end = mw_smaller(lines.end * COLUMN_UNIT, u->count);
    for (size_t i = lines.begin * COLUMN_UNIT; i < end; i += PASS_ELEMENTS) {
        size_t count = mw_smaller(end - i, PASS_ELEMENTS), bytes = count * job->compute->width;
        move_weights(job->compute, u, i, count);
        if (!mw_tally_add(tally, mw_chain_update_flops(u->optimizer) * count,
                          (2 + remembered) * bytes, (1 + remembered) * bytes))
            return false;
    }
    return true;
}

static mw_status update(void *context, const mw_chain_update *u)
{
    mw_chain_compute *c = context;
    update_job job = {c, u};
    return mw_team_run(c->ledger, c->threads, update_share, &job);
}

/* ------------------------------------------------------------------------------------------ */

uint32_t mw_chain_seed(size_t i)
{
    return SEED_WEIGHTS + (uint32_t)i;
}

/* He et al. 2015: relu halves the variance; uniform numbers in [-1, 1) have a third. */
double mw_chain_factor(const mw_chain_shape *shape, size_t i)
{
    return sqrt(6.0 / (double)mw_chain_wide(shape, i));
}

/* Gradients of |y|²/2 are sums over the batch; Adam's steps do not grow with them. */
double mw_chain_rate(const mw_chain_shape *shape)
{
    if (shape->optimizer == MW_CHAIN_ADAM)
        return 1e-5;
    return 1.0 / 64 / (double)shape->batch / (double)shape->layers / (double)mw_chain_widest(shape);
}

mw_status mw_chain_zero(mw_chain_compute *compute, void *data, uint64_t bytes)
{
    mw_buffer view = {.data = data, .bytes = (size_t)bytes};
    return mw_buffer_touch(&view, compute->threads, compute->ledger);
}

mw_status mw_chain_fill(mw_chain_compute *compute, void *data, uint64_t bytes, uint32_t seed,
                        double factor)
{
    mw_buffer view = {.data = data, .bytes = (size_t)bytes};
    mw_status status =
        mw_buffer_fill(&view, compute->dtype, seed, compute->threads, compute->ledger);
    if (status != MW_OK || factor == 1)
        return status;
    pass_job job = {.compute = compute,
                    .kind = PASS_SCALE,
                    .to = data,
                    .count = (size_t)bytes / compute->width,
                    .factor = factor};
    return mw_team_run(compute->ledger, compute->threads, pass_share, &job);
}

mw_chain_engine mw_chain_compute_engine(mw_chain_compute *compute)
{
    return (mw_chain_engine){
        .product = product,
        .copy = copy,
        .relu = relu,
        .relu_transposed = relu_transposed,
        .mask = mask,
        .update = update,
        .context = compute,
    };
}

mw_status mw_chain_compute_open(mw_chain_compute *compute, const mw_chain_shape *shape, bool trains,
                                mw_ledger *ledger, mw_error *error)
{
    *compute = (mw_chain_compute){
        .ledger = ledger,
        .dtype = shape->dtype,
        .width = shape->width,
        .threads = shape->threads,
        .rate = mw_chain_rate(shape),
    };
    compute->bodies = mw_chain_bodies_for(mw_cpu_isa());
    mw_gemm_plan plan = mw_chain_gemm_plan(shape, trains);
    return mw_gemm_team_create(&compute->team, &plan, shape->threads, ledger, error);
}

void mw_chain_compute_close(mw_chain_compute *compute)
{
    mw_gemm_team_destroy(&compute->team);
}
