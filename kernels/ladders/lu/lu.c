/*
 * unblocked: Gaussian elimination as it is taught, with the rows as they lie.
 *
 * For each column: find the largest element below the diagonal, swap its row up, divide the column
 * by it, and take a multiple of its row from every row below. The last step touches all that is
 * left of the matrix for every column, 2 FLOP for 3 accesses: once the matrix is larger than a
 * cache, each of its n columns drags what is left of it through that cache again.
 *
 * blocked: the same steps, `block` columns at a time.
 *
 * A panel of so many columns is factored as above, but its rows change only within it. What the
 * panel does to the rest is made up at once: the rows beside it by the panel's triangle, and
 * everything below by one matrix product, C -= L·U with `block` steps. Nearly all FLOPs move into
 * that product, which uses each element `block` times once it is near.
 *
 * Several threads go through the columns together and meet twice in each: when two rows have
 * changed places, to which each gave some columns, and when each has taken the pivot's row from its
 * share of the rows below. There it also looks for the largest element of the next column, so that
 * the next pivot is known when they meet. The rows beside a panel are shared out by columns, the
 * product by rows. Every element is changed by the same steps in the same order whoever does it:
 * the bits are those of one thread.
 *
 *     r = n - 1 - k rows below the diagonal, c columns of the panel to the right of it, for each k;
 *     the pivot is read by p threads, as many as have rows, at least one:
 *       FLOPs r + 2·r·c     loads r + 1 + 2·n + p + r + 2·r·c     stores 2·n + r + r·c, and a pivot
 *     and for each panel with m columns to its right and b of its own, whose triangle is read by t
 *     threads, as many as there are cache lines in a row of m:
 *       FLOPs b·(b-1)·m     loads t·b·(b-1)/2 + b·(b-1)·m + m·b   stores b·(b-1)/2·m
 *       and one product of m x b by b x m, shared out by rows (gemm/shares.h)
 *     and n² loads and stores for the copy that is factored.
 *     Unblocked is one panel of n columns: FLOPs n·(n-1)/2 + n·(n-1)·(2·n-1)/3, about 2/3·n³.
 */
#include "lu/lu.h"

#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "form.h"
#include "lu/bodies.h"
#include "lu/panels.h"
#include "params.h"
#include "sample.h"
#include "team.h"

/* More does not fit a machine's memory by far. */
enum { N_MAX = 1 << 17 };

static const mw_param params[MW_LU_BLOCKED] = {
    [MW_LU_N] = {"n", "elements", "rows and columns of A", 1, N_MAX, 1024, NULL},
    [MW_LU_LDA] = MW_PARAM_LEADING("lda", "A"),
    [MW_LU_DTYPE] = MW_PARAM_DTYPE,
    [MW_LU_THREADS] = MW_PARAM_THREADS,
    [MW_LU_BLOCK] = {"block", "elements", "columns of a panel", 1, 1024, 64, NULL},
};

/* The largest element that a thread found in its rows; on a cache line of its own. */
typedef struct candidate {
    _Alignas(MW_LINE_BYTES) size_t row;
    double magnitude; /* -1: it had no rows */
} candidate;

typedef struct lu_state {
    mw_lu_matrix matrix; /* first: mw_lu_verify finds it there */
    mw_lu_panels panels;
    mw_lu_bodies bodies;
    mw_gemm_team team;    /* none when there is one panel only */
    mw_buffer minus_l;    /* what lies below a panel, with its sign turned */
    mw_buffer candidates; /* one per thread */
} lu_state;

mw_lu_panels mw_lu_panels_of(const mw_kernel *kernel, const mw_args *args)
{
    mw_lu_panels p = {
        .n = (size_t)args->value[MW_LU_N],
        .dtype = (mw_dtype)args->value[MW_LU_DTYPE],
        .threads = (int)args->value[MW_LU_THREADS],
    };
    bool blocked = kernel->param_count == MW_LU_BLOCKED;
    p.block = blocked ? mw_smaller((size_t)args->value[MW_LU_BLOCK], p.n) : p.n;
    return p;
}

mw_gemm_plan mw_lu_plan(const mw_lu_panels *panels)
{
    return mw_gemm_plan_best(panels->dtype, panels->n, panels->n, panels->block);
}

/* Elements of a cache line: threads do not share one where columns are shared out. */
static size_t line_of(size_t width)
{
    return MW_LINE_BYTES / width;
}

/* Elements of a sum that mw_work keeps in bytes. */
typedef struct tallied {
    mw_wide flops, loads, stores;
} tallied;

