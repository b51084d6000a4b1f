/* modelled.c: wraps a kernel's trace with its arguments, or says why it has none. */
#include "modelled.h"

mw_reason mw_model_refusal(const mw_kernel *kernel, const mw_args *args)
{
    if (!kernel->trace && kernel->library)
        return MW_BECAUSE(LIBRARY_TRACE, {.word = kernel->library});
    if (!kernel->trace)
        return mw_reason_of(MW_REASON_NO_TRACE, NULL);
    bool many = mw_args_threads(kernel, args) > 1;
    return mw_reason_of(many ? MW_REASON_TRACE_ONE_THREAD : MW_REASON_NONE, NULL);
}

mw_status mw_model_allowed(const mw_kernel *kernel, const mw_args *args, mw_error *error)
{
    mw_reason refusal = mw_model_refusal(kernel, args);
    switch (refusal.id) {
    case MW_REASON_NONE:
        return MW_OK;
    case MW_REASON_LIBRARY_TRACE:
        return mw_fail(error, MW_UNSUPPORTED,
                       "%s/%s runs inside %s, whose accesses are not ours to describe: choose "
                       "another rung of %s",
                       kernel->family, kernel->variant, kernel->library, kernel->family);
    case MW_REASON_NO_TRACE:
        return mw_fail(error, MW_UNSUPPORTED,
                       "%s/%s does not describe its accesses, so they cannot be simulated",
                       kernel->family, kernel->variant);
    default:
        return mw_fail(error, MW_INVALID, "%s/%s: %s", kernel->family, kernel->variant,
                       mw_reason_sentence(refusal.id));
    }
}

/* A kernel with its arguments, as something to walk. */
typedef struct subject {
    const mw_kernel *kernel;
    const mw_args *args;
} subject;

static mw_status walk(const void *context, mw_trace *trace)
{
    const subject *s = context;
    return s->kernel->trace(s->kernel, s->args, trace);
}

static mw_execution execution_of(const subject *s)
{
    mw_work work = s->kernel->work(s->kernel, s->args);
    return (mw_execution){
        .walk = walk, .context = s, .bytes = (double)work.load_bytes + (double)work.store_bytes};
}

mw_status mw_model_plan(const mw_kernel *kernel, const mw_args *args,
                        const mw_traffic_options *options, mw_traffic_plan *plan, mw_error *error)
{
    subject s = {kernel, args};
    mw_status status = mw_model_allowed(kernel, args, error);
    if (status != MW_OK)
        return status;
    mw_execution execution = execution_of(&s);
    return mw_traffic_estimate(&execution, options, plan, error);
}

mw_status mw_model_traffic(const mw_kernel *kernel, const mw_args *args,
                           const mw_cache_geometry *levels, size_t count,
                           const mw_traffic_options *options, mw_traffic *traffic, mw_error *error)
{
    subject s = {kernel, args};
    mw_status status = mw_model_allowed(kernel, args, error);
    if (status != MW_OK)
        return status;
    mw_execution execution = execution_of(&s);
    return mw_traffic_simulate(&execution, levels, count, options, traffic, error);
}
