/*
 * rows.c: what the rows of a calibration say of one another.
 *
 * A disturbance only ever makes a sample slower, so two roofs that contradict each other show which
 * of them was measured in bad company. Bands decide, not single figures: where they overlap there
 * is no contradiction.
 */
#include <string.h>

#include "machine/calibration.h"
#include "model/verdict.h"

static const struct {
    mw_row_word word;
    mw_reason_id reason;
} verdicts[MW_ROW_VERDICTS] = {
    [MW_ROW_GOOD] = {MW_ROW_IS_GOOD, MW_REASON_NONE},
    [MW_ROW_UNSURE] = {MW_ROW_IS_UNSURE, MW_REASON_ROW_UNSURE},
    [MW_ROW_SHARED] = {MW_ROW_IS_UNSURE, MW_REASON_ROW_SHARED},
    [MW_ROW_FEW] = {MW_ROW_IS_UNSURE, MW_REASON_ROW_FEW},
    [MW_ROW_ALONE] = {MW_ROW_IS_UNSURE, MW_REASON_ROW_ALONE},
    [MW_ROW_GAP] = {MW_ROW_IS_UNSURE, MW_REASON_ROW_GAP},
    [MW_ROW_ABOVE_OWN_SIZES] = {MW_ROW_IS_IMPOSSIBLE, MW_REASON_ROW_ABOVE_OWN_SIZES},
    [MW_ROW_BELOW_NEXT] = {MW_ROW_IS_IMPOSSIBLE, MW_REASON_ROW_BELOW_NEXT},
    [MW_ROW_BELOW_ONE_CORE] = {MW_ROW_IS_IMPOSSIBLE, MW_REASON_ROW_BELOW_ONE_CORE},
};

const char *mw_row_verdict_name(mw_row_verdict verdict)
{
    return mw_row_word_name(verdicts[verdict].word);
}

mw_reason_id mw_row_verdict_reason(mw_row_verdict verdict)
{
    return verdicts[verdict].reason;
}

static bool gives(const mw_reason *reason, mw_reason_id id)
{
    return reason->id == id ||
           (reason->id == MW_REASON_TOLD && strcmp(reason->told, mw_reason_sentence(id)) == 0);
}

mw_row_verdict mw_row_verdict_parse(const char *name, const mw_reason *reason)
{
    mw_row_verdict found = MW_ROW_GOOD;
    mw_row_word word;
    if (!mw_row_word_parse(name, &word))
        return found;
    for (mw_row_verdict v = MW_ROW_GOOD; v < MW_ROW_VERDICTS; v++) {
        if (word != verdicts[v].word)
            continue;
        if (found == MW_ROW_GOOD || gives(reason, verdicts[v].reason))
            found = v;
    }
    return found;
}

/* The best sample of the working sets on which the level was found; 0 when they are not known. */
static double best_of_own_sizes(const mw_calibration *r, const mw_level *level)
{
    double best = 0;
    for (size_t i = 0; i < r->sweep_count; i++) {
        const mw_sweep_point *p = &r->sweep[i];
        if (p->bytes >= level->begin && p->bytes <= level->end && p->bytes_per_second.high > best)
            best = p->bytes_per_second.high;
    }
    return best;
}

static void check_level(const mw_calibration *r, mw_level *level, const mw_level *next)
{
    const mw_band *own = &level->bytes_per_second, *all = &level->all_cores;
    double best = level->end > 0 ? best_of_own_sizes(r, level) : 0;
    if (best > 0 && own->value > best)
        level->verdict = MW_ROW_ABOVE_OWN_SIZES;
    else if (next && mw_row_usable(next->verdict) && own->high < next->bytes_per_second.low)
        level->verdict = MW_ROW_BELOW_NEXT;
    if (all->value > 0 && all->high < own->low)
        level->all_cores_verdict = MW_ROW_BELOW_ONE_CORE;
}

static const mw_compute *one_core_of(const mw_calibration *r, const mw_compute *all)
{
    for (size_t i = 0; i < r->compute_count; i++) {
        const mw_compute *one = &r->compute[i];
        if (one->threads == 1 && one->dtype == all->dtype && strcmp(one->isa, all->isa) == 0 &&
            strcmp(one->op, all->op) == 0)
            return one;
    }
    return NULL;
}

void mw_calibration_check(mw_calibration *calibration)
{
    /* From memory to the core: a level is held against one that stands. */
    for (size_t i = calibration->level_count; i-- > 0;) {
        bool last = i + 1 == calibration->level_count;
        check_level(calibration, &calibration->levels[i],
                    last ? NULL : &calibration->levels[i + 1]);
    }
    for (size_t i = 0; i < calibration->compute_count; i++) {
        mw_compute *row = &calibration->compute[i];
        const mw_compute *one = row->threads > 1 ? one_core_of(calibration, row) : NULL;
        if (one && row->flops_per_second.high < one->flops_per_second.low)
            row->verdict = MW_ROW_BELOW_ONE_CORE;
    }
}
