/* tape.c: forward and backward steps, and which tensor dies when. */
#include "chain/tape.h"

#include <string.h>

/* A step in the making. */
typedef struct bench {
    mw_chain_tape *tape;
    const mw_chain_engine *engine;
    bool training;
    mw_error *error;
} bench;

static uint64_t input_bytes(const mw_chain_tape *tape, size_t i)
{
    return (uint64_t)mw_chain_input(&tape->shape, i) * tape->shape.width;
}

mw_status mw_chain_tape_open(mw_chain_tape *tape, const mw_chain_shape *shape, mw_account *account,
                             mw_error *error)
{
    *tape = (mw_chain_tape){.shape = *shape, .account = account};
    mw_status status = MW_OK;
    for (size_t i = 0; i < shape->layers && status == MW_OK; i++) {
        uint64_t bytes = (uint64_t)mw_chain_weights(shape, i) * shape->width;
        status = mw_account_take(account, MW_PURPOSE_WEIGHTS, bytes, &tape->weights[i], error);
        for (size_t r = 0; r < mw_chain_remembered(shape) && status == MW_OK; r++)
            status = mw_account_take(account, MW_PURPOSE_OPTIMIZER, bytes, &tape->remembered[i][r],
                                     error);
    }
    return status;
}

static mw_status take_gradients(mw_chain_tape *tape, mw_error *error)
{
    mw_status status = MW_OK;
    for (size_t i = 0; i < tape->shape.layers && status == MW_OK; i++) {
        if (!tape->weight_gradients[i])
            status = mw_account_take(tape->account, MW_PURPOSE_GRADIENTS, tape->weights[i]->bytes,
                                     &tape->weight_gradients[i], error);
    }
    return status;
}

static mw_status multiply(const bench *b, size_t m, size_t n, size_t k, const mw_piece *left,
                          const mw_piece *right, bool transposed, mw_piece *result)
{
    mw_chain_product product = {m, n, k, left->data, right->data, result->data, transposed};
    return b->engine->product ? b->engine->product(b->engine->context, &product) : MW_OK;
}

static mw_status tell(const bench *b, const mw_chain_event *event)
{
    return b->engine->check ? b->engine->check(b->engine->judge, event) : MW_OK;
}

/* --- what is alive ------------------------------------------------------------------------ */

static void hold(mw_chain_tape *tape, size_t i, mw_piece *piece)
{
    tape->input[i] = piece;
    tape->kept[i] = false;
    tape->live_inputs++;
}

static void release(mw_chain_tape *tape, size_t i)
{
    if (!tape->input[i])
        return;
    mw_account_give(tape->account, tape->input[i]);
    tape->input[i] = NULL;
    tape->kept[i] = false;
    tape->live_inputs--;
}

/* x_0 comes from the batch. */
static mw_status begin(const bench *b)
{
    mw_chain_tape *tape = b->tape;
    mw_piece *x;
    tape->forwards = tape->recomputed = tape->recomputed_flops = 0;
    memset(tape->computed, 0, sizeof tape->computed);
    mw_account_restart(tape->account);
    mw_status status =
        mw_account_take(tape->account, MW_PURPOSE_ACTIVATIONS, input_bytes(tape, 0), &x, b->error);
    if (status != MW_OK)
        return status;
    hold(tape, 0, x);
    tape->peak_inputs = 1;
    if (!b->engine->copy)
        return MW_OK;
    return b->engine->copy(b->engine->context, tape->batch, x->data,
                           mw_chain_input(&tape->shape, 0));
}

static void end(mw_chain_tape *tape)
{
    for (size_t i = 0; i < tape->shape.layers; i++)
        release(tape, i);
    mw_account_give(tape->account, tape->gradient);
    tape->gradient = NULL;
}

/* --- steps -------------------------------------------------------------------------------- */

