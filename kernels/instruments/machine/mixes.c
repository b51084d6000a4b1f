/* mixes.c: the rate of each level for every mix of loads and stores that streams have. */
#include <string.h>

#include "machine/plateaus.h"
#include "machine/recipe.h"

enum { SAMPLES = 10 };

#define SAMPLE_SECONDS 0.0025

static mw_status measure_mix(mw_recipe *recipe, size_t level, mw_stream_op op, mw_error *error)
{
    mw_rig *rig = &recipe->rig;
    mw_calibration *r = rig->result;
    mw_mix mix = {.op = mw_stream_shapes[op].name};
    memcpy(mix.level, r->levels[level].name, sizeof mix.level);
    const mw_stream_shape *shape = &mw_stream_shapes[op];
    /* Inside the first cache a store has no line to fetch and none to write back. */
    mix.bus_bytes_per_byte = level == 0 && op != MW_STREAM_STORE_NT
                                 ? 1
                                 : (double)shape->bus_bytes / shape->program_bytes;
    if (op == MW_STREAM_READ) {
        mix.bytes_per_second = r->levels[level].bytes_per_second;
        mix.verdict = r->levels[level].verdict;
    } else {
        mw_walk walk;
        mw_samples taken = {.count = 0};
        double middle = mw_level_middle(r, level);
        if (!mw_walk_init(&walk, rig->isa, op, rig->buffer, (size_t)middle))
            return MW_OK;
        if (!mw_walk_round(&walk, rig->ledger))
            return mw_rig_cancelled(error);
        for (size_t i = 0; i < SAMPLES; i++) {
            mw_try try = mw_try_begin();
            double rate = mw_walk_sample(&walk, SAMPLE_SECONDS, rig->ledger);
            if (rate <= 0)
                return mw_rig_cancelled(error);
            mw_samples_next_moment(&taken);
            bool disturbed = mw_try_was_disturbed(&try) || mw_recipe_core_is_shared(recipe);
            mw_samples_add(&taken, rate, disturbed);
        }
        mix.bytes_per_second = mw_samples_band(&taken);
        mix.verdict = mw_samples_verdict(&taken, MW_SWEEP_AGREEMENT);
    }
    if (r->mix_count < MW_MIX_MAX)
        r->mix[r->mix_count++] = mix;
    return MW_OK;
}

mw_status mw_recipe_mixes(mw_recipe *recipe, mw_error *error)
{
    mw_rig *rig = &recipe->rig;
    mw_calibration *r = rig->result;
    for (size_t level = 0; level < r->level_count; level++) {
        for (int op = 0; op < MW_STREAM_OPS; op++) {
            if (op == MW_STREAM_READ_MANY)
                continue; /* part of the read roof */
            if (mw_rig_elapsed(rig) > MW_MIXES_UNTIL) {
                mw_rig_reason(r, MW_BECAUSE(MIX_LEFT_OUT, {.word = r->levels[level].name}));
                return MW_OK;
            }
            mw_status status = measure_mix(recipe, level, (mw_stream_op)op, error);
            if (status != MW_OK)
                return status;
        }
        mw_rig_tell(rig, 0.65 + 0.20 * (double)(level + 1) / (double)r->level_count,
                    "store, copy and triad roofs");
    }
    return MW_OK;
}
