/* schedule.c: a list of steps, from and to text, and walked while what is alive is checked. */
#include "cachesim/schedule/schedule.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 1 << 24 };

static const char letters[] = {
    [MW_STEP_FORWARD] = 'f',
    [MW_STEP_KEEP] = 'k',
    [MW_STEP_DROP] = 'd',
    [MW_STEP_BACKWARD] = 'b',
};

/* --- the list ----------------------------------------------------------------------------- */

mw_status mw_schedule_begin(mw_schedule *schedule, size_t layers, mw_error *error)
{
    *schedule = (mw_schedule){.layers = layers};
    if (layers >= 1 && layers <= MW_LAYERS_MAX)
        return MW_OK;
    return mw_fail(error, MW_INVALID, "a schedule of %zu layers: it may have 1 to %d", layers,
                   MW_LAYERS_MAX);
}

void mw_schedule_free(mw_schedule *schedule)
{
    free(schedule->steps);
    *schedule = (mw_schedule){0};
}

mw_status mw_schedule_push(mw_schedule *schedule, mw_step_kind kind, size_t layer, mw_error *error)
{
    if (schedule->count == schedule->capacity) {
        size_t capacity = schedule->capacity ? 2 * schedule->capacity : 64;
        mw_step *steps =
            capacity <= STEPS_MAX ? realloc(schedule->steps, capacity * sizeof *steps) : NULL;
        if (!steps)
            return mw_fail(error, MW_NO_MEMORY,
                           "a schedule of more than %zu operations does not "
                           "fit: take fewer layers",
                           schedule->count);
        schedule->steps = steps;
        schedule->capacity = capacity;
    }
    schedule->steps[schedule->count++] = (mw_step){kind, (uint32_t)layer};
    return MW_OK;
}

size_t mw_schedule_format(const mw_schedule *schedule, char *text, size_t size)
{
    size_t length = 0;
    if (size)
        *text = '\0';
    for (size_t i = 0; i < schedule->count; i++) {
        const mw_step *step = &schedule->steps[i];
        bool fits = length < size;
        length += (size_t)snprintf(fits ? text + length : NULL, fits ? size - length : 0, "%s%c%u",
                                   i ? " " : "", letters[step->kind], step->layer);
    }
    return length;
}

/* --- from text ---------------------------------------------------------------------------- */

static mw_status fail_word(const mw_schedule *schedule, const char *word, size_t length,
                           mw_error *error)
{
    return mw_fail(error, MW_INVALID,
                   "operation %zu ('%.*s') is not understood: write f (forward), k (keep), d "
                   "(drop) or b (backward) and a layer from 0 to %zu, or a range such as f0-3",
                   schedule->count + 1, (int)(length < 24 ? length : 24), word,
                   schedule->layers - 1);
}

/* A layer's number; false when there is none or it is too large. */
static bool read_layer(const char **at, size_t layers, size_t *layer)
{
    if (!isdigit((unsigned char)**at))
        return false;
    char *end;
    unsigned long value = strtoul(*at, &end, 10);
    *at = end;
    *layer = value;
    return value < layers;
}

static mw_status read_word(mw_schedule *schedule, const char *word, size_t length, mw_error *error)
{
    const char *letter = memchr(letters, word[0], sizeof letters);
    const char *at = word + 1;
    size_t first, last;
    if (!letter || !read_layer(&at, schedule->layers, &first))
        return fail_word(schedule, word, length, error);
    last = first;
    if (*at == '-' && (at++, !read_layer(&at, schedule->layers, &last)))
        return fail_word(schedule, word, length, error);
    if (at != word + length)
        return fail_word(schedule, word, length, error);
    for (size_t layer = first;; layer += last > first ? 1 : (size_t)-1) {
        mw_status status =
            mw_schedule_push(schedule, (mw_step_kind)(letter - letters), layer, error);
        if (status != MW_OK || layer == last)
            return status;
    }
}

mw_status mw_schedule_parse(mw_schedule *schedule, size_t layers, const char *text, mw_error *error)
{
    mw_status status = mw_schedule_begin(schedule, layers, error);
    static const char between[] = " ,;\t\n";
    for (text += strspn(text, between); status == MW_OK && *text; text += strspn(text, between)) {
        size_t length = strcspn(text, between);
        status = read_word(schedule, text, length, error);
        text += length;
    }
    if (status == MW_OK && schedule->count == 0)
        status =
            mw_fail(error, MW_INVALID,
                    "the list of operations is empty: the shortest for one layer is 'k0 f0 b0'");
    if (status != MW_OK)
        mw_schedule_free(schedule);
    return status;
}

/* --- walking ------------------------------------------------------------------------------ */

struct mw_walk_input {
    bool alive, kept;
    size_t computed; /* how often its layer went forward */
    size_t released; /* 1 + the step that released it last; 0: it was never there */
};

static uint64_t size_of(const mw_walk *walk, size_t layer)
{
    return walk->layers.size ? walk->layers.size[layer] : 1;
}

static void enter(mw_walk *walk, size_t layer)
{
    walk->inputs[layer].alive = true;
    walk->inputs[layer].kept = false;
    walk->live_inputs++;
    walk->live_size += size_of(walk, layer);
}

static void release(mw_walk *walk, size_t layer)
{
    walk->inputs[layer].alive = walk->inputs[layer].kept = false;
    walk->inputs[layer].released = walk->next + 1;
    walk->live_inputs--;
    walk->live_size -= size_of(walk, layer);
}

