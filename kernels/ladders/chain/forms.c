/*
 * With w bytes an element, B samples, layer i from width a to width b, and P(m,n,k) what a product
 * tallies (gemm/shares.h):
 *
 *     copy of the batch   loads B·a, stores B·a                                     once
 *     forward step        relu: loads B·a, stores B·a;  P(B, b, a)                  each time
 *     backward step       reluᵀ: loads B·a, stores B·a;  P(a, b, B);  P(B, a, b);
 *                         mask: loads 2·B·a, stores B·a                             once a layer
 *     optimizer           for each weight, with r numbers remembered of it: loads 2 + r, stores 1 +
 * r (sgd r = 0, momentum 1, adam 2)                           once a layer
 *
 * FLOPs are those of the products: 2·B·a·b forward, twice that backward; and of the optimizer: 2, 4
 * or 12 for each weight.
 */
#include "chain/forms.h"

#include "buffer.h"
#include "chain/compute.h"
#include "form.h"

typedef struct sum {
    mw_wide flops, loads, stores;
    bool huge;
} sum;

static void add(sum *to, mw_work work, uint64_t times)
{
    to->huge |= work.flops == MW_FORM_HUGE || work.load_bytes == MW_FORM_HUGE ||
                work.store_bytes == MW_FORM_HUGE;
    to->flops += (mw_wide)work.flops * times;
    to->loads += (mw_wide)work.load_bytes * times;
    to->stores += (mw_wide)work.store_bytes * times;
}

static mw_work work_of(const sum *s)
{
    if (s->huge)
        return (mw_work){
            .flops = MW_FORM_HUGE, .load_bytes = MW_FORM_HUGE, .store_bytes = MW_FORM_HUGE};
    return (mw_work){.flops = mw_form(s->flops),
                     .load_bytes = mw_form(s->loads),
                     .store_bytes = mw_form(s->stores)};
}

static void add_product(sum *to, const mw_gemm_plan *plan, const mw_chain_shape *shape,
                        const size_t size[3], uint64_t times)
{
    add(to,
        mw_gemm_team_work(plan, MW_GEMM_BY_COLUMNS, shape->threads, size[0], size[1], size[2],
                          false),
        times);
}

static void add_pass(sum *to, const mw_chain_shape *shape, size_t i, uint64_t loads,
                     uint64_t stores, uint64_t times)
{
    uint64_t bytes = (uint64_t)mw_chain_input(shape, i) * shape->width;
    to->loads += (mw_wide)bytes * loads * times;
    to->stores += (mw_wide)bytes * stores * times;
}

static void add_forward(sum *to, const mw_gemm_plan *plan, const mw_chain_shape *shape, size_t i,
                        uint64_t times)
{
    size_t in = mw_chain_wide(shape, i), out = mw_chain_wide(shape, i + 1);
    add_pass(to, shape, i, 1, 1, times);
    add_product(to, plan, shape, (size_t[]){shape->batch, out, in}, times);
}

static void add_update(sum *to, const mw_chain_shape *shape, size_t i, uint64_t times)
{
    if (shape->optimizer == MW_CHAIN_NO_OPTIMIZER)
        return;
    mw_wide weights = (mw_wide)mw_chain_weights(shape, i) * times;
    mw_wide remembered = mw_chain_remembered(shape);
    to->flops += weights * mw_chain_update_flops(shape->optimizer);
    to->loads += weights * (2 + remembered) * shape->width;
    to->stores += weights * (1 + remembered) * shape->width;
}

static void add_backward(sum *to, const mw_gemm_plan *plan, const mw_chain_shape *shape, size_t i,
                         uint64_t times)
{
    size_t in = mw_chain_wide(shape, i), out = mw_chain_wide(shape, i + 1);
    add_pass(to, shape, i, 3, 2, times);
    add_product(to, plan, shape, (size_t[]){in, out, shape->batch}, times);
    add_product(to, plan, shape, (size_t[]){shape->batch, in, out}, times);
}

/* Layers with an even number are all alike, and so are those with an odd one. */
typedef struct counts {
    uint64_t forwards[2], layers[2];
} counts;

static counts count_layers(const mw_chain_shape *shape)
{
    return (counts){.layers = {(shape->layers + 1) / 2, shape->layers / 2}};
}