/* y = relu(x)·W, both of them workspace. */
static mw_status compute_forward(const bench *b, size_t i, mw_piece *s, mw_piece *y)
{
    const mw_chain_tape *tape = b->tape;
    const mw_chain_shape *shape = &tape->shape;
    const mw_piece *x = tape->input[i];
    mw_status status = MW_OK;
    if (b->engine->relu)
        status = b->engine->relu(b->engine->context, x->data, s->data, mw_chain_input(shape, i));
    if (status == MW_OK)
        status = multiply(b, shape->batch, mw_chain_wide(shape, i + 1), mw_chain_wide(shape, i), s,
                          tape->weights[i], false, y);
    if (status != MW_OK)
        return status;
    mw_chain_event event = {.layer = i, .x = x->data, .y = y->data, .w = tape->weights[i]->data};
    return tell(b, &event);
}

/* The new tensor becomes the next layer's input; at the end of the chain it is its own gradient,
 * that of |y|²/2. */
static mw_status settle(const bench *b, size_t i, mw_piece *y)
{
    mw_chain_tape *tape = b->tape;
    if (!tape->kept[i])
        release(tape, i);
    bool last = i + 1 == tape->shape.layers;
    mw_purpose purpose = !last         ? MW_PURPOSE_ACTIVATIONS
                         : b->training ? MW_PURPOSE_GRADIENTS
                                       : MW_PURPOSE_WORKSPACE;
    mw_status status = mw_account_move(tape->account, y, purpose, b->error);
    if (status != MW_OK)
        return status;
    if (last)
        tape->gradient = y;
    else
        hold(tape, i + 1, y);
    return MW_OK;
}

static mw_status forward(const bench *b, size_t i)
{
    mw_chain_tape *tape = b->tape;
    mw_piece *s = NULL, *y = NULL;
    mw_status status =
        mw_account_take(tape->account, MW_PURPOSE_WORKSPACE, input_bytes(tape, i), &s, b->error);
    if (status == MW_OK)
        status = mw_account_take(tape->account, MW_PURPOSE_WORKSPACE, input_bytes(tape, i + 1), &y,
                                 b->error);
    if (status == MW_OK)
        status = compute_forward(b, i, s, y);
    mw_account_give(tape->account, s);
    if (status == MW_OK) {
        tape->forwards++;
        if (tape->computed[i]++) {
            tape->recomputed++;
            tape->recomputed_flops += mw_chain_forward_flops(&tape->shape, i);
        }
        status = settle(b, i, y);
    }
    if (status != MW_OK)
        mw_account_give(tape->account, y);
    return status;
}

/* dW = relu(x)ᵀ·dy, and dx = dy·Wᵀ where x > 0. */
static mw_status compute_backward(const bench *b, size_t i, mw_piece *s, mw_piece *dx)
{
    const mw_chain_tape *tape = b->tape;
    const mw_chain_shape *shape = &tape->shape;
    const mw_piece *x = tape->input[i], *w = tape->weights[i], *dy = tape->gradient;
    mw_piece *dw = tape->weight_gradients[i];
    size_t in = mw_chain_wide(shape, i), out = mw_chain_wide(shape, i + 1), n = shape->batch;
    mw_status status = MW_OK;
    if (b->engine->relu_transposed)
        status = b->engine->relu_transposed(b->engine->context, x->data, s->data, n, in);
    if (status == MW_OK)
        status = multiply(b, in, out, n, s, dy, false, dw);
    if (status == MW_OK)
        status = multiply(b, n, in, out, dy, w, true, dx);
    if (status == MW_OK && b->engine->mask)
        status = b->engine->mask(b->engine->context, x->data, dx->data, n * in);
    if (status != MW_OK)
        return status;
    mw_chain_event event = {
        .kind = MW_CHAIN_WENT_BACKWARD,
        .layer = i,
        .x = x->data,
        .dy = dy->data,
        .dx = dx->data,
        .w = w->data,
        .dw = dw->data,
    };
    return tell(b, &event);
}

