#include "labs/engine/worker/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "labs/engine/wire/wire.h"
#include "labs/engine/worker/report.h"
#include "meter/measure.h"

enum { PAIRS_MAX = 400, PAIRS_MIN = 15 };

static const double SECONDS_PER_ROW = 2.0;

typedef struct bench_subject {
    const char *kernel;
    const char *arguments; /* JSON */
} bench_subject;

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static mw_status prepare(const bench_subject *subject, mw_ledger *ledger, mw_run *run,
                         mw_error *error)
{
    memset(run, 0, sizeof *run);
    json_t *args = json_loads(subject->arguments, 0, NULL);
    mw_status status = mw_report_request(subject->kernel, args, &run->kernel, &run->args, error);
    json_decref(args);
    if (status)
        return status;
    run->ledger = ledger;
    return run->kernel->prepare(run, error);
}

static mw_status timed(mw_run *run, double *seconds)
{
    double start = now_seconds();
    mw_status status = run->kernel->execute(run);
    *seconds = now_seconds() - start;
    return status;
}

/* A row about a relative change that should stay below `limit`. */
static json_t *row(const char *label, mw_statistics change, double limit)
{
    char target[48];
    snprintf(target, sizeof target, "≤ %g %%", 100 * limit);
    mw_number number =
        mw_number_with_spread(change.median, change.low, change.high, MW_UNIT_ONE, MW_MEASURED);
    const char *verdict = change.high <= limit ? "met" : change.low > limit ? "missed" : "noisy";
    return json_pack("{s:s, s:o, s:s, s:s}", "label", label, "value", mw_number_to_json(&number),
                     "target", target, "verdict", verdict);
}

/* Metered and muted executions of one prepared run alternate, and so does which goes first. */
static mw_status ledger_overhead(const bench_subject *subject, mw_ledger *ledger, json_t *rows,
                                 mw_error *error)
{
    mw_run run;
    double changes[PAIRS_MAX], warm;
    size_t count = 0;
    mw_status status = prepare(subject, ledger, &run, error);
    if (!status)
        status = timed(&run, &warm);
    double end = now_seconds() + SECONDS_PER_ROW;
    while (!status && count < PAIRS_MAX && (count < PAIRS_MIN || now_seconds() < end)) {
        double seconds[2]; /* metered, muted */
        bool muted = count % 2;
        for (int i = 0; i < 2 && !status; i++, muted = !muted) {
            mw_ledger_mute(ledger, muted);
            status = timed(&run, &seconds[muted]);
        }
        if (mw_ledger_poll(ledger) && !status)
            changes[count++] = seconds[0] / seconds[1] - 1;
        else if (!status)
            status = MW_CANCELLED;
    }
    mw_ledger_mute(ledger, false);
    if (run.state)
        run.kernel->release(&run);
    if (status == MW_CANCELLED)
        return mw_fail(error, status, "cancelled");
    if (status)
        return status;
    char label[160];
    snprintf(label, sizeof label, "ledger overhead, %s %s", subject->kernel, subject->arguments);
    json_array_append_new(rows, row(label, mw_statistics_of(changes, count), 0.005));
    return MW_OK;
}

/* Blocks of OpenBLAS alone and blocks of OpenBLAS after an OpenMP kernel alternate. */
static mw_status pool_interference(const bench_subject *library, const bench_subject *own,
                                   mw_ledger *ledger, json_t *rows, mw_error *error)
{
    enum { BLOCK = 5 };
    mw_run blas, openmp;
    memset(&openmp, 0, sizeof openmp);
    double changes[PAIRS_MAX], ignored;
    size_t count = 0;
    mw_status status = prepare(library, ledger, &blas, error);
    if (!status)
        status = prepare(own, ledger, &openmp, error);
    if (!status)
        status = timed(&openmp, &ignored);
    double end = now_seconds() + 2 * SECONDS_PER_ROW;
    while (!status && count < PAIRS_MAX && (count < PAIRS_MIN || now_seconds() < end)) {
        double alone[BLOCK], mixed[BLOCK];
        status = timed(&blas, &ignored);
        for (int i = 0; i < BLOCK && !status; i++)
            status = timed(&blas, &alone[i]);
        for (int i = 0; i < BLOCK && !status; i++) {
            status = timed(&openmp, &ignored);
            if (!status)
                status = timed(&blas, &mixed[i]);
        }
        if (!status && !mw_ledger_poll(ledger))
            status = MW_CANCELLED;
        if (!status)
            changes[count++] =
                mw_statistics_of(mixed, BLOCK).median / mw_statistics_of(alone, BLOCK).median - 1;
    }
    if (blas.state)
        blas.kernel->release(&blas);
    if (openmp.state)
        openmp.kernel->release(&openmp);
    if (status == MW_CANCELLED)
        return mw_fail(error, status, "cancelled");
    if (status)
        return status;
    char label[160];
    snprintf(label, sizeof label, "%s %s: interleaved with %s against alone", library->kernel,
             library->arguments, own->kernel);
    json_array_append_new(rows, row(label, mw_statistics_of(changes, count), 0.05));
    return MW_OK;
}

static mw_status meter_suite(mw_runner *runner, mw_ledger *ledger, json_t *rows, mw_error *error)
{
    static const bench_subject subjects[] = {
        {"gemv/simd", "{\"m\": 512, \"n\": 512}"},
        {"gemv/simd", "{\"m\": 2048, \"n\": 2048}"},
        {"gemm/ikj", "{\"m\": 512, \"n\": 512, \"k\": 512}"},
        {"gemm/blocked", "{\"m\": 512, \"n\": 512, \"k\": 512}"},
    };
    enum { COUNT = sizeof subjects / sizeof *subjects };
    for (size_t i = 0; i < COUNT; i++) {
        mw_runner_report(runner, (double)i / COUNT, subjects[i].kernel, NULL);
        mw_status status = ledger_overhead(&subjects[i], ledger, rows, error);
        if (status)
            return status;
    }
    return MW_OK;
}

static mw_status pools_suite(mw_runner *runner, mw_ledger *ledger, json_t *rows, mw_error *error)
{
    static const bench_subject library = {"gemm/openblas", "{\"m\": 512, \"n\": 512, \"k\": 512}"};
    static const bench_subject own = {"gemm/blocked", "{\"m\": 256, \"n\": 256, \"k\": 256}"};
    mw_runner_report(runner, 0, library.kernel, NULL);
    return pool_interference(&library, &own, ledger, rows, error);
}

mw_status mw_bench(const char *suite, mw_runner *runner, mw_ledger *ledger, json_t **body,
                   mw_error *error)
{
    json_t *rows = json_array();
    mw_status status;
    if (strcmp(suite, "meter") == 0)
        status = meter_suite(runner, ledger, rows, error);
    else if (strcmp(suite, "pools") == 0)
        status = pools_suite(runner, ledger, rows, error);
    else
        status = mw_fail(error, MW_INVALID, "no suite '%.32s' here: meter, pools", suite);
    if (status)
        json_decref(rows);
    else
        *body = json_pack("{s:s, s:o}", "suite", suite, "rows", rows);
    return status;
}
