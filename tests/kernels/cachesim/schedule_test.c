/* Schedules against their closed forms and against published figures; nothing runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cachesim/schedule/schedule.h"

enum { LAYERS = 80, SNAPSHOTS = 12 };

/* Checks a schedule and frees it. */
static mw_schedule_cost costed(mw_schedule *schedule, const mw_layers *layers)
{
    mw_schedule_cost cost;
    mw_error error = {0};
    if (mw_schedule_check(schedule, layers, &cost, &error) != MW_OK)
        fail_msg("%zu layers: %s", layers->count, error.message);
    mw_schedule_free(schedule);
    return cost;
}

static mw_schedule_cost revolve(size_t layers, size_t snapshots)
{
    mw_schedule schedule;
    mw_error error;
    assert_int_equal(mw_schedule_revolve(&schedule, layers, snapshots, &error), MW_OK);
    return costed(&schedule, &(mw_layers){.count = layers});
}

static mw_schedule_cost sqrt_segments(size_t layers, bool keep_last)
{
    mw_schedule schedule;
    mw_error error;
    assert_int_equal(mw_schedule_sqrt(&schedule, layers, keep_last, &error), MW_OK);
    return costed(&schedule, &(mw_layers){.count = layers});
}

static mw_schedule_cost budgeted(const mw_layers *layers, uint64_t budget)
{
    mw_schedule schedule;
    mw_error error = {0};
    if (mw_schedule_budget(&schedule, layers, budget, &error) != MW_OK)
        fail_msg("budget %llu: %s", (unsigned long long)budget, error.message);
    return costed(&schedule, layers);
}

/* In per cent of one forward and backward pass, a backward step being two forward steps. */
static double overhead(mw_schedule_cost cost, size_t layers)
{
    return 100.0 * (double)cost.recomputed / (3.0 * (double)layers);
}

/* t(l,s) by its definition, the dynamic programme. */
static uint64_t table[LAYERS + 1][SNAPSHOTS + 1];

static void fill_table(void)
{
    for (size_t l = 2; l <= LAYERS; l++) {
        table[l][1] = l * (l - 1) / 2;
        for (size_t s = 2; s <= SNAPSHOTS; s++) {
            table[l][s] = UINT64_MAX;
            for (size_t k = 1; k < l; k++) {
                uint64_t all = k + table[l - k][s - 1] + table[k][s];
                if (all < table[l][s])
                    table[l][s] = all;
            }
        }
    }
}

static void revolve_takes_t_of_l_and_s_forward_steps_and_holds_one_input_more(void **state)
{
    (void)state;
    fill_table();
    for (size_t l = 1; l <= LAYERS; l++) {
        for (size_t s = 1; s <= SNAPSHOTS; s++) {
            assert_int_equal(mw_revolve_forwards(l, s), table[l][s]);
            mw_schedule_cost cost = revolve(l, s);
            assert_int_equal(cost.forwards, table[l][s] + 1);
            assert_int_equal(cost.recomputed, table[l][s] - (l - 1));
            assert_int_equal(cost.live_inputs, l < s + 1 ? l : s + 1);
        }
    }
    assert_int_equal(mw_revolve_forwards(10, 3), 15);
    assert_int_equal(mw_revolve_forwards(100, 10), 222);
    assert_int_equal(mw_revolve_forwards(100, 20), 178);
    assert_int_equal(mw_revolve_forwards(16, 4), 27);
}

static void the_budgeted_programme_on_equal_layers_is_revolve(void **state)
{
    (void)state;
    for (size_t l = 1; l <= LAYERS; l++) {
        for (size_t live = 2; live <= SNAPSHOTS + 1; live++) {
            mw_schedule_cost cost = budgeted(&(mw_layers){.count = l}, live);
            assert_int_equal(cost.forwards, mw_revolve_forwards(l, live - 1) + 1);
            assert_true(cost.live_inputs <= live);
        }
    }
}

static void store_all_computes_each_layer_once(void **state)
{
    (void)state;
    for (size_t l = 1; l <= LAYERS; l++) {
        mw_schedule schedule;
        mw_error error;
        assert_int_equal(mw_schedule_store_all(&schedule, l, &error), MW_OK);
        mw_schedule_cost cost = costed(&schedule, &(mw_layers){.count = l});
        assert_int_equal(cost.forwards, l);
        assert_int_equal(cost.recomputed, 0);
        assert_int_equal(cost.live_inputs, l);
    }
}

