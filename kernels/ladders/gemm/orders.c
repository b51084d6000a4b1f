/*
 * The six orders of the three loops. They make the same products; each element of C is even summed
 * in the same order. What differs is how memory is walked: the innermost loop says whether lines
 * are used whole and whether vectors can be loaded, the others how soon something is met again.
 * All six are plain loops, compiled with the same flags for the same instruction set.
 *
 * An execution keeps to its order exactly: it is cut into pieces along the outer loops only, apart
 * from an innermost loop longer than MW_GEMM_LENGTH. Threads share rows of C, or its columns where
 * the innermost loop runs down them.
 */
#include "form.h"
#include "gemm/gemm.h"
#include "gemm/loops.h"

/* The dimensions i, j and p (rows, columns, steps of k). */
enum { I, J, P, LOOPS };

typedef struct order {
    size_t body;     /* offset of its bodies in mw_loop_bodies */
    int loop[LOOPS]; /* from the outermost to the innermost */
} order;

static const order *order_of(const mw_kernel *kernel)
{
    return kernel->body;
}

/* The loops that threads share. */
static int shared_loop(const order *o)
{
    return o->loop[2] == I ? J : I;
}

/*
 * Elements that a piece loads and stores. Innermost p: a sum is kept in a register, C is loaded and
 * stored once. Innermost j or i: C at every step, and the element that multiplies them is loaded
 * once.
 */
typedef struct moved {
    mw_wide loads, stores;
} moved;

static moved moved_by(int innermost, mw_wide m, mw_wide n, mw_wide k)
{
    mw_wide steps = m * n * k;
    if (innermost == P)
        return (moved){2 * steps + m * n, m * n};
    return (moved){2 * steps + (innermost == J ? m * k : n * k), steps};
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    int innermost = order_of(kernel)->loop[2];
    const mw_wide size[LOOPS] = {(mw_wide)args->value[MW_GEMM_M], (mw_wide)args->value[MW_GEMM_N],
                                 (mw_wide)args->value[MW_GEMM_K]};
    mw_wide pieces = mw_ceil_div((uint64_t)size[innermost], MW_GEMM_LENGTH);
    mw_wide steps = size[I] * size[J] * size[P];
    moved once = moved_by(innermost, size[I], size[J], size[P]);
    moved all = {2 * steps + (once.loads - 2 * steps) * pieces,
                 innermost == P ? once.stores * pieces : once.stores};
    return mw_gemm_loops_work(args, all.loads, all.stores);
}

/* How far the loops go in one piece, from the outermost to the innermost. */
typedef struct steps {
    size_t outer, middle, inner;
} steps;

static steps steps_of(const order *o, const size_t *size)
{
    size_t inner = mw_smaller(size[o->loop[2]], MW_GEMM_LENGTH);
    size_t middle = mw_smaller(size[o->loop[1]], mw_gemm_units(inner));
    return (steps){mw_gemm_units(middle * inner), middle, inner};
}

static bool piece(const mw_gemm_loops *loops, const size_t *at, const size_t *size, mw_tally *tally)
{
    mw_gemm_piece one = mw_gemm_piece_at(loops, at[I], at[J], at[P]);
    one.m = size[I];
    one.n = size[J];
    one.k = size[P];
    loops->body(&one);
    moved m = moved_by(order_of(loops->kernel)->loop[2], one.m, one.n, one.k);
    size_t width = loops->operands.width;
    return mw_tally_add(tally, 2 * one.m * one.n * one.k, (uint64_t)m.loads * width,
                        (uint64_t)m.stores * width);
}

static bool share(void *context, int thread, int threads, mw_tally *tally)
{
    const mw_gemm_loops *loops = context;
    const order *o = order_of(loops->kernel);
    const mw_gemm_state *s = &loops->operands;
    size_t begin[LOOPS] = {0}, end[LOOPS] = {s->m, s->n, s->k};
    int shared = shared_loop(o);
    mw_range mine = mw_team_share(end[shared], thread, threads);
    begin[shared] = mine.begin;
    end[shared] = mine.end;
    const size_t total[LOOPS] = {end[I] - begin[I], end[J] - begin[J], end[P] - begin[P]};
    if (total[shared] == 0)
        return true;
    int x = o->loop[0], y = o->loop[1], z = o->loop[2];
    steps step = steps_of(o, total);
    size_t at[LOOPS], size[LOOPS];
    for (at[x] = begin[x]; at[x] < end[x]; at[x] += step.outer) {
        size[x] = mw_smaller(end[x] - at[x], step.outer);
        for (at[y] = begin[y]; at[y] < end[y]; at[y] += step.middle) {
            size[y] = mw_smaller(end[y] - at[y], step.middle);
            for (at[z] = begin[z]; at[z] < end[z]; at[z] += step.inner) {
                size[z] = mw_smaller(end[z] - at[z], step.inner);
                if (!piece(loops, at, size, tally))
                    return false;
            }
        }
    }
    return true;
}

