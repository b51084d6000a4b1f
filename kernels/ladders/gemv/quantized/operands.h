/* operands.h: what the kernels of gemv over encoded weights share: parameters, operands, forms. */
#ifndef MW_GEMV_QUANTIZED_OPERANDS_H
#define MW_GEMV_QUANTIZED_OPERANDS_H

#include "buffer.h"
#include "gemv/quantized/bodies.h"
#include "kernel.h"

/* The last parameter only where there is a choice of what a scale reaches over. */
enum {
    MW_QUANTIZED_M,
    MW_QUANTIZED_N,
    MW_QUANTIZED_THREADS,
    MW_QUANTIZED_SCALE,
    MW_QUANTIZED_PARAMS
};

/* A tile has at most this many columns; a multiple of everything that codes and x are cut by. */
enum { MW_QUANTIZED_COLUMNS_MAX = 1 << 16 };

/* A kernel's format, for each value of its parameter `scale`, and whether each row then has its own
 * scaling. */
typedef struct mw_quantized_choice {
    mw_format format;
    bool by_row;
} mw_quantized_choice;

typedef struct mw_quantized_kind {
    mw_quantized_choice choice[2];
} mw_quantized_kind;

/* Sizes and bytes that follow from the arguments. */
typedef struct mw_quantized_shape {
    uint64_t m, n, row_bytes, padded; /* padded: elements of the copy of x */
    mw_format format;
    bool by_row;
    uint64_t scalings, scaling_bytes; /* what lies beside the codes: how many, each how long */
} mw_quantized_shape;

mw_quantized_shape mw_quantized_shape_of(const mw_kernel *kernel, const mw_args *args);

typedef struct mw_quantized_state {
    mw_quantized_shape shape;
    int threads;
    mw_quantized_body *body;
    mw_fixed_body fixed; /* .run NULL: x stays as it is */
    mw_buffer codes, x, y, scale, zero;
    mw_buffer padded;                   /* x, with zeros behind it */
    mw_buffer digits, correction, unit; /* x as whole numbers */
    float level[16];
} mw_quantized_state;

/* x as whole numbers from column j on, a multiple of MW_FIXED_PIECE. */
mw_fixed_x mw_quantized_fixed_x(const mw_quantized_state *state, uint64_t j);

/* Rows of one tile, whole groups: as many as come to MW_TILE_BYTES. */
uint64_t mw_quantized_tile_rows(const mw_quantized_shape *shape);

mw_work mw_quantized_work(const mw_kernel *kernel, const mw_args *args);
uint64_t mw_quantized_compulsory(const mw_kernel *kernel, const mw_args *args);
uint64_t mw_quantized_footprint(const mw_kernel *kernel, const mw_args *args);
mw_status mw_quantized_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace);

mw_status mw_quantized_prepare(mw_run *run, mw_error *error);
void mw_quantized_release(mw_run *run);
mw_status mw_quantized_sample(const mw_kernel *kernel, const mw_shape *shape, mw_args *args,
                              mw_error *error);
const mw_buffer *mw_quantized_result(const mw_run *run);

/* Encodes A from its elements, tile by tile, without ever holding it as f32. */
mw_status mw_quantized_encode(mw_quantized_state *state, mw_ledger *ledger, mw_error *error);

mw_status mw_quantized_verify(mw_run *run, mw_verification *verification, mw_error *error);

#endif
