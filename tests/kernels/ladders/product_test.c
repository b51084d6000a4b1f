/* Products inside other kernels: any size up to the plan's, B either way round, C set or added to.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cpu.h"
#include "gemm/shares.h"
#include "tests/kernels/isa.h"

typedef struct product_case {
    size_t m, n, k;
    bool transposed, add;
} product_case;

static const product_case cases[] = {
    {1, 1, 1, false, false},     {5, 3, 7, true, true},       {14, 32, 16, false, true},
    {29, 65, 33, true, false},   {61, 100, 130, false, true}, {100, 47, 300, true, true},
    {100, 130, 70, true, false},
};
enum { CASES = sizeof cases / sizeof *cases, M = 100, N = 130, K = 300, PAD = 3 };

static void fill(double *array, size_t count, uint32_t seed)
{
    for (size_t i = 0; i < count; i++)
        array[i] = mw_element(seed, i);
}

/* Rows `pad` elements further apart than they are long. */
static mw_gemm_operands operands_of(const product_case *p, const double *a, const double *b,
                                    double *c, size_t pad)
{
    return (mw_gemm_operands){
        .m = p->m,
        .n = p->n,
        .k = p->k,
        .a = a,
        .b = b,
        .c = c,
        .lda = p->k + pad,
        .ldb = (p->transposed ? p->k : p->n) + pad,
        .ldc = p->n + pad,
        .b_transposed = p->transposed,
        .add = p->add,
    };
}

/* A case with its operands, and what C should hold, the elements between its rows included. Each
 * array ends with its last element, behind which a sanitizer looks. */
typedef struct reference {
    const product_case *p;
    size_t ldc;
    double *a, *b, *want;
} reference;

static double *filled(size_t count, uint32_t seed)
{
    double *array = malloc(count * sizeof *array);
    assert_non_null(array);
    fill(array, count, seed);
    return array;
}

static reference refer(const product_case *p)
{
    size_t lda = p->k + PAD, ldb = (p->transposed ? p->k : p->n) + PAD, ldc = p->n + PAD;
    reference r = {.p = p,
                   .ldc = ldc,
                   .a = filled(p->m * lda, 1),
                   .b = filled((p->transposed ? p->n : p->k) * ldb, 2),
                   .want = filled(p->m * ldc, 3)};
    for (size_t i = 0; i < p->m; i++) {
        for (size_t j = 0; j < p->n; j++) {
            double sum = p->add ? r.want[i * ldc + j] : 0;
            for (size_t q = 0; q < p->k; q++)
                sum += r.a[i * lda + q] * r.b[p->transposed ? j * ldb + q : q * ldb + j];
            r.want[i * ldc + j] = sum;
        }
    }
    return r;
}

static void forget(reference *r)
{
    free(r->a);
    free(r->b);
    free(r->want);
}

static void expect_product(const mw_gemm_plan *plan, const mw_gemm_workspace *workspace,
                           const reference *r, bool a_in_place)
{
    const product_case *p = r->p;
    double *c = filled(p->m * r->ldc, 3);
    mw_gemm_operands operands = operands_of(p, r->a, r->b, c, PAD);
    operands.a_in_place = a_in_place;
    assert_true(mw_gemm_product(plan, workspace, &operands, NULL));
    for (size_t i = 0; i < p->m * r->ldc; i++) {
        if (!(fabs(c[i] - r->want[i]) <= 1e-12))
            fail_msg("%zu x %zu x %zu: C[%zu][%zu] is %g, not %g", p->m, p->n, p->k, i / r->ldc,
                     i % r->ldc, c[i], r->want[i]);
    }
    free(c);
}

static void expect_products(mw_isa isa, mw_gemm_blocks wish, const reference *r)
{
    mw_gemm_plan plan = mw_gemm_plan_of(MW_GEMM_TILE_MICRO, isa, MW_F64, M, N, K, wish);
    mw_gemm_workspace workspace;
    assert_int_equal(mw_gemm_workspace_create(&workspace, &plan, mw_ledger_process(), NULL), MW_OK);
    expect_product(&plan, &workspace, r, false);
    expect_product(&plan, &workspace, r, true);
    mw_gemm_workspace_destroy(&workspace);
}

