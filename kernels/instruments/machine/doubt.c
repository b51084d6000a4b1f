/*
 * doubt.c: of which levels a calibration is not sure.
 */
#include <math.h>
#include <string.h>

#include "machine/calibration.h"

#define GAP_OCTAVES 2.75 /* between two levels; a level hides in more, a transition takes less */
#define SAME_RATE   0.15

enum { POINTS_LEAST = 3 };

/*
 * What the sure working sets between `from` and the level's end say: some must come near the roof,
 * and none may be far above it.
 */
static mw_row_verdict verdict_of_sizes(const mw_calibration *r, const mw_level *level, double from)
{
    size_t of[MW_ROW_VERDICTS] = {0}, near = 0;
    double roof = level->bytes_per_second.value;
    for (size_t i = 0; i < r->sweep_count; i++) {
        const mw_sweep_point *point = &r->sweep[i];
        double best = point->bytes_per_second.value;
        if (point->bytes < from || point->bytes > level->end)
            continue;
        of[point->verdict]++;
        if (point->verdict == MW_ROW_GOOD && best > (1 + SAME_RATE) * roof)
            return MW_ROW_GAP;
        near += point->verdict == MW_ROW_GOOD && best >= (1 - SAME_RATE) * roof;
    }
    if (near >= POINTS_LEAST)
        return MW_ROW_GOOD;
    return of[MW_ROW_ALONE] > of[MW_ROW_FEW] ? MW_ROW_ALONE : MW_ROW_FEW;
}

static void doubt(mw_row_verdict *row, mw_row_verdict verdict)
{
    if (*row == MW_ROW_GOOD)
        *row = verdict;
}

/* Reading in a mix is the roof of its level again, and every mix of a level bears its name. */
static void doubt_mixes(mw_calibration *calibration, const mw_level *level)
{
    for (size_t i = 0; i < calibration->mix_count; i++) {
        mw_mix *mix = &calibration->mix[i];
        if (strcmp(mix->level, level->name) == 0 &&
            (level->verdict == MW_ROW_GAP || strcmp(mix->op, "read") == 0))
            doubt(&mix->verdict, level->verdict);
    }
}

void mw_calibration_doubt(mw_calibration *calibration, bool others_ran)
{
    size_t count = calibration->level_count;
    double end = calibration->sweep_count > 0 ? calibration->sweep[0].bytes : 0;
    bool gap = false;
    for (size_t i = 0; i < count; i++) {
        mw_level *level = &calibration->levels[i];
        gap |= end > 0 && log2(level->begin / end) > GAP_OCTAVES;
        if (gap)
            doubt(&level->verdict, MW_ROW_GAP);
        if (calibration->sweep_count > 0)
            doubt(&level->verdict,
                  verdict_of_sizes(calibration, level, i == 0 ? end : level->begin));
        end = level->end;
    }
    if (others_ran && count > 0)
        doubt(&calibration->levels[count - 1].verdict, MW_ROW_SHARED);
    for (size_t i = 0; i < count; i++)
        doubt_mixes(calibration, &calibration->levels[i]);
}
