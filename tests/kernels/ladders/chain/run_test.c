/* Chains that really run: what they keep, what they compute again, and that no schedule changes a
 * bit of any gradient. */
#include "setting.h"
#include "tests/kernels/isa.h"

#include <stdlib.h>
#include <string.h>

static void execute(mw_run *run)
{
    assert_int_equal(run->kernel->execute(run), MW_OK);
}

/* Runs once: the memory ledger, and the FLOPs that the other ledger counted. */
static mw_memory ran(const setting *s, uint64_t *flops)
{
    mw_run run = setting_prepared(s);
    mw_memory memory;
    mw_ledger_begin(run.ledger);
    execute(&run);
    *flops = mw_ledger_work(run.ledger).flops;
    run.kernel->memory(&run, &memory);
    assert_int_equal(
        memory.by_purpose[MW_PURPOSE_WEIGHTS] * 2 +
            mw_account_usage(setting_state(&run)->account).live,
        4 * memory.by_purpose[MW_PURPOSE_WEIGHTS]); /* weights and gradients are left */
    run.kernel->release(&run);
    return memory;
}

/* --- closed forms --------------------------------------------------------------------------- */

enum { D = 3, BATCH = 2 };

static setting equal(int64_t layers, int64_t schedule, int64_t snapshots)
{
    return (setting){
        .layers = layers, .d = D, .batch = BATCH, .schedule = schedule, .snapshots = snapshots};
}

/* A chain of equal layers must have held `live` inputs and computed `again` of them again. */
static void expect(setting s, uint64_t live, uint64_t again)
{
    uint64_t flops, step = 2 * BATCH * D * D, bytes = BATCH * D * sizeof(float);
    mw_memory memory = ran(&s, &flops);
    uint64_t l = (uint64_t)s.layers;
    if (memory.live_inputs != live || memory.recomputed_flops != again * step)
        fail_msg("schedule %lld of %lld layers: %llu inputs, %llu FLOP again; not %llu, %llu",
                 (long long)s.schedule, (long long)s.layers, (unsigned long long)memory.live_inputs,
                 (unsigned long long)memory.recomputed_flops, (unsigned long long)live,
                 (unsigned long long)(again * step));
    assert_int_equal(memory.by_purpose[MW_PURPOSE_ACTIVATIONS], live * bytes);
    assert_int_equal(memory.all_inputs_bytes, l * bytes);
    assert_int_equal(memory.pass_flops, 3 * l * step);
    assert_int_equal(flops, (3 * l + again) * step);
    assert_int_equal(memory.by_purpose[MW_PURPOSE_OPTIMIZER], 0);
    assert_true(memory.peak_bytes >= live * bytes + memory.by_purpose[MW_PURPOSE_WEIGHTS]);
}

static void revolve_keeps_and_recomputes_what_its_closed_form_says(void **state)
{
    (void)state;
    for (int64_t l = 1; l <= 22; l++) {
        for (int64_t s = 1; s <= 6; s++)
            expect(equal(l, MW_CHAIN_REVOLVE, s), (uint64_t)(l < s + 1 ? l : s + 1),
                   mw_revolve_forwards((uint64_t)l, (uint64_t)s) - (uint64_t)(l - 1));
    }
    expect(equal(80, MW_CHAIN_REVOLVE, 12), 13, mw_revolve_forwards(80, 12) - 79);
}

static void store_all_and_sqrt_keep_and_recompute_what_their_closed_forms_say(void **state)
{
    (void)state;
    for (int64_t l = 1; l <= 40; l += l < 10 ? 1 : 5) {
        uint64_t n = (uint64_t)l, k = mw_sqrt_segments(n), longest = (n + k - 1) / k;
        expect(equal(l, MW_CHAIN_STORE_ALL, 0), n, 0);
        expect(equal(l, MW_CHAIN_SQRT, 0), k + longest - 1, n - k);
        expect(equal(l, MW_CHAIN_SQRT_KEEP, 0), k + longest - 1, n - k - (longest - 1));
    }
}

