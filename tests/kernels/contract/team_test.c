/* team_test.c: shares, pinning, steps in lockstep, and whoever stops stops all. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "blocks.h"
#include "buffer.h"
#include "cpu.h"
#include "team.h"

static void shares_are_even_and_cover_everything(void **state)
{
    (void)state;
    static const uint64_t units[] = {0, 1, 2, 7, 64, 1000003};
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        for (int threads = 1; threads <= 9; threads++) {
            uint64_t next = 0;
            for (int t = 0; t < threads; t++) {
                mw_range share = mw_team_share(units[u], t, threads);
                uint64_t size = share.end - share.begin, even = units[u] / (uint64_t)threads;
                assert_true(share.begin == next);
                assert_true(size == even || size == even + 1);
                next = share.end;
            }
            assert_true(next == units[u]);
        }
    }
}

typedef struct sighting {
    int cpu[MW_THREADS_MAX]; /* the only CPU of the thread's mask, or -1 */
    pthread_t thread[MW_THREADS_MAX];
} sighting;

static bool look(void *context, int thread, int threads, mw_tally *tally)
{
    (void)threads, (void)tally;
    sighting *seen = context;
    cpu_set_t mask;
    seen->thread[thread] = pthread_self();
    seen->cpu[thread] = -1;
    if (sched_getaffinity(0, sizeof mask, &mask) == 0 && CPU_COUNT(&mask) == 1) {
        for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
            if (CPU_ISSET(cpu, &mask))
                seen->cpu[thread] = (int)cpu;
        }
    }
    return true;
}

static void every_thread_of_a_team_has_a_processor_of_its_own(void **state)
{
    (void)state;
    int threads = mw_cpu_count();
    if (threads < 2)
        skip();
    cpu_set_t before, after;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    for (int round = 0; round < 3; round++) {
        sighting seen = {0};
        assert_int_equal(mw_team_run(mw_ledger_process(), threads, look, &seen), MW_OK);
        for (int t = 0; t < threads; t++) {
            assert_int_equal(seen.cpu[t], mw_cpu_allowed(t));
            assert_true(!!pthread_equal(seen.thread[t], pthread_self()) == (t == 0));
        }
        assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
        assert_true(CPU_EQUAL(&before, &after));
    }
}

static void a_team_of_one_is_the_caller_and_keeps_its_processors(void **state)
{
    (void)state;
    sighting seen = {0};
    assert_int_equal(mw_team_run(mw_ledger_process(), 1, look, &seen), MW_OK);
    assert_true(pthread_equal(seen.thread[0], pthread_self()));
    if (mw_cpu_count() > 1)
        assert_int_equal(seen.cpu[0], -1);
}

static bool tally_some(void *context, int thread, int threads, mw_tally *tally)
{
    (void)context, (void)threads;
    uint64_t t = (uint64_t)thread;
    for (int i = 0; i < 1000; i++) {
        if (!mw_tally_add(tally, 3 * MW_TILE_FLOPS / 100, 7 + t, 1))
            return false;
    }
    return true;
}

static void what_is_pending_at_the_end_is_tallied_too(void **state)
{
    (void)state;
    mw_ledger *ledger = mw_ledger_process();
    for (int threads = 1; threads <= 3; threads += 2) {
        mw_ledger_begin(ledger);
        assert_int_equal(mw_team_run(ledger, threads, tally_some, NULL), MW_OK);
        mw_work work = mw_ledger_work(ledger);
        uint64_t n = 1000 * (uint64_t)threads;
        assert_true(work.flops == n * (3 * MW_TILE_FLOPS / 100));
        assert_true(work.load_bytes == n * 7 + (threads == 3 ? 3000 : 0));
        assert_true(work.store_bytes == n);
    }
}

static bool stop_first(void *context, int thread, int threads, mw_tally *tally)
{
    (void)context, (void)threads, (void)tally;
    return thread != 1;
}

static void one_thread_that_stops_cancels_the_run(void **state)
{
    (void)state;
    assert_int_equal(mw_team_run(mw_ledger_process(), 3, stop_first, NULL), MW_CANCELLED);
}

enum { STEPS = 500, SHARES = 5 };

/* Who has done how many steps; each looks whether all others are as far. */
typedef struct march {
    atomic_int done[SHARES];
    atomic_int strays;
    uint64_t stop_at;
    int stops;
} march;

