/* loops.h: what the rungs without packing share: a body for a piece of the product, and its run. */
#ifndef MW_GEMM_LOOPS_H
#define MW_GEMM_LOOPS_H

#include "form.h"
#include "gemm/operands.h"
#include "team.h"

/* A piece covers at most this many elements of one dimension, so that one sum or row is short; and
 * has so many multiply-adds: tens of microseconds in cache, some milliseconds where each misses. */
enum { MW_GEMM_LENGTH = 1 << 16, MW_GEMM_STEPS = 1 << 18 };

/* How many units of `each` multiply-adds make a piece: at least one. */
static inline size_t mw_gemm_units(size_t each)
{
    return each < MW_GEMM_STEPS ? MW_GEMM_STEPS / (each ? each : 1) : 1;
}

typedef struct mw_gemm_loops {
    mw_gemm_state operands; /* first: mw_gemm_verify finds it there */
    mw_gemm_body *body;
    const mw_kernel *kernel;
    size_t block, inner; /* edges of blocks; 0 when the rung has none */
    mw_buffer packed;    /* gemm/packed: a block of A and of B for every thread */
} mw_gemm_loops;

/* `body` is the offset of the rung's pair of bodies in mw_loop_bodies. */
mw_status mw_gemm_loops_prepare(mw_run *run, size_t body, mw_error *error);
void mw_gemm_loops_release(mw_run *run);

/* The piece whose first elements are A[i][p], B[p][j] and C[i][j]; its sizes are not set. */
mw_gemm_piece mw_gemm_piece_at(const mw_gemm_loops *loops, size_t i, size_t j, size_t p);

/* FLOPs 2·m·n·k and these loads and stores of elements, as work. */
mw_work mw_gemm_loops_work(const mw_args *args, mw_wide loads, mw_wide stores);

/* One pass along row i of B and C for every A[i][p]; what ikj does with a row. */
bool mw_gemm_trace_row(mw_trace *trace, const mw_gemm_places *at, uint64_t i, mw_range columns,
                       mw_range steps);

#endif
