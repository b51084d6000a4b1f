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
 *     r = n - 1 - k rows below the diagonal, c columns of the panel to the right of it, for each k:
 *       FLOPs r + 2·r·c     loads r + 1 + 2·n + 1 + r + 2·r·c     stores 2·n + r + r·c, and a pivot
 *     and for each panel with m columns to its right and b of its own:
 *       FLOPs b·(b-1)·m     loads b·(b-1)/2 + b·(b-1)·m + m·b     stores b·(b-1)/2·m
 *       and one product of m x b by b x m
 *     and n² loads and stores for the copy that is factored.
 *     Unblocked is one panel of n columns: FLOPs n·(n-1)/2 + n·(n-1)·(2·n-1)/3, about 2/3·n³.
 */
#include "lu/lu.h"

#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "form.h"
#include "gemm/product.h"
#include "lu/bodies.h"
#include "lu/matrix.h"
#include "params.h"
#include "team.h"

/* More does not fit a machine's memory by far. */
enum { N_MAX = 1 << 17 };

static const mw_param params[MW_LU_BLOCKED] = {
    [MW_LU_N] = {"n", "elements", "rows and columns of A", 1, N_MAX, 1024, NULL},
    [MW_LU_LDA] = MW_PARAM_LEADING("lda", "A"),
    [MW_LU_DTYPE] = MW_PARAM_DTYPE,
    [MW_LU_BLOCK] = {"block", "elements", "columns of a panel", 1, 1024, 64, NULL},
};

typedef struct lu_state {
    mw_lu_matrix matrix; /* first: mw_lu_verify finds it there */
    size_t block;
    mw_lu_bodies bodies;
    mw_gemm_plan plan; /* of the largest product; none when there is one panel only */
    mw_gemm_workspace workspace;
    mw_buffer minus_l; /* what lies below a panel, with its sign turned */
} lu_state;

typedef struct panels {
    size_t n, block;
    mw_dtype dtype;
} panels;

static panels panels_of(const mw_kernel *kernel, const mw_args *args)
{
    panels p = {
        .n = (size_t)args->value[MW_LU_N],
        .dtype = (mw_dtype)args->value[MW_LU_DTYPE],
    };
    bool blocked = kernel->param_count == MW_LU_BLOCKED;
    p.block = blocked ? mw_smaller((size_t)args->value[MW_LU_BLOCK], p.n) : p.n;
    return p;
}

static mw_gemm_plan plan_of(const panels *p)
{
    return mw_gemm_plan_best(p->dtype, p->n, p->n, p->block);
}

/* Elements of a sum that mw_work keeps in bytes. */
typedef struct tallied {
    mw_wide flops, loads, stores;
} tallied;

static void add_step(tallied *sum, mw_wide n, mw_wide r, mw_wide c)
{
    sum->flops += r + 2 * r * c;
    sum->loads += r + 1 + 2 * n + 1 + r + 2 * r * c;
    sum->stores += 2 * n + r + r * c;
}