static void a_budget_of_a_fifth_is_kept_within_at_the_published_cost(void **state)
{
    (void)state;
    expect(equal(45, MW_CHAIN_BY_BUDGET, 0), 9, 36); /* 26.67 % */
    expect(equal(40, MW_CHAIN_BY_BUDGET, 0), 8, 36); /* 30 % */
    static const struct {
        int64_t blocks;
        uint64_t again;
    } mlp[] = {{8, 15}, {12, 16}, {16, 19}, {24, 27}};
    for (size_t i = 0; i < 4; i++) {
        setting s = {
            2 * mlp[i].blocks, D, BATCH, MW_CHAIN_MLP, MW_CHAIN_BY_BUDGET, 0, 0, 0, 1, 0, NULL};
        uint64_t flops;
        mw_memory memory = ran(&s, &flops);
        uint64_t step = 2 * BATCH * 4 * D * D;
        assert_int_equal(memory.recomputed_flops, mlp[i].again * step);
        assert_int_equal(flops, (6 * (uint64_t)mlp[i].blocks + mlp[i].again) * step);
        assert_true(5 * memory.by_purpose[MW_PURPOSE_ACTIVATIONS] <= memory.all_inputs_bytes);
    }
}

static void a_second_run_takes_no_memory_that_was_not_reserved(void **state)
{
    (void)state;
    for (int64_t schedule = MW_CHAIN_STORE_ALL; schedule <= MW_CHAIN_BY_BUDGET; schedule++) {
        setting s = {13, 8, 5, MW_CHAIN_MLP, schedule, 3, 0, MW_F64, 1, 0, NULL};
        mw_run run = setting_prepared(&s);
        uint64_t reserved = mw_account_usage(setting_state(&run)->account).reserved;
        execute(&run);
        execute(&run);
        mw_usage usage = mw_account_usage(setting_state(&run)->account);
        assert_int_equal(usage.reserved, reserved);
        assert_true(reserved <= run.kernel->footprint(run.kernel, &run.args));
        run.kernel->release(&run);
    }
}

/* --- gradients ------------------------------------------------------------------------------ */

static void same_gradients(const mw_run *a, const mw_run *b)
{
    const mw_chain_tape *x = &setting_state(a)->tape, *y = &setting_state(b)->tape;
    for (size_t i = 0; i < x->shape.layers; i++) {
        assert_int_equal(x->weight_gradients[i]->bytes, y->weight_gradients[i]->bytes);
        assert_memory_equal(x->weight_gradients[i]->data, y->weight_gradients[i]->data,
                            x->weight_gradients[i]->bytes);
    }
}

static bool all_zero(const mw_piece *piece)
{
    for (uint64_t i = 0; i < piece->bytes; i++) {
        if (((const char *)piece->data)[i])
            return false;
    }
    return true;
}

static void no_schedule_changes_a_bit_of_any_gradient(void **state)
{
    (void)state;
    static const setting chains[] = {
        {17, 37, 29, MW_CHAIN_UNIFORM, 0, 0, 0, MW_F32, 1, 0, NULL},
        {17, 37, 29, MW_CHAIN_UNIFORM, 0, 0, 0, MW_F64, 2, 0, NULL},
        {24, 24, 33, MW_CHAIN_MLP, 0, 0, 0, MW_F32, 2, 0, NULL},
        {9, 40, 70, MW_CHAIN_MLP, 0, 0, 0, MW_F64, 1, 0, NULL},
    };
    for (size_t c = 0; c < sizeof chains / sizeof *chains; c++) {
        setting s = chains[c];
        mw_run all = setting_prepared(&s);
        execute(&all);
        assert_false(all_zero(setting_state(&all)->tape.weight_gradients[0]));
        for (s.schedule = MW_CHAIN_SQRT; s.schedule <= MW_CHAIN_BY_BUDGET; s.schedule++) {
            for (s.snapshots = 1; s.snapshots <= 5; s.snapshots += 2) {
                mw_run other = setting_prepared(&s);
                execute(&other);
                same_gradients(&all, &other);
                other.kernel->release(&other);
                if (s.schedule != MW_CHAIN_REVOLVE)
                    break;
            }
        }
        all.kernel->release(&all);
    }
}

