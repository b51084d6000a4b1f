/*
 * schedule.h: in which order a chain of layers is computed, kept, forgotten and computed again, as
 * a list of steps. Nothing runs here: a schedule can be made, checked, drawn and costed alone.
 *
 * Layer i of a chain takes x_i and gives x_(i+1); its backward step needs x_i and the gradient that
 * layer i+1 left. What a schedule decides is which layer inputs x_i are alive when. In an advancing
 * step the new tensor is workspace until the old one is released, so the inputs alive are those
 * after each step.
 */
#ifndef MW_CACHESIM_SCHEDULE_H
#define MW_CACHESIM_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/status.h"

typedef enum mw_step_kind {
    MW_STEP_FORWARD,  /* x_(i+1) from x_i; releases x_i unless it is kept */
    MW_STEP_KEEP,     /* forward leaves x_i alone from now on */
    MW_STEP_DROP,     /* releases x_i */
    MW_STEP_BACKWARD, /* gradients of layer i from x_i; releases x_i */
} mw_step_kind;

typedef struct mw_step {
    mw_step_kind kind;
    uint32_t layer;
} mw_step;

/* The caller owns it and frees it. */
typedef struct mw_schedule {
    size_t layers, count, capacity;
    mw_step *steps;
} mw_schedule;

void mw_schedule_free(mw_schedule *schedule);

/* A chain as schedules see it: the size of each layer's input and the cost of its forward step, in
 * units of the caller's; NULL: 1 each. */
typedef struct mw_layers {
    size_t count;
    const uint64_t *size, *cost;
} mw_layers;

enum { MW_LAYERS_MAX = 4096 };

/* ---- making one ---- */

/* Every layer input is kept. */
mw_status mw_schedule_store_all(mw_schedule *schedule, size_t layers, mw_error *error);

/*
 * Chen et al. 2016: segments of nearly equal length, the longer ones last; the first input of each
 * is kept and the others are computed again when its turn comes. `keep_last`: the inputs of the
 * last segment are kept at once, since its backward steps follow directly.
 */
mw_status mw_schedule_sqrt(mw_schedule *schedule, size_t layers, bool keep_last, mw_error *error);

/* Griewank and Walther 2000: as few forward steps as `snapshots` stored states allow, the input
 * among them. */
mw_status mw_schedule_revolve(mw_schedule *schedule, size_t layers, size_t snapshots,
                              mw_error *error);

/*
 * The least forward cost with which the layer inputs alive never pass `budget`, layers of any size:
 *
 *     C(i,j,m) = min over k of  u_i + ... + u_(k-1) + C(k, j, m - a_k) + C(i, k, m)
 *
 * for layers i ... j-1 with x_i there and room for m more; x_(i+1) ... x_k must each fit m. Sizes
 * count in their greatest common divisor; where that makes a table too large they are rounded up.
 * Costs count in theirs too, and their sum must stay below 2^29 of it over the number of layers.
 */
mw_status mw_schedule_budget(mw_schedule *schedule, const mw_layers *layers, uint64_t budget,
                             mw_error *error);

/* From text: "k0 f0 f1 k2 f2-7 b7 ...", with ranges up or down. Only its form is checked. */
mw_status mw_schedule_parse(mw_schedule *schedule, size_t layers, const char *text,
                            mw_error *error);

/* To such text, without ranges. Returns the length, as snprintf does. */
size_t mw_schedule_format(const mw_schedule *schedule, char *text, size_t size);

/* ---- walking through one ---- */

/* The state after some steps. `live` and the sums may be read at any time: that is how one is
 * drawn.
 */
typedef struct mw_walk {
    const mw_schedule *schedule;
    mw_layers layers;
    size_t next;                     /* step to come */
    uint64_t live_inputs, live_size; /* of the layer inputs alive now */
    uint64_t peak_inputs, peak_size; /* the most so far */
    uint64_t forwards, recomputed;   /* forward steps; those of layers computed before */
    uint64_t recomputed_cost;
    struct mw_walk_input *inputs; /* one for each layer */
    size_t backward;              /* layers from here on have had their backward step */
    bool output;                  /* x_l was computed */
} mw_walk;

mw_status mw_walk_begin(mw_walk *walk, const mw_schedule *schedule, const mw_layers *layers,
                        mw_error *error);
bool mw_walk_alive(const mw_walk *walk, size_t layer); /* whether x_layer is there */

/* Takes one step. MW_INVALID when it cannot be taken: "operation 7 (f3): ...". */
mw_status mw_walk_step(mw_walk *walk, mw_error *error);
void mw_walk_end(mw_walk *walk);

typedef struct mw_schedule_cost {
    uint64_t live_inputs, live_size; /* peaks */
    uint64_t forwards, recomputed, recomputed_cost;
} mw_schedule_cost;

/* All steps, and that every layer had its backward step. */
mw_status mw_schedule_check(const mw_schedule *schedule, const mw_layers *layers,
                            mw_schedule_cost *cost, mw_error *error);

/* ---- closed forms ---- */

/*
 * Forward steps besides the last one that l layers need with s stored states:
 * t(l,s) = r*l - C(s+r, r-1), r the least number with C(s+r, s) >= l. Store-all needs l - 1, so
 * t(l,s) - (l-1) are computed again. Alive are min(l, s+1) inputs: the stored ones and the one that
 * advances. l, s >= 1.
 */
uint64_t mw_revolve_repetitions(uint64_t layers, uint64_t snapshots);
uint64_t mw_revolve_forwards(uint64_t layers, uint64_t snapshots);

/* Segments k with the least k + ceil(l/k). Alive are k + ceil(l/k) - 1 inputs; l - k forward steps
 * are computed again, or ceil(l/k) - 1 fewer when the last segment is kept. */
uint64_t mw_sqrt_segments(uint64_t layers);

/* The least budget with which any schedule can run: the chain's input and the largest other one. */
uint64_t mw_budget_least(const mw_layers *layers);

/* ---- for those who make schedules ---- */

mw_status mw_schedule_begin(mw_schedule *schedule, size_t layers, mw_error *error);
mw_status mw_schedule_push(mw_schedule *schedule, mw_step_kind kind, size_t layer, mw_error *error);

#endif