static void sqrt_segments_follow_their_closed_forms(void **state)
{
    (void)state;
    for (size_t l = 1; l <= 600; l++) {
        uint64_t k = mw_sqrt_segments(l), longest = (l + k - 1) / k;
        mw_schedule_cost plain = sqrt_segments(l, false), kept = sqrt_segments(l, true);
        assert_int_equal(plain.live_inputs, k + longest - 1);
        assert_int_equal(kept.live_inputs, k + longest - 1);
        assert_int_equal(plain.recomputed, l - k);
        assert_int_equal(kept.recomputed, l - k - (longest - 1));
        if (l % k == 0)
            assert_int_equal(kept.recomputed, (k - 1) * (l / k - 1));
    }
    /* With the last segment kept, n = k*k layers cost what revolve costs with as many inputs. */
    for (size_t k = 2; k <= 20; k++)
        assert_int_equal(sqrt_segments(k * k, true).recomputed,
                         mw_revolve_forwards(k * k, 2 * k - 2) - (k * k - 1));
}

static void every_published_row_is_reproduced(void **state)
{
    (void)state;
    FILE *file = fopen(REMAT_TABLE, "r");
    assert_non_null(file);
    char line[512], kind[16];
    size_t rows = 0;
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file)) {
        unsigned layers, slots, repetitions, forwards, extra, live;
        double percent, reduction;
        assert_int_equal(sscanf(line, "%15[^,],%u,%u,%u,%u,%u,%lf,%u,%lf", kind, &layers, &slots,
                                &repetitions, &forwards, &extra, &percent, &live, &reduction),
                         9);
        bool is_sqrt = strcmp(kind, "sqrt") == 0;
        mw_schedule_cost cost = is_sqrt ? sqrt_segments(layers, false) : revolve(layers, slots);
        if (is_sqrt)
            assert_int_equal(mw_sqrt_segments(layers), slots);
        else
            assert_int_equal(mw_revolve_repetitions(layers, slots), repetitions);
        assert_int_equal(cost.forwards, forwards);
        assert_int_equal(cost.recomputed, extra);
        assert_int_equal(cost.live_inputs, live);
        assert_true(overhead(cost, layers) > percent - 0.0501 &&
                    overhead(cost, layers) < percent + 0.0501);
        double rho = (double)layers / (double)cost.live_inputs;
        assert_true(rho > reduction * 0.9995 && rho < reduction * 1.0005);
        rows++;
    }
    fclose(file);
    assert_true(rows > 80);
}

static void five_times_less_costs_27_per_cent_on_equal_layers(void **state)
{
    (void)state;
    for (size_t l = 45; l <= 200; l += 5) {
        mw_schedule_cost cost = revolve(l, l / 5 - 1);
        assert_int_equal(cost.live_inputs * 5, l);
        assert_int_equal(cost.recomputed * 15, 4 * 3 * l); /* (1 - 1/5)/3 = 4/15 */
    }
    assert_int_equal(revolve(40, 7).recomputed * 10, 3 * 3 * 40); /* 30 % */
    for (size_t l = 10; l <= 200; l += 10) {
        mw_schedule_cost cost = revolve(l, l * 2 / 5 - 1);
        assert_int_equal(cost.live_inputs * 5, 2 * l);
        assert_int_equal(cost.recomputed * 5, 3 * l); /* 20 % buys 2.5 times */
    }
}

/* Blocks d -> 4d -> d: inputs of d and 4d in turn, forward steps of one cost. */
static mw_schedule_cost blocks(size_t count)
{
    uint64_t size[2 * 64], total = 0;
    for (size_t i = 0; i < 2 * count; i++)
        total += size[i] = i % 2 ? 4 : 1;
    mw_schedule_cost cost = budgeted(&(mw_layers){2 * count, size, NULL}, total / 5);
    assert_true(cost.live_size * 5 <= total);
    return cost;
}

static void five_times_less_costs_20_per_cent_on_transformer_blocks(void **state)
{
    (void)state;
    assert_int_equal(blocks(8).recomputed, 15);  /* of 48: 31.25 % */
    assert_int_equal(blocks(12).recomputed, 16); /* of 72: 22.2 % */
    assert_int_equal(blocks(16).recomputed, 19); /* of 96: 19.8 % */
    assert_int_equal(blocks(24).recomputed, 27); /* of 144: 18.75 % */
}

/* The recursion of the budget, word for word, for a handful of layers. */
static uint64_t exhaustive(const uint64_t *size, const uint64_t *cost, size_t i, size_t j,
                           uint64_t room)
{
    if (j - i == 1)
        return 0;
    uint64_t best = UINT64_MAX / 4, advance = 0;
    for (size_t k = i + 1; k < j && size[k] <= room; k++) {
        advance += cost[k - 1];
        uint64_t all = advance + exhaustive(size, cost, k, j, room - size[k]) +
                       exhaustive(size, cost, i, k, room);
        best = all < best ? all : best;
    }
    return best;
}

