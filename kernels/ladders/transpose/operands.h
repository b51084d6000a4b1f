/* operands.h: what all rungs of the transpose ladder share. */
#ifndef MW_TRANSPOSE_OPERANDS_H
#define MW_TRANSPOSE_OPERANDS_H

#include "buffer.h"
#include "kernel.h"
#include "team.h"
#include "transpose/bodies.h"

enum { MW_TRANSPOSE_SEED_A = 31, MW_TRANSPOSE_SEED_B = 32 };

/* Sides of a block: 256 floats are the longest rows whose block lies in an L2 cache. */
enum { MW_TRANSPOSE_BLOCK_MAX = 1024 };

#define MW_PARAM_TRANSPOSE_BLOCK(preset)                                                           \
    {                                                                                              \
        "block", "elements", "side of a block", 1, MW_TRANSPOSE_BLOCK_MAX, preset, NULL            \
    }

/* An operand where it lies in the simulator. */
typedef struct mw_transpose_place {
    uint64_t base, ld;
} mw_transpose_place;

/* The accesses of one tile of m x n as `turn` makes them on vectors of 64 bytes: element (i, j) of
 * `from` goes to (j, i) of `to`. Squares are stored by `store`, the rest as usual. */
bool mw_transpose_trace_tile(mw_trace *trace, mw_transpose_place from, mw_transpose_place to,
                             size_t m, size_t n, uint32_t width, mw_access store);

#endif
