/* What the judge of a chain finds: one wrong number, a mask left out, a tensor in another's place.
 */
#include "setting.h"
#include "tests/kernels/isa.h"

#include <string.h>

#include "chain/judge.h"

/* An engine that makes one mistake in its life. */
typedef struct clumsy {
    mw_chain_engine engine;
    mw_chain_judge *judge;
    int products;  /* until the wrong one */
    size_t forget; /* this layer's kept input is spoilt after its forward step; 0: none is */
    bool skips_mask;
} clumsy;

static mw_status clumsy_product(void *context, const mw_chain_product *p)
{
    clumsy *c = context;
    mw_status status = c->engine.product(c->engine.context, p);
    if (c->products-- == 0)
        ((float *)p->c)[p->m * p->n - 1] += 1e-3f;
    return status;
}

static mw_status clumsy_copy(void *context, const void *from, void *to, size_t count)
{
    clumsy *c = context;
    return c->engine.copy(c->engine.context, from, to, count);
}

static mw_status clumsy_relu(void *context, const void *x, void *s, size_t count)
{
    clumsy *c = context;
    return c->engine.relu(c->engine.context, x, s, count);
}

static mw_status clumsy_transposed(void *context, const void *x, void *s, size_t rows,
                                   size_t columns)
{
    clumsy *c = context;
    return c->engine.relu_transposed(c->engine.context, x, s, rows, columns);
}

static mw_status clumsy_mask(void *context, const void *x, void *g, size_t count)
{
    clumsy *c = context;
    return c->skips_mask ? MW_OK : c->engine.mask(c->engine.context, x, g, count);
}

static mw_status clumsy_check(void *context, const mw_chain_event *event)
{
    clumsy *c = context;
    mw_status status = mw_chain_judge_step(c->judge, event);
    if (c->forget && event->kind == MW_CHAIN_WENT_FORWARD && event->layer == c->forget)
        ((float *)event->x)[0] += 1;
    return status;
}

/* What the judge finds wrong with a run of nine layers. */
static mw_verification judged(clumsy c)
{
    setting s = {9, 12, 10, MW_CHAIN_UNIFORM, MW_CHAIN_REVOLVE, 3, 0, MW_F32, 1, 0, NULL};
    mw_run run = setting_prepared(&s);
    mw_chain_state *state = setting_state(&run);
    mw_verification verification = {0};
    mw_chain_judge judge;
    mw_error error;
    assert_int_equal(
        mw_chain_judge_open(&judge, &state->tape.shape, 30, run.ledger, &verification, &error),
        MW_OK);
    c.engine = mw_chain_compute_engine(&state->compute);
    c.judge = &judge;
    mw_chain_engine engine = {
        .product = clumsy_product,
        .copy = clumsy_copy,
        .relu = clumsy_relu,
        .relu_transposed = clumsy_transposed,
        .mask = clumsy_mask,
        .context = &c,
        .check = clumsy_check,
        .judge = &c,
    };
    assert_int_equal(mw_chain_tape_run(&state->tape, &state->schedule, &engine, &error), MW_OK);
    mw_chain_judge_close(&judge);
    run.kernel->release(&run);
    return verification;
}

static void one_wrong_number_or_tensor_is_found(void **state)
{
    (void)state;
    assert_true(judged((clumsy){.products = -1}).worst <= 1);
    mw_verification wrong = judged((clumsy){.products = 2});
    assert_true(wrong.worst > 1);
    assert_string_equal(wrong.where, "x3[9][11]");
    /* Nine layers with three states take 20 products until the first gradient of weights. */
    wrong = judged((clumsy){.products = 9});
    assert_true(wrong.worst > 1);
    assert_string_equal(wrong.where, "dW8[11][11]");
    wrong = judged((clumsy){.products = 10});
    assert_true(wrong.worst > 1);
    wrong = judged((clumsy){.products = -1, .skips_mask = true});
    assert_true(wrong.worst > 1);
    assert_non_null(strstr(wrong.where, "dx"));
    wrong = judged((clumsy){.products = -1, .forget = 8});
    assert_true(wrong.worst > 1);
    assert_string_equal(wrong.where, "another tensor stands for x[8]");
}

int main(void)
{
    if (isa_is_absent())
        return SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_wrong_number_or_tensor_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