static void unequal_layers_get_the_cheapest_schedule_within_the_budget(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (int trial = 0; trial < 60; trial++) {
        uint64_t size[9], cost[9], total = 0, forward = 0;
        size_t count = 2 + (size_t)trial % 8;
        for (size_t i = 0; i < count; i++) {
            seed = seed * 1664525 + 1013904223;
            total += size[i] = 3 * (1 + (seed >> 20) % 9);
            cost[i] = 1 + (seed >> 12) % 50;
            forward += i + 1 < count ? cost[i] : 0;
        }
        mw_layers layers = {count, size, cost};
        for (uint64_t budget = mw_budget_least(&layers); budget <= total + 5; budget += 5) {
            mw_schedule_cost got = budgeted(&layers, budget);
            assert_true(got.live_size <= budget);
            assert_int_equal(got.recomputed_cost + forward,
                             exhaustive(size, cost, 0, count, budget - size[0]));
        }
    }
}

static void sizes_without_a_common_divisor_are_rounded_and_stay_within_the_budget(void **state)
{
    (void)state;
    uint64_t size[12];
    for (size_t i = 0; i < 12; i++)
        size[i] = 1000003 + 7919 * (i * i % 5);
    mw_layers layers = {12, size, NULL};
    mw_schedule_cost cost = budgeted(&layers, 5200000);
    assert_true(cost.live_size <= 5200000);
    assert_int_equal(cost.recomputed, mw_revolve_forwards(12, 4) - 11);
}

static void a_budget_below_the_least_says_what_the_least_is(void **state)
{
    (void)state;
    uint64_t size[] = {3, 4, 9, 5};
    mw_layers layers = {4, size, NULL};
    mw_schedule schedule;
    mw_error error;
    assert_int_equal(mw_budget_least(&layers), 12);
    assert_int_equal(mw_schedule_budget(&schedule, &layers, 11, &error), MW_INVALID);
    assert_string_equal(error.message, "a budget of 11 is too small: the chain's input and the "
                                       "largest other layer input need 12");
    assert_int_equal(mw_schedule_budget(&schedule, &layers, 0, &error), MW_INVALID);
    assert_int_equal(budgeted(&layers, 12).live_size, 12);
    const uint64_t dear[] = {1, 1 << 28, 7, 1};
    layers.cost = dear;
    assert_int_equal(mw_schedule_budget(&schedule, &layers, 12, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "round them to larger units"));
    const uint64_t round[] = {UINT64_C(1) << 60, UINT64_C(3) << 60, 0, UINT64_C(1) << 60};
    layers.cost = round;
    assert_int_equal(budgeted(&layers, 12).recomputed, 3);
    mw_layers long_chain = {4000, NULL, NULL};
    assert_int_equal(mw_schedule_budget(&schedule, &long_chain, 4000, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "too long to plan"));
    assert_int_equal(mw_schedule_revolve(&schedule, 5, 0, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "1 is the least"));
    assert_int_equal(mw_schedule_store_all(&schedule, 0, &error), MW_INVALID);
    assert_int_equal(mw_schedule_store_all(&schedule, 5000, &error), MW_INVALID);
}

/* A list for four layers by hand, or what is wrong with it. */
static void check_list(const char *text, const char *message)
{
    mw_schedule schedule;
    mw_error error = {0};
    mw_status status = mw_schedule_parse(&schedule, 4, text, &error);
    if (status == MW_OK) {
        status = mw_schedule_check(&schedule, &(mw_layers){.count = 4}, NULL, &error);
        mw_schedule_free(&schedule);
    }
    assert_int_equal(status, *message ? MW_INVALID : MW_OK);
    assert_string_equal(error.message, message);
}

