/* bound.c: from measurements as JSON to the rule of model/machine.h. */
#include "labs/bench/bound.h"

#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"
#include "model/roofline.h"

void mw_measured_run_read(const json_t *machine, const json_t *measurement, const json_t *beside,
                          mw_measured_run *run)
{
    mw_machine roofs;
    mw_machine_from_json(machine, &roofs);
    mw_workload_from_json(measurement, &run->work);
    mw_workload_beside(&run->work, beside);
    run->known = mw_roofs_of_run(&roofs, &run->work, &run->roofs);
}

double mw_measured_run_ridge(const mw_measured_run *run)
{
    return mw_roofline_ridge(run->roofs.compute.value, run->roofs.memory.value);
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

void mw_bound_fill(json_t *measurement, const mw_measured_run *run)
{
    mw_bound bound = mw_roofs_bound(&run->roofs, &run->work);
    if (json_is_string(json_object_get(measurement, "bound")))
        return;
    json_object_set_new(measurement, "bound", json_null());
    if (bound != MW_BOUND_UNKNOWN) {
        json_object_set_new(measurement, "bound", json_string(mw_bound_name(bound)));
        json_object_del(json_object_get(measurement, "reasons"), "bound");
    } else if (!run->known) {
        set_reason(measurement, "bound", MW_REASON_ROOFS_NOT_YET);
    } else {
        set_reason(measurement, "bound", MW_REASON_NO_INTENSITY);
    }
}