static void a_schedule_by_hand_runs_and_gives_the_same_gradients(void **state)
{
    (void)state;
    setting s = {6, 19, 23, MW_CHAIN_MLP, MW_CHAIN_STORE_ALL, 0, 0, MW_F32, 1, 0, NULL};
    mw_run all = setting_prepared(&s), other = setting_prepared(&s);
    mw_schedule schedule;
    mw_error error;
    execute(&all);
    assert_int_equal(
        mw_schedule_parse(&schedule, 6,
                          "k0 f0-1 k2 f2-4 k5 f5 b5 f2-3 b4 k2 f2 d3 f2 b3 b2 f0 b1 b0", &error),
        MW_OK);
    if (mw_chain_use(&other, &schedule, 0, &error) != MW_OK)
        fail_msg("%s", error.message);
    execute(&other);
    same_gradients(&all, &other);
    mw_memory memory;
    other.kernel->memory(&other, &memory);
    assert_int_equal(memory.live_inputs, 3);
    assert_int_equal(memory.recomputed_flops, 5 * 2 * 23 * 19 * 4 * 19);

    /* Refused, it leaves the run with the schedule it had. */
    mw_schedule_free(&schedule);
    assert_int_equal(mw_schedule_parse(&schedule, 6, "k0 f0 d0 f1-4 k5 f5 b5", &error), MW_OK);
    assert_int_equal(mw_chain_use(&other, &schedule, 0, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "the list ends with operation 10 before the backward "
                                          "step of layer 4"));
    mw_schedule_free(&schedule);
    assert_int_equal(mw_schedule_store_all(&schedule, 6, &error), MW_OK);
    assert_int_equal(mw_chain_use(&other, &schedule, 10 * 23 * 19 * 4, &error), MW_NO_MEMORY);
    assert_non_null(strstr(error.message, "keeps 26220 bytes of layer inputs"));
    execute(&other);
    other.kernel->memory(&other, &memory);
    assert_int_equal(memory.live_inputs, 3);
    schedule.layers = 5;
    assert_int_equal(mw_chain_use(&other, &schedule, 0, &error), MW_INVALID);
    mw_schedule_free(&schedule);
    all.kernel->release(&all);
    other.kernel->release(&other);
}

static void a_list_of_operations_is_a_parameter_too(void **state)
{
    (void)state;
    setting s = {.layers = 6,
                 .d = 19,
                 .batch = 23,
                 .shape = MW_CHAIN_MLP,
                 .schedule = MW_CHAIN_LIST,
                 .operations = "k0 f0-1 k2 f2-4 k5 f5 b5 f2-3 b4 k2 f2 d3 f2 b3 b2 f0 b1 b0"};
    uint64_t flops;
    mw_memory memory = ran(&s, &flops);
    assert_int_equal(memory.live_inputs, 3);
    assert_int_equal(flops, (18 + 5) * 2 * 23 * 19 * 4 * 19);
    assert_int_equal(memory.recomputed_flops, 5 * 2 * 23 * 19 * 4 * 19);
}

static void the_optimizer_remembers_nothing_one_or_two_numbers_a_weight(void **state)
{
    (void)state;
    static const uint64_t step_flops[] = {0, 2, 4, 12}, numbers[] = {0, 0, 1, 2};
    for (int64_t dtype = MW_F32; dtype <= MW_F64; dtype++) {
        for (int64_t o = MW_CHAIN_NO_OPTIMIZER; o <= MW_CHAIN_ADAM; o++) {
            setting s = {7, 11, 9, MW_CHAIN_MLP, MW_CHAIN_SQRT, 0, 0, dtype, 1, .optimizer = o};
            mw_run run = setting_prepared(&s);
            mw_memory memory;
            mw_verification verification;
            mw_ledger_begin(run.ledger);
            execute(&run);
            uint64_t weights = 7 * 11 * 44, step = 2 * 9 * 11 * 44;
            run.kernel->memory(&run, &memory);
            assert_int_equal(memory.by_purpose[MW_PURPOSE_OPTIMIZER],
                             numbers[o] * memory.by_purpose[MW_PURPOSE_WEIGHTS]);
            assert_int_equal(mw_ledger_work(run.ledger).flops,
                             21 * step + memory.recomputed_flops + step_flops[o] * weights);
            assert_int_equal(run.kernel->verify(&run, &verification, NULL), MW_OK);
            if (!verification.passed)
                fail_msg("%g of its bound at %s", verification.worst, verification.where);
            run.kernel->release(&run);
        }
    }
}