static void a_list_by_hand_is_taken_or_its_mistake_is_named(void **state)
{
    (void)state;
    check_list("k0 f0 k1 f1 k2 f2 k3 f3 b3-0", "");
    check_list("k0 f0-2; k3 f3 b3, f0-1 b2 f0 b1 b0", "");
    check_list("k0 k1", "operation 2 (k1): x1 is not there yet: f0 has to come before");
    check_list("k0 f0-2 f2", "operation 5 (f2): x2 is gone since operation 4 (f2): put k2 before "
                             "that, or make it again by f1");
    check_list("f0-3 b3", "operation 5 (b3): x3 is gone since operation 4 (f3): put k3 before "
                          "that, or make it again by f2");
    check_list("f0 f0", "operation 2 (f0): x0 is gone since operation 1 (f0) and cannot be made "
                        "again: put k0 before that");
    check_list("k0 f0 d1 f1", "operation 4 (f1): x1 is gone since operation 3 (d1): put k1 before "
                              "that, or make it again by f0");
    check_list("k0 f0 f0", "operation 3 (f0): x1 is there already: leave this out");
    check_list("k0 f0-2 k3 f3 f3", "operation 7 (f3): x4 is there already: leave this out");
    check_list("k0 f0-2 b3", "operation 5 (b3): the chain has no output yet: f3 has to come "
                             "before");
    check_list("k0 f0-2 k3 f3 b0", "operation 7 (b0): b3 has to come before: gradients go from "
                                   "the end to the beginning");
    check_list("k0 f0-2 k3 f3 b3 b3", "operation 8 (b3): layer 3 has had its backward step: leave "
                                      "this out");
    check_list("k0 f0-2 k3 f3 b3 f0-2", "operation 10 (f2): layer 3 has had its backward step: "
                                        "leave this out");
    check_list("k0 f0-2 k3 f3 b3", "the list ends with operation 7 before the backward step of "
                                   "layer 2: b2 is missing");
    check_list(" , ;", "the list of operations is empty: the shortest for one layer is 'k0 f0 b0'");
    check_list("k0 f4", "operation 2 ('f4') is not understood: write f (forward), k (keep), d "
                        "(drop) or b (backward) and a layer from 0 to 3, or a range such as f0-3");
    static const char *const bad[] = {
        "x0", "f", "f-1", "f0-", "f0-4", "f0x", "0", "f99999999999999999999", "f0--1", "\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mw_schedule schedule;
        mw_error error;
        assert_int_equal(mw_schedule_parse(&schedule, 4, bad[i], &error), MW_INVALID);
        assert_non_null(strstr(error.message, "operation 1 ("));
    }
}

static void a_schedule_survives_the_way_through_text(void **state)
{
    (void)state;
    mw_schedule schedule, again;
    mw_error error;
    char text[4096], small[8];
    assert_int_equal(mw_schedule_revolve(&schedule, 31, 3, &error), MW_OK);
    size_t length = mw_schedule_format(&schedule, text, sizeof text);
    assert_int_equal(length, strlen(text));
    assert_int_equal(mw_schedule_format(&schedule, small, sizeof small), length);
    assert_int_equal(strncmp(text, small, 7), 0);
    assert_int_equal(mw_schedule_parse(&again, 31, text, &error), MW_OK);
    assert_int_equal(again.count, schedule.count);
    assert_memory_equal(again.steps, schedule.steps, schedule.count * sizeof *schedule.steps);
    mw_schedule_free(&schedule);
    mw_schedule_free(&again);
}

static void a_walk_tells_what_is_alive_after_each_step(void **state)
{
    (void)state;
    static const uint64_t size[] = {1, 4, 1, 4};
    mw_layers layers = {4, size, NULL};
    mw_schedule schedule;
    mw_walk walk;
    mw_error error;
    assert_int_equal(mw_schedule_parse(&schedule, 4, "k0 f0-2 k3 f3 b3 f0-1 b2 f0 b1 b0", &error),
                     MW_OK);
    assert_int_equal(mw_walk_begin(&walk, &schedule, &layers, &error), MW_OK);
    static const uint64_t alive[] = {1, 5, 2, 5, 5, 5, 1, 5, 2, 1, 5, 1, 0};
    for (size_t i = 0; i < schedule.count; i++) {
        assert_int_equal(mw_walk_step(&walk, &error), MW_OK);
        assert_int_equal(walk.live_size, alive[i]);
    }
    assert_false(mw_walk_alive(&walk, 0));
    assert_int_equal(walk.peak_inputs, 2);
    assert_int_equal(walk.recomputed, 3);
    mw_walk_end(&walk);
    mw_schedule_free(&schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(revolve_takes_t_of_l_and_s_forward_steps_and_holds_one_input_more),
        cmocka_unit_test(the_budgeted_programme_on_equal_layers_is_revolve),
        cmocka_unit_test(store_all_computes_each_layer_once),
        cmocka_unit_test(sqrt_segments_follow_their_closed_forms),
        cmocka_unit_test(every_published_row_is_reproduced),
        cmocka_unit_test(five_times_less_costs_27_per_cent_on_equal_layers),
        cmocka_unit_test(five_times_less_costs_20_per_cent_on_transformer_blocks),
        cmocka_unit_test(unequal_layers_get_the_cheapest_schedule_within_the_budget),
        cmocka_unit_test(sizes_without_a_common_divisor_are_rounded_and_stay_within_the_budget),
        cmocka_unit_test(a_budget_below_the_least_says_what_the_least_is),
        cmocka_unit_test(a_list_by_hand_is_taken_or_its_mistake_is_named),
        cmocka_unit_test(a_schedule_survives_the_way_through_text),
        cmocka_unit_test(a_walk_tells_what_is_alive_after_each_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
