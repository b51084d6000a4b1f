/* kernel.c: arguments by name or from text, checked against ranges, work and memory. */
#include "kernel.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "form.h"
#include "model/memory.h"
#include "params.h"

const char *const mw_dtype_choices[] = {"f32", "f64", NULL};
const char *const mw_text_choices[] = {NULL};

size_t mw_dtype_size(mw_dtype dtype)
{
    return dtype == MW_F64 ? sizeof(double) : sizeof(float);
}

const char *mw_dtype_name(mw_dtype dtype)
{
    return mw_dtype_choices[dtype];
}

int mw_param_index(const mw_kernel *kernel, const char *name)
{
    for (size_t i = 0; i < kernel->param_count; i++) {
        if (strcmp(kernel->params[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

int64_t mw_param_max(const mw_param *param)
{
    if (strcmp(param->name, "threads") == 0 && mw_cpu_count() < param->max)
        return mw_cpu_count();
    return param->max;
}

int64_t mw_param_preset(const mw_param *param)
{
    int64_t max = mw_param_max(param);
    return param->preset < max ? param->preset : max;
}

int64_t mw_arg(const mw_kernel *kernel, const mw_args *args, const char *name)
{
    int index = mw_param_index(kernel, name);
    assert(index >= 0);
    return args->value[index];
}

int mw_args_threads(const mw_kernel *kernel, const mw_args *args)
{
    int index = mw_param_index(kernel, "threads");
    int64_t threads = index >= 0 ? args->value[index] : 1;
    return threads > 1 ? (int)threads : 1;
}

void mw_args_preset(const mw_kernel *kernel, mw_args *args)
{
    *args = (mw_args){0};
    for (size_t i = 0; i < kernel->param_count; i++)
        args->value[i] = mw_param_preset(&kernel->params[i]);
}

/* "one of f32, f64" or "a whole number from 1 to 16777216" */
static void describe_range(const mw_param *param, char *text, size_t size)
{
    if (!param->choices) {
        snprintf(text, size, "a whole number from %" PRId64 " to %" PRId64, param->min,
                 mw_param_max(param));
        return;
    }
    if (param->choices == mw_text_choices) {
        snprintf(text, size, "text of at most %d bytes", MW_TEXT_MAX);
        return;
    }
    int length = snprintf(text, size, "one of ");
    for (size_t i = 0; param->choices[i] && length >= 0 && (size_t)length < size; i++)
        length += snprintf(text + length, size - (size_t)length, "%s%s", i ? ", " : "",
                           param->choices[i]);
}

static mw_status unknown_param(const mw_kernel *kernel, const char *name, mw_error *error)
{
    char known[256] = "";
    size_t length = 0;
    for (size_t i = 0; i < kernel->param_count && length < sizeof known; i++)
        length += (size_t)snprintf(known + length, sizeof known - length, "%s%s", i ? ", " : "",
                                   kernel->params[i].name);
    return mw_fail(error, MW_INVALID, "%s/%s has no parameter '%.40s': it has %s", kernel->family,
                   kernel->variant, name, known);
}

mw_status mw_args_set(const mw_kernel *kernel, mw_args *args, const char *name, const char *text,
                      mw_error *error)
{
    int index = mw_param_index(kernel, name);
    if (index < 0)
        return unknown_param(kernel, name, error);
    const mw_param *param = &kernel->params[index];
    char range[160];
    describe_range(param, range, sizeof range);
    if (param->choices == mw_text_choices) {
        if (strlen(text) <= MW_TEXT_MAX) {
            snprintf(args->text, sizeof args->text, "%s", text);
            return MW_OK;
        }
    } else if (param->choices) {
        for (int64_t i = 0; param->choices[i]; i++) {
            if (strcmp(param->choices[i], text) == 0) {
                args->value[index] = i;
                return MW_OK;
            }
        }
    } else {
        char *end;
        errno = 0;
        long long value = strtoll(text, &end, 10);
        if (end != text && *end == '\0' && errno == 0 && value >= param->min &&
            value <= mw_param_max(param)) {
            args->value[index] = value;
            return MW_OK;
        }
    }
    return mw_fail(error, MW_INVALID, "%s/%s: %s=%.40s is not allowed: %s is %s", kernel->family,
                   kernel->variant, param->name, text, param->name, range);
}

mw_status mw_leading_check(const mw_kernel *kernel, const mw_args *args, const char *leading,
                           const char *columns, mw_error *error)
{
    int64_t value = mw_arg(kernel, args, leading), least = mw_arg(kernel, args, columns);
    if (value == 0 || value >= least)
        return MW_OK;
    int index = mw_param_index(kernel, leading);
    return mw_fail(error, MW_INVALID,
                   "%s/%s: %s=%" PRId64 " is shorter than a row of %s=%" PRId64
                   ": %s is 0 or a whole number from %" PRId64 " to %" PRId64,
                   kernel->family, kernel->variant, leading, value, columns, least, leading, least,
                   kernel->params[index].max);
}

static mw_status check_ranges(const mw_kernel *kernel, const mw_args *args, mw_error *error)
{
    for (size_t i = 0; i < kernel->param_count; i++) {
        const mw_param *param = &kernel->params[i];
        int64_t value = args->value[i];
        if (value >= param->min && value <= mw_param_max(param))
            continue;
        char range[160];
        describe_range(param, range, sizeof range);
        return mw_fail(error, MW_INVALID, "%s/%s: %s=%" PRId64 " is not allowed: %s is %s",
                       kernel->family, kernel->variant, param->name, value, param->name, range);
    }
    return MW_OK;
}

/* Whether the work fits the counters, and the memory fits `limit` (0: unknown, then anything does).
 */
static bool work_fits(const mw_kernel *kernel, const mw_args *args)
{
    mw_work work = kernel->work(kernel, args);
    return work.flops != MW_FORM_HUGE && work.load_bytes != MW_FORM_HUGE &&
           work.store_bytes != MW_FORM_HUGE;
}

static bool memory_fits(const mw_kernel *kernel, const mw_args *args, uint64_t limit)
{
    uint64_t bytes = kernel->footprint(kernel, args);
    return bytes != MW_FORM_HUGE && (limit == 0 || bytes <= limit);
}

/* The parameter to blame: the largest size. */
static size_t largest_size(const mw_kernel *kernel, const mw_args *args)
{
    size_t largest = 0;
    for (size_t i = 0; i < kernel->param_count; i++) {
        bool size = strcmp(kernel->params[i].unit, "elements") == 0;
        if (size && args->value[i] > args->value[largest])
            largest = i;
    }
    return largest;
}

/* The largest value of that parameter that fits while the others stay; 0 when none does. */
static int64_t largest_fit(const mw_kernel *kernel, const mw_args *args, size_t index,
                           uint64_t limit)
{
    int64_t fits = kernel->params[index].min - 1, fails = args->value[index];
    while (fails - fits > 1) {
        int64_t middle = fits + (fails - fits) / 2;
        mw_args trial = *args;
        trial.value[index] = middle;
        if (work_fits(kernel, &trial) && memory_fits(kernel, &trial, limit))
            fits = middle;
        else
            fails = middle;
    }
    mw_args trial = *args;
    trial.value[index] = fits;
    if (fits < kernel->params[index].min ||
        (kernel->check && kernel->check(kernel, &trial, NULL) != MW_OK))
        return 0;
    return fits;
}

static mw_status fail_size(const mw_kernel *kernel, const mw_args *args, uint64_t limit,
                           const char *what, mw_status code, mw_error *error)
{
    size_t index = largest_size(kernel, args);
    const mw_param *param = &kernel->params[index];
    int64_t largest = largest_fit(kernel, args, index, limit);
    if (largest < 1)
        return mw_fail(error, code,
                       "%s/%s: %s=%" PRId64 " %s, and so does every other %s with the "
                       "remaining parameters as they are: lower those too",
                       kernel->family, kernel->variant, param->name, args->value[index], what,
                       param->name);
    return mw_fail(error, code,
                   "%s/%s: %s=%" PRId64 " %s: %s may be %" PRId64 " to %" PRId64
                   " with the other parameters as they are",
                   kernel->family, kernel->variant, param->name, args->value[index], what,
                   param->name, param->min, largest);
}

mw_status mw_args_check(const mw_kernel *kernel, const mw_args *args, mw_error *error)
{
    mw_status status = check_ranges(kernel, args, error);
    if (status == MW_OK && kernel->check)
        status = kernel->check(kernel, args, error);
    if (status != MW_OK)
        return status;

    if (!work_fits(kernel, args))
        return fail_size(kernel, args, 0, "makes more work than 64-bit counters can hold",
                         MW_INVALID, error);
    mw_memory_ceiling ceiling = mw_memory_ceiling_now();
    uint64_t limit = ceiling.bytes;
    if (memory_fits(kernel, args, limit))
        return MW_OK;
    char what[128];
    double gib = 1.0 / (1 << 30);
    uint64_t bytes = kernel->footprint(kernel, args);
    if (bytes == MW_FORM_HUGE)
        snprintf(what, sizeof what, "needs more memory than any machine has");
    else
        snprintf(what, sizeof what,
                 "needs %.2f GiB of memory, and this machine allows %.2f GiB (%s)",
                 (double)bytes * gib, (double)limit * gib, mw_reason_sentence(ceiling.share));
    return fail_size(kernel, args, limit, what, MW_NO_MEMORY, error);
}
