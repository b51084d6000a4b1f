/*
 * The loops around a register tile (Goto and van de Geijn, "Anatomy of High-Performance Matrix
 * Multiplication", TOMS 34(3), 2008; A and B exchanged, because C lies in rows), from the outside:
 *
 *     mc rows of A and C      the slab of A that is packed stays in the last cache
 *     kc steps of k
 *     nc columns of B and C   the block of B that is packed stays in the second-level cache
 *     a strip of A            as many rows as a tile has; stays in the first-level cache while
 *     a panel of B            as wide as a tile, passes by it
 *
 * So a strip meets its rows of C side by side, which keeps to a few pages; tile after tile down the
 * columns would want a page of memory for every row. Blocks are cut evenly, so that the last one is
 * not a sliver. While panels pass, the next strip is fetched. A tile that packs reads B where it
 * lies with the first strip, and A with the first panel, and leaves the copies.
 */
#include "gemm/product.h"

#include "cpu.h"
#include "form.h"

/* Elements between two rows of a packed slab beyond kc: a line, so that rows do not share sets. */
static size_t row_padding(const mw_gemm_plan *plan)
{
    return MW_LINE_BYTES / plan->width;
}

/* The size of blocks that cut `total` evenly, at most `largest` each, in multiples of `unit`. */
static size_t even(size_t total, size_t largest, size_t unit)
{
    size_t parts = mw_ceil_div(total, largest), size = mw_ceil_div(total, parts);
    return mw_smaller(mw_ceil_div(size, unit) * unit, largest);
}

mw_gemm_blocks mw_gemm_plan_blocks(const mw_gemm_plan *plan, size_t m, size_t n, size_t k)
{
    const mw_gemm_blocks *most = &plan->blocks;
    return (mw_gemm_blocks){
        .mc = even(m, most->mc, plan->tile.rows),
        .kc = even(k, most->kc, 4),
        .nc = even(n, most->nc, plan->tile.columns),
    };
}

mw_gemm_plan mw_gemm_plan_of(mw_gemm_tile_kind kind, mw_isa isa, mw_dtype dtype, size_t m, size_t n,
                             size_t k, mw_gemm_blocks wish)
{
    mw_micro_bodies bodies = mw_micro_bodies_for(isa);
    const mw_micro *micro = kind == MW_GEMM_TILE_MICRO ? &bodies.micro : &bodies.tile;
    size_t width = mw_dtype_size(dtype);
    mw_micro_limits tile = micro->limits[dtype];
    mw_gemm_blocks blocks = mw_gemm_blocks_model(&tile, width);
    if (wish.kc)
        blocks.kc = wish.kc;
    if (wish.mc)
        blocks.mc = wish.mc;
    if (wish.nc)
        blocks.nc = mw_ceil_div(wish.nc, tile.columns) * tile.columns;
    return (mw_gemm_plan){
        .dtype = dtype,
        .width = width,
        .m = m,
        .n = n,
        .k = k,
        .blocks = blocks,
        .tile = tile,
        .body = micro->body[dtype],
        .pack_rows = bodies.pack_rows[dtype],
        .pack_panel = bodies.pack_panel[dtype],
        .pack_panel_transposed = bodies.pack_panel_transposed[dtype],
    };
}

mw_gemm_plan mw_gemm_plan_best(mw_dtype dtype, size_t m, size_t n, size_t k)
{
    return mw_gemm_plan_of(MW_GEMM_TILE_MICRO, mw_cpu_isa(), dtype, m, n, k, (mw_gemm_blocks){0});
}

/* The packed slab of A, and the packed block of B. */
static uint64_t slab_bytes(const mw_gemm_plan *plan)
{
    size_t rows = mw_smaller(plan->m, plan->blocks.mc), k = mw_smaller(plan->k, plan->blocks.kc);
    return (uint64_t)rows * (k + row_padding(plan)) * plan->width;
}

static uint64_t block_bytes(const mw_gemm_plan *plan)
{
    size_t n = mw_smaller(plan->n, plan->blocks.nc), k = mw_smaller(plan->k, plan->blocks.kc);
    return mw_ceil_div(n, plan->tile.columns) * plan->tile.columns * k * plan->width;
}

/* What is large lies on huge pages, whole ones. */
static uint64_t workspace_bytes(const mw_gemm_plan *plan)
{
    const uint64_t huge = 2 << 20;
    uint64_t bytes = slab_bytes(plan) + block_bytes(plan);
    return bytes < huge / 4 ? bytes : mw_ceil_div(bytes, huge) * huge;
}

uint64_t mw_gemm_workspace_bytes(const mw_gemm_plan *plan)
{
    return mw_buffer_footprint(workspace_bytes(plan));
}