static void add_step(tallied *sum, mw_wide n, mw_wide r, mw_wide c, mw_wide threads)
{
    mw_wide p = r == 0 ? 1 : r < threads ? r : threads;
    sum->flops += r + 2 * r * c;
    sum->loads += r + 1 + 2 * n + p + r + 2 * r * c;
    sum->stores += 2 * n + r + r * c;
}

static void add_beside(tallied *sum, mw_wide b, mw_wide m, mw_wide t)
{
    sum->flops += b * (b - 1) * m;
    sum->loads += t * b * (b - 1) / 2 + b * (b - 1) * m + m * b;
    sum->stores += b * (b - 1) / 2 * m;
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    mw_lu_panels p = mw_lu_panels_of(kernel, args);
    size_t width = mw_dtype_size(p.dtype);
    mw_wide n = p.n;
    mw_gemm_plan plan = mw_lu_plan(&p);
    tallied sum = {.loads = n * n, .stores = n * n};
    mw_wide flops = 0, load_bytes = 0, store_bytes = n * sizeof(int32_t);
    for (size_t k0 = 0; k0 < p.n; k0 += p.block) {
        size_t b = mw_smaller(p.block, p.n - k0), m = p.n - k0 - b;
        for (size_t k = k0; k < k0 + b; k++)
            add_step(&sum, n, p.n - 1 - k, k0 + b - 1 - k, (mw_wide)p.threads);
        if (m == 0)
            continue;
        add_beside(&sum, b, m, mw_smaller((size_t)p.threads, mw_ceil_div(m, line_of(width))));
        mw_work product = mw_gemm_team_work(&plan, MW_GEMM_BY_ROWS, p.threads, m, m, b, true);
        flops += product.flops;
        load_bytes += product.load_bytes;
        store_bytes += product.store_bytes;
    }
    return (mw_work){
        .flops = mw_form(flops + sum.flops),
        .load_bytes = mw_form(load_bytes + sum.loads * width),
        .store_bytes = mw_form(store_bytes + sum.stores * width),
    };
}

static uint64_t candidates_bytes(const mw_lu_panels *p)
{
    return (uint64_t)p->threads * sizeof(candidate);
}

static uint64_t footprint(const mw_kernel *kernel, const mw_args *args)
{
    mw_lu_panels p = mw_lu_panels_of(kernel, args);
    uint64_t bytes = mw_lu_footprint(kernel, args) + mw_buffer_footprint(candidates_bytes(&p));
    if (p.block == p.n)
        return bytes;
    mw_gemm_plan plan = mw_lu_plan(&p);
    return bytes + mw_gemm_team_bytes(&plan, p.threads) +
           mw_buffer_footprint(p.n * p.block * mw_dtype_size(p.dtype));
}

static void release(mw_run *run)
{
    lu_state *state = run->state;
    if (!state)
        return;
    mw_lu_destroy(&state->matrix);
    mw_gemm_team_destroy(&state->team);
    mw_buffer_destroy(&state->minus_l);
    mw_buffer_destroy(&state->candidates);
    free(state);
    run->state = NULL;
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    lu_state *state = calloc(1, sizeof *state);
    if (!state)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    mw_status status = mw_lu_create(&state->matrix, run, error);
    if (status != MW_OK) {
        free(state);
        return status;
    }
    run->state = state;
    run->isa = mw_cpu_isa();
    state->bodies = mw_lu_bodies_for(run->isa);
    mw_lu_panels p = state->panels = mw_lu_panels_of(run->kernel, &run->args);
    status = mw_buffer_scratch(&state->candidates, candidates_bytes(&p), 1, run->ledger, error);
    mw_gemm_plan plan = mw_lu_plan(&p);
    if (status == MW_OK && p.block < p.n)
        status = mw_gemm_team_create(&state->team, &plan, p.threads, run->ledger, error);
    if (status == MW_OK && p.block < p.n)
        status = mw_buffer_scratch(&state->minus_l, p.n * p.block * state->matrix.width, p.threads,
                                   run->ledger, error);
    if (status != MW_OK)
        release(run);
    return status;
}

/* --- one thread's part of a step -------------------------------------------------------------- */

typedef struct worker {
    lu_state *state;
    const mw_lu_matrix *m;
    int thread, threads;
    mw_tally *tally;
} worker;

static bool tell(const worker *w, size_t flops, size_t loads, size_t stores)
{
    return mw_tally_add(w->tally, flops, loads * w->m->width, stores * w->m->width);
}

