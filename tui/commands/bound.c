#include "tui/commands/bound.h"

#include <string.h>

#include "labs/engine/wire/wire.h"
#include "model/roofline.h"
#include "tui/commands/console.h"
#include "tui/locale/locale.h"

#define BURST_SECONDS                                                                              \
    0.01 /* what a processor's burst lasts at least; longer kernels outlast it                     \
          */

bool mw_roof_usable(const json_t *row)
{
    return strcmp(mw_json_text(row, "verdict"), "impossible") != 0;
}

double mw_roofs_ridge(const mw_roofs *roofs, double seconds)
{
    return mw_roofline_ridge(seconds > BURST_SECONDS ? roofs->sustained : roofs->compute,
                             roofs->memory);
}

/* The roof of one core, or the total over all CPUs where that was measured. */
static double level_roof(const json_t *level, bool all_cores)
{
    const json_t *all = json_object_get(level, "all_cores");
    if (!mw_roof_usable(all))
        all = NULL; /* what one core reaches, all of them do */
    if (all_cores && json_is_number(all) && json_number_value(all) > 0)
        return json_number_value(all);
    if (all_cores && json_is_object(all) && mw_json_number(all, "bytes_per_second", 0) > 0)
        return mw_json_number(all, "bytes_per_second", 0);
    return mw_json_number(level, "bytes_per_second", 0);
}

bool mw_roofs_find(const json_t *machine, double bytes, const char *dtype, bool all_cores,
                   mw_roofs *roofs)
{
    *roofs = (mw_roofs){.level = "", .isa = ""};
    size_t i;
    json_t *level;
    json_array_foreach(json_object_get(machine, "levels"), i, level)
    {
        if (!mw_roof_usable(level))
            continue; /* its working sets fall to the level behind it */
        /* Nominal machines have no effective sizes. */
        double size =
            mw_json_number(level, "effective_bytes", mw_json_number(level, "nominal_bytes", 0));
        roofs->level = mw_json_text(level, "name");
        roofs->memory = level_roof(level, all_cores);
        if (size > 0 && bytes <= size)
            break; /* else go on: the last level holds everything */
    }
    json_t *compute;
    json_array_foreach(json_object_get(machine, "compute"), i, compute)
    {
        double rate = mw_json_number(compute, "flops_per_second", 0);
        if (!mw_roof_usable(compute))
            continue;
        bool one_core = mw_json_number(compute, "threads", 1) <= 1;
        if (strcmp(mw_json_text(compute, "dtype"), dtype) == 0 && (all_cores || one_core) &&
            rate > roofs->compute) {
            roofs->compute = rate;
            roofs->sustained =
                mw_json_number(json_object_get(compute, "sustained"), "flops_per_second", rate);
            roofs->isa = mw_json_text(compute, "isa");
        }
    }
    return roofs->memory > 0 && roofs->compute > 0;
}

static void set_reason(json_t *measurement, const char *name, mw_reason_id why)
{
    mw_reason reason = mw_reason_of(why, NULL);
    json_t *reasons = json_object_get(measurement, "reasons");
    if (!reasons) {
        reasons = json_object();
        json_object_set_new(measurement, "reasons", reasons);
    }
    json_object_set_new(reasons, name, mw_reason_to_json(&reason));
}

void mw_bound_fill(json_t *measurement, const mw_roofs *roofs)
{
    const json_t *intensity = json_object_get(measurement, "intensity");
    if (json_is_string(json_object_get(measurement, "bound")))
        return;
    json_object_set_new(measurement, "bound", json_null());
    if (!roofs) {
        set_reason(measurement, "bound", MW_REASON_ROOFS_NOT_YET);
    } else if (!json_is_number(intensity)) {
        set_reason(measurement, "bound", MW_REASON_NO_INTENSITY);
    } else {
        double seconds = mw_json_number(json_object_get(measurement, "seconds"), "median", 0);
        bool memory = json_number_value(intensity) < mw_roofs_ridge(roofs, seconds);
        json_object_set_new(measurement, "bound", json_string(memory ? "memory" : "compute"));
        json_object_del(json_object_get(measurement, "reasons"), "bound");
    }
}