static bool march_on(void *context, uint64_t step, int thread, int threads, mw_tally *tally)
{
    march *m = context;
    for (int t = 0; t < threads; t++) {
        int done = atomic_load(&m->done[t]);
        if (done != (int)step && done != (int)step + 1)
            atomic_fetch_add(&m->strays, 1);
    }
    atomic_fetch_add(&m->done[thread], 1);
    if (step == m->stop_at && thread == m->stops)
        return false;
    return mw_tally_add(tally, 3, 2, 1);
}

static void a_step_begins_when_all_threads_have_done_the_one_before(void **state)
{
    (void)state;
    mw_ledger *ledger = mw_ledger_process();
    for (int threads = 1; threads <= SHARES; threads++) {
        march m = {.stop_at = UINT64_MAX};
        mw_ledger_begin(ledger);
        assert_int_equal(mw_team_run_steps(ledger, threads, STEPS, march_on, &m), MW_OK);
        assert_int_equal(m.strays, 0);
        for (int t = 0; t < threads; t++)
            assert_int_equal(m.done[t], STEPS);
        mw_work work = mw_ledger_work(ledger);
        assert_true(work.flops == 3 * STEPS * (uint64_t)threads);
        assert_true(work.load_bytes == 2 * STEPS * (uint64_t)threads);
        assert_true(work.store_bytes == STEPS * (uint64_t)threads);
    }
}

static void whoever_stops_all_leave_after_the_same_step(void **state)
{
    (void)state;
    for (int threads = 1; threads <= SHARES; threads++) {
        for (uint64_t at = 0; at < 40; at++) {
            march m = {.stop_at = at, .stops = (int)at % threads};
            assert_int_equal(mw_team_run_steps(mw_ledger_process(), threads, STEPS, march_on, &m),
                             MW_CANCELLED);
            for (int t = 0; t < threads; t++)
                assert_true(m.done[t] == (int)at + 1);
        }
    }
}

static void a_buffer_is_aligned_and_its_elements_are_functions_of_their_index(void **state)
{
    (void)state;
    mw_ledger *ledger = mw_ledger_process();
    mw_buffer f32, f64;
    enum { COUNT = (5 << 20) / sizeof(double) + 3 };
    assert_int_equal(mw_buffer_create(&f32, COUNT * sizeof(float), NULL), MW_OK);
    assert_int_equal(mw_buffer_create(&f64, COUNT * sizeof(double), NULL), MW_OK);
    assert_true((uintptr_t)f64.data % (2 << 20) == 0);
    assert_true(f64.mapped == mw_buffer_footprint(COUNT * sizeof(double)));
    assert_int_equal(mw_buffer_fill(&f32, MW_F32, 5, 1, ledger), MW_OK);
    assert_int_equal(mw_buffer_fill(&f64, MW_F64, 5, 3, ledger), MW_OK);
    double sum = 0;
    for (uint64_t i = 0; i < COUNT; i++) {
        double value = mw_element(5, i);
        assert_true(value >= -1 && value < 1);
        assert_true(((float *)f32.data)[i] == (float)value && (double)(float)value == value);
        assert_true(((double *)f64.data)[i] == value);
        sum += value;
    }
    assert_true(sum / COUNT < 0.01 && sum / COUNT > -0.01);
    assert_true(mw_element(5, 0) != mw_element(6, 0));
    mw_buffer_destroy(&f32);
    mw_buffer_destroy(&f64);
    assert_null(f64.data);
}

static void blocks_cover_a_dimension_once(void **state)
{
    (void)state;
    static const size_t totals[] = {1, 2, 1000, 123457};
    static const uint64_t costs[] = {0, 1, 4096, UINT64_MAX};
    for (size_t t = 0; t < 4; t++) {
        for (size_t c = 0; c < 4; c++) {
            mw_blocks blocks = mw_blocks_begin(totals[t], costs[c]);
            size_t next = 0;
            while (mw_blocks_next(&blocks)) {
                assert_true(blocks.first == next);
                next += blocks.count;
            }
            assert_true(next == totals[t]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_even_and_cover_everything),
        cmocka_unit_test(every_thread_of_a_team_has_a_processor_of_its_own),
        cmocka_unit_test(a_team_of_one_is_the_caller_and_keeps_its_processors),
        cmocka_unit_test(what_is_pending_at_the_end_is_tallied_too),
        cmocka_unit_test(one_thread_that_stops_cancels_the_run),
        cmocka_unit_test(a_step_begins_when_all_threads_have_done_the_one_before),
        cmocka_unit_test(whoever_stops_all_leave_after_the_same_step),
        cmocka_unit_test(a_buffer_is_aligned_and_its_elements_are_functions_of_their_index),
        cmocka_unit_test(blocks_cover_a_dimension_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
