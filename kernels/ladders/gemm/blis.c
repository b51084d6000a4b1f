/*
 * blis: C += A·B by BLIS, where it happens to be installed: the library whose analytic model of
 * block sizes our own rungs follow, so a rival worth a look.
 *
 * It is opened when it is first asked for and never linked. Its own names are used (bli_sgemm):
 * those of the BLAS it also has would be OpenBLAS's here. Row-major needs no tricks, because both
 * strides of every matrix are arguments.
 */
#include "gemm/blis.h"

#include <dlfcn.h>
#include <pthread.h>

#include "gemm/gemm.h"
#include "gemm/library.h"

/* dim_t and inc_t of BLIS are 64 bits wide here, whatever the integers of its BLAS are. */
typedef int64_t length;

typedef void sgemm(int trans_a, int trans_b, length m, length n, length k, float *alpha, float *a,
                   length row_a, length column_a, float *b, length row_b, length column_b,
                   float *beta, float *c, length row_c, length column_c);
typedef void dgemm(int trans_a, int trans_b, length m, length n, length k, double *alpha, double *a,
                   length row_a, length column_a, double *b, length row_b, length column_b,
                   double *beta, double *c, length row_c, length column_c);

static struct {
    pthread_once_t once;
    sgemm *single;
    dgemm *twice;
    void (*set_threads)(length threads);
    const char *(*version)(void);
} blis = {.once = PTHREAD_ONCE_INIT};

static void open_library(void)
{
    void *handle = dlopen("libblis.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        handle = dlopen("libblis.so", RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return;
    /* POSIX lets a data pointer hold a function; ISO C only through a copy. */
    *(void **)&blis.single = dlsym(handle, "bli_sgemm");
    *(void **)&blis.twice = dlsym(handle, "bli_dgemm");
    *(void **)&blis.set_threads = dlsym(handle, "bli_thread_set_num_threads");
    *(void **)&blis.version = dlsym(handle, "bli_info_get_version_str");
}

const char *mw_blis_version(void)
{
    pthread_once(&blis.once, open_library);
    if (!blis.single || !blis.twice || !blis.set_threads)
        return NULL;
    return blis.version ? blis.version() : "of an unknown version";
}

static mw_status check(const mw_kernel *kernel, const mw_args *args, mw_error *error)
{
    if (!mw_blis_version())
        return mw_fail(error, MW_UNSUPPORTED,
                       "gemm/blis: libblis is not installed (package libblis4)");
    return mw_gemm_check(kernel, args, error);
}

static int set_threads(int threads)
{
    blis.set_threads(threads);
    return threads;
}

static void call(const mw_gemm_state *s, size_t i, size_t m, size_t j, size_t n, size_t p, size_t k)
{
    void *a = mw_gemm_at(s, &s->a, s->lda, i, p), *b = mw_gemm_at(s, &s->b, s->ldb, p, j);
    void *c = mw_gemm_at(s, &s->c, s->ldc, i, j);
    length lda = (length)s->lda, ldb = (length)s->ldb, ldc = (length)s->ldc;
    float one = 1;
    double unit = 1;
    if (s->dtype == MW_F32)
        blis.single(0, 0, (length)m, (length)n, (length)k, &one, a, lda, 1, b, ldb, 1, &one, c, ldc,
                    1);
    else
        blis.twice(0, 0, (length)m, (length)n, (length)k, &unit, a, lda, 1, b, ldb, 1, &unit, c,
                   ldc, 1);
}

static const mw_gemm_library library = {.threads = set_threads, .call = call};

const mw_kernel mw_gemm_blis = {
    .family = "gemm",
    .variant = "blis",
    .summary = "C += A*B by BLIS, where it is installed",
    .library = "BLIS",
    .params = mw_gemm_params,
    .param_count = MW_GEMM_PARAMS,
    .check = check,
    .work = mw_gemm_library_work,
    .compulsory_bytes = mw_gemm_compulsory,
    .footprint = mw_gemm_footprint,
    .prepare = mw_gemm_library_prepare,
    .execute = mw_gemm_library_execute,
    .verify = mw_gemm_verify,
    .release = mw_gemm_library_release,
    .sample = mw_gemm_sample,
    .result = mw_gemm_result,
    .body = &library,
};
