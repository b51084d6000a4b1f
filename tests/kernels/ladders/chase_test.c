/* The order without pattern, and what a chase does with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cycle.h"
#include "registry.h"

static void an_order_meets_every_number_once(void **state)
{
    (void)state;
    static const uint64_t counts[] = {1, 2, 3, 5, 64, 97, 1000, 65537};
    static unsigned char seen[65537];
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        mw_cycle cycle = mw_cycle_make(counts[c], 7);
        memset(seen, 0, sizeof seen);
        for (uint64_t i = 0; i < counts[c]; i++) {
            uint64_t number = mw_cycle_at(&cycle, i);
            assert_true(number < counts[c]);
            assert_false(seen[number]++);
        }
    }
}

static void an_order_has_no_stride_that_a_prefetcher_could_follow(void **state)
{
    (void)state;
    enum { COUNT = 1 << 16 };
    static uint32_t steps[2 * COUNT];
    mw_cycle cycle = mw_cycle_make(COUNT, 7);
    uint32_t most = 0;
    for (uint64_t i = 1; i < COUNT; i++) {
        uint64_t step = mw_cycle_at(&cycle, i) - mw_cycle_at(&cycle, i - 1) + COUNT;
        uint32_t times = ++steps[step];
        most = times > most ? times : most;
    }
    assert_true(most <= 16); /* of 65535 steps, no distance comes more often than chance allows */
}

/* Accesses of a trace by operand: the large chain is placed first. */
typedef struct visits {
    mw_trace trace;
    uint64_t first, large, small;
} visits;

static bool visit(mw_trace *trace, const mw_stream *streams, size_t count, uint64_t iterations)
{
    visits *v = (visits *)trace;
    assert_int_equal(count, 1);
    assert_int_equal(streams[0].size, 8);
    if (v->first == 0)
        v->first = streams[0].base / (2 << 20);
    *(streams[0].base / (2 << 20) == v->first ? &v->large : &v->small) += iterations;
    return true;
}

static void p_percent_of_the_steps_go_along_the_small_chain(void **state)
{
    (void)state;
    const mw_kernel *chase;
    assert_int_equal(mw_registry_find("chase/latency", &chase, NULL), MW_OK);
    static const int64_t shares[] = {0, 1, 33, 50, 99};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        mw_args args;
        mw_args_preset(chase, &args);
        args.value[mw_param_index(chase, "n")] = 1000;
        args.value[mw_param_index(chase, "p")] = shares[i];
        args.value[mw_param_index(chase, "steps")] = 7000;
        visits v = {.trace = {.loop = visit}};
        assert_int_equal(chase->trace(chase, &args, &v.trace), MW_OK);
        assert_true(v.small == (uint64_t)(70 * shares[i]));
        assert_true(v.large == 7000 - v.small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_meets_every_number_once),
        cmocka_unit_test(an_order_has_no_stride_that_a_prefetcher_could_follow),
        cmocka_unit_test(p_percent_of_the_steps_go_along_the_small_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