static mw_status backward(const bench *b, size_t i)
{
    mw_chain_tape *tape = b->tape;
    mw_piece *s = NULL, *dx = NULL;
    mw_status status =
        mw_account_take(tape->account, MW_PURPOSE_WORKSPACE, input_bytes(tape, i), &s, b->error);
    if (status == MW_OK)
        status = mw_account_take(tape->account, MW_PURPOSE_GRADIENTS, input_bytes(tape, i), &dx,
                                 b->error);
    if (status == MW_OK)
        status = compute_backward(b, i, s, dx);
    mw_account_give(tape->account, s);
    if (status != MW_OK) {
        mw_account_give(tape->account, dx);
        return status;
    }
    mw_account_give(tape->account, tape->gradient);
    tape->gradient = dx;
    release(tape, i);
    return MW_OK;
}

static mw_status update(const bench *b, size_t i)
{
    const mw_chain_tape *tape = b->tape;
    mw_chain_update step = {
        .optimizer = tape->shape.optimizer,
        .count = mw_chain_weights(&tape->shape, i),
        .w = tape->weights[i]->data,
        .dw = tape->weight_gradients[i]->data,
    };
    for (size_t r = 0; r < mw_chain_remembered(&tape->shape); r++)
        step.remembered[r] = tape->remembered[i][r]->data;
    mw_status status = b->engine->update ? b->engine->update(b->engine->context, &step) : MW_OK;
    if (status != MW_OK)
        return status;
    mw_chain_event event = {
        .kind = MW_CHAIN_UPDATED,
        .layer = i,
        .w = step.w,
        .dw = step.dw,
        .remembered = {step.remembered[0], step.remembered[1]},
    };
    return tell(b, &event);
}

/* --- passes ------------------------------------------------------------------------------- */

static mw_status take_step(const bench *b, mw_step step)
{
    switch (step.kind) {
    case MW_STEP_FORWARD:
        return forward(b, step.layer);
    case MW_STEP_BACKWARD:
        return backward(b, step.layer);
    case MW_STEP_KEEP:
        b->tape->kept[step.layer] = true;
        return MW_OK;
    case MW_STEP_DROP:
        release(b->tape, step.layer);
        return MW_OK;
    }
    return MW_INTERNAL;
}

mw_status mw_chain_tape_run(mw_chain_tape *tape, const mw_schedule *schedule,
                            const mw_chain_engine *engine, mw_error *error)
{
    bench b = {tape, engine, true, error};
    mw_status status = take_gradients(tape, error);
    if (status == MW_OK)
        status = begin(&b);
    for (size_t i = 0; i < schedule->count && status == MW_OK; i++) {
        status = take_step(&b, schedule->steps[i]);
        if (tape->live_inputs > tape->peak_inputs)
            tape->peak_inputs = tape->live_inputs;
    }
    bool moves = tape->shape.optimizer != MW_CHAIN_NO_OPTIMIZER;
    for (size_t i = 0; i < tape->shape.layers && moves && status == MW_OK; i++)
        status = update(&b, i);
    end(tape);
    return status;
}

mw_status mw_chain_tape_forward(mw_chain_tape *tape, const mw_chain_engine *engine, mw_error *error)
{
    bench b = {tape, engine, false, error};
    mw_status status = begin(&b);
    for (size_t i = 0; i < tape->shape.layers && status == MW_OK; i++)
        status = forward(&b, i);
    end(tape);
    return status;
}

void mw_chain_tape_memory(const mw_chain_tape *tape, mw_memory *memory)
{
    mw_usage usage = mw_account_usage(tape->account);
    bool trains = tape->weight_gradients[0] != NULL;
    *memory = (mw_memory){
        .peak_bytes = usage.peak,
        .live_inputs = tape->peak_inputs,
        .all_inputs_bytes = mw_chain_all_inputs(&tape->shape),
        .recomputed_flops = tape->recomputed_flops,
    };
    memcpy(memory->by_purpose, usage.peak_by, sizeof memory->by_purpose);
    for (size_t i = 0; i < tape->shape.layers; i++)
        memory->pass_flops += (trains ? 3 : 1) * mw_chain_forward_flops(&tape->shape, i);
}
