/* judge.c: fingerprints of what is read, rows of products, the optimizer's updates. */
#include "chain/judge.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "chain/compute.h"
#include "verify.h"

/* FLOPs of the reference that are worth it: about a second; work and bytes between two polls. */
enum { REFERENCE_FLOPS = 1 << 29, POLL_EVERY = 1 << 18, POLL_BYTES = 1 << 22 };
/* Weights of a layer that are looked at after the optimizer's step. */
enum { UPDATES_MOST = 1 << 16 };

mw_status mw_chain_judge_open(mw_chain_judge *judge, const mw_chain_shape *shape, size_t steps,
                              mw_ledger *ledger, mw_verification *result, mw_error *error)
{
    *judge = (mw_chain_judge){
        .shape = *shape,
        .ledger = ledger,
        .result = result,
        .steps = steps,
    };
    judge->want = calloc(2 * mw_chain_widest(shape), sizeof *judge->want);
    if (!judge->want)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    judge->magnitude = judge->want + mw_chain_widest(shape);
    return MW_OK;
}

void mw_chain_judge_close(mw_chain_judge *judge)
{
    free(judge->want);
    judge->want = judge->magnitude = NULL;
}

/* --- fingerprints ------------------------------------------------------------------------- */

/* Multiply and shift over 8 bytes at a time (the step of xorshift*); enough to tell tensors apart.
 */
static mw_status fingerprint(const mw_chain_judge *judge, const void *data, size_t bytes,
                             uint64_t *print)
{
    uint64_t h = bytes;
    for (size_t i = 0; i < bytes; i += 8) {
        uint64_t word = 0;
        memcpy(&word, (const char *)data + i, bytes - i < 8 ? bytes - i : 8);
        h = (h ^ word) * UINT64_C(0x2545F4914F6CDD1D);
        h ^= h >> 29;
        if (i % POLL_BYTES == 0 && !mw_ledger_poll(judge->ledger))
            return MW_CANCELLED;
    }
    *print = h;
    return MW_OK;
}

static void refuse(mw_chain_judge *judge, const char *what, size_t layer)
{
    mw_verification_note(judge->result, (long double)NAN, 0, 0, what, layer, SIZE_MAX);
}

/* x_i must be what it was when it was seen first. */
static mw_status same_input(mw_chain_judge *judge, size_t i, const void *x)
{
    uint64_t print;
    size_t bytes = mw_chain_input(&judge->shape, i) * judge->shape.width;
    mw_status status = fingerprint(judge, x, bytes, &print);
    if (status != MW_OK)
        return status;
    if (judge->seen[i] && judge->input[i] != print)
        refuse(judge, "another tensor stands for x", i);
    judge->input[i] = print;
    judge->seen[i] = true;
    return MW_OK;
}

mw_status mw_chain_judge_batch(mw_chain_judge *judge, const void *batch)
{
    return same_input(judge, 0, batch);
}

void mw_chain_judge_equal(mw_chain_judge *judge, uint64_t got, uint64_t want, const char *what)
{
    if (got != want)
        mw_verification_note(judge->result, (long double)got, (long double)want, 0, what,
                             (size_t)got, SIZE_MAX);
}

/* --- results ------------------------------------------------------------------------------ */

/* A product as the reference sees it, one row of C at a time. */
typedef struct product {
    const char *name;
    size_t m, n, k;
    const void *a; /* A[i][p] is a[i * a_row + p * a_step], through relu when asked */
    size_t a_row, a_step;
    bool relu;
    const void *b; /* B[p][j] is b[p * b_row + j * b_step] */
    size_t b_row, b_step;
    const void *c;
    const void *mask; /* C[i][j] is 0 where mask[i][j] <= 0; NULL: nowhere */
} product;

static long double at(const mw_chain_judge *judge, const void *data, size_t index)
{
    return mw_element_at(data, judge->shape.dtype, index);
}

static mw_status compare_row(mw_chain_judge *judge, const product *p, size_t i)
{
    long double gamma = mw_error_gamma(judge->shape.dtype, p->k);
    for (size_t j = 0; j < p->n; j++)
        judge->want[j] = judge->magnitude[j] = 0;
    size_t since = 0;
    for (size_t q = 0; q < p->k; q++) {
        long double a = at(judge, p->a, i * p->a_row + q * p->a_step);
        if (p->relu && !(a > 0))
            a = 0;
        for (size_t j = 0; j < p->n && a != 0; j++) {
            long double term = a * at(judge, p->b, q * p->b_row + j * p->b_step);
            judge->want[j] += term;
            judge->magnitude[j] += fabsl(term);
        }
        if ((since += p->n) < POLL_EVERY)
            continue;
        since = 0;
        if (!mw_ledger_poll(judge->ledger))
            return MW_CANCELLED;
    }
    for (size_t j = 0; j < p->n; j++) {
        bool zero = p->mask && !(at(judge, p->mask, i * p->n + j) > 0);
        mw_verification_note(judge->result, at(judge, p->c, i * p->n + j),
                             zero ? 0 : judge->want[j], zero ? 0 : gamma * judge->magnitude[j],
                             p->name, i, j);
    }
    return mw_ledger_poll(judge->ledger) ? MW_OK : MW_CANCELLED;
}

/* All rows of small products; of large ones some, spread evenly, the first and the last among them.
 */
static mw_status compare(mw_chain_judge *judge, const product *p)
{
    double affordable =
        (double)REFERENCE_FLOPS / (double)judge->steps / 2 / (2.0 * (double)p->n * (double)p->k);
    size_t rows = affordable >= (double)p->m ? p->m : affordable < 2 ? 2 : (size_t)affordable;
    rows = rows < p->m ? rows : p->m;
    mw_status status = MW_OK;
    for (size_t r = 0; r < rows && status == MW_OK; r++)
        status = compare_row(judge, p, rows > 1 ? r * (p->m - 1) / (rows - 1) : 0);
    return status;
}