static void a_plan_multiplies_all_sizes_up_to_its_own(void **state)
{
    (void)state;
    static const mw_gemm_blocks wishes[] = {{0, 0, 0}, {28, 16, 32}, {1, 1, 1}, {17, 299, 64}};
    for (size_t i = 0; i < CASES; i++) {
        reference r = refer(&cases[i]);
        for (mw_isa isa = MW_ISA_GENERIC; isa <= mw_cpu_best_isa(); isa++) {
            for (size_t w = 0; w < sizeof wishes / sizeof *wishes; w++)
                expect_products(isa, wishes[w], &r);
        }
        forget(&r);
    }
}

/* Rows of A one by one against B as one block: B itself is gone after the first. */
static void expect_kept(mw_isa isa, const product_case *p)
{
    static double a[M * K], b[K * N], whole[M * N], by_rows[M * N];
    mw_gemm_plan plan = mw_gemm_plan_of(MW_GEMM_TILE_MICRO, isa, MW_F64, p->m, p->n, p->k,
                                        (mw_gemm_blocks){.kc = p->k, .nc = p->n});
    mw_gemm_workspace workspace;
    assert_int_equal(mw_gemm_workspace_create(&workspace, &plan, mw_ledger_process(), NULL), MW_OK);
    fill(a, M * K, 1);
    fill(b, K * N, 2);
    fill(whole, M * N, 3);
    fill(by_rows, M * N, 3);
    mw_gemm_operands operands = operands_of(p, a, b, whole, 0);
    assert_true(mw_gemm_product(&plan, &workspace, &operands, NULL));
    mw_tally tally = {.ledger = mw_ledger_process()};
    mw_ledger_begin(tally.ledger);
    operands.m = 1;
    for (size_t i = 0; i < p->m; i++) {
        operands.a = a + i * p->k;
        operands.c = by_rows + i * p->n;
        operands.b_kept = i > 0;
        assert_true(mw_gemm_product(&plan, &workspace, &operands, &tally));
        memset(b, 0xff, sizeof b);
    }
    assert_memory_equal(whole, by_rows, sizeof whole);
    mw_work told = mw_ledger_work(tally.ledger);
    mw_work form = mw_gemm_product_work(&plan, p->m, p->n, p->k, p->add);
    assert_int_equal(told.flops + tally.pending.flops, form.flops);
    assert_int_equal(told.load_bytes + tally.pending.load_bytes, form.load_bytes);
    assert_int_equal(told.store_bytes + tally.pending.store_bytes, form.store_bytes);
    mw_gemm_workspace_destroy(&workspace);
}

static void a_packed_block_serves_the_products_that_keep_it(void **state)
{
    (void)state;
    for (mw_isa isa = MW_ISA_GENERIC; isa <= mw_cpu_best_isa(); isa++) {
        for (size_t i = 0; i < CASES; i++)
            expect_kept(isa, &cases[i]);
    }
}

static void a_product_tells_its_tally_what_its_closed_form_says(void **state)
{
    (void)state;
    enum { LDC = 70 };
    static float a[61 * 200], b[200 * 70], c[61 * LDC];
    mw_gemm_plan plan = mw_gemm_plan_of(MW_GEMM_TILE_MICRO, mw_cpu_isa(), MW_F32, 61, 70, 200,
                                        (mw_gemm_blocks){20, 48, 32});
    mw_gemm_workspace workspace;
    assert_int_equal(mw_gemm_workspace_create(&workspace, &plan, mw_ledger_process(), NULL), MW_OK);
    for (int add = 0; add <= 1; add++) {
        mw_tally tally = {.ledger = mw_ledger_process()};
        mw_ledger_begin(tally.ledger);
        mw_gemm_operands operands = {
            .m = 61,
            .n = 70,
            .k = 200,
            .a = a,
            .b = b,
            .c = c,
            .lda = 200,
            .ldb = 70,
            .ldc = LDC,
            .add = add,
        };
        assert_true(mw_gemm_product(&plan, &workspace, &operands, &tally));
        mw_work told = mw_ledger_work(tally.ledger);
        mw_work form = mw_gemm_product_work(&plan, 61, 70, 200, add);
        assert_int_equal(told.flops + tally.pending.flops, form.flops);
        assert_int_equal(told.load_bytes + tally.pending.load_bytes, form.load_bytes);
        assert_int_equal(told.store_bytes + tally.pending.store_bytes, form.store_bytes);
    }
    mw_gemm_workspace_destroy(&workspace);
}

