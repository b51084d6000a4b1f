/* ledger_test.c: sums over threads, phases that do not count, and the cancel flag. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "ledger.h"

enum { THREADS = 4, TILES = 20000 };

static mw_block *new_block(void)
{
    mw_block *block = aligned_alloc(4096, mw_block_size());
    assert_non_null(block);
    mw_block_init(block);
    return block;
}

static void *add_tiles(void *context)
{
    int thread = (int)(intptr_t)context;
    for (uint64_t i = 0; i < TILES; i++)
        mw_ledger_tile(mw_ledger_process(), thread,
                       (mw_work){.flops = 2, .load_bytes = 8, .store_bytes = (uint64_t)thread});
    return NULL;
}

static void sums_are_exact_over_threads_and_grow_while_read(void **state)
{
    (void)state;
    mw_ledger *ledger = mw_ledger_process();
    mw_block *block = new_block();
    mw_ledger_attach(ledger, block, 7);
    mw_work before = mw_ledger_total(ledger);
    mw_ledger_begin(ledger);
    pthread_t threads[THREADS];
    for (int t = 0; t < THREADS; t++)
        assert_int_equal(pthread_create(&threads[t], NULL, add_tiles, (void *)(intptr_t)t), 0);
    uint64_t last = 0;
    for (int i = 0; i < 10000; i++) {
        uint64_t now = mw_ledger_work(ledger).flops;
        assert_true(now >= last);
        last = now;
    }
    for (int t = 0; t < THREADS; t++)
        pthread_join(threads[t], NULL);
    mw_work work = mw_ledger_work(ledger), total = mw_ledger_total(ledger);
    assert_int_equal(work.flops, 2u * THREADS * TILES);
    assert_int_equal(work.load_bytes, 8u * THREADS * TILES);
    assert_int_equal(work.store_bytes, (0u + 1 + 2 + 3) * TILES);
    assert_int_equal(total.flops - before.flops, work.flops);
    mw_ledger_phase(ledger, MW_PHASE_SAMPLE, 1);
    mw_counters counters;
    assert_true(mw_block_read(block, &counters));
    assert_int_equal(counters.run, 7);
    assert_int_equal(counters.flops, work.flops);
    assert_int_equal(counters.progress_ppm, 1000000);
    mw_ledger_attach(ledger, NULL, 0);
    free(block);
}

static void a_new_run_starts_at_zero_and_totals_go_on(void **state)
{
    (void)state;
    mw_ledger *ledger = mw_ledger_process();
    mw_ledger_begin(ledger);
    mw_work total = mw_ledger_total(ledger);
    assert_true(
        mw_ledger_tile(ledger, 0, (mw_work){.flops = 10, .load_bytes = 20, .store_bytes = 30}));
    assert_int_equal(mw_ledger_work(ledger).store_bytes, 30);
    mw_ledger_begin(ledger);
    assert_int_equal(mw_ledger_work(ledger).flops, 0);
    assert_int_equal(mw_ledger_total(ledger).flops, total.flops + 10);
}

static void work_beside_the_kernel_stays_out_of_its_sums(void **state)
{
    (void)state;
    mw_ledger *ledger = mw_ledger_process();
    mw_block *block = new_block();
    mw_ledger_attach(ledger, block, 3);
    mw_ledger_begin(ledger);
    mw_ledger_phase(ledger, MW_PHASE_SAMPLE, 0);
    mw_ledger_tile(ledger, 0, (mw_work){.flops = 100, .load_bytes = 0, .store_bytes = 0});
    mw_ledger_execution_end(ledger, 1, 0.25);
    mw_ledger_phase(ledger, MW_PHASE_BESIDE, 0.25);
    mw_ledger_tile(ledger, 1, (mw_work){.flops = 0, .load_bytes = 5000, .store_bytes = 0});
    mw_ledger_execution_end(ledger, 1, 0.5);
    mw_ledger_phase(ledger, MW_PHASE_SAMPLE, 0.5);
    mw_ledger_tile(ledger, 0, (mw_work){.flops = 100, .load_bytes = 0, .store_bytes = 0});
    mw_ledger_execution_end(ledger, 1, 0.25);
    mw_ledger_phase(ledger, MW_PHASE_VERIFY, 1);
    mw_ledger_tile(ledger, 0, (mw_work){.flops = 100, .load_bytes = 0, .store_bytes = 0});
    mw_ledger_phase(ledger, MW_PHASE_IDLE, 1);
    mw_counters counters;
    assert_true(mw_block_read(block, &counters));
    assert_int_equal(counters.flops, 200);
    assert_int_equal(counters.load_bytes, 0);
    assert_int_equal(counters.executions, 2);
    assert_int_equal(counters.kernel_ns, 500000000);
    mw_ledger_attach(ledger, NULL, 0);
    free(block);
}

static void a_long_execution_is_published_at_tile_ends(void **state)
{
    (void)state;
    mw_ledger *ledger = mw_ledger_process();
    mw_block *block = new_block();
    mw_ledger_attach(ledger, block, 4);
    mw_ledger_begin(ledger);
    mw_ledger_phase(ledger, MW_PHASE_SAMPLE, 0);
    mw_ledger_execution_begin(ledger);
    struct timespec pause = {.tv_nsec = 30 * 1000 * 1000};
    nanosleep(&pause, NULL);
    mw_ledger_tile(ledger, 1, (mw_work){.flops = 40, .load_bytes = 0, .store_bytes = 0});
    mw_ledger_tile(ledger, 0, (mw_work){.flops = 2, .load_bytes = 0, .store_bytes = 0});
    mw_counters counters;
    assert_true(mw_block_read(block, &counters));
    assert_int_equal(counters.flops, 42);
    assert_int_equal(counters.executions, 0);
    assert_true(counters.kernel_ns >= 30u * 1000 * 1000);
    assert_true(counters.elapsed_ns >= counters.kernel_ns);
    mw_ledger_attach(ledger, NULL, 0);
    free(block);
}

static void a_raised_flag_ends_the_next_tile_until_rearmed(void **state)
{
    (void)state;
    mw_ledger *ledger = mw_ledger_process();
    assert_true(mw_ledger_poll(ledger));
    mw_ledger_cancel(ledger);
    assert_true(mw_ledger_cancelled(ledger));
    assert_false(
        mw_ledger_tile(ledger, 0, (mw_work){.flops = 1, .load_bytes = 0, .store_bytes = 0}));
    assert_false(mw_ledger_poll(ledger));
    mw_ledger_rearm(ledger);
    assert_true(
        mw_ledger_tile(ledger, 0, (mw_work){.flops = 1, .load_bytes = 0, .store_bytes = 0}));
    assert_true(mw_ledger_poll(ledger));
}

static void a_muted_ledger_counts_nothing(void **state)
{
    (void)state;
    mw_ledger *ledger = mw_ledger_process();
    mw_ledger_begin(ledger);
    mw_ledger_mute(ledger, true);
    assert_true(
        mw_ledger_tile(ledger, 0, (mw_work){.flops = 1, .load_bytes = 2, .store_bytes = 3}));
    assert_int_equal(mw_ledger_work(ledger).flops, 0);
    mw_ledger_mute(ledger, false);
    assert_true(
        mw_ledger_tile(ledger, 0, (mw_work){.flops = 1, .load_bytes = 2, .store_bytes = 3}));
    assert_int_equal(mw_ledger_work(ledger).flops, 1);
}

static void the_fewest_threads_of_a_run_are_those_of_its_own_teams(void **state)
{
    (void)state;
    mw_ledger *ledger = mw_ledger_process();
    mw_ledger_begin(ledger);
    mw_ledger_team(ledger, 4, 4);
    assert_int_equal(mw_ledger_team_fewest(ledger), 0);
    mw_ledger_team(ledger, 3, 4);
    mw_ledger_team(ledger, 2, 4);
    mw_ledger_team(ledger, 3, 4);
    assert_int_equal(mw_ledger_team_fewest(ledger), 2);
    assert_int_equal(mw_ledger_team_fewest(ledger), 0);
    mw_ledger_team(ledger, 1, 2);
    mw_ledger_begin(ledger);
    assert_int_equal(mw_ledger_team_fewest(ledger), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_exact_over_threads_and_grow_while_read),
        cmocka_unit_test(a_new_run_starts_at_zero_and_totals_go_on),
        cmocka_unit_test(work_beside_the_kernel_stays_out_of_its_sums),
        cmocka_unit_test(a_long_execution_is_published_at_tile_ends),
        cmocka_unit_test(a_raised_flag_ends_the_next_tile_until_rearmed),
        cmocka_unit_test(a_muted_ledger_counts_nothing),
        cmocka_unit_test(the_fewest_threads_of_a_run_are_those_of_its_own_teams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
