/*
 * The loops around a register tile (Goto and van de Geijn, "Anatomy of High-Performance Matrix
 * Multiplication", TOMS 34(3), 2008), from the outside:
 *
 *     nc columns of B and C   the slab of B that is packed stays in the last cache
 *     kc steps of k           a slab of B is packed panel by panel, each when it is first used
 *     mc rows of A and C      a block of A is packed and stays in the second-level cache
 *     a panel of B            stays in the first-level cache while
 *     a tile of rows          passes by it
 *
 * Blocks are cut evenly, so that the last one is not a sliver. While a panel is multiplied the next
 * one is asked for: what it is packed from, or the packed panel itself.
 */
#include "gemm/product.h"

#include "cpu.h"
#include "form.h"

/* Elements between two rows of a packed block beyond kc: a line, so that rows do not share sets. */
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
    mw_gemm_bodies bodies;
    mw_gemm_choose(isa, &bodies);
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

static uint64_t block_bytes(const mw_gemm_plan *plan)
{
    size_t rows = mw_smaller(plan->m, plan->blocks.mc), k = mw_smaller(plan->k, plan->blocks.kc);
    return (uint64_t)rows * (k + row_padding(plan)) * plan->width;
}

static uint64_t slab_bytes(const mw_gemm_plan *plan)
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

mw_status mw_gemm_workspace_create(mw_gemm_workspace *workspace, const mw_gemm_plan *plan,
                                   mw_error *error)
{
    *workspace = (mw_gemm_workspace){0};
    mw_status status = mw_buffer_create(&workspace->memory, workspace_bytes(plan), error);
    if (status != MW_OK)
        return status;
    workspace->b = workspace->memory.data;
    workspace->a = (char *)workspace->b + slab_bytes(plan);
    return MW_OK;
}

void mw_gemm_workspace_destroy(mw_gemm_workspace *workspace)
{
    mw_buffer_destroy(&workspace->memory);
}

