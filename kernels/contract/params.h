/* params.h: parameters that many kernels share, as initialisers of mw_param. */
#ifndef MW_PARAMS_H
#define MW_PARAMS_H

#include "kernel.h"

/* "f32", "f64", NULL */
extern const char *const mw_dtype_choices[];

enum { MW_DIMENSION_MAX = 1 << 24 };

#define MW_PARAM_DTYPE                                                                             \
    {                                                                                              \
        "dtype", "1", "element type", MW_F32, MW_F64, MW_F32, mw_dtype_choices                     \
    }
#define MW_PARAM_THREADS                                                                           \
    {                                                                                              \
        "threads", "threads", "threads, each pinned to a CPU of its own", 1, MW_THREADS_MAX, 1,    \
            NULL                                                                                   \
    }
/* The same for a rung whose point is its threads: unless told, it takes every CPU. */
#define MW_PARAM_THREADS_ALL                                                                       \
    {                                                                                              \
        "threads", "threads", "threads, each pinned to a CPU of its own", 1, MW_THREADS_MAX,       \
            MW_THREADS_MAX, NULL                                                                   \
    }
#define MW_PARAM_DIMENSION(name, summary, preset)                                                  \
    {                                                                                              \
        name, "elements", summary, 1, MW_DIMENSION_MAX, preset, NULL                               \
    }
/* A leading dimension: elements from one row to the next; 0 means rows lie side by side. */
#define MW_PARAM_LEADING(name, matrix)                                                             \
    {                                                                                              \
        name, "elements", "leading dimension of " matrix "; 0: rows lie side by side", 0,          \
            MW_DIMENSION_MAX + 4096, 0, NULL                                                       \
    }

/* The leading dimension that `value` stands for when a row has `columns` elements. */
static inline uint64_t mw_leading(int64_t value, int64_t columns)
{
    return (uint64_t)(value ? value : columns);
}

/* MW_INVALID unless the named leading dimension is 0 or at least the named number of columns. */
mw_status mw_leading_check(const mw_kernel *kernel, const mw_args *args, const char *leading,
                           const char *columns, mw_error *error);

#endif
