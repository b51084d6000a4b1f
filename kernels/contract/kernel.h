/*
 * kernel.h: the contract of every kernel, as data and five functions.
 *
 * A kernel is one rung of a ladder: a family ("gemv"), a variant ("simd"), its parameters with
 * range and unit, its work as closed forms, and functions that prepare, execute and verify it.
 * Adding one touches its own folder and one line of ladders/registry.c.
 */
#ifndef MW_KERNEL_H
#define MW_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cachesim/trace.h"
#include "dtype.h"
#include "isa.h"
#include "ledger.h"
#include "model/status.h"
#include "purpose.h"

enum { MW_PARAM_MAX = 12, MW_TEXT_MAX = 1000 };

/* An integer parameter; or a choice: then `choices` is a NULL-terminated list and values index it;
 * or text: then `choices` is mw_text_choices, the value is 0, and the text stands in the arguments.
 * A kernel has at most one of those. */
typedef struct mw_param {
    const char *name;    /* "m", "n", "k", "lda", "block", "threads", "dtype" */
    const char *unit;    /* "1", "elements", "threads" */
    const char *summary; /* one line for people */
    int64_t min, max, preset;
    const char *const *choices;
} mw_param;

extern const char *const mw_text_choices[];

/* Values in the order of the kernel's parameters. */
typedef struct mw_args {
    int64_t value[MW_PARAM_MAX];
    char text[MW_TEXT_MAX + 1]; /* of the text parameter */
} mw_args;

typedef struct mw_kernel mw_kernel;
typedef struct mw_run mw_run;
typedef struct mw_shape mw_shape;   /* sample.h */
typedef struct mw_buffer mw_buffer; /* buffer.h */

/* The answer of `verify`: largest componentwise error over its bound; passed when <= 1. */
typedef struct mw_verification {
    bool passed;
    double worst; /* max |computed - reference| / bound */
    char where[64];
} mw_verification;

struct mw_kernel {
    const char *family, *variant;
    const char *summary;
    const char *library; /* "OpenBLAS" for a library rung, which is not instrumented; else NULL */
    const mw_param *params;
    size_t param_count;

    /* Cross-parameter rules beyond the ranges (lda >= k, no overflow); NULL when there are none. */
    mw_status (*check)(const mw_kernel *kernel, const mw_args *args, mw_error *error);

    /* Closed forms. `work` gives FLOPs and program bytes of one execution (library rungs: only
     * FLOPs, bytes 0 and absent); `compulsory_bytes` counts each operand once; `footprint` is the
     * memory that prepare allocates, in bytes. None of them can overflow after `check` passed. */
    mw_work (*work)(const mw_kernel *kernel, const mw_args *args);
    uint64_t (*compulsory_bytes)(const mw_kernel *kernel, const mw_args *args);
    uint64_t (*footprint)(const mw_kernel *kernel, const mw_args *args);

    /* Allocates, touches and fills with data from a fixed seed; polls the ledger. */
    mw_status (*prepare)(mw_run *run, mw_error *error);
    /* Runs once, tallying at tile ends. MW_CANCELLED when the ledger said so. */
    mw_status (*execute)(mw_run *run);
    /* Compares one execution with the reference under a componentwise bound. */
    mw_status (*verify)(mw_run *run, mw_verification *verification, mw_error *error);
    void (*release)(mw_run *run);

    /* The accesses of one execution with one thread, in program order; MW_CANCELLED when the sink
     * wants no more. NULL: not described (library rungs). */
    mw_status (*trace)(const mw_kernel *kernel, const mw_args *args, mw_trace *trace);

    /* Arguments for a shape that a test has made up, by MW_SAMPLE of sample.h: a value for every
     * parameter but dtype, threads and text, over presets. They pass `check` and the ranges. */
    mw_status (*sample)(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                        mw_error *error);

    /* The array that an execution fills and `verify` judges, or the last of several; NULL when none
     * is filled. NULL instead of a function: none outlives an execution (chains give their tensors
     * back, step by step, and are judged as they run) or it fills none (a chase ends somewhere). */
    const mw_buffer *(*result)(const mw_run *run);

    /* Puts what one execution takes into those parameters that choose for themselves, or are
     * rounded: blocks by the sizes of the caches. NULL: every value is taken as it is given. */
    void (*settle)(const mw_kernel *kernel, mw_args *args);

    /* The memory ledger of the last execution. NULL: the kernel keeps none. */
    void (*memory)(const mw_run *run, mw_memory *memory);

    /* Private to the family: the table of type- and ISA-specific bodies, a store flavour, ... */
    const void *body;
};

/* One prepared instance. The caller owns it; `state` belongs to the kernel. */
struct mw_run {
    const mw_kernel *kernel;
    mw_args args;
    mw_ledger *ledger;
    mw_isa isa;       /* the instruction set `prepare` chose by mw_cpu_isa() */
    bool interactive; /* library rungs cut their call into <= 10 ms blocks when set */
    void *state;
};

/* Largest value here: `max`, but for "threads" no more than the CPUs this process may use. And the
 * preset here: never above that. */
int64_t mw_param_max(const mw_param *param);
int64_t mw_param_preset(const mw_param *param);

/* Value of a parameter by name; the kernel must have it. */
int64_t mw_arg(const mw_kernel *kernel, const mw_args *args, const char *name);

/* Index of a parameter, or -1. */
int mw_param_index(const mw_kernel *kernel, const char *name);

/* How many threads are asked for: one where the kernel has no such parameter. */
int mw_args_threads(const mw_kernel *kernel, const mw_args *args);

/* Presets of a kernel; then ranges, rules, and memory against this machine's limit, in one call.
 * The error names the parameter, the value and the allowed range. */
void mw_args_preset(const mw_kernel *kernel, mw_args *args);
mw_status mw_args_check(const mw_kernel *kernel, const mw_args *args, mw_error *error);

/* Sets one parameter from text ("8192", "f32"); MW_INVALID names the parameter and what it accepts.
 */
mw_status mw_args_set(const mw_kernel *kernel, mw_args *args, const char *name, const char *text,
                      mw_error *error);

#endif