mw_status mw_gemm_workspace_map(mw_gemm_workspace *workspace, const mw_gemm_plan *plan,
                                mw_error *error)
{
    *workspace = (mw_gemm_workspace){0};
    mw_status status = mw_buffer_create(&workspace->memory, workspace_bytes(plan), error);
    if (status != MW_OK)
        return status;
    workspace->b = workspace->memory.data;
    workspace->a = (char *)workspace->b + block_bytes(plan);
    return MW_OK;
}

mw_status mw_gemm_workspace_create(mw_gemm_workspace *workspace, const mw_gemm_plan *plan,
                                   mw_ledger *ledger, mw_error *error)
{
    mw_status status = mw_gemm_workspace_map(workspace, plan, error);
    return status == MW_OK ? mw_buffer_touch(&workspace->memory, 1, ledger) : status;
}

void mw_gemm_workspace_destroy(mw_gemm_workspace *workspace)
{
    mw_buffer_destroy(&workspace->memory);
}

mw_work mw_gemm_product_work(const mw_gemm_plan *plan, size_t m, size_t n, size_t k, bool add)
{
    mw_gemm_blocks blocks = mw_gemm_plan_blocks(plan, m, n, k);
    mw_wide slabs = mw_ceil_div(m, blocks.mc), passes = mw_ceil_div(k, blocks.kc);
    mw_wide wm = m, wn = n, wk = k, w = plan->width;
    return (mw_work){
        .flops = mw_form(2 * wm * wn * wk),
        .load_bytes = mw_form((wm * wk + slabs * wk * wn + (passes - (add ? 0 : 1)) * wm * wn) * w),
        .store_bytes = mw_form(passes * wm * wn * w),
    };
}

/* A product on its way: the block [i, i+m) x [j, j+n) of C against [p, p+k). */
typedef struct progress {
    const mw_gemm_plan *plan;
    const mw_gemm_workspace *workspace;
    const mw_gemm_operands *o;
    mw_tally *tally;
    size_t i, m, j, n, p, k;
} progress;

/* A strip of A: rows [row, row + rows) of the slab. */
typedef struct strip {
    size_t row, rows;
} strip;

static bool tell(const progress *at, uint64_t flops, uint64_t loads, uint64_t stores)
{
    size_t width = at->plan->width;
    return !at->tally || mw_tally_add(at->tally, flops, loads * width, stores * width);
}

/* Element [row][column] of an array with leading dimension `ld`. */
static char *element(const progress *at, const void *array, size_t ld, size_t row, size_t column)
{
    return (char *)array + (row * ld + column) * at->plan->width;
}

static size_t strip_ld(const progress *at)
{
    return at->o->a_in_place ? at->o->lda : at->k + row_padding(at->plan);
}

/* Rows [row, ...) of the slab from A itself. */
static char *strip_source(const progress *at, size_t row)
{
    return element(at, at->o->a, at->o->lda, at->i + row, at->p);
}

/* Where a strip lies packed. */
static char *strip_at(const progress *at, size_t row)
{
    return at->o->a_in_place ? strip_source(at, row)
                             : element(at, at->workspace->a, strip_ld(at), row, 0);
}

/* Columns [j, ...) of the block from B itself. */
static const char *panel_source(const progress *at, size_t j)
{
    const mw_gemm_operands *o = at->o;
    return o->b_transposed ? element(at, o->b, o->ldb, j, at->p)
                           : element(at, o->b, o->ldb, at->p, j);
}

/* Where the panel of columns [j, ...) lies packed. */
static char *panel_at(const progress *at, size_t j)
{
    return element(at, at->workspace->b, at->k, j - at->j, 0);
}

static size_t panel_columns(const progress *at, size_t j)
{
    return mw_smaller(at->j + at->n - j, at->plan->tile.columns);
}

/* Whether panels are still to be packed when these rows meet them. */
static bool panels_are_loose(const progress *at, const strip *rows)
{
    return rows->row == 0 && !at->o->b_kept;
}

/* Whether tiles make the packed copy of a panel on their way: it needs all its columns for that. */
static bool tile_packs_panel(const progress *at, size_t j)
{
    return at->plan->tile.packs && !at->o->b_transposed &&
           panel_columns(at, j) == at->plan->tile.columns;
}

/* The same for a strip, which the first block of B meets. */
static bool tile_packs_strip(const progress *at, size_t j)
{
    return at->plan->tile.packs && !at->o->a_in_place && j == 0;
}

/* With the first strip, a panel of B: by itself, or told only, when the tile does it. */
static bool pack_panel(const progress *at, size_t j)
{
    const mw_gemm_plan *plan = at->plan;
    mw_packing packing = {
        .from = panel_source(at, j),
        .to = panel_at(at, j),
        .ld = at->o->ldb,
        .to_ld = plan->tile.columns,
        .rows = at->k,
        .columns = panel_columns(at, j),
    };
    if (!tile_packs_panel(at, j))
        (at->o->b_transposed ? plan->pack_panel_transposed : plan->pack_panel)(&packing);
    return tell(at, 0, packing.rows * packing.columns, 0);
}