static void add_beside(tallied *sum, mw_wide b, mw_wide m)
{
    sum->flops += b * (b - 1) * m;
    sum->loads += b * (b - 1) / 2 + b * (b - 1) * m + m * b;
    sum->stores += b * (b - 1) / 2 * m;
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    panels p = panels_of(kernel, args);
    mw_wide n = p.n, width = mw_dtype_size(p.dtype);
    mw_gemm_plan plan = plan_of(&p);
    tallied sum = {.loads = n * n, .stores = n * n};
    mw_wide flops = 0, load_bytes = 0, store_bytes = n * sizeof(int32_t);
    for (size_t k0 = 0; k0 < p.n; k0 += p.block) {
        size_t b = mw_smaller(p.block, p.n - k0), m = p.n - k0 - b;
        for (size_t k = k0; k < k0 + b; k++)
            add_step(&sum, n, p.n - 1 - k, k0 + b - 1 - k);
        if (m == 0)
            continue;
        add_beside(&sum, b, m);
        mw_work product = mw_gemm_product_work(&plan, m, m, b, true);
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

static uint64_t footprint(const mw_kernel *kernel, const mw_args *args)
{
    panels p = panels_of(kernel, args);
    uint64_t bytes = mw_lu_footprint(kernel, args);
    if (p.block == p.n)
        return bytes;
    mw_gemm_plan plan = plan_of(&p);
    return bytes + mw_gemm_workspace_bytes(&plan) +
           mw_buffer_footprint(p.n * p.block * mw_dtype_size(p.dtype));
}

static void release(mw_run *run)
{
    lu_state *state = run->state;
    if (!state)
        return;
    mw_lu_destroy(&state->matrix);
    mw_gemm_workspace_destroy(&state->workspace);
    mw_buffer_destroy(&state->minus_l);
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
    panels p = panels_of(run->kernel, &run->args);
    state->block = p.block;
    if (p.block == p.n)
        return MW_OK;
    state->plan = plan_of(&p);
    status = mw_gemm_workspace_create(&state->workspace, &state->plan, run->ledger, error);
    if (status == MW_OK)
        status = mw_buffer_scratch(&state->minus_l, p.n * p.block * state->matrix.width, 1,
                                   run->ledger, error);
    if (status != MW_OK)
        release(run);
    return status;
}

static bool tell(mw_tally *tally, const mw_lu_matrix *m, size_t flops, size_t loads, size_t stores)
{
    return mw_tally_add(tally, flops, loads * m->width, stores * m->width);
}

static bool copy(lu_state *state, mw_tally *tally)
{
    const mw_lu_matrix *m = &state->matrix;
    for (size_t i = 0; i < m->n; i++) {
        memcpy(mw_lu_at(m, i, 0), (char *)m->source.data + i * m->lda * m->width, m->n * m->width);
        if (!tell(tally, m, 0, m->n, m->n))
            return false;
    }
    return true;
}

/* Takes a multiple of `from` from `rows` rows below, a tile of them at a time. */
static bool eliminate(const lu_state *state, mw_lu_rows whole, mw_tally *tally)
{
    const mw_lu_matrix *m = &state->matrix;
    size_t step = 1 + MW_TILE_FLOPS / 2 / (whole.columns + 1);
    for (size_t i = 0; i < whole.rows; i += step) {
        mw_lu_rows part = whole;
        part.row = (char *)whole.row + i * whole.ld * m->width;
        part.rows = mw_smaller(whole.rows - i, step);
        state->bodies.eliminate[m->dtype](&part);
        size_t steps = part.rows * part.columns, divided = whole.divide ? part.rows : 0;
        if (!tell(tally, m, divided + 2 * steps, part.rows + 2 * steps, divided + steps))
            return false;
    }
    return true;
}

/* Columns [k0, k0+b) of all rows from k0 on; whole rows change places. */
static bool factor_panel(lu_state *state, size_t k0, size_t b, mw_tally *tally)
{
    const mw_lu_matrix *m = &state->matrix;
    for (size_t k = k0; k < k0 + b; k++) {
        size_t below = m->n - 1 - k;
        size_t p = k + state->bodies.largest[m->dtype](mw_lu_at(m, k, k), m->lda, below + 1);
        state->bodies.swap[m->dtype](mw_lu_at(m, k, 0), mw_lu_at(m, p, 0), m->n);
        ((int32_t *)m->pivots.data)[k] = (int32_t)p;
        tally->pending.store_bytes += sizeof(int32_t);
        if (!tell(tally, m, 0, below + 1 + 2 * m->n + 1, 2 * m->n))
            return false;
        mw_lu_rows rows = {
            .row = (char *)mw_lu_at(m, k, k) + m->lda * m->width,
            .from = mw_lu_at(m, k, k),
            .ld = m->lda,
            .rows = below,
            .columns = k0 + b - 1 - k,
            .divide = true,
        };
        if (!eliminate(state, rows, tally))
            return false;
    }
    return true;
}

/* What the panel does to the columns from k1 = k0+b on. */
static bool update_rest(lu_state *state, size_t k0, size_t b, mw_tally *tally)
{
    const mw_lu_matrix *m = &state->matrix;
    size_t k1 = k0 + b, rest = m->n - k1;
    for (size_t k = k0; k + 1 < k1; k++) {
        mw_lu_rows rows = {
            .row = mw_lu_at(m, k + 1, k),
            .from = mw_lu_at(m, k, k1),
            .ld = m->lda,
            .rows = k1 - 1 - k,
            .columns = rest,
            .gap = k1 - k,
        };
        if (!eliminate(state, rows, tally))
            return false;
    }
    for (size_t i = 0, step = 1 + (1 << 18) / b; i < rest; i += step) {
        size_t rows = mw_smaller(rest - i, step);
        state->bodies.negate[m->dtype]((char *)state->minus_l.data + i * b * m->width,
                                       mw_lu_at(m, k1 + i, k0), m->lda, rows, b);
        if (!tell(tally, m, 0, rows * b, 0))
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
    return mw_gemm_product(&state->plan, &state->workspace, &product, tally);
}

static bool whole(void *context, int thread, int threads, mw_tally *tally)
{
    (void)thread, (void)threads;
    lu_state *state = context;
    size_t n = state->matrix.n;
    if (!copy(state, tally))
        return false;
    for (size_t k0 = 0; k0 < n; k0 += state->block) {
        size_t b = mw_smaller(state->block, n - k0);
        if (!factor_panel(state, k0, b, tally) || (k0 + b < n && !update_rest(state, k0, b, tally)))
            return false;
    }
    return true;
}

static mw_status execute(mw_run *run)
{
    return mw_team_run(run->ledger, 1, whole, run->state);
}

/* --- accesses ------------------------------------------------------------------------------- */

typedef struct places {
    panels p;
    uint64_t lda, source, a, pivots, minus_l;
    uint32_t width;
    mw_gemm_plan plan;
} places;

static mw_stream along(const places *at, size_t row, size_t column, mw_access access)
{
    return mw_gemm_along(at->a, at->lda, row, column, at->width, access);
}

static bool trace_copy(const places *at, mw_trace *trace)
{
    for (size_t i = 0; i < at->p.n; i++) {
        const mw_stream streams[] = {
            mw_gemm_along(at->source, at->lda, i, 0, at->width, MW_ACCESS_LOAD),
            along(at, i, 0, MW_ACCESS_STORE),
        };
        if (!mw_trace_loop(trace, streams, 2, at->p.n))
            return false;
    }
    return true;
}

/* Which row comes up depends on the data: here it is one drawn evenly from those that may. */
static size_t some_row(const places *at, size_t k)
{
    return k + (size_t)((uint64_t)k * 2654435761u % (at->p.n - k));
}

static bool trace_swap(const places *at, mw_trace *trace, size_t k)
{
    size_t other = some_row(at, k);
    const mw_stream streams[] = {
        along(at, k, 0, MW_ACCESS_LOAD),
        along(at, other, 0, MW_ACCESS_LOAD),
        along(at, k, 0, MW_ACCESS_STORE),
        along(at, other, 0, MW_ACCESS_STORE),
    };
    return mw_trace_loop(trace, streams, 4, at->p.n) &&
           mw_trace_range(trace, at->pivots + k * sizeof(int32_t), 0, 1, sizeof(int32_t),
                          MW_ACCESS_STORE);
}

/* `rows` rows from `row` on, whose multiples lie in column k, lose row k from `column` on. */
static bool trace_eliminate(const places *at, mw_trace *trace, size_t k, size_t row, size_t rows,
                            size_t column, size_t columns, bool divide)
{
    for (size_t i = row; i < row + rows; i++) {
        const mw_stream multiple[] = {along(at, i, k, MW_ACCESS_LOAD),
                                      along(at, i, k, MW_ACCESS_STORE)};
        const mw_stream rest[] = {
            along(at, i, column, MW_ACCESS_LOAD),
            along(at, k, column, MW_ACCESS_LOAD),
            along(at, i, column, MW_ACCESS_STORE),
        };
        if (!mw_trace_loop(trace, multiple, divide ? 2 : 1, 1) ||
            !mw_trace_loop(trace, rest, 3, columns))
            return false;
    }
    return true;
}

/* Outer tiles are columns. */
static bool trace_panel(const places *at, mw_trace *trace, size_t k0, size_t b)
{
    size_t n = at->p.n;
    for (size_t k = k0; k < k0 + b; k++) {
        if (!mw_trace_tile(trace, k - k0, b))
            continue;
        mw_stream column = mw_gemm_down(at->a, at->lda, k, k, at->width, MW_ACCESS_LOAD);
        mw_stream pivot = along(at, k, k, MW_ACCESS_LOAD);
        if (!mw_trace_loop(trace, &column, 1, n - k) || !trace_swap(at, trace, k) ||
            !mw_trace_loop(trace, &pivot, 1, 1) ||
            !trace_eliminate(at, trace, k, k + 1, n - 1 - k, k + 1, k0 + b - 1 - k, true))
            return false;
    }
    return true;
}

static bool trace_rest(const places *at, mw_trace *trace, size_t k0, size_t b)
{
    size_t k1 = k0 + b, rest = at->p.n - k1;
    for (size_t k = k0; k + 1 < k1; k++) {
        if (!trace_eliminate(at, trace, k, k + 1, k1 - 1 - k, k1, rest, false))
            return false;
    }
    for (size_t i = k1; i < at->p.n; i++) {
        mw_stream row = along(at, i, k0, MW_ACCESS_LOAD);
        if (!mw_trace_loop(trace, &row, 1, b))
            return false;
    }
    mw_gemm_places product = {
        .m = rest,
        .n = rest,
        .k = b,
        .lda = b,
        .ldb = at->lda,
        .ldc = at->lda,
        .a = at->minus_l,
        .b = at->a + (k0 * at->lda + k1) * at->width,
        .c = at->a + (k1 * at->lda + k1) * at->width,
        .width = at->width,
    };
    return mw_gemm_product_trace(&at->plan, &product, true, trace);
}

static mw_status trace_all(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    places at = {.p = panels_of(kernel, args)};
    at.lda = mw_leading(args->value[MW_LU_LDA], args->value[MW_LU_N]);
    at.width = (uint32_t)mw_dtype_size(at.p.dtype);
    at.plan = plan_of(&at.p);
    at.source = mw_trace_place(trace, at.p.n * at.lda * at.width);
    at.a = mw_trace_place(trace, at.p.n * at.lda * at.width);
    at.pivots = mw_trace_place(trace, at.p.n * sizeof(int32_t));
    at.minus_l = mw_trace_place(trace, at.p.n * at.p.block * at.width);
    if (!trace_copy(&at, trace))
        return MW_CANCELLED;
    for (size_t k0 = 0; k0 < at.p.n; k0 += at.p.block) {
        size_t b = mw_smaller(at.p.block, at.p.n - k0);
        if (!trace_panel(&at, trace, k0, b) || (k0 + b < at.p.n && !trace_rest(&at, trace, k0, b)))
            return MW_CANCELLED;
    }
    return MW_OK;
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
        .trace = trace_all,                                                                        \
    }

LU(unblocked, "P*A = L*U with partial pivoting, column by column", MW_LU_PARAMS);
LU(blocked, "P*A = L*U by panels, the rest as matrix products", MW_LU_BLOCKED);
