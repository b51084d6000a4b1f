/* traffic_test.c: modelled traffic against the closed forms of the literature. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "modelled.h"
#include "registry.h"

static const mw_kernel *set(const char *name, mw_args *args, const char *const *settings)
{
    const mw_kernel *kernel;
    mw_error error = {0};
    assert_int_equal(mw_registry_find(name, &kernel, &error), MW_OK);
    mw_args_preset(kernel, args);
    for (; *settings; settings += 2)
        assert_int_equal(mw_args_set(kernel, args, settings[0], settings[1], &error), MW_OK);
    return kernel;
}

static mw_traffic model(const char *name, const char *const *settings,
                        const mw_cache_geometry *levels, size_t count,
                        const mw_traffic_options *options)
{
    mw_args args;
    mw_traffic traffic;
    mw_error error = {0};
    const mw_kernel *kernel = set(name, &args, settings);
    if (mw_model_traffic(kernel, &args, levels, count, options, &traffic, &error) != MW_OK)
        fail_msg("%s: %s", name, error.message);
    return traffic;
}

/* A fully associative cache of so many words of 8 bytes, one word to a line: Hong and Kung's. */
static mw_cache_geometry words(uint32_t count)
{
    return (mw_cache_geometry){.name = "S", .sets = 1, .ways = count, .line = 8};
}

static void blocked_gemm_moves_2n3_over_b_once_the_cache_holds_four_blocks_and_a_bit(void **state)
{
    (void)state;
    const char *const settings[] = {"m",     "96", "n",     "96",  "k", "96",
                                    "block", "16", "dtype", "f64", NULL};
    const double n = 96, b = 16;
    mw_cache_geometry enough = words(4 * 16 * 16 + 2 * 16), three = words(3 * 16 * 16);
    mw_traffic traffic = model("gemm/blocked", settings, &enough, 1, &(mw_traffic_options){0});
    double reads = traffic.level[0].fills, writes = traffic.level[0].write_backs;
    assert_true(reads + writes == 2 * n * n * n / b + 2 * n * n);
    assert_true(writes == n * n);

    traffic = model("gemm/blocked", settings, &three, 1, &(mw_traffic_options){0});
    double ratio = (traffic.level[0].fills + traffic.level[0].write_backs) / (reads + writes);
    assert_true(ratio > 1.5 && ratio < 2);
}

static void naive_gemm_moves_what_its_three_regimes_say(void **state)
{
    (void)state;
    const char *const settings[] = {"m", "64", "n", "64", "k", "64", "dtype", "f64", NULL};
    const double n = 64;
    const struct {
        uint32_t words;
        double moved;
    } regimes[] = {
        {2 * 64, 2 * n * n * n + 3 * n * n}, /* not even a row and a column */
        {2 * 64 + 2, n * n * n + 3 * n * n}, /* a row stays */
        {3 * 64 * 64, 4 * n * n},            /* everything stays */
    };
    for (size_t i = 0; i < sizeof regimes / sizeof *regimes; i++) {
        mw_cache_geometry s = words(regimes[i].words);
        mw_traffic traffic = model("gemm/ijk", settings, &s, 1, &(mw_traffic_options){0});
        double moved = traffic.level[0].fills + traffic.level[0].write_backs;
        if (moved != regimes[i].moved)
            fail_msg("S = %u words: %g words moved, %g expected", regimes[i].words, moved,
                     regimes[i].moved);
    }
}

static const mw_cache_geometry three_levels[] = {
    {"L1", 16, 4, 64},
    {"L2", 64, 8, 64},
    {"LLC", 256, 8, 64},
};

static void kinds_of_misses_add_up_and_compulsory_ones_are_the_operands(void **state)
{
    (void)state;
    const char *const settings[] = {"m", "70", "n", "64", "k", "48", "dtype", "f32", NULL};
    mw_traffic_options classify = {.classify = true};
    mw_traffic traffic = model("gemm/ijk", settings, three_levels, 3, &classify);
    double lines = (70 * 48 + 48 * 64 + 70 * 64) * 4 / 64.0;
    for (size_t i = 0; i < traffic.levels; i++) {
        const mw_traffic_level *level = &traffic.level[i];
        double compulsory = 0;
        for (int kind = 0; kind < 2; kind++) {
            double sum = 0;
            for (int miss = 0; miss < MW_MISSES; miss++)
                sum += level->kinds[kind][miss];
            assert_true(sum == level->misses[kind]);
            compulsory += level->kinds[kind][MW_MISS_COMPULSORY];
        }
        assert_true(compulsory == lines);
        assert_true(level->fills == level->misses[0] + level->misses[1]);
        assert_true(level->link_bytes == 64 * (level->fills + level->write_backs));
    }
    /* What a level misses is what the next one is asked for. */
    assert_true(traffic.level[1].accesses[0] == traffic.level[0].misses[0]);
    assert_true(traffic.level[2].accesses[1] == traffic.level[1].misses[1]);
}

