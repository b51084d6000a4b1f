/* operands.c: A, B and C with their leading dimensions, as parameters and as memory. */
#include "gemm/operands.h"

#include "form.h"
#include "params.h"
#include "sample.h"

const mw_param mw_gemm_params[MW_GEMM_PARAMS] = {
    [MW_GEMM_M] = MW_PARAM_DIMENSION("m", "rows of A and C", 512),
    [MW_GEMM_N] = MW_PARAM_DIMENSION("n", "columns of B and C", 512),
    [MW_GEMM_K] = MW_PARAM_DIMENSION("k", "columns of A, rows of B", 512),
    [MW_GEMM_LDA] = MW_PARAM_LEADING("lda", "A"),
    [MW_GEMM_LDB] = MW_PARAM_LEADING("ldb", "B"),
    [MW_GEMM_LDC] = MW_PARAM_LEADING("ldc", "C"),
    [MW_GEMM_DTYPE] = MW_PARAM_DTYPE,
    [MW_GEMM_THREADS] = MW_PARAM_THREADS,
};

mw_status mw_gemm_check(const mw_kernel *kernel, const mw_args *args, mw_error *error)
{
    mw_status status = mw_leading_check(kernel, args, "lda", "k", error);
    if (status == MW_OK)
        status = mw_leading_check(kernel, args, "ldb", "n", error);
    if (status == MW_OK)
        status = mw_leading_check(kernel, args, "ldc", "n", error);
    return status;
}

uint64_t mw_gemm_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_wide m = (mw_wide)args->value[MW_GEMM_M], n = (mw_wide)args->value[MW_GEMM_N];
    mw_wide k = (mw_wide)args->value[MW_GEMM_K];
    mw_wide w = mw_dtype_size((mw_dtype)args->value[MW_GEMM_DTYPE]);
    return mw_form((m * k + k * n + 2 * m * n) * w);
}

uint64_t mw_gemm_footprint(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    const int64_t *value = args->value;
    uint64_t m = (uint64_t)value[MW_GEMM_M], k = (uint64_t)value[MW_GEMM_K];
    size_t w = mw_dtype_size((mw_dtype)value[MW_GEMM_DTYPE]);
    return mw_buffer_footprint(m * mw_leading(value[MW_GEMM_LDA], value[MW_GEMM_K]) * w) +
           mw_buffer_footprint(k * mw_leading(value[MW_GEMM_LDB], value[MW_GEMM_N]) * w) +
           mw_buffer_footprint(m * mw_leading(value[MW_GEMM_LDC], value[MW_GEMM_N]) * w);
}

mw_gemm_places mw_gemm_place(const mw_args *args, mw_trace *trace)
{
    const int64_t *value = args->value;
    mw_gemm_places at = {
        .m = (uint64_t)value[MW_GEMM_M],
        .n = (uint64_t)value[MW_GEMM_N],
        .k = (uint64_t)value[MW_GEMM_K],
        .lda = mw_leading(value[MW_GEMM_LDA], value[MW_GEMM_K]),
        .ldb = mw_leading(value[MW_GEMM_LDB], value[MW_GEMM_N]),
        .ldc = mw_leading(value[MW_GEMM_LDC], value[MW_GEMM_N]),
        .width = (uint32_t)mw_dtype_size((mw_dtype)value[MW_GEMM_DTYPE]),
    };
    at.a = mw_trace_place(trace, at.m * at.lda * at.width);
    at.b = mw_trace_place(trace, at.k * at.ldb * at.width);
    at.c = mw_trace_place(trace, at.m * at.ldc * at.width);
    return at;
}

void mw_gemm_destroy(mw_gemm_state *state)
{
    mw_buffer_destroy(&state->a);
    mw_buffer_destroy(&state->b);
    mw_buffer_destroy(&state->c);
}

static mw_status make(mw_buffer *buffer, size_t elements, uint32_t seed, const mw_gemm_state *state,
                      const mw_run *run, mw_error *error)
{
    mw_status status = mw_buffer_create(buffer, elements * state->width, error);
    if (status == MW_OK)
        status = mw_buffer_fill(buffer, state->dtype, seed, state->threads, run->ledger);
    return status;
}

mw_status mw_gemm_create(mw_gemm_state *state, const mw_run *run, mw_error *error)
{
    const int64_t *value = run->args.value;
    *state = (mw_gemm_state){
        .m = (size_t)value[MW_GEMM_M],
        .n = (size_t)value[MW_GEMM_N],
        .k = (size_t)value[MW_GEMM_K],
        .lda = (size_t)mw_leading(value[MW_GEMM_LDA], value[MW_GEMM_K]),
        .ldb = (size_t)mw_leading(value[MW_GEMM_LDB], value[MW_GEMM_N]),
        .ldc = (size_t)mw_leading(value[MW_GEMM_LDC], value[MW_GEMM_N]),
        .width = mw_dtype_size((mw_dtype)value[MW_GEMM_DTYPE]),
        .dtype = (mw_dtype)value[MW_GEMM_DTYPE],
        .threads = mw_args_threads(run->kernel, &run->args),
    };
    mw_status status = make(&state->a, state->m * state->lda, MW_GEMM_SEED_A, state, run, error);
    if (status == MW_OK)
        status = make(&state->b, state->k * state->ldb, MW_GEMM_SEED_B, state, run, error);
    if (status == MW_OK)
        status = make(&state->c, state->m * state->ldc, MW_GEMM_SEED_C, state, run, error);
    if (status != MW_OK)
        mw_gemm_destroy(state);
    return status;
}

mw_status mw_gemm_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                         mw_error *error)
{
    return MW_SAMPLE({"m", shape->m}, {"n", shape->n}, {"k", shape->k},
                     {"lda", mw_shape_leading(shape, shape->k)},
                     {"ldb", mw_shape_leading(shape, shape->n)},
                     {"ldc", mw_shape_leading(shape, shape->n)});
}

const mw_buffer *mw_gemm_result(const mw_run *run)
{
    return &((const mw_gemm_state *)run->state)->c;
}
