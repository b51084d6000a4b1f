/* sample.c: the settings of a made-up shape, cut to the range of each parameter. */
#include "sample.h"

static void set(const mw_param *param, int64_t *to, int64_t value)
{
    int64_t max = mw_param_max(param);
    *to = value < param->min ? param->min : value > max ? max : value;
}

mw_status mw_sample_set(const mw_kernel *kernel, mw_args *args, const mw_setting *settings,
                        size_t count, mw_error *error)
{
    for (size_t i = 0; i < count; i++) {
        int index = mw_param_index(kernel, settings[i].name);
        if (index < 0)
            return mw_fail(error, MW_INTERNAL, "the sample of %s/%s sets '%s', which it lacks",
                           kernel->family, kernel->variant, settings[i].name);
        set(&kernel->params[index], &args->value[index], settings[i].value);
    }
    return MW_OK;
}

mw_status mw_sample(const mw_kernel *kernel, const mw_shape *shape, mw_dtype dtype, mw_args *args,
                    mw_error *error)
{
    const mw_setting every[] = {{"dtype", dtype}, {"threads", shape->threads}};
    mw_args_preset(kernel, args);
    for (size_t i = 0; i < sizeof every / sizeof *every; i++) {
        if (mw_param_index(kernel, every[i].name) >= 0)
            mw_sample_set(kernel, args, &every[i], 1, NULL);
    }
    return kernel->sample(kernel, shape, args, error);
}
