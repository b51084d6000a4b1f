/* sde_test.c: PAPI reads our counters exactly, for every kernel of ours. */
#include <papi.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cpu.h"
#include "ledger.h"
#include "meter/hardware.h"
#include "registry.h"

enum { EVENTS = 3 };

static int start_set(void)
{
    static const char *const names[EVENTS] = {"sde:::MEMWALL::FLOPS", "sde:::MEMWALL::LOAD_BYTES",
                                              "sde:::MEMWALL::STORE_BYTES"};
    int set = PAPI_NULL;
    assert_int_equal(PAPI_create_eventset(&set), PAPI_OK);
    for (int i = 0; i < EVENTS; i++)
        assert_int_equal(PAPI_add_named_event(set, names[i]), PAPI_OK);
    assert_int_equal(PAPI_start(set), PAPI_OK);
    return set;
}

static int set_up(void **state)
{
    (void)state;
    mw_error error = {0};
    mw_reason refused = mw_sde_register();
    if (mw_cpu_init(&error) != MW_OK || mw_reason_is(&refused))
        return -1;
    return PAPI_library_init(PAPI_VER_CURRENT) == PAPI_VER_CURRENT ? 0 : -1;
}

static void the_sde_component_is_enabled(void **state)
{
    (void)state;
    int index = PAPI_get_component_index("sde");
    assert_true(index >= 0);
    const PAPI_component_info_t *info = PAPI_get_component_info(index);
    assert_non_null(info);
    assert_int_equal(info->disabled, 0);
}

/* A matrix times a vector, m x n in f32, tallied row by row as a kernel does. */
static void an_event_set_reads_exactly_what_was_tallied(void **state)
{
    (void)state;
    enum { M = 1000, N = 777, THREADS = 3 };
    long long before[EVENTS], after[EVENTS];
    int set = start_set();
    assert_int_equal(PAPI_read(set, before), PAPI_OK);
    for (int row = 0; row < M; row++)
        mw_ledger_tile(mw_ledger_process(), row % THREADS,
                       (mw_work){.flops = 2 * N, .load_bytes = 8 * N, .store_bytes = 4});
    assert_int_equal(PAPI_read(set, after), PAPI_OK);
    assert_int_equal(after[0] - before[0], 2LL * M * N);
    assert_int_equal(after[1] - before[1], 8LL * M * N);
    assert_int_equal(after[2] - before[2], 4LL * M);
    /* A new run zeroes the run's sums and not the events, which only ever grow. */
    mw_ledger_begin(mw_ledger_process());
    assert_int_equal(PAPI_stop(set, before), PAPI_OK);
    assert_memory_equal(before, after, sizeof after);
    PAPI_cleanup_eventset(set);
    PAPI_destroy_eventset(&set);
}

/* Small, odd and not square, so that every rest of a vector and of a tile is there. */
static void small_args(const mw_kernel *kernel, int threads, mw_args *args)
{
    mw_args_preset(kernel, args);
    for (size_t i = 0; i < kernel->param_count; i++) {
        const mw_param *p = &kernel->params[i];
        if (strcmp(p->name, "threads") == 0)
            args->value[i] = threads;
        else if (strcmp(p->name, "heads") == 0)
            args->value[i] = 1;
        else if (strcmp(p->unit, "elements") == 0 && p->min >= 1 && args->value[i] > 37)
            args->value[i] = 37 + 6 * (int64_t)i;
    }
}

static void every_kernel_of_ours_moves_the_events_by_its_closed_forms(void **state)
{
    (void)state;
    mw_error error = {0};
    long long before[EVENTS], after[EVENTS];
    int set = start_set(), counted = 0;
    for (size_t i = 0; i < mw_registry_count(); i++) {
        const mw_kernel *kernel = mw_registry_at(i);
        for (int threads = 1; threads <= mw_cpu_count() && threads <= 2 && !kernel->library;
             threads++) {
            mw_run run = {.kernel = kernel, .ledger = mw_ledger_process(), .isa = mw_cpu_isa()};
            small_args(kernel, threads, &run.args);
            if (mw_args_check(kernel, &run.args, &error) != MW_OK ||
                kernel->prepare(&run, &error) != MW_OK)
                fail_msg("%s/%s: %s", kernel->family, kernel->variant, error.message);
            assert_int_equal(PAPI_read(set, before), PAPI_OK);
            assert_int_equal(kernel->execute(&run), MW_OK);
            assert_int_equal(PAPI_read(set, after), PAPI_OK);
            mw_work work = kernel->work(kernel, &run.args);
            long long expected[EVENTS] = {(long long)work.flops, (long long)work.load_bytes,
                                          (long long)work.store_bytes};
            for (int e = 0; e < EVENTS; e++)
                if (after[e] - before[e] != expected[e])
                    fail_msg("%s/%s threads=%d event %d: %lld instead of %lld", kernel->family,
                             kernel->variant, threads, e, after[e] - before[e], expected[e]);
            kernel->release(&run);
            counted++;
        }
    }
    assert_true(counted > 0);
    assert_int_equal(PAPI_stop(set, after), PAPI_OK);
    PAPI_cleanup_eventset(set);
    PAPI_destroy_eventset(&set);
}

static void registering_again_changes_nothing(void **state)
{
    (void)state;
    mw_reason refused = mw_sde_register();
    assert_int_equal(refused.id, MW_REASON_NONE);
    long long before[EVENTS], after[EVENTS];
    int set = start_set();
    assert_int_equal(PAPI_read(set, before), PAPI_OK);
    mw_ledger_tile(mw_ledger_process(), 0,
                   (mw_work){.flops = 1, .load_bytes = 2, .store_bytes = 3});
    assert_int_equal(PAPI_stop(set, after), PAPI_OK);
    assert_int_equal(after[0] - before[0], 1);
    PAPI_cleanup_eventset(set);
    PAPI_destroy_eventset(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sde_component_is_enabled),
        cmocka_unit_test(an_event_set_reads_exactly_what_was_tallied),
        cmocka_unit_test(every_kernel_of_ours_moves_the_events_by_its_closed_forms),
        cmocka_unit_test(registering_again_changes_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
