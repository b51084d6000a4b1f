/*
 * parallel: the best loops so far, on every CPU.
 *
 * Rows are independent, so each thread takes a run of them, whole groups at a time, and no two
 * threads write the same y. A is touched first by the thread that will read it. Memory is shared,
 * though: a thread more brings bandwidth only until the memory's is used up, which takes fewer
 * threads than there are CPUs.
 * A matrix of few rows has nothing to share out that way. Then threads share its columns, each sums
 * into a y of its own, and those are added in the order of the threads, so the same bits come out
 * in every run.
 * A share that fits into a CPU's second-level cache takes the loops of rows, a larger one those of
 * prefetch: the one rung that is good at every size, also with one thread.
 *
 *     FLOPs 2·m·n    loads (m·n + n)·w    stores m·w
 */
#include <string.h>
#include <unistd.h>

#include "form.h"
#include "gemv/gemv.h"
#include "gemv/rung.h"
#include "params.h"

static const mw_param params[MW_GEMV_PARAMS] = {
    [MW_GEMV_M] = MW_PARAM_DIMENSION("m", "rows of A", 4096),
    [MW_GEMV_N] = MW_PARAM_DIMENSION("n", "columns of A", 4096),
    [MW_GEMV_LDA] = MW_PARAM_LEADING("lda", "A"),
    [MW_GEMV_DTYPE] = MW_PARAM_DTYPE,
    [MW_GEMV_THREADS] = MW_PARAM_THREADS_ALL,
};

/* Whether threads share the columns: some would be left without a group of rows. */
static bool by_columns(const mw_args *args)
{
    uint64_t m = (uint64_t)args->value[MW_GEMV_M];
    int64_t threads = args->value[MW_GEMV_THREADS];
    return threads > 1 && mw_ceil_div(m, MW_GEMV_STREAMS) < (uint64_t)threads;
}

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    if (!by_columns(args))
        return mw_gemv_rows_work(kernel, args);
    mw_wide m = (mw_wide)args->value[MW_GEMV_M], n = (mw_wide)args->value[MW_GEMV_N];
    mw_wide w = mw_dtype_size((mw_dtype)args->value[MW_GEMV_DTYPE]);
    return (mw_work){
        .flops = mw_form(2 * m * n),
        .load_bytes = mw_form((m * n + n) * w),
        .store_bytes = mw_form(m * w),
    };
}

/* Bytes of all threads' own y; each begins on a cache line of its own. */
static size_t partial_stride(const mw_args *args)
{
    size_t width = mw_dtype_size((mw_dtype)args->value[MW_GEMV_DTYPE]);
    size_t bytes = (size_t)args->value[MW_GEMV_M] * width;
    return (bytes + MW_CACHE_LINE - 1) / MW_CACHE_LINE * MW_CACHE_LINE;
}

static uint64_t partial_bytes(const mw_args *args)
{
    return by_columns(args) ? partial_stride(args) * (uint64_t)args->value[MW_GEMV_THREADS] : 0;
}

static uint64_t footprint(const mw_kernel *kernel, const mw_args *args)
{
    return mw_gemv_footprint(kernel, args) + mw_buffer_footprint(partial_bytes(args));
}

static size_t second_level_bytes(void)
{
#ifdef _SC_LEVEL2_CACHE_SIZE
    long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
    if (bytes > 0)
        return (size_t)bytes;
#endif
    return 1 << 20;
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    mw_status status = mw_gemv_prepare(run, error);
    if (status != MW_OK)
        return status;
    mw_gemv_state *state = run->state;
    /* A quarter of the cache is left to x, to y and to whatever else lives there. */
    size_t share = state->m * state->lda * state->width / (size_t)state->threads;
    bool near = share <= second_level_bytes() / 4 * 3;
    mw_gemv_choose(run, near ? offsetof(mw_gemv_bodies, rows) : offsetof(mw_gemv_bodies, prefetch));
    if (by_columns(&run->args)) {
        status = mw_buffer_scratch(&state->partial, partial_bytes(&run->args), state->threads,
                                   run->ledger, error);
        if (status != MW_OK)
            mw_gemv_release(run);
    }
    return status;
}

/* One thread's columns of all rows, into its own y. Shares begin on cache lines, so that only the
 * last one has columns that fill no vector. */
static bool columns_share(void *context, int thread, int threads, mw_tally *tally)
{
    const mw_run *run = context;
    const mw_gemv_state *state = run->state;
    size_t line = MW_CACHE_LINE / state->width;
    mw_range lines = mw_team_share(mw_ceil_div(state->n, line), thread, threads);
    size_t end = mw_smaller(lines.end * line, state->n);
    char *y = (char *)state->partial.data + (size_t)thread * partial_stride(&run->args);
    memset(y, 0, state->m * state->width);
    if (thread == 0)
        tally->pending.load_bytes += state->n * state->width;
    for (size_t j = lines.begin * line; j < end; j += MW_GEMV_COLUMNS_MAX) {
        size_t columns = mw_smaller(end - j, MW_GEMV_COLUMNS_MAX);
        mw_gemv_tile tile = {
            .a = (const char *)state->a.data + j * state->width,
            .lda = state->lda,
            .x = (const char *)state->packed.data + j * state->width,
            .y = y,
            .rows = state->m,
            .columns = columns,
            .add = true,
        };
        state->body(&tile);
        if (!mw_tally_add(tally, 2 * state->m * columns, state->m * columns * state->width, 0))
            return false;
    }
    return true;
}

/* y = the threads' sums, in the order of the threads. They are private copies: only y is stored. */
static bool add_partials(void *context, int thread, int threads, mw_tally *tally)
{
    (void)thread, (void)threads;
    const mw_run *run = context;
    const mw_gemv_state *state = run->state;
    size_t stride = partial_stride(&run->args);
    for (size_t i = 0; i < state->m; i++) {
        const char *part = (const char *)state->partial.data + i * state->width;
        double wide = 0;
        float narrow = 0;
        for (int t = 0; t < state->threads; t++, part += stride) {
            if (state->dtype == MW_F32)
                narrow += *(const float *)part;
            else
                wide += *(const double *)part;
        }
        if (state->dtype == MW_F32)
            ((float *)state->y.data)[i] = narrow;
        else
            ((double *)state->y.data)[i] = wide;
    }
    return mw_tally_add(tally, 0, 0, state->m * state->width);
}

static mw_status execute(mw_run *run)
{
    if (!by_columns(&run->args))
        return mw_gemv_rows_execute(run);
    mw_gemv_state *state = run->state;
    memcpy(state->packed.data, state->x.data, state->n * state->width);
    mw_status status = mw_team_run(run->ledger, state->threads, columns_share, run);
    return status == MW_OK ? mw_team_run(run->ledger, 1, add_partials, run) : status;
}

static const mw_gemv_rung rung = {0, MW_GEMV_STREAMS, true};

const mw_kernel mw_gemv_parallel = {
    .family = "gemv",
    .variant = "parallel",
    .summary = "y = A*x, the best loops for the size, rows dealt out to all CPUs",
    .params = params,
    .param_count = MW_GEMV_PARAMS,
    .check = mw_gemv_check,
    .work = work,
    .compulsory_bytes = mw_gemv_compulsory,
    .footprint = footprint,
    .prepare = prepare,
    .execute = execute,
    .verify = mw_gemv_verify,
    .release = mw_gemv_release,
    .sample = mw_gemv_sample,
    .result = mw_gemv_result,
    .trace = mw_gemv_rows_trace,
    .body = &rung,
};
