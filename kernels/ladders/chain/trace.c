/*
 * The accesses of a chain: the tape carries its schedule out with an engine that names addresses
 * instead of computing. Pieces get their addresses in the order in which `prepare` takes them, so
 * what is given back and taken again lies where it lay before.
 */
#include "chain/trace.h"

#include "chain/compute.h"
#include "form.h"

typedef struct tracer {
    mw_trace *trace;
    uint32_t width;
    mw_gemm_plan plan;
} tracer;

static mw_status went_on(bool wanted)
{
    return wanted ? MW_OK : MW_CANCELLED;
}

static uint64_t address(const void *data)
{
    return (uint64_t)(uintptr_t)data;
}

static mw_status product(void *context, const mw_chain_product *p)
{
    const tracer *t = context;
    mw_gemm_places at = {
        .m = p->m,
        .n = p->n,
        .k = p->k,
        .lda = p->k,
        .ldb = p->b_transposed ? p->k : p->n,
        .ldc = p->n,
        .a = address(p->a),
        .b = address(p->b),
        .c = address(p->c),
        .width = t->width,
        .b_transposed = p->b_transposed,
    };
    return went_on(mw_gemm_product_trace(&t->plan, &at, false, t->trace));
}

static mw_stream along(const tracer *t, const void *data, mw_access access)
{
    return (mw_stream){address(data), t->width, t->width, access};
}

static mw_status copy(void *context, const void *from, void *to, size_t count)
{
    const tracer *t = context;
    const mw_stream streams[] = {along(t, from, MW_ACCESS_LOAD), along(t, to, MW_ACCESS_STORE)};
    return went_on(mw_trace_loop(t->trace, streams, 2, count));
}

static mw_status mask(void *context, const void *x, void *g, size_t count)
{
    const tracer *t = context;
    const mw_stream streams[] = {along(t, x, MW_ACCESS_LOAD), along(t, g, MW_ACCESS_LOAD),
                                 along(t, g, MW_ACCESS_STORE)};
    return went_on(mw_trace_loop(t->trace, streams, 3, count));
}

/* Lines of columns, groups of rows in them, and down each column of a group. */
static mw_status relu_transposed(void *context, const void *x, void *s, size_t rows, size_t columns)
{
    const tracer *t = context;
    const size_t w = t->width;
    for (size_t first = 0; first < columns; first += MW_CHAIN_BLOCK) {
        size_t last = mw_smaller(first + MW_CHAIN_BLOCK, columns);
        for (size_t i = 0; i < rows; i += MW_CHAIN_BLOCK) {
            size_t count = mw_smaller(rows - i, MW_CHAIN_BLOCK);
            for (size_t j = first; j < last; j++) {
                const mw_stream streams[] = {
                    {address(x) + (i * columns + j) * w, (int64_t)(columns * w), t->width,
                     MW_ACCESS_LOAD},
                    {address(s) + (j * rows + i) * w, t->width, t->width, MW_ACCESS_STORE},
                };
                if (!mw_trace_loop(t->trace, streams, 2, count))
                    return MW_CANCELLED;
            }
        }
    }
    return MW_OK;
}

/* Weight, gradient and what is remembered; then the latter and the weight again. */
static mw_status update(void *context, const mw_chain_update *u)
{
    const tracer *t = context;
    mw_stream streams[MW_STREAM_MAX];
    size_t n = 0;
    streams[n++] = along(t, u->w, MW_ACCESS_LOAD);
    streams[n++] = along(t, u->dw, MW_ACCESS_LOAD);
    for (size_t r = 0; r < 2 && u->remembered[r]; r++)
        streams[n++] = along(t, u->remembered[r], MW_ACCESS_LOAD);
    for (size_t r = 0; r < 2 && u->remembered[r]; r++)
        streams[n++] = along(t, u->remembered[r], MW_ACCESS_STORE);
    streams[n++] = along(t, u->w, MW_ACCESS_STORE);
    return went_on(mw_trace_loop(t->trace, streams, n, u->count));
}

static uint64_t place(void *context, uint64_t bytes)
{
    return mw_trace_place(context, bytes);
}

static mw_status run(mw_chain_tape *tape, const mw_schedule *schedule,
                     const mw_chain_engine *engine)
{
    return schedule ? mw_chain_tape_run(tape, schedule, engine, NULL)
                    : mw_chain_tape_forward(tape, engine, NULL);
}

static mw_status trace_chain(const mw_chain_shape *shape, const mw_schedule *schedule,
                             mw_trace *trace)
{
    tracer t = {trace, (uint32_t)shape->width, mw_chain_gemm_plan(shape, schedule != NULL)};
    const mw_chain_engine nobody = {0};
    const mw_chain_engine engine = {
        .product = product,
        .copy = copy,
        .relu = copy,
        .relu_transposed = relu_transposed,
        .mask = mask,
        .update = update,
        .context = &t,
    };
    mw_account *account;
    mw_chain_tape tape;
    mw_status status = mw_account_open(&account, place, trace, NULL);
    if (status != MW_OK)
        return status;
    uint64_t batch = mw_trace_place(trace, (uint64_t)mw_chain_input(shape, 0) * shape->width);
    status = mw_chain_tape_open(&tape, shape, account, NULL);
    tape.batch = (const void *)(uintptr_t)batch;
    if (status == MW_OK)
        status = run(&tape, schedule, &nobody);
    if (status == MW_OK)
        status = run(&tape, schedule, &engine);
    mw_account_close(account);
    return status;
}

mw_status mw_chain_train_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    mw_chain_shape shape = mw_chain_shape_of(args, true);
    mw_schedule schedule;
    mw_status status = mw_chain_plan(kernel, args, &schedule, NULL);
    if (status != MW_OK)
        return status;
    status = trace_chain(&shape, &schedule, trace);
    mw_schedule_free(&schedule);
    return status;
}

mw_status mw_chain_forward_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace)
{
    (void)kernel;
    mw_chain_shape shape = mw_chain_shape_of(args, false);
    return trace_chain(&shape, NULL, trace);
}