typedef struct team_job {
    const mw_gemm_team *team;
    mw_gemm_cut cut;
    mw_gemm_operands operands;
} team_job;

static bool team_share(void *context, int thread, int threads, mw_tally *tally)
{
    const team_job *job = context;
    assert_int_equal(threads, job->team->threads);
    return mw_gemm_team_product(job->team, job->cut, &job->operands, thread, tally);
}

/* Multiplies into C, and counts as foretold. */
static void run_as_team(mw_gemm_cut cut, int threads, const product_case *p, const double *a,
                        const double *b, double *c)
{
    mw_gemm_plan plan = mw_gemm_plan_of(MW_GEMM_TILE_MICRO, mw_cpu_isa(), MW_F64, p->m, p->n, p->k,
                                        (mw_gemm_blocks){20, 48, 32});
    mw_gemm_team team;
    mw_ledger *ledger = mw_ledger_process();
    assert_int_equal(mw_gemm_team_create(&team, &plan, threads, ledger, NULL), MW_OK);
    team_job job = {&team, cut, operands_of(p, a, b, c, 0)};
    mw_ledger_begin(ledger);
    assert_int_equal(mw_team_run(ledger, threads, team_share, &job), MW_OK);
    mw_work told = mw_ledger_work(ledger);
    mw_work form = mw_gemm_team_work(&plan, cut, threads, p->m, p->n, p->k, p->add);
    assert_int_equal(told.flops, form.flops);
    assert_int_equal(told.load_bytes, form.load_bytes);
    assert_int_equal(told.store_bytes, form.store_bytes);
    mw_gemm_team_destroy(&team);
}

/* The same sums, bit by bit, as one thread makes. */
static void expect_teams(const product_case *p)
{
    static const mw_gemm_cut cuts[] = {MW_GEMM_BY_ROWS, MW_GEMM_BY_COLUMNS, MW_GEMM_BY_GRID};
    static const int threads[] = {1, 2, 3, 4, 7, 40};
    static double a[M * K], b[K * N], alone[M * N], c[M * N];
    fill(a, M * K, 1);
    fill(b, K * N, 2);
    fill(alone, M * N, 3);
    run_as_team(MW_GEMM_BY_ROWS, 1, p, a, b, alone);
    for (size_t cut = 0; cut < sizeof cuts / sizeof *cuts; cut++) {
        for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
            fill(c, M * N, 3);
            run_as_team(cuts[cut], threads[t], p, a, b, c);
            assert_memory_equal(alone, c, sizeof c);
        }
    }
}

static void a_team_makes_what_one_thread_makes_and_counts_all_its_reads(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++)
        expect_teams(&cases[i]);
}

static void a_cancelled_team_is_not_made_and_leaves_nothing(void **state)
{
    (void)state;
    mw_gemm_plan plan = mw_gemm_plan_best(MW_F32, 100, 100, 100);
    mw_gemm_team team;
    mw_ledger *ledger = mw_ledger_process();
    mw_ledger_cancel(ledger);
    assert_int_equal(mw_gemm_team_create(&team, &plan, 2, ledger, NULL), MW_CANCELLED);
    assert_null(team.workspaces);
    mw_ledger_rearm(ledger);
}

static mw_cache_geometry cache(double bytes, uint32_t ways)
{
    return mw_cache_near("", bytes, ways, 64);
}