static mw_work total(const mw_chain_shape *shape, const counts *c, bool trains)
{
    mw_gemm_plan plan = mw_chain_gemm_plan(shape, trains);
    sum s = {0};
    add_pass(&s, shape, 0, 1, 1, 1);
    for (size_t i = 0; i < 2 && i < shape->layers; i++) {
        add_forward(&s, &plan, shape, i, c->forwards[i]);
        if (trains)
            add_backward(&s, &plan, shape, i, c->layers[i]);
        if (trains)
            add_update(&s, shape, i, c->layers[i]);
    }
    return work_of(&s);
}

mw_work mw_chain_train_work(const mw_kernel *kernel, const mw_args *args)
{
    mw_chain_shape shape = mw_chain_shape_of(args, true);
    counts c = count_layers(&shape);
    mw_schedule schedule;
    if (mw_chain_plan(kernel, args, &schedule, NULL) != MW_OK)
        return (mw_work){
            .flops = MW_FORM_HUGE, .load_bytes = MW_FORM_HUGE, .store_bytes = MW_FORM_HUGE};
    for (size_t i = 0; i < schedule.count; i++)
        c.forwards[schedule.steps[i].layer % 2] += schedule.steps[i].kind == MW_STEP_FORWARD;
    mw_schedule_free(&schedule);
    return total(&shape, &c, true);
}

mw_work mw_chain_forward_work(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_chain_shape shape = mw_chain_shape_of(args, false);
    counts c = count_layers(&shape);
    c.forwards[0] = c.layers[0];
    c.forwards[1] = c.layers[1];
    return total(&shape, &c, false);
}

/* --- bytes and memory --------------------------------------------------------------------- */

static mw_wide weight_bytes(const mw_chain_shape *shape)
{
    mw_wide elements = 0;
    for (size_t i = 0; i < shape->layers; i++)
        elements += mw_chain_weights(shape, i);
    return elements * shape->width;
}

/* The batch and all weights read, their gradients written; with an optimizer the weights written,
 * and what it remembers read and written. */
uint64_t mw_chain_train_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_chain_shape shape = mw_chain_shape_of(args, true);
    mw_wide moved = shape.optimizer == MW_CHAIN_NO_OPTIMIZER ? 0 : 1;
    return mw_form((2 + moved + 2 * mw_chain_remembered(&shape)) * weight_bytes(&shape) +
                   (mw_wide)mw_chain_input(&shape, 0) * shape.width);
}

/* The batch and all weights read, the output written. */
uint64_t mw_chain_forward_compulsory(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_chain_shape shape = mw_chain_shape_of(args, false);
    mw_wide ends = (mw_wide)mw_chain_input(&shape, 0) + mw_chain_input(&shape, shape.layers);
    return mw_form(weight_bytes(&shape) + ends * shape.width);
}

static uint64_t add_up(void *context, uint64_t bytes)
{
    *(mw_wide *)context += mw_buffer_footprint(bytes);
    return 0;
}

/* What the allocator would take: the schedule is gone through with nothing behind it. */
static uint64_t footprint(const mw_chain_shape *shape, const mw_schedule *schedule)
{
    static const mw_chain_engine nobody;
    mw_gemm_plan plan = mw_chain_gemm_plan(shape, schedule != NULL);
    mw_wide bytes = mw_buffer_footprint((uint64_t)mw_chain_input(shape, 0) * shape->width);
    bytes += mw_gemm_team_bytes(&plan, shape->threads);
    mw_account *account;
    mw_chain_tape tape;
    if (mw_account_open(&account, add_up, &bytes, NULL) != MW_OK)
        return MW_FORM_HUGE;
    mw_status status = mw_chain_tape_open(&tape, shape, account, NULL);
    if (status == MW_OK && schedule)
        status = mw_chain_tape_run(&tape, schedule, &nobody, NULL);
    else if (status == MW_OK)
        status = mw_chain_tape_forward(&tape, &nobody, NULL);
    mw_account_close(account);
    return status == MW_OK ? mw_form(bytes) : MW_FORM_HUGE;
}

uint64_t mw_chain_train_footprint(const mw_kernel *kernel, const mw_args *args)
{
    mw_chain_shape shape = mw_chain_shape_of(args, true);
    mw_schedule schedule;
    if (mw_chain_plan(kernel, args, &schedule, NULL) != MW_OK)
        return MW_FORM_HUGE;
    uint64_t bytes = footprint(&shape, &schedule);
    mw_schedule_free(&schedule);
    return bytes;
}

uint64_t mw_chain_forward_footprint(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel;
    mw_chain_shape shape = mw_chain_shape_of(args, false);
    return footprint(&shape, NULL);
}