/* |chain(x)|²/2 by the book, in double. */
static double loss(const mw_chain_tape *tape)
{
    const mw_chain_shape *shape = &tape->shape;
    double *x = calloc(shape->batch * mw_chain_widest(shape), sizeof *x);
    double *y = calloc(shape->batch * mw_chain_widest(shape), sizeof *y);
    memcpy(x, tape->batch, mw_chain_input(shape, 0) * sizeof *x);
    for (size_t i = 0; i < shape->layers; i++) {
        size_t in = mw_chain_wide(shape, i), out = mw_chain_wide(shape, i + 1);
        const double *w = tape->weights[i]->data;
        for (size_t b = 0; b < shape->batch; b++) {
            for (size_t o = 0; o < out; o++) {
                y[b * out + o] = 0;
                for (size_t p = 0; p < in; p++)
                    y[b * out + o] += (x[b * in + p] > 0 ? x[b * in + p] : 0) * w[p * out + o];
            }
        }
        double *swap = x;
        x = y;
        y = swap;
    }
    double sum = 0;
    for (size_t i = 0; i < mw_chain_input(shape, shape->layers); i++)
        sum += x[i] * x[i] / 2;
    free(x);
    free(y);
    return sum;
}

static void the_loss_falls_from_step_to_step(void **state)
{
    (void)state;
    for (int64_t o = MW_CHAIN_SGD; o <= MW_CHAIN_ADAM; o++) {
        setting s = {6, 12,     10, MW_CHAIN_UNIFORM, MW_CHAIN_REVOLVE, 2,
                     0, MW_F64, 1,  .optimizer = o};
        mw_run run = setting_prepared(&s);
        double before = loss(&setting_state(&run)->tape);
        for (int step = 0; step < 20; step++) {
            execute(&run);
            double after = loss(&setting_state(&run)->tape);
            assert_true(after < before);
            before = after;
        }
        run.kernel->release(&run);
    }
}

static void gradients_are_the_slopes_of_the_loss(void **state)
{
    (void)state;
    setting s = {5, 7, 11, MW_CHAIN_MLP, MW_CHAIN_REVOLVE, 2, 0, MW_F64, 1, 0, NULL};
    mw_run run = setting_prepared(&s);
    execute(&run);
    const mw_chain_tape *tape = &setting_state(&run)->tape;
    for (size_t i = 0; i < tape->shape.layers; i++) {
        double *w = tape->weights[i]->data, *dw = tape->weight_gradients[i]->data;
        size_t count = mw_chain_weights(&tape->shape, i);
        for (size_t e = 0; e < count; e += 13) {
            /* Small enough that no relu turns, large enough against rounding. */
            const double h = 1e-6;
            double before = w[e];
            w[e] = before + h;
            double above = loss(tape);
            w[e] = before - h;
            double below = loss(tape);
            w[e] = before;
            double slope = (above - below) / (2 * h);
            double size = dw[e] < 0 ? -dw[e] : dw[e];
            double off = slope > dw[e] ? slope - dw[e] : dw[e] - slope;
            if (off > 1e-6 * (1 + size))
                fail_msg("dW%zu[%zu] is %.12g, the slope %.12g", i, e, dw[e], slope);
        }
    }
    run.kernel->release(&run);
}

/* --- bad input ------------------------------------------------------------------------------ */

static void refused(const setting *s, mw_status code, const char *part)
{
    mw_args args = setting_args(s);
    mw_error error = {0};
    assert_int_equal(mw_args_check(&mw_chain_train, &args, &error), code);
    if (!strstr(error.message, part) || strchr(error.message, '\n'))
        fail_msg("'%s' does not say '%s'", error.message, part);
}