static void blocks_fit_the_caches_they_are_for(void **state)
{
    (void)state;
    static const struct {
        double l1, l2, llc;
        uint32_t l1_ways;
    } machines[] = {
        {48 << 10, 2 << 20, 32 << 20, 12},
        {32 << 10, 256 << 10, 8 << 20, 8},
        {32 << 10, 512 << 10, 512 << 10, 4},
        {64 << 10, 1 << 20, 16 << 20, 4},
    };
    const mw_micro_limits tiles[] = {{14, 32, true}, {6, 16, false}, {6, 8, false}};
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        mw_cache_geometry levels[] = {cache(machines[i].l1, machines[i].l1_ways),
                                      cache(machines[i].l2, 16), cache(machines[i].llc, 16)};
        mw_gemm_caches_set(levels, 3);
        for (size_t t = 0; t < 3; t++) {
            mw_gemm_blocks blocks = mw_gemm_blocks_model(&tiles[t], 4);
            assert_true(blocks.mc % tiles[t].rows == 0 && blocks.nc % tiles[t].columns == 0);
            assert_true((double)(blocks.kc * tiles[t].rows * 4) < machines[i].l1);
            assert_true((double)(blocks.kc * blocks.nc * 4) < machines[i].l2);
            assert_true((double)(blocks.kc * blocks.mc * 4) <= machines[i].llc);
        }
        mw_gemm_blocks three = mw_gemm_blocks_model(&tiles[0], 4);
        mw_gemm_caches_set(levels, 2);
        mw_gemm_blocks two = mw_gemm_blocks_model(&tiles[0], 4);
        assert_true(two.kc == three.kc && two.nc == three.nc);
        levels[2] = levels[1];
        mw_gemm_caches_set(levels, 3);
        assert_true(two.mc >= mw_gemm_blocks_model(&tiles[0], 4).mc);
    }
}

static void a_hypothetical_machine_has_the_same_blocks_everywhere(void **state)
{
    (void)state;
    const mw_micro_limits tile = {14, 32, true};
    mw_cache_geometry own[] = {cache(64 << 10, 4), cache(512 << 10, 16), cache(4 << 20, 16)};
    mw_cache_geometry second = mw_cache_near("L2", 256 << 10, 16, 64);
    mw_gemm_caches_set(NULL, 0);
    mw_gemm_caches_set_hypothetical(&second, 1);
    mw_gemm_blocks here = mw_gemm_blocks_model(&tile, 4);
    mw_gemm_caches_set(own, 3);
    mw_gemm_caches_set_hypothetical(&second, 1);
    mw_gemm_blocks there = mw_gemm_blocks_model(&tile, 4);
    assert_true(here.mc == there.mc && here.kc == there.kc && here.nc == there.nc);
    assert_true((double)(here.kc * here.nc * 4) < 256 << 10);
    mw_gemm_caches_set(NULL, 0);
}

static void a_wish_overrides_the_model_and_zero_does_not(void **state)
{
    (void)state;
    mw_gemm_plan model = mw_gemm_plan_best(MW_F32, 100, 100, 100);
    mw_gemm_plan plan = mw_gemm_plan_of(MW_GEMM_TILE_MICRO, mw_cpu_isa(), MW_F32, 100, 100, 100,
                                        (mw_gemm_blocks){.kc = 40});
    assert_int_equal(plan.blocks.kc, 40);
    assert_int_equal(plan.blocks.mc, model.blocks.mc);
    assert_int_equal(plan.blocks.nc, model.blocks.nc);
}

int main(void)
{
    if (isa_is_absent())
        return SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_multiplies_all_sizes_up_to_its_own),
        cmocka_unit_test(a_packed_block_serves_the_products_that_keep_it),
        cmocka_unit_test(a_product_tells_its_tally_what_its_closed_form_says),
        cmocka_unit_test(a_team_makes_what_one_thread_makes_and_counts_all_its_reads),
        cmocka_unit_test(a_cancelled_team_is_not_made_and_leaves_nothing),
        cmocka_unit_test(blocks_fit_the_caches_they_are_for),
        cmocka_unit_test(a_hypothetical_machine_has_the_same_blocks_everywhere),
        cmocka_unit_test(a_wish_overrides_the_model_and_zero_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
