/* machine.c: levels, peaks and workloads out of JSON, each member looked at for itself. */
#include "labs/engine/wire/machine.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/engine/wire/verdict.h"
#include "labs/engine/wire/wire.h"

static int threads_of(const json_t *object, const char *key, int otherwise)
{
    double value = mw_json_number(object, key, otherwise);
    return value >= 1 && value <= 65536 ? (int)value : otherwise;
}

bool mw_machine_row_is_usable(const json_t *row)
{
    return mw_machine_row_usable(mw_json_text(row, "verdict"));
}

static mw_roof roof_of(const json_t *row, const char *key)
{
    if (!mw_machine_row_is_usable(row))
        return (mw_roof){0};
    mw_row_word word;
    bool unsure =
        mw_row_word_parse(mw_json_text(row, "verdict"), &word) && word == MW_ROW_IS_UNSURE;
    return (mw_roof){mw_json_number(row, key, 0), mw_json_number(row, "low", 0),
                     mw_json_number(row, "high", 0), 1, unsure};
}

static void read_level(const json_t *row, size_t index, bool nominal, mw_machine *machine)
{
    const json_t *all = json_object_get(row, "all_cores");
    mw_machine_level level = {.one = roof_of(row, "bytes_per_second"), .row = index};
    snprintf(level.name, sizeof level.name, "%s", mw_json_text(row, "name"));
    level.holds = mw_json_number(row, "effective_bytes", 0);
    if (nominal && !(level.holds > 0))
        level.holds = mw_json_number(row, "nominal_bytes", 0);
    if (json_is_number(all)) /* as it was written once */
        level.all.value = json_number_value(all);
    else
        level.all = roof_of(all, "bytes_per_second");
    mw_machine_add_level(machine, &level);
}

static void read_peak(const json_t *row, mw_machine *machine)
{
    const char *op = mw_json_text(row, "op");
    mw_machine_peak peak = {.burst = roof_of(row, "flops_per_second"),
                            .sustained =
                                roof_of(json_object_get(row, "sustained"), "flops_per_second")};
    peak.burst.cores = threads_of(row, "threads", 1);
    snprintf(peak.isa, sizeof peak.isa, "%s", mw_json_text(row, "isa"));
    snprintf(peak.dtype, sizeof peak.dtype, "%s", mw_json_text(row, "dtype"));
    snprintf(peak.op, sizeof peak.op, "%s", *op ? op : "fma");
    mw_machine_add_peak(machine, &peak);
}

void mw_machine_from_json(const json_t *json, mw_machine *machine)
{
    bool nominal = mw_json_has_run_verdict(json, MW_RUN_NOMINAL);
    *machine = (mw_machine){.level_count = 0};
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(json, "levels"), i, row)
        read_level(row, i, nominal, machine);
    json_array_foreach(json_object_get(json, "compute"), i, row) read_peak(row, machine);
}

mw_machine_state mw_machine_state_from_json(const json_t *answer, mw_reason *what)
{
    const char *state = mw_json_text(answer, "state");
    *what = mw_reason_from_json(json_object_get(answer, "what"));
    return strcmp(state, "changed") == 0  ? MW_MACHINE_CHANGED
           : strcmp(state, "untold") == 0 ? MW_MACHINE_UNTOLD
                                          : MW_MACHINE_SAME;
}

/* Those that the system gave, where it gave fewer than were asked for. */
static int threads_had(const json_t *measurement)
{
    int asked = threads_of(json_object_get(measurement, "args"), "threads", 1),
        had = threads_of(measurement, "threads_had", asked);
    return had < asked ? had : asked;
}

mw_roof mw_read_roof_from_json(const json_t *measurement)
{
    const json_t *seconds = json_object_get(measurement, "seconds");
    double median = mw_json_number(seconds, "median", 0),
           best = mw_json_number(seconds, "min", median);
    double bytes = mw_json_number(measurement, "load_bytes",
                                  mw_json_number(measurement, "compulsory_bytes", 0));
    if (strcmp(mw_json_text(measurement, "kernel"), "stream/read") != 0 || !(median > 0) ||
        !(best > 0))
        return (mw_roof){0};
    return (mw_roof){bytes / fmin(best, median), bytes / median, bytes / fmin(best, median),
                     threads_had(measurement), false};
}

void mw_workload_from_json(const json_t *measurement, mw_workload *run)
{
    const json_t *args = json_object_get(measurement, "args");
    *run = (mw_workload){.flops = mw_json_number(measurement, "flops", NAN),
                         .bytes = mw_json_number(measurement, "compulsory_bytes", NAN),
                         .threads = threads_had(measurement),
                         .seconds =
                             mw_json_number(json_object_get(measurement, "seconds"), "median", 0)};
    snprintf(run->dtype, sizeof run->dtype, "%s", mw_json_text(args, "dtype"));
}

void mw_workload_beside(mw_workload *run, const json_t *beside)
{
    run->beside = mw_read_roof_from_json(beside);
    run->beside_bytes =
        mw_json_number(beside, "compulsory_bytes", mw_json_number(beside, "load_bytes", 0));
}
