/* curve_test.c: one walk against simulated caches of every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cachesim/curve.h"
#include "cachesim/hierarchy.h"
#include "tests/kernels/cachesim/random_loops.h"

static mw_curve *make(const mw_curve_options *options)
{
    mw_curve *curve;
    mw_error error = {0};
    assert_int_equal(mw_curve_create(&curve, options, &error), MW_OK);
    return curve;
}

/* The program: some loops over and over, and some scattered accesses. */
static void run(mw_trace *sink, uint64_t seed)
{
    uint32_t index[300];
    for (int n = 0; n < 20; n++) {
        random_loop loop = random_loop_of(&seed, false);
        assert_true(mw_trace_loop(sink, loop.streams, loop.count, loop.iterations));
        for (size_t i = 0; i < 300; i++)
            index[i] = (uint32_t)random_below(&seed, 4000);
        assert_true(mw_trace_indexed(sink, 1000004, index, 300, 8, MW_ACCESS_LOAD));
    }
}

static void one_walk_gives_the_misses_of_every_size(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 6; seed++) {
        mw_curve *curve = make(&(mw_curve_options){.line = 64});
        run(mw_curve_sink(curve), seed);
        mw_error error = {0};
        assert_int_equal(mw_curve_status(curve, &error), MW_OK);
        for (uint32_t ways = 1; ways < 700; ways += 1 + ways / 8) {
            mw_cache_geometry full = {.name = "L1", .sets = 1, .ways = ways, .line = 64};
            mw_hierarchy *h;
            assert_int_equal(mw_hierarchy_create(&h, &full, 1, &(mw_hierarchy_options){0}, &error),
                             MW_OK);
            run(mw_hierarchy_sink(h), seed);
            mw_cache_counts c = mw_hierarchy_counts(h, 0);
            assert_int_equal(mw_curve_misses(curve, ways), c.misses[0] + c.misses[1]);
            assert_int_equal(mw_curve_references(curve), c.accesses[0] + c.accesses[1]);
            mw_hierarchy_destroy(h);
        }
        assert_int_equal(mw_curve_misses(curve, 0), mw_curve_references(curve));
        assert_int_equal(mw_curve_misses(curve, UINT64_MAX), mw_curve_lines(curve));
        mw_curve_destroy(curve);
    }
}

static void a_cyclic_walk_misses_everything_until_it_fits(void **state)
{
    (void)state;
    enum { LINES = 100000, ROUNDS = 3 }; /* enough lines for the tables to grow and time to wrap */
    mw_curve *curve = make(&(mw_curve_options){.line = 64});
    for (int round = 0; round < ROUNDS; round++)
        mw_trace_range(mw_curve_sink(curve), 1 << 20, 64, LINES, 4, MW_ACCESS_LOAD);
    assert_int_equal(mw_curve_misses(curve, LINES - 1), ROUNDS * LINES);
    assert_int_equal(mw_curve_misses(curve, LINES), LINES);
    mw_curve_destroy(curve);
}

static void more_lines_than_allowed_end_the_walk(void **state)
{
    (void)state;
    mw_curve *curve = make(&(mw_curve_options){.line = 64, .most_lines = 10});
    assert_true(mw_trace_range(mw_curve_sink(curve), 1 << 20, 64, 10, 4, MW_ACCESS_LOAD));
    assert_false(mw_trace_range(mw_curve_sink(curve), 2 << 20, 64, 1, 4, MW_ACCESS_LOAD));
    mw_error error = {0};
    assert_int_equal(mw_curve_status(curve, &error), MW_NO_MEMORY);
    assert_non_null(strstr(error.message, "more than 10 lines"));
    mw_curve_destroy(curve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_walk_gives_the_misses_of_every_size),
        cmocka_unit_test(a_cyclic_walk_misses_everything_until_it_fits),
        cmocka_unit_test(more_lines_than_allowed_end_the_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
