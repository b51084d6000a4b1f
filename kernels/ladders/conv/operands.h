/*
 * operands.h: what both rungs of the conv family share.
 *
 * Stride 1, the image already padded: the input is (h+k-1) x (w+k-1) pixels of cin channels, the
 * weights k x k x cin x cout, the output h x w pixels of cout channels; channels innermost.
 */
#ifndef MW_CONV_OPERANDS_H
#define MW_CONV_OPERANDS_H

#include "buffer.h"
#include "form.h"
#include "kernel.h"

enum {
    MW_CONV_ROWS,
    MW_CONV_COLUMNS,
    MW_CONV_CIN,
    MW_CONV_COUT,
    MW_CONV_K,
    MW_CONV_DTYPE,
    MW_CONV_THREADS,
    MW_CONV_PARAMS
};

extern const mw_param mw_conv_params[MW_CONV_PARAMS];

/* Sizes in elements. A row of a window is `span` elements side by side, `window` are all of it. */
typedef struct mw_conv_sizes {
    size_t h, w, cin, cout, k, width;
    size_t in_row, in_rows, span, window;
    mw_dtype dtype;
    int threads;
} mw_conv_sizes;

mw_conv_sizes mw_conv_sizes_of(const mw_args *args);

typedef struct mw_conv_state {
    mw_conv_sizes size;
    mw_buffer in, weights, out;
} mw_conv_state;

/* 2·h·w·k²·cin·cout */
uint64_t mw_conv_flops(const mw_conv_sizes *s);

/* Image and weights read, output written, each once. */
uint64_t mw_conv_compulsory(const mw_kernel *kernel, const mw_args *args);
uint64_t mw_conv_footprint(const mw_kernel *kernel, const mw_args *args);

/* Fills a state; on failure nothing is left to destroy. */
mw_status mw_conv_create(mw_conv_state *state, mw_run *run, mw_error *error);
void mw_conv_destroy(mw_conv_state *state);

mw_status mw_conv_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                         mw_error *error);
const mw_buffer *mw_conv_result(const mw_run *run);

/* Executes once and compares. The state stands first in run->state. */
mw_status mw_conv_verify(mw_run *run, mw_verification *verification, mw_error *error);

/* Where the operands of a trace lie. */
typedef struct mw_conv_places {
    mw_conv_sizes size;
    uint64_t in, weights, out;
} mw_conv_places;

mw_conv_places mw_conv_place(const mw_args *args, mw_trace *trace);

#endif
