/* bench.c: runs a suite of the request `bench` and puts its rows into JSON. */
#include "labs/engine/worker/bench.h"

#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/wire.h"
#include "labs/engine/worker/suites/suites.h"
#include "machine/figures.h"
#include "model/verdict.h"

static json_t *row_json(const mw_bench_row *row)
{
    mw_number ratio = mw_number_with_spread(row->ratio.median, row->ratio.low, row->ratio.high,
                                            MW_UNIT_ONE, MW_MEASURED);
    char target[32];
    snprintf(target, sizeof target, "≥ %g", row->target);
    return json_pack("{s:s, s:o, s:s, s:s}", "label", row->name, "value", mw_number_to_json(&ratio),
                     "target", target, "verdict", mw_verdict_name(row->verdict));
}

typedef mw_status ratio_suite(mw_ledger *ledger, mw_bench_row *rows, size_t *count,
                              mw_error *error);

static mw_status bench_ratios(const char *name, ratio_suite *suite, mw_ledger *ledger,
                              json_t **body, mw_error *error)
{
    mw_bench_row rows[MW_BENCH_ROWS];
    size_t count = 0;
    mw_status status = suite(ledger, rows, &count, error);
    if (status != MW_OK)
        return status;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, row_json(&rows[i]));
    *body = json_pack("{s:s, s:o}", "suite", name, "rows", list);
    return MW_OK;
}

static mw_status bench_machine(const mw_calibration *machine, mw_ledger *ledger, json_t **body,
                               mw_error *error)
{
    mw_bench_figure figures[MW_LEVEL_MAX + MW_COMPUTE_MAX];
    size_t count = 0;
    int cpu = -1;
    if (!machine->level_count)
        return mw_fail(error, MW_INVALID, "suite machine wants a measured \"machine\"");
    mw_status status = mw_bench_machine(machine, ledger, &cpu, figures, &count, error);
    if (status != MW_OK)
        return status;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        mw_number rate = mw_number_with_spread(figures[i].rate.value, figures[i].rate.low,
                                               figures[i].rate.high, figures[i].unit, MW_MEASURED);
        json_array_append_new(list, json_pack("{s:s, s:s, s:f, s:o}", "name", figures[i].name,
                                              "likwid_test", figures[i].likwid_test, "bytes",
                                              figures[i].bytes, "rate", mw_number_to_json(&rate)));
    }
    *body = json_pack("{s:s, s:i, s:o}", "suite", "machine", "cpu", cpu, "figures", list);
    return MW_OK;
}

static json_t *rate_json(const mw_statistics *rate, mw_unit unit)
{
    mw_number number =
        mw_number_with_spread(rate->median, rate->low, rate->high, unit, MW_MEASURED);
    return mw_number_to_json(&number);
}

static mw_status bench_roof(const mw_job *job, mw_ledger *ledger, json_t **body, mw_error *error)
{
    mw_roof_pair pair;
    if (!job->kernel)
        return mw_fail(error, MW_INVALID, "suite roof wants a \"kernel\" and its \"args\"");
    mw_status status = mw_bench_roof(job->kernel, &job->args, job->roof,
                                     job->options.budget_seconds, ledger, &pair, error);
    if (status != MW_OK)
        return status;
    *body = json_pack("{s:s, s:s, s:o, s:o, s:o, s:I, s:s}", "suite", "roof", "roof",
                      mw_roof_name(job->roof), "ratio", rate_json(&pair.ratio, MW_UNIT_ONE), "rate",
                      rate_json(&pair.rate, pair.unit), "roof_rate",
                      rate_json(&pair.roof, pair.unit), "samples", (json_int_t)pair.ratio.samples,
                      "verdict", mw_run_verdict_name(pair.noisy ? MW_RUN_NOISY : MW_RUN_CLEAN));
    if (pair.noisy)
        json_object_set_new(*body, "reason", mw_reason_to_json(&pair.reason));
    return MW_OK;
}

mw_status mw_bench(const mw_job *job, mw_ledger *ledger, json_t **body, mw_error *error)
{
    const char *suite = job->suite;
    if (strcmp(suite, "meter") == 0)
        return bench_ratios(suite, mw_bench_ledger, ledger, body, error);
    if (strcmp(suite, "pools") == 0)
        return bench_ratios(suite, mw_bench_interference, ledger, body, error);
    if (strcmp(suite, "sim") == 0)
        return bench_ratios(suite, mw_bench_simulator, ledger, body, error);
    if (strcmp(suite, "machine") == 0)
        return bench_machine(&job->machine, ledger, body, error);
    if (strcmp(suite, "roof") == 0)
        return bench_roof(job, ledger, body, error);
    return mw_fail(error, MW_INVALID, "no suite '%.32s' here: meter, pools, sim, machine, roof",
                   suite);
}