/* This thread's part of rows or columns [begin, end), in whole units. */
static mw_range own_of(const worker *w, size_t begin, size_t end, size_t unit)
{
    mw_range units = mw_team_share(mw_ceil_div(end - begin, unit), w->thread, w->threads);
    return (mw_range){mw_smaller(begin + units.begin * unit, end),
                      mw_smaller(begin + units.end * unit, end)};
}

/* Puts up the largest element of column k in the rows `own`. */
static bool search(const worker *w, size_t k, mw_range own)
{
    const mw_lu_matrix *m = w->m;
    candidate *found = (candidate *)w->state->candidates.data + w->thread;
    size_t count = own.end - own.begin;
    found->magnitude = -1;
    if (count == 0)
        return true;
    found->row = own.begin + w->state->bodies.largest[m->dtype](mw_lu_at(m, own.begin, k), m->lda,
                                                                count, &found->magnitude);
    return tell(w, 0, count, 0);
}

/* The first of the largest. */
static size_t pivot_of(const worker *w)
{
    const candidate *found = w->state->candidates.data;
    size_t best = 0;
    for (size_t t = 1; t < (size_t)w->threads; t++) {
        if (found[t].magnitude > found[best].magnitude)
            best = t;
    }
    return found[best].row;
}

static bool copy(const worker *w)
{
    const mw_lu_matrix *m = w->m;
    mw_range own = own_of(w, 0, m->n, 1);
    for (size_t i = own.begin; i < own.end; i++) {
        memcpy(mw_lu_at(m, i, 0), (char *)m->source.data + i * m->lda * m->width, m->n * m->width);
        if (!tell(w, 0, m->n, m->n))
            return false;
    }
    return search(w, 0, own);
}

/* Row k and that of the pivot change places, whole rows. */
static bool swap(const worker *w, size_t k)
{
    const mw_lu_matrix *m = w->m;
    size_t p = pivot_of(w);
    if (w->thread == 0) {
        ((int32_t *)m->pivots.data)[k] = (int32_t)p;
        w->tally->pending.store_bytes += sizeof(int32_t);
    }
    mw_range own = own_of(w, 0, m->n, line_of(m->width));
    size_t columns = own.end - own.begin;
    w->state->bodies.swap[m->dtype](mw_lu_at(m, k, own.begin), mw_lu_at(m, p, own.begin), columns);
    return tell(w, 0, 2 * columns, 2 * columns);
}

/* Takes a multiple of `from` from `rows` rows below, a tile of them at a time. */
static bool eliminate(const worker *w, mw_lu_rows whole)
{
    const mw_lu_matrix *m = w->m;
    size_t step = 1 + MW_TILE_FLOPS / 2 / (whole.columns + 1);
    for (size_t i = 0; i < whole.rows; i += step) {
        mw_lu_rows part = whole;
        part.row = (char *)whole.row + i * whole.ld * m->width;
        part.rows = mw_smaller(whole.rows - i, step);
        w->state->bodies.eliminate[m->dtype](&part);
        size_t steps = part.rows * part.columns, divided = whole.divide ? part.rows : 0;
        if (!tell(w, divided + 2 * steps, part.rows + 2 * steps, divided + steps))
            return false;
    }
    return true;
}

/* Row k of a panel that ends before column k1, from the rows below; then the next column's largest.
 */
static bool eliminate_below(const worker *w, size_t k, size_t k1)
{
    const mw_lu_matrix *m = w->m;
    mw_range own = own_of(w, k + 1, m->n, 1);
    mw_lu_rows rows = {
        .row = (char *)mw_lu_at(m, k, k) + (own.begin - k) * m->lda * m->width,
        .from = mw_lu_at(m, k, k),
        .ld = m->lda,
        .rows = own.end - own.begin,
        .columns = k1 - 1 - k,
        .divide = true,
    };
    if ((rows.rows || w->thread == 0) && !tell(w, 0, 1, 0)) /* the pivot */
        return false;
    return eliminate(w, rows) && (k + 1 == k1 || search(w, k + 1, own));
}

/* The triangle of the panel [k0, k1) on the rows beside it. */
static bool update_beside(const worker *w, size_t k0, size_t k1)
{
    const mw_lu_matrix *m = w->m;
    mw_range own = own_of(w, k1, m->n, line_of(m->width));
    for (size_t k = k0; k + 1 < k1 && own.begin < own.end; k++) {
        mw_lu_rows rows = {
            .row = mw_lu_at(m, k + 1, k),
            .from = mw_lu_at(m, k, own.begin),
            .ld = m->lda,
            .rows = k1 - 1 - k,
            .columns = own.end - own.begin,
            .gap = own.begin - k,
        };
        if (!eliminate(w, rows))
            return false;
    }
    return true;
}

