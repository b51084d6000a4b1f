/*
 * shares.h: products made by several threads, each a part of C of its own.
 *
 *     mw_gemm_team_create(&team, &plan, threads, ledger, error)           once
 *     mw_gemm_team_product(&team, MW_GEMM_BY_ROWS, &operands, thread, tally)
 *                                                 by every thread, as often as wanted
 *
 * Every thread packs for itself, into memory of its own, and writes elements of C that no other
 * touches: none waits for another, and the sums are the same with any number of threads. The price
 * is that what a cut leaves whole is read by each of them: all of B when rows of C are shared out,
 * all of A when columns are.
 */
#ifndef MW_GEMM_SHARES_H
#define MW_GEMM_SHARES_H

#include "gemm/product.h"

typedef enum mw_gemm_cut {
    MW_GEMM_BY_ROWS,
    MW_GEMM_BY_COLUMNS,
    MW_GEMM_BY_GRID /* as near to squares as the number allows: r x c reads (r + c)·k elements */
} mw_gemm_cut;

/* What one thread makes of an m x n matrix, in whole tiles of the plan; it may be nothing. */
typedef struct mw_gemm_part {
    mw_range rows, columns;
} mw_gemm_part;

mw_gemm_part mw_gemm_part_of(const mw_gemm_plan *plan, mw_gemm_cut cut, size_t m, size_t n,
                             int thread, int threads);

/* Threads that multiply by one plan. */
typedef struct mw_gemm_team {
    mw_gemm_plan plan;
    int threads;
    mw_gemm_workspace *workspaces; /* one per thread */
} mw_gemm_team;

uint64_t mw_gemm_team_bytes(const mw_gemm_plan *plan, int threads);

/* Each thread touches its own workspace. On failure nothing is left to destroy. */
mw_status mw_gemm_team_create(mw_gemm_team *team, const mw_gemm_plan *plan, int threads,
                              mw_ledger *ledger, mw_error *error);
void mw_gemm_team_destroy(mw_gemm_team *team);

/* One thread's part of the product, as mw_gemm_product does it. Workspaces are also there for
 * products of a thread's own: `team->workspaces[thread]`. */
bool mw_gemm_team_product(const mw_gemm_team *team, mw_gemm_cut cut,
                          const mw_gemm_operands *operands, int thread, mw_tally *tally);

/* What all threads together tally: the sum of mw_gemm_product_work over the parts. */
mw_work mw_gemm_team_work(const mw_gemm_plan *plan, mw_gemm_cut cut, int threads, size_t m,
                          size_t n, size_t k, bool add);

#endif