static mw_status execute(mw_run *run)
{
    mw_gemm_loops *loops = run->state;
    return mw_team_run(run->ledger, loops->operands.threads, share, loops);
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    return mw_gemm_loops_prepare(run, order_of(run->kernel)->body, error);
}

/* An innermost loop of `count` steps from the place `x`. */
static bool trace_inner(mw_trace *trace, const mw_gemm_places *at, int innermost, const uint64_t *x,
                        uint64_t count)
{
    uint32_t w = at->width;
    uint64_t i = x[I], j = x[J], p = x[P];
    mw_access load = MW_ACCESS_LOAD, store = MW_ACCESS_STORE;
    if (innermost == P) {
        const mw_stream streams[] = {mw_gemm_along(at->a, at->lda, i, p, w, load),
                                     mw_gemm_down(at->b, at->ldb, p, j, w, load)};
        return mw_gemm_touch(trace, at->c, at->ldc, i, j, w, load) &&
               mw_trace_loop(trace, streams, 2, count) &&
               mw_gemm_touch(trace, at->c, at->ldc, i, j, w, store);
    }
    if (innermost == J)
        return mw_gemm_trace_row(trace, at, i, (mw_range){j, j + count}, (mw_range){p, p + 1});
    const mw_stream streams[] = {mw_gemm_down(at->a, at->lda, i, p, w, load),
                                 mw_gemm_down(at->c, at->ldc, i, j, w, load),
                                 mw_gemm_down(at->c, at->ldc, i, j, w, store)};
    return mw_gemm_touch(trace, at->b, at->ldb, p, j, w, load) &&
           mw_trace_loop(trace, streams, 3, count);
}

/* Outer tiles are passes of the outermost loop. */
static mw_status trace(const mw_kernel *kernel, const mw_args *args, mw_trace *to)
{
    const order *o = order_of(kernel);
    mw_gemm_places at = mw_gemm_place(args, to);
    const size_t size[LOOPS] = {at.m, at.n, at.k};
    int outer = o->loop[0], middle = o->loop[1], inner = o->loop[2];
    steps step = steps_of(o, size);
    uint64_t x[LOOPS];
    for (x[outer] = 0; x[outer] < size[outer]; x[outer]++) {
        if (!mw_trace_tile(to, x[outer], size[outer]))
            continue;
        for (uint64_t y = 0; y < size[middle]; y += step.middle) {
            for (x[inner] = 0; x[inner] < size[inner]; x[inner] += step.inner) {
                uint64_t count = mw_smaller(size[inner] - x[inner], step.inner);
                uint64_t end = y + mw_smaller(size[middle] - y, step.middle);
                for (x[middle] = y; x[middle] < end; x[middle]++) {
                    if (!trace_inner(to, &at, inner, x, count))
                        return MW_CANCELLED;
                }
            }
        }
    }
    return MW_OK;
}

#define ORDER(name, text, ...)                                                                     \
    static const order name##_order = {offsetof(mw_loop_bodies, name), {__VA_ARGS__}};             \
    const mw_kernel mw_gemm_##name = {.family = "gemm",                                            \
                                      .variant = #name,                                            \
                                      .summary = (text),                                           \
                                      .params = mw_gemm_params,                                    \
                                      .param_count = MW_GEMM_PARAMS,                               \
                                      .check = mw_gemm_check,                                      \
                                      .work = work,                                                \
                                      .compulsory_bytes = mw_gemm_compulsory,                      \
                                      .footprint = mw_gemm_footprint,                              \
                                      .prepare = prepare,                                          \
                                      .execute = execute,                                          \
                                      .verify = mw_gemm_verify,                                    \
                                      .release = mw_gemm_loops_release,                            \
                                      .sample = mw_gemm_sample,                                    \
                                      .result = mw_gemm_result,                                    \
                                      .trace = trace,                                              \
                                      .body = &name##_order}

ORDER(ijk, "C += A*B, one dot product per element", I, J, P);
ORDER(jik, "C += A*B, dot products column by column", J, I, P);
ORDER(jki, "C += A*B down columns of A and C", J, P, I);
ORDER(kji, "C += A*B, outer products down columns", P, J, I);
ORDER(kij, "C += A*B, outer products along rows", P, I, J);
ORDER(ikj, "C += A*B along rows of B and C", I, P, J);