static void note_peaks(mw_walk *walk)
{
    if (walk->live_inputs > walk->peak_inputs)
        walk->peak_inputs = walk->live_inputs;
    if (walk->live_size > walk->peak_size)
        walk->peak_size = walk->live_size;
}

mw_status mw_walk_begin(mw_walk *walk, const mw_schedule *schedule, const mw_layers *layers,
                        mw_error *error)
{
    *walk = (mw_walk){.schedule = schedule, .layers = *layers, .backward = schedule->layers};
    walk->inputs = calloc(schedule->layers, sizeof *walk->inputs);
    if (!walk->inputs)
        return mw_fail(error, MW_NO_MEMORY, "out of memory");
    enter(walk, 0);
    note_peaks(walk);
    return MW_OK;
}

void mw_walk_end(mw_walk *walk)
{
    free(walk->inputs);
    walk->inputs = NULL;
}

bool mw_walk_alive(const mw_walk *walk, size_t layer)
{
    return walk->inputs[layer].alive;
}

/* "operation 7 (f3): ..." */
static mw_status fail_step(const mw_walk *walk, mw_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static mw_status fail_step(const mw_walk *walk, mw_error *error, const char *format, ...)
{
    char why[256];
    va_list list;
    va_start(list, format);
    vsnprintf(why, sizeof why, format, list);
    va_end(list);
    const mw_step *step = &walk->schedule->steps[walk->next];
    return mw_fail(error, MW_INVALID, "operation %zu (%c%u): %s", walk->next + 1,
                   letters[step->kind], step->layer, why);
}

static mw_status fail_absent(const mw_walk *walk, size_t layer, mw_error *error)
{
    size_t released = walk->inputs[layer].released;
    if (!released)
        return fail_step(walk, error, "x%zu is not there yet: f%zu has to come before", layer,
                         layer - 1);
    const mw_step *by = &walk->schedule->steps[released - 1];
    if (layer == 0)
        return fail_step(walk, error,
                         "x0 is gone since operation %zu (%c%u) and cannot be made again: put k0 "
                         "before that",
                         released, letters[by->kind], by->layer);
    return fail_step(walk, error,
                     "x%zu is gone since operation %zu (%c%u): put k%zu before that, or make it "
                     "again by f%zu",
                     layer, released, letters[by->kind], by->layer, layer, layer - 1);
}

static mw_status step_forward(mw_walk *walk, size_t layer, mw_error *error)
{
    struct mw_walk_input *input = &walk->inputs[layer];
    bool last = layer + 1 == walk->schedule->layers;
    if (last ? walk->output : mw_walk_alive(walk, layer + 1))
        return fail_step(walk, error, "x%zu is there already: leave this out", layer + 1);
    if (layer + 1 >= walk->backward && !last)
        return fail_step(walk, error, "layer %zu has had its backward step: leave this out",
                         layer + 1);
    walk->forwards++;
    if (input->computed++) {
        walk->recomputed++;
        walk->recomputed_cost += walk->layers.cost ? walk->layers.cost[layer] : 1;
    }
    if (!input->kept)
        release(walk, layer);
    if (last)
        walk->output = true;
    else
        enter(walk, layer + 1);
    return MW_OK;
}

static mw_status step_backward(mw_walk *walk, size_t layer, mw_error *error)
{
    if (layer >= walk->backward)
        return fail_step(walk, error, "layer %zu has had its backward step: leave this out", layer);
    if (layer + 1 < walk->backward)
        return fail_step(walk, error,
                         "b%zu has to come before: gradients go from the end to the "
                         "beginning",
                         walk->backward - 1);
    if (!walk->output)
        return fail_step(walk, error, "the chain has no output yet: f%zu has to come before",
                         layer);
    release(walk, layer);
    walk->backward = layer;
    return MW_OK;
}

mw_status mw_walk_step(mw_walk *walk, mw_error *error)
{
    mw_step step = walk->schedule->steps[walk->next];
    if (step.layer >= walk->schedule->layers)
        return fail_step(walk, error, "the chain has layers 0 to %zu", walk->schedule->layers - 1);
    bool done = step.kind == MW_STEP_BACKWARD && step.layer >= walk->backward;
    if (!mw_walk_alive(walk, step.layer) && !done)
        return fail_absent(walk, step.layer, error);
    mw_status status = MW_OK;
    switch (step.kind) {
    case MW_STEP_FORWARD:
        status = step_forward(walk, step.layer, error);
        break;
    case MW_STEP_BACKWARD:
        status = step_backward(walk, step.layer, error);
        break;
    case MW_STEP_KEEP:
        walk->inputs[step.layer].kept = true;
        break;
    case MW_STEP_DROP:
        release(walk, step.layer);
        break;
    }
    if (status != MW_OK)
        return status;
    walk->next++;
    note_peaks(walk);
    return MW_OK;
}

mw_status mw_schedule_check(const mw_schedule *schedule, const mw_layers *layers,
                            mw_schedule_cost *cost, mw_error *error)
{
    mw_walk walk;
    mw_status status = mw_walk_begin(&walk, schedule, layers, error);
    while (status == MW_OK && walk.next < schedule->count)
        status = mw_walk_step(&walk, error);
    if (status == MW_OK && walk.backward > 0)
        status = mw_fail(error, MW_INVALID,
                         "the list ends with operation %zu before the backward step of layer %zu: "
                         "b%zu is missing",
                         schedule->count, walk.backward - 1, walk.backward - 1);
    if (status == MW_OK && cost)
        *cost = (mw_schedule_cost){walk.peak_inputs, walk.peak_size, walk.forwards, walk.recomputed,
                                   walk.recomputed_cost};
    mw_walk_end(&walk);
    return status;
}