/* Everything below the panel [k0, k1) loses L·U; then the largest of the next panel's first column.
 */
static bool update_below(const worker *w, size_t k0, size_t k1)
{
    lu_state *state = w->state;
    const mw_lu_matrix *m = w->m;
    size_t b = k1 - k0, rest = m->n - k1;
    mw_gemm_part part =
        mw_gemm_part_of(&state->team.plan, MW_GEMM_BY_ROWS, rest, rest, w->thread, w->threads);
    mw_range own = part.rows;
    for (size_t i = own.begin, step = 1 + (1 << 18) / b; i < own.end; i += step) {
        size_t rows = mw_smaller(own.end - i, step);
        state->bodies.negate[m->dtype]((char *)state->minus_l.data + i * b * m->width,
                                       mw_lu_at(m, k1 + i, k0), m->lda, rows, b);
        if (!tell(w, 0, rows * b, 0))
            return false;
    }
    mw_gemm_operands product = {
        .m = rest,
        .n = rest,
        .k = b,
        .a = state->minus_l.data,
        .b = mw_lu_at(m, k0, k1),
        .c = mw_lu_at(m, k1, k1),
        .lda = b,
        .ldb = m->lda,
        .ldc = m->lda,
        .add = true,
    };
    return mw_gemm_team_product(&state->team, MW_GEMM_BY_ROWS, &product, w->thread, w->tally) &&
           search(w, k1, (mw_range){k1 + own.begin, k1 + own.end});
}

/* --- the steps -------------------------------------------------------------------------------- */

/* One for the copy; for each panel two a column and two for what is right of it. */
static uint64_t steps_of(const mw_lu_panels *p)
{
    size_t before = (p->n - 1) / p->block; /* panels before the last */
    return 1 + before * (2 * p->block + 2) + 2 * (p->n - before * p->block);
}

static bool do_step(void *context, uint64_t step, int thread, int threads, mw_tally *tally)
{
    lu_state *state = context;
    const mw_lu_panels *p = &state->panels;
    worker w = {state, &state->matrix, thread, threads, tally};
    if (step == 0)
        return copy(&w);
    size_t panel = (step - 1) / (2 * p->block + 2), within = (step - 1) % (2 * p->block + 2);
    size_t k0 = panel * p->block, k1 = mw_smaller(k0 + p->block, p->n), k = k0 + within / 2;
    bool second = within % 2 == 1;
    if (k < k1)
        return second ? eliminate_below(&w, k, k1) : swap(&w, k);
    return second ? update_below(&w, k0, k1) : update_beside(&w, k0, k1);
}

static mw_status execute(mw_run *run)
{
    const mw_lu_panels *p = &((lu_state *)run->state)->panels;
    return mw_team_run_steps(run->ledger, p->threads, steps_of(p), do_step, run->state);
}

static mw_status sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                        mw_error *error)
{
    int64_t n = shape->n < 200 ? shape->n : 200;
    mw_status status = MW_SAMPLE({"n", n}, {"lda", mw_shape_leading(shape, n)});
    if (status == MW_OK && kernel->param_count > MW_LU_BLOCK)
        status = MW_SAMPLE({"block", shape->block});
    return status;
}

static const mw_buffer *result(const mw_run *run)
{
    return &((const lu_state *)run->state)->matrix.a;
}

#define LU(name, text, count)                                                                      \
    const mw_kernel mw_lu_##name = {                                                               \
        .family = "lu",                                                                            \
        .variant = #name,                                                                          \
        .summary = (text),                                                                         \
        .params = params,                                                                          \
        .param_count = (count),                                                                    \
        .check = mw_lu_check,                                                                      \
        .work = work,                                                                              \
        .compulsory_bytes = mw_lu_compulsory,                                                      \
        .footprint = footprint,                                                                    \
        .prepare = prepare,                                                                        \
        .execute = execute,                                                                        \
        .verify = mw_lu_verify,                                                                    \
        .release = release,                                                                        \
        .sample = sample,                                                                          \
        .result = result,                                                                          \
        .trace = mw_lu_trace,                                                                      \
    }

LU(unblocked, "P*A = L*U with partial pivoting, column by column", MW_LU_PARAMS);
LU(blocked, "P*A = L*U by panels, the rest as matrix products", MW_LU_BLOCKED);