static void streams_move_what_write_allocate_says(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double per_element; /* elements over the memory's link */
    } streams[] = {{"stream/read", 1},    {"stream/copy", 3},    {"stream/triad", 4},
                   {"stream/update", 2},  {"stream/store", 2},   {"stream/store_nt", 1},
                   {"stream/copy_nt", 2}, {"stream/triad_nt", 3}};
    const char *const settings[] = {"n", "262144", "dtype", "f32", NULL};
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        mw_traffic traffic =
            model(streams[i].name, settings, three_levels, 3, &(mw_traffic_options){0});
        assert_true(traffic.level[2].link_bytes == streams[i].per_element * 4 * 262144);
    }
}

static void a_sample_of_outer_tiles_comes_close_to_the_whole(void **state)
{
    (void)state;
    static const char *const names[] = {"gemm/ijk",    "gemm/ikj",       "gemm/blocked",
                                        "gemm/skinny", "gemv/reference", "stream/triad"};
    static const char *const settings[][9] = {
        {"m", "200", "n", "96", "k", "80", NULL},
        {"m", "200", "n", "96", "k", "80", NULL},
        {"m", "320", "n", "96", "k", "80", "block", "16", NULL},
        {"m", "960", "n", "8", "k", "80", NULL},
        {"m", "4000", "n", "3000", NULL},
        {"n", "3000000", NULL}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        mw_traffic whole = model(names[i], settings[i], three_levels, 3,
                                 &(mw_traffic_options){.references = UINT64_MAX});
        mw_traffic sample =
            model(names[i], settings[i], three_levels, 3,
                  &(mw_traffic_options){.references = (uint64_t)whole.references / 4});
        assert_false(whole.sampled);
        assert_true(sample.sampled);
        assert_true(sample.simulated < whole.simulated / 2);
        assert_true(sample.program_bytes == whole.program_bytes);
        for (size_t l = 0; l < 3; l++) {
            double off = sample.level[l].link_bytes / whole.level[l].link_bytes;
            if (fabs(off - 1) > 0.03)
                fail_msg("%s, %s: a sample says %g B, the whole %g B", names[i],
                         sample.level[l].geometry.name, sample.level[l].link_bytes,
                         whole.level[l].link_bytes);
        }
    }
}

static void a_plan_says_how_long_a_simulation_is(void **state)
{
    (void)state;
    const char *const settings[] = {"m", "4096", "n", "4096", "k", "4096", NULL};
    mw_args args;
    mw_traffic_plan plan;
    mw_error error = {0};
    const mw_kernel *kernel = set("gemm/ijk", &args, settings);
    assert_int_equal(mw_model_plan(kernel, &args, &(mw_traffic_options){0}, &plan, &error), MW_OK);
    double n = 4096;
    assert_true(plan.sampled);
    assert_true(plan.references == 2 * n * n * n + 2 * n * n);
    assert_true(plan.simulated <= 1e9 && plan.simulated >= 2 * (2 * n * n + 2 * n));

    mw_traffic_options whole = {.references = UINT64_MAX};
    assert_int_equal(mw_model_plan(kernel, &args, &whole, &plan, &error), MW_OK);
    assert_false(plan.sampled);
    assert_true(plan.simulated == plan.references);
}

static bool stop_at_once(void *context, double fraction)
{
    *(double *)context = fraction;
    return false;
}

static void what_cannot_be_modelled_says_why(void **state)
{
    (void)state;
    const char *const none[] = {NULL};
    mw_args args;
    mw_traffic traffic;
    mw_error error = {0};
    const mw_kernel *kernel = set("gemm/openblas", &args, none);
    assert_int_equal(mw_model_allowed(kernel, &args, &error), MW_UNSUPPORTED);
    assert_non_null(strstr(error.message, "runs inside OpenBLAS"));

    kernel = set("gemm/ijk", &args, none);
    args.value[mw_param_index(kernel, "threads")] = 2;
    assert_int_equal(mw_model_allowed(kernel, &args, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "say threads=1"));

    mw_args_preset(kernel, &args);
    double fraction = -1;
    mw_traffic_options cancel = {.progress = stop_at_once, .context = &fraction};
    assert_int_equal(mw_model_traffic(kernel, &args, three_levels, 3, &cancel, &traffic, &error),
                     MW_CANCELLED);
    assert_true(fraction >= 0 && fraction <= 1);

    mw_traffic_options grind = {.mode = MW_CACHE_CACHEGRIND};
    assert_int_equal(mw_model_traffic(kernel, &args, three_levels, 3, &grind, &traffic, &error),
                     MW_INVALID);
    assert_non_null(strstr(error.message, "cachegrind has two levels"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocked_gemm_moves_2n3_over_b_once_the_cache_holds_four_blocks_and_a_bit),
        cmocka_unit_test(naive_gemm_moves_what_its_three_regimes_say),
        cmocka_unit_test(kinds_of_misses_add_up_and_compulsory_ones_are_the_operands),
        cmocka_unit_test(streams_move_what_write_allocate_says),
        cmocka_unit_test(a_sample_of_outer_tiles_comes_close_to_the_whole),
        cmocka_unit_test(a_plan_says_how_long_a_simulation_is),
        cmocka_unit_test(what_cannot_be_modelled_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