/* With the first block of B, a strip of A: likewise. */
static bool pack_strip(const progress *at, const strip *rows)
{
    const mw_gemm_plan *plan = at->plan;
    mw_packing packing = {
        .from = strip_source(at, rows->row),
        .to = strip_at(at, rows->row),
        .ld = at->o->lda,
        .to_ld = strip_ld(at),
        .rows = rows->rows,
        .columns = at->k,
    };
    if (!plan->tile.packs && !at->o->a_in_place)
        plan->pack_rows(&packing);
    return tell(at, 0, packing.rows * packing.columns, 0);
}

/* The tile of a strip and the panel of columns [j, ...). */
static mw_micro_tile tile_of(const progress *at, const strip *rows, size_t j)
{
    const mw_gemm_plan *plan = at->plan;
    const mw_gemm_operands *o = at->o;
    mw_micro_tile tile = {
        .a = strip_at(at, rows->row),
        .b = panel_at(at, j),
        .c = element(at, o->c, o->ldc, at->i + rows->row, j),
        .lda = strip_ld(at),
        .ldb = plan->tile.columns,
        .ldc = o->ldc,
        .rows = rows->rows,
        .columns = panel_columns(at, j),
        .k = at->k,
        .add = o->add || at->p > 0,
    };
    if (panels_are_loose(at, rows) && tile_packs_panel(at, j)) {
        tile.panel = panel_at(at, j);
        tile.b = panel_source(at, j);
        tile.ldb = o->ldb;
    }
    if (tile_packs_strip(at, j)) {
        tile.loose = strip_source(at, rows->row);
        tile.loose_ld = o->lda;
    }
    return tile;
}

/* While panel number `panel` passes, some of the next strip is asked for: as many bytes as the
 * panel has steps, or, when it is still to be packed, a row of it. */
static const char *ahead_of(const progress *at, const strip *rows, size_t panel)
{
    const mw_gemm_plan *plan = at->plan;
    size_t next = rows->row + rows->rows, row = at->j == 0 ? panel : 0;
    if (next + row >= at->m)
        return NULL;
    if (at->j == 0)
        return row < rows->rows ? strip_source(at, next + row) : NULL;
    size_t passed = panel * (at->k * plan->width / MW_LINE_BYTES * MW_LINE_BYTES);
    return passed < rows->rows * strip_ld(at) * plan->width ? strip_at(at, next) + passed : NULL;
}

/* A strip against all panels of the block. */
static bool multiply_strip(const progress *at, const strip *rows)
{
    const mw_gemm_plan *plan = at->plan;
    if (at->j == 0 && !pack_strip(at, rows))
        return false;
    for (size_t panel = 0; panel * plan->tile.columns < at->n; panel++) {
        size_t j = at->j + panel * plan->tile.columns;
        if (panels_are_loose(at, rows) && !pack_panel(at, j))
            return false;
        mw_micro_tile tile = tile_of(at, rows, j);
        tile.ahead = ahead_of(at, rows, panel);
        plan->body(&tile);
        uint64_t sums = tile.rows * tile.columns;
        if (!tell(at, 2 * sums * at->k, tile.add ? sums : 0, sums))
            return false;
    }
    return true;
}

static bool multiply_block(const progress *at)
{
    size_t strips = mw_ceil_div(at->m, at->plan->tile.rows);
    for (size_t t = 0; t < strips; t++) {
        mw_range share = mw_team_share(at->m, (int)t, (int)strips);
        strip rows = {(size_t)share.begin, (size_t)(share.end - share.begin)};
        if (!multiply_strip(at, &rows))
            return false;
    }
    return true;
}

bool mw_gemm_product(const mw_gemm_plan *plan, const mw_gemm_workspace *workspace,
                     const mw_gemm_operands *operands, mw_tally *tally)
{
    progress at = {.plan = plan, .workspace = workspace, .o = operands, .tally = tally};
    size_t m = operands->m, n = operands->n, k = operands->k;
    mw_gemm_blocks blocks = mw_gemm_plan_blocks(plan, m, n, k);
    for (at.i = 0; at.i < m; at.i += blocks.mc) {
        at.m = mw_smaller(m - at.i, blocks.mc);
        for (at.p = 0; at.p < k; at.p += blocks.kc) {
            at.k = mw_smaller(k - at.p, blocks.kc);
            for (at.j = 0; at.j < n; at.j += blocks.nc) {
                at.n = mw_smaller(n - at.j, blocks.nc);
                if (!multiply_block(&at))
                    return false;
            }
        }
    }
    return true;
}