static mw_status judge_forward(mw_chain_judge *judge, const mw_chain_event *e)
{
    size_t batch = judge->shape.batch, in = mw_chain_wide(&judge->shape, e->layer),
           out = mw_chain_wide(&judge->shape, e->layer + 1);
    char name[24];
    snprintf(name, sizeof name, "x%zu", e->layer + 1);
    product y = {.name = name,
                 .m = batch,
                 .n = out,
                 .k = in,
                 .a = e->x,
                 .a_row = in,
                 .a_step = 1,
                 .relu = true,
                 .b = e->w,
                 .b_row = out,
                 .b_step = 1,
                 .c = e->y};
    mw_status status = compare(judge, &y);
    return status == MW_OK ? same_input(judge, e->layer + 1, e->y) : status;
}

static mw_status judge_backward(mw_chain_judge *judge, const mw_chain_event *e)
{
    const mw_chain_shape *shape = &judge->shape;
    size_t in = mw_chain_wide(shape, e->layer), out = mw_chain_wide(shape, e->layer + 1);
    char dw_name[24], dx_name[24];
    snprintf(dw_name, sizeof dw_name, "dW%zu", e->layer);
    snprintf(dx_name, sizeof dx_name, "dx%zu", e->layer);
    product dw = {.name = dw_name,
                  .m = in,
                  .n = out,
                  .k = shape->batch,
                  .a = e->x,
                  .a_row = 1,
                  .a_step = in,
                  .relu = true,
                  .b = e->dy,
                  .b_row = out,
                  .b_step = 1,
                  .c = e->dw};
    product dx = {.name = dx_name,
                  .m = shape->batch,
                  .n = in,
                  .k = out,
                  .a = e->dy,
                  .a_row = out,
                  .a_step = 1,
                  .b = e->w,
                  .b_row = 1,
                  .b_step = out,
                  .c = e->dx,
                  .mask = e->x};
    /* The chain's loss is |y|²/2: the gradient at its output is the output. */
    uint64_t want = e->layer + 1 == shape->layers ? judge->input[shape->layers] : judge->gradient;
    uint64_t print;
    mw_status status = fingerprint(judge, e->dy, shape->batch * out * shape->width, &print);
    if (status == MW_OK && print != want)
        refuse(judge, "another gradient stands at the output of layer", e->layer);
    if (status == MW_OK)
        status = compare(judge, &dw);
    if (status == MW_OK)
        status = compare(judge, &dx);
    if (status == MW_OK)
        status = fingerprint(judge, e->dx, shape->batch * in * shape->width, &judge->gradient);
    return status;
}

/* What stood in a weight before the optimizer's first step. */
static long double weight_before(const mw_chain_judge *judge, size_t layer, size_t i)
{
    double element = mw_element(mw_chain_seed(layer), i);
    double factor = mw_chain_factor(&judge->shape, layer);
    if (judge->shape.dtype == MW_F64)
        return element * factor;
    return (float)element * (float)factor;
}

/* One weight after that step, when nothing was remembered before it. */
static void judge_weight(mw_chain_judge *judge, const mw_chain_event *e, size_t i, const char *name)
{
    const long double decay = (long double)MW_CHAIN_DECAY,
                      square = (long double)MW_CHAIN_SQUARE_DECAY, few = 16;
    mw_dtype dtype = judge->shape.dtype;
    /* 1 - 0.999f is off by 5e-5 of itself, and so is what follows from it. */
    long double rounding = mw_error_gamma(dtype, 1), off = few * rounding / (1 - square);
    long double g = at(judge, e->dw, i), w = weight_before(judge, e->layer, i);
    long double step = g, first = g;
    if (judge->shape.optimizer == MW_CHAIN_ADAM) {
        long double second = (1 - square) * g * g;
        first = (1 - decay) * g;
        step = first / (sqrtl(second) + (long double)MW_CHAIN_TINY);
        mw_verification_note(judge->result, at(judge, e->remembered[1], i), second, off * second,
                             name, e->layer, i);
    }
    if (e->remembered[0])
        mw_verification_note(judge->result, at(judge, e->remembered[0], i), first,
                             few * 10 * rounding * fabsl(first), name, e->layer, i);
    step *= (long double)mw_chain_rate(&judge->shape);
    mw_verification_note(judge->result, at(judge, e->w, i), w - step,
                         few * rounding * fabsl(w) + off * fabsl(step), name, e->layer, i);
}

static mw_status judge_update(mw_chain_judge *judge, const mw_chain_event *e)
{
    size_t count = mw_chain_weights(&judge->shape, e->layer);
    size_t stride = count / UPDATES_MOST + 1;
    for (size_t i = 0; i < count; i += stride) {
        judge_weight(judge, e, i, "W after its step");
        if (i / stride % (POLL_EVERY / 16) == 0 && !mw_ledger_poll(judge->ledger))
            return MW_CANCELLED;
    }
    return MW_OK;
}

mw_status mw_chain_judge_step(void *context, const mw_chain_event *event)
{
    mw_chain_judge *judge = context;
    if (event->kind == MW_CHAIN_UPDATED)
        return judge_update(judge, event);
    mw_status status = same_input(judge, event->layer, event->x);
    if (status != MW_OK)
        return status;
    return event->kind == MW_CHAIN_WENT_BACKWARD ? judge_backward(judge, event)
                                                 : judge_forward(judge, event);
}
