/*
 * product.h: C = A·B or C += A·B by packed blocks and a register tile, on one thread, for the upper
 * rungs of the gemm ladder and for kernels that multiply matrices on the way. With more threads:
 * shares.h.
 *
 *     mw_gemm_plan plan = mw_gemm_plan_best(MW_F32, m, n, k);
 *     mw_gemm_workspace_create(&workspace, &plan, ledger, error)       once
 *     mw_gemm_product(&plan, &workspace, &operands, tally)     as often as wanted
 */
#ifndef MW_GEMM_PRODUCT_H
#define MW_GEMM_PRODUCT_H

#include "buffer.h"
#include "gemm/blocking.h"
#include "gemm/operands.h"
#include "team.h"

/* How products of up to m x n x k are done. Plain data: copies are as good. */
typedef struct mw_gemm_plan {
    mw_dtype dtype;
    size_t width; /* bytes of an element */
    size_t m, n, k;
    mw_gemm_blocks blocks; /* the largest; a product is cut into even ones */
    mw_micro_limits tile;
    mw_micro_body *body;
    mw_packer *pack_rows, *pack_panel, *pack_panel_transposed;
} mw_gemm_plan;

/* By the best register tile of mw_cpu_isa() and the model's blocks. */
mw_gemm_plan mw_gemm_plan_best(mw_dtype dtype, size_t m, size_t n, size_t k);

/* By a given tile; `wish` overrides the model's blocks where it is not 0. */
typedef enum mw_gemm_tile_kind { MW_GEMM_TILE_SHIM, MW_GEMM_TILE_MICRO } mw_gemm_tile_kind;
mw_gemm_plan mw_gemm_plan_of(mw_gemm_tile_kind kind, mw_isa isa, mw_dtype dtype, size_t m, size_t n,
                             size_t k, mw_gemm_blocks wish);

/* The blocks of a product no larger than the plan: even ones, so that none is a sliver. */
mw_gemm_blocks mw_gemm_plan_blocks(const mw_gemm_plan *plan, size_t m, size_t n, size_t k);

/* Memory for one block of B and one slab of A. */
typedef struct mw_gemm_workspace {
    mw_buffer memory;
    void *b, *a;
} mw_gemm_workspace;

uint64_t mw_gemm_workspace_bytes(const mw_gemm_plan *plan);
mw_status mw_gemm_workspace_map(mw_gemm_workspace *workspace, const mw_gemm_plan *plan,
                                mw_error *error);
/* Maps it and touches it all, so that no product waits for new pages. MW_CANCELLED when the ledger
 * says so. */
mw_status mw_gemm_workspace_create(mw_gemm_workspace *workspace, const mw_gemm_plan *plan,
                                   mw_ledger *ledger, mw_error *error);
void mw_gemm_workspace_destroy(mw_gemm_workspace *workspace);

/* m x k of A, k x n of B (or n x k when it lies transposed), m x n of C, all by rows; none larger
 * than the plan. */
typedef struct mw_gemm_operands {
    size_t m, n, k;
    const void *a, *b;
    void *c;
    size_t lda, ldb, ldc;
    bool b_transposed;
    bool add;        /* C += A·B; otherwise C = A·B */
    bool a_in_place; /* used where it lies, which is near already, and not from a packed copy */
    bool b_kept;     /* that of this workspace's last product, of one block: its packed copy is used
                        and nothing of it is tallied */
} mw_gemm_operands;

/*
 * Multiplies and tells the tally, which may be NULL, every fraction of a millisecond. False when
 * the ledger said stop; C is then unfinished. FLOPs and bytes add up to mw_gemm_product_work.
 */
bool mw_gemm_product(const mw_gemm_plan *plan, const mw_gemm_workspace *workspace,
                     const mw_gemm_operands *operands, mw_tally *tally);

/*
 * What one product of this size tallies:
 *
 *     FLOPs 2·m·n·k
 *     loads (m·k + ceil(m/mc)·k·n + ceil(k/kc)·m·n)·w     (without `add` one m·n less)
 *     stores ceil(k/kc)·m·n·w
 */
mw_work mw_gemm_product_work(const mw_gemm_plan *plan, size_t m, size_t n, size_t k, bool add);

/* The same as accesses to operands that lie where `at` says. False: the sink wants no more. */
bool mw_gemm_product_trace(const mw_gemm_plan *plan, const mw_gemm_places *at, bool add,
                           mw_trace *trace);

#endif
