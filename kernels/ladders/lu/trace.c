/* The accesses of lu.c with one thread; packed copies and candidates are no operands. */
#include "form.h"
#include "lu/panels.h"
#include "params.h"

typedef struct places {
    mw_lu_panels p;
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

mw_status mw_lu_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    places at = {.p = mw_lu_panels_of(kernel, args)};
    at.lda = mw_leading(args->value[MW_LU_LDA], args->value[MW_LU_N]);
    at.width = (uint32_t)mw_dtype_size(at.p.dtype);
    at.plan = mw_lu_plan(&at.p);
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
