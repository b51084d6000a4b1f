/* operands.h: what sparse products share: A made from its pattern, its sizes, the vectors. */
#ifndef MW_SPARSE_OPERANDS_H
#define MW_SPARSE_OPERANDS_H

#include "buffer.h"
#include "kernel.h"
#include "sparse/bodies.h"
#include "sparse/formats.h"
#include "sparse/pattern.h"

enum { MW_SPARSE_SEED_A = 61, MW_SPARSE_SEED_X = 62, MW_SPARSE_SEED_Y = 63 };

/* x is zero up to a multiple of this: whole blocks and whole steps may be loaded. */
enum { MW_SPARSE_PAD = 32 };

#define MW_PARAM_DENSITY(what)                                                                     \
    {                                                                                              \
        "density", "%", what, 1, 100, 10, NULL                                                     \
    }

/* A as a function of its parameters. Items are what a unit consists of: nonzeros, words of a
 * bitmap, blocks, words of positions. No tile holds more than `piece` of a unit. */
typedef struct mw_sparse_sizes {
    mw_sparse_layout layout;
    mw_sparse_pattern pattern; /* of a unit; none for 2-of-4 */
    uint64_t units, items, piece, pieces;
    uint64_t item_values, item_index; /* values and index bytes of an item (bitmap: 0 values) */
    uint64_t nonzeros;                /* values that a unit multiplies */
    size_t width;
} mw_sparse_sizes;

mw_sparse_sizes mw_sparse_sizes_make(mw_sparse_format format, uint64_t m, uint64_t n,
                                     uint64_t density, uint64_t rows, uint64_t columns,
                                     mw_dtype dtype);

/* MW_INVALID when the format cannot hold it. `columns`: the parameter to blame. */
mw_status mw_sparse_sizes_check(const mw_kernel *kernel, const mw_sparse_sizes *sizes,
                                const char *columns, mw_error *error);

uint64_t mw_sparse_footprint(const mw_sparse_sizes *sizes);

/* A in memory. */
typedef struct mw_sparse_operand {
    mw_buffer values, index, start;
} mw_sparse_operand;

mw_status mw_sparse_operand_make(mw_sparse_operand *a, const mw_sparse_sizes *sizes, int threads,
                                 mw_ledger *ledger, mw_error *error);
void mw_sparse_operand_destroy(mw_sparse_operand *a);

/* Nonzero `number` of row i: its column, ascending, and its value. UINT64_MAX: outside of the
 * matrix (a stored zero). */
uint64_t mw_sparse_nonzeros_of_row(const mw_sparse_sizes *sizes);
uint64_t mw_sparse_column(const mw_sparse_sizes *sizes, uint64_t row, uint64_t number);
double mw_sparse_value(const mw_sparse_sizes *sizes, uint64_t row, uint64_t column);

/* Where A lies in the simulator, in the order in which it is made. */
typedef struct mw_sparse_place {
    uint64_t values, index, start;
} mw_sparse_place;

mw_sparse_place mw_sparse_place_make(const mw_sparse_sizes *sizes, mw_trace *trace);

#endif
