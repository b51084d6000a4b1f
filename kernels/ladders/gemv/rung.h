/* rung.h: what the rungs of the gemv ladder differ in, for those who run and describe them. */
#ifndef MW_GEMV_RUNG_H
#define MW_GEMV_RUNG_H

#include "gemv/operands.h"
#include "team.h"

/* A tile has at most this many columns: 8 rows of it are first read within 12 ms even at 0.36 GB/s,
 * and its piece of x stays in a cache. */
enum { MW_GEMV_COLUMNS_MAX = 1 << 16 };

/* Rows that one tile of gemv/column holds: one column of it takes a few milliseconds at worst. */
enum { MW_GEMV_COLUMN_ROWS_MAX = 1 << 16 };

typedef struct mw_gemv_rung {
    size_t body;  /* offset of its pair of bodies in mw_gemv_bodies */
    size_t group; /* rows that one group of sums holds; shares and tiles begin on its multiples */
    bool packs_x; /* x is loaded once into a padded copy, not for every row */
} mw_gemv_rung;

/* Rows of one tile, whole groups: as many as come to MW_TILE_BYTES. */
static inline size_t mw_gemv_tile_rows(size_t n, size_t group, size_t width)
{
    size_t piece = n < MW_GEMV_COLUMNS_MAX ? n : MW_GEMV_COLUMNS_MAX;
    size_t groups = MW_TILE_BYTES / (piece * group * width);
    return (groups ? groups : 1) * group;
}

/* Fills `state->body` with the rung's loops for this run's instruction set. */
void mw_gemv_choose(mw_run *run, size_t body);

/* By rows, the order in which A lies: one thread's share of them, and all of it. */
bool mw_gemv_rows_share(void *context, int thread, int threads, mw_tally *tally);
mw_status mw_gemv_rows_execute(mw_run *run);
mw_work mw_gemv_rows_work(const mw_kernel *kernel, const mw_args *args);

mw_status mw_gemv_rows_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace);
mw_status mw_gemv_column_trace(const mw_kernel *kernel, const mw_args *args, mw_trace *trace);

#endif