static void bad_input_is_refused_with_the_way_out(void **state)
{
    (void)state;
    setting s = {20,     16, 8, MW_CHAIN_MLP, MW_CHAIN_BY_BUDGET, 1, 5 * 16 * 8 * 4 - 1,
                 MW_F32, 1,  0, NULL};
    refused(&s, MW_INVALID,
            "chain/train: budget=2559 is too small for any schedule: budget is at "
            "least 2560 bytes here");
    s.budget++;
    mw_args args = setting_args(&s);
    assert_int_equal(mw_args_check(&mw_chain_train, &args, NULL), MW_OK);
    s.budget = -1;
    refused(&s, MW_INVALID, "budget=-1 is not allowed: budget is a whole number from 0");
    s = (setting){20, 16, 8, 0, MW_CHAIN_REVOLVE, -3, 0, MW_F32, 1, 0, NULL};
    refused(&s, MW_INVALID, "snapshots=-3 is not allowed: snapshots is a whole number from 1");
    mw_error error;
    assert_int_equal(mw_args_set(&mw_chain_train, &args, "snapshots", "0", &error), MW_INVALID);
    assert_non_null(strstr(error.message, "snapshots is a whole number from 1 to 256"));
    assert_int_equal(mw_args_set(&mw_chain_train, &args, "schedule", "none", &error), MW_INVALID);
    s = (setting){0, 16, 8, 0, 0, 1, 0, MW_F32, 1, 0, NULL};
    refused(&s, MW_INVALID, "layers=0 is not allowed: layers is a whole number from 1 to 256");
    s = (setting){256,    1 << 24, 1 << 24, MW_CHAIN_MLP, MW_CHAIN_BY_BUDGET, 1, 0,
                  MW_F64, 1,       0,       NULL};
    refused(&s, MW_INVALID, "makes more work than 64-bit counters can hold");
    s = (setting){256,    1 << 16, 1 << 10, MW_CHAIN_MLP, MW_CHAIN_STORE_ALL, 1, 0,
                  MW_F64, 1,       0,       NULL};
    refused(&s, MW_NO_MEMORY, "chain/train: d=65536 needs");

    s = (setting){.layers = 4, .d = 8, .batch = 8, .schedule = MW_CHAIN_LIST};
    refused(&s, MW_INVALID, "chain/train: operations: the list of operations is empty");
    s.operations = "k0 f0-2 f2";
    refused(&s, MW_INVALID,
            "chain/train: operations: operation 5 (f2): x2 is gone since operation "
            "4 (f2): put k2 before that, or make it again by f1");
    s.operations = "k0 z9";
    refused(&s, MW_INVALID, "chain/train: operations: operation 2 ('z9') is not understood");
    s.schedule = MW_CHAIN_REVOLVE;
    refused(&s, MW_INVALID, "chain/train: operations are given, but they are for schedule=list");
    char endless[MW_TEXT_MAX + 2];
    memset(endless, 'f', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_int_equal(mw_args_set(&mw_chain_train, &args, "operations", endless, &error),
                     MW_INVALID);
    assert_non_null(strstr(error.message, "operations is text of at most 1000 bytes"));
}

int main(void)
{
    if (isa_is_absent())
        return SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(revolve_keeps_and_recomputes_what_its_closed_form_says),
        cmocka_unit_test(store_all_and_sqrt_keep_and_recompute_what_their_closed_forms_say),
        cmocka_unit_test(a_budget_of_a_fifth_is_kept_within_at_the_published_cost),
        cmocka_unit_test(a_second_run_takes_no_memory_that_was_not_reserved),
        cmocka_unit_test(no_schedule_changes_a_bit_of_any_gradient),
        cmocka_unit_test(a_schedule_by_hand_runs_and_gives_the_same_gradients),
        cmocka_unit_test(a_list_of_operations_is_a_parameter_too),
        cmocka_unit_test(the_optimizer_remembers_nothing_one_or_two_numbers_a_weight),
        cmocka_unit_test(the_loss_falls_from_step_to_step),
        cmocka_unit_test(gradients_are_the_slopes_of_the_loss),
        cmocka_unit_test(bad_input_is_refused_with_the_way_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
