/* shares.c: a grid of threads over C, and the work of all its parts as a closed form. */
#include "gemm/shares.h"

#include <stdlib.h>

#include "form.h"

/* Rows and columns of threads: rows·columns = threads. */
typedef struct grid {
    int rows, columns;
} grid;

static grid grid_of(mw_gemm_cut cut, int threads, size_t m, size_t n)
{
    if (cut == MW_GEMM_BY_COLUMNS)
        return (grid){1, threads};
    grid best = {threads, 1};
    double least = 0;
    for (int rows = 1; cut == MW_GEMM_BY_GRID && rows <= threads; rows++) {
        if (threads % rows)
            continue;
        int columns = threads / rows;
        double sides = (double)m / rows + (double)n / columns;
        if (least == 0 || sides <= least) {
            least = sides;
            best = (grid){rows, columns};
        }
    }
    return best;
}

static mw_range part_of(size_t total, size_t unit, int part, int parts)
{
    mw_range units = mw_team_share(mw_ceil_div(total, unit), part, parts);
    return (mw_range){mw_smaller(units.begin * unit, total), mw_smaller(units.end * unit, total)};
}

mw_gemm_part mw_gemm_part_of(const mw_gemm_plan *plan, mw_gemm_cut cut, size_t m, size_t n,
                             int thread, int threads)
{
    grid g = grid_of(cut, threads, m, n);
    return (mw_gemm_part){
        .rows = part_of(m, plan->tile.rows, thread / g.columns, g.rows),
        .columns = part_of(n, plan->tile.columns, thread % g.columns, g.columns),
    };
}

uint64_t mw_gemm_team_bytes(const mw_gemm_plan *plan, int threads)
{
    return (uint64_t)threads * mw_gemm_workspace_bytes(plan);
}

void mw_gemm_team_destroy(mw_gemm_team *team)
{
    for (int t = 0; team->workspaces && t < team->threads; t++)
        mw_gemm_workspace_destroy(&team->workspaces[t]);
    free(team->workspaces);
    *team = (mw_gemm_team){0};
}

static bool touch(void *context, int thread, int threads, mw_tally *tally)
{
    (void)threads;
    const mw_gemm_team *team = context;
    return mw_buffer_touch(&team->workspaces[thread].memory, 1, tally->ledger) == MW_OK;
}

mw_status mw_gemm_team_create(mw_gemm_team *team, const mw_gemm_plan *plan, int threads,
                              mw_ledger *ledger, mw_error *error)
{
    *team = (mw_gemm_team){.plan = *plan, .threads = threads};
    team->workspaces = calloc((size_t)threads, sizeof *team->workspaces);
    if (!team->workspaces)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    mw_status status = MW_OK;
    for (int t = 0; t < threads && status == MW_OK; t++)
        status = mw_gemm_workspace_map(&team->workspaces[t], plan, error);
    if (status == MW_OK)
        status = mw_team_run(ledger, threads, touch, team);
    if (status != MW_OK)
        mw_gemm_team_destroy(team);
    return status;
}

bool mw_gemm_team_product(const mw_gemm_team *team, mw_gemm_cut cut,
                          const mw_gemm_operands *operands, int thread, mw_tally *tally)
{
    mw_gemm_part part =
        mw_gemm_part_of(&team->plan, cut, operands->m, operands->n, thread, team->threads);
    mw_gemm_operands own = *operands;
    size_t i = part.rows.begin, j = part.columns.begin, width = team->plan.width;
    own.m = part.rows.end - i;
    own.n = part.columns.end - j;
    if (own.m == 0 || own.n == 0)
        return true;
    own.a = (const char *)operands->a + i * operands->lda * width;
    own.b = (const char *)operands->b + j * (operands->b_transposed ? operands->ldb : 1) * width;
    own.c = (char *)operands->c + (i * operands->ldc + j) * width;
    return mw_gemm_product(&team->plan, &team->workspaces[thread], &own, tally);
}

/* Sizes that parts of a dimension have: one unit more, the rest, and the last, which may be cut
 * short. */
typedef struct sizes {
    size_t size[3];
    int times[3];
} sizes;

static sizes sizes_of(size_t total, size_t unit, int parts)
{
    size_t units = mw_ceil_div(total, unit), each = units / (size_t)parts;
    int longer = (int)(units % (size_t)parts);
    sizes s = {.size = {(each + 1) * unit, each * unit}, .times = {longer, parts - longer, 1}};
    int last = each > 0 ? 1 : 0; /* the kind of the last that is not empty */
    s.times[last]--;
    s.size[2] = s.size[last] - (units * unit - total);
    return s;
}

mw_work mw_gemm_team_work(const mw_gemm_plan *plan, mw_gemm_cut cut, int threads, size_t m,
                          size_t n, size_t k, bool add)
{
    grid g = grid_of(cut, threads, m, n);
    sizes rows = sizes_of(m, plan->tile.rows, g.rows);
    sizes columns = sizes_of(n, plan->tile.columns, g.columns);
    mw_wide flops = 0, loads = 0, stores = 0;
    for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 3; c++) {
            mw_wide times = (mw_wide)rows.times[r] * (mw_wide)columns.times[c];
            if (times == 0 || rows.size[r] == 0 || columns.size[c] == 0)
                continue;
            mw_work one = mw_gemm_product_work(plan, rows.size[r], columns.size[c], k, add);
            flops += times * one.flops;
            loads += times * one.load_bytes;
            stores += times * one.store_bytes;
        }
    }
    return (mw_work){
        .flops = mw_form(flops), .load_bytes = mw_form(loads), .store_bytes = mw_form(stores)};
}
