/*
 * sample.h: shapes as tests make them up, and how a kernel takes one.
 *
 * A family's `sample` says which of its parameters a shape sets and to what: sizes that do not suit
 * it (a square of 70 000 rows) it makes smaller. So a test goes through the registry and knows no
 * family.
 */
#ifndef MW_SAMPLE_H
#define MW_SAMPLE_H

#include "kernel.h"

struct mw_shape {
    int64_t m, n, k; /* sizes */
    int64_t pad;     /* elements from the end of a row to the next; 0: rows lie side by side */
    int64_t block;
    int64_t threads;
};

/* The leading dimension of rows of so many elements. */
static inline int64_t mw_shape_leading(const mw_shape *shape, int64_t columns)
{
    return shape->pad ? columns + shape->pad : 0;
}

/* The kernel's presets, dtype and the shape's threads where it has them, and what its `sample`
 * sets. MW_INTERNAL when that names a parameter that the kernel lacks: the message says which. */
mw_status mw_sample(const mw_kernel *kernel, const mw_shape *shape, mw_dtype dtype, mw_args *args,
                    mw_error *error);

typedef struct mw_setting {
    const char *name; /* of a parameter */
    int64_t value;    /* brought into its range */
} mw_setting;

mw_status mw_sample_set(const mw_kernel *kernel, mw_args *args, const mw_setting *settings,
                        size_t count, mw_error *error);

/* What a family's `sample` returns: MW_SAMPLE({"m", shape->m}, {"n", shape->n}). */
#define MW_SAMPLE(...)                                                                             \
    mw_sample_set(kernel, args, (const mw_setting[]){__VA_ARGS__},                                 \
                  sizeof((const mw_setting[]){__VA_ARGS__}) / sizeof(mw_setting), error)

#endif