mw_work mw_gemm_product_work(const mw_gemm_plan *plan, size_t m, size_t n, size_t k, bool add)
{
    mw_gemm_blocks blocks = mw_gemm_plan_blocks(plan, m, n, k);
    mw_wide slabs = mw_ceil_div(n, blocks.nc), passes = mw_ceil_div(k, blocks.kc);
    mw_wide wm = m, wn = n, wk = k, w = plan->width;
    return (mw_work){
        .flops = mw_form(2 * wm * wn * wk),
        .load_bytes = mw_form((slabs * wm * wk + wk * wn + (passes - (add ? 0 : 1)) * wm * wn) * w),
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

static bool tell(const progress *at, uint64_t flops, uint64_t loads, uint64_t stores)
{
    size_t width = at->plan->width;
    return !at->tally || mw_tally_add(at->tally, flops, loads * width, stores * width);
}

/* Element [row][column] of an array with leading dimension `ld`. */
static const char *element(const progress *at, const void *array, size_t ld, size_t row,
                           size_t column)
{
    return (const char *)array + (row * ld + column) * at->plan->width;
}

/* The columns [j, ...) of the slab from B itself. */
static const char *panel_source(const progress *at, size_t j)
{
    const mw_gemm_operands *o = at->o;
    return o->b_transposed ? element(at, o->b, o->ldb, j, at->p)
                           : element(at, o->b, o->ldb, at->p, j);
}

/* Where the panel of columns [j, ...) lies packed. */
static char *panel_at(const progress *at, size_t j)
{
    return (char *)at->workspace->b + (j - at->j) * at->k * at->plan->width;
}

static size_t panel_columns(const progress *at, size_t j)
{
    return mw_smaller(at->j + at->n - j, at->plan->tile.columns);
}

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
    (at->o->b_transposed ? plan->pack_panel_transposed : plan->pack_panel)(&packing);
    return tell(at, 0, packing.rows * packing.columns, 0);
}

static bool pack_block(const progress *at)
{
    const mw_gemm_plan *plan = at->plan;
    size_t ld = at->k + row_padding(plan);
    size_t step = 1 + MW_TILE_BYTES / (ld * plan->width); /* rows between two polls */
    for (size_t r = 0; r < at->m; r += step) {
        mw_packing packing = {
            .from = element(at, at->o->a, at->o->lda, at->i + r, at->p),
            .to = (char *)at->workspace->a + r * ld * plan->width,
            .ld = at->o->lda,
            .to_ld = ld,
            .rows = mw_smaller(at->m - r, step),
            .columns = at->k,
        };
        plan->pack_rows(&packing);
        if (!tell(at, 0, packing.rows * packing.columns, 0))
            return false;
    }
    return true;
}

/* What the tiles of a panel ask for meanwhile: rows of the next panel, each tile as many as it
 * passes lines of A, until all were. */
typedef struct ahead {
    const char *from;
    size_t stride, each;
} ahead;

/* The panel after the one of columns [j, ...): packed already, or where it will be packed from. */
static ahead after_panel(const progress *at, size_t j)
{
    const mw_gemm_plan *plan = at->plan;
    size_t next = j + plan->tile.columns;
    if (next >= at->j + at->n || (at->i == 0 && at->o->b_transposed))
        return (ahead){0};
    bool packed = at->i > 0;
    return (ahead){
        .from = packed ? panel_at(at, next) : panel_source(at, next),
        .stride = (packed ? plan->tile.columns : at->o->ldb) * plan->width,
        .each = at->k * plan->width / MW_LINE_BYTES,
    };
}

/* All rows of the block against the panel of columns [j, ...), in tiles of even height. */
static bool multiply_panel(const progress *at, size_t j)
{
    const mw_gemm_plan *plan = at->plan;
    const mw_gemm_operands *o = at->o;
    size_t tiles = mw_ceil_div(at->m, plan->tile.rows), ld = at->k + row_padding(plan);
    ahead next = after_panel(at, j);
    mw_micro_tile tile = {
        .a = at->workspace->a,
        .b = panel_at(at, j),
        .c = (char *)o->c + (at->i * o->ldc + j) * plan->width,
        .lda = ld,
        .ldc = o->ldc,
        .columns = panel_columns(at, j),
        .k = at->k,
        .add = o->add || at->p > 0,
        .ahead_stride = next.stride,
    };
    for (size_t t = 0; t < tiles; t++) {
        mw_range rows = mw_team_share(at->m, (int)t, (int)tiles);
        tile.rows = (size_t)(rows.end - rows.begin);
        bool asked = t * next.each >= at->k;
        tile.ahead = asked || !next.from ? NULL : next.from + t * next.each * next.stride;
        plan->body(&tile);
        tile.a = (const char *)tile.a + tile.rows * ld * plan->width;
        tile.c = (char *)tile.c + tile.rows * o->ldc * plan->width;
        uint64_t sums = tile.rows * tile.columns;
        if (!tell(at, 2 * sums * at->k, tile.add ? sums : 0, sums))
            return false;
    }
    return true;
}

static bool multiply_block(progress *at)
{
    if (!pack_block(at))
        return false;
    for (size_t j = at->j; j < at->j + at->n; j += at->plan->tile.columns) {
        if (at->i == 0 && !pack_panel(at, j))
            return false;
        if (!multiply_panel(at, j))
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
    for (at.j = 0; at.j < n; at.j += blocks.nc) {
        at.n = mw_smaller(n - at.j, blocks.nc);
        for (at.p = 0; at.p < k; at.p += blocks.kc) {
            at.k = mw_smaller(k - at.p, blocks.kc);
            for (at.i = 0; at.i < m; at.i += blocks.mc) {
                at.m = mw_smaller(m - at.i, blocks.mc);
                if (!multiply_block(&at))
                    return false;
            }
        }
    }
    return true;
}
