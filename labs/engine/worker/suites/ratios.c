/* ratios.c: two suites of pairs: the cost of the ledger, our team beside OpenBLAS. */
#include "labs/engine/worker/suites/suites.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cpu.h"
#include "meter/affinity.h"
#include "meter/noise.h"
#include "registry.h"

enum { PAIRS = 301, PAIRS_MIN = 31 };

#define LEDGER_TARGET       0.995
#define INTERFERENCE_TARGET 0.95
#define BATCH_SECONDS       1e-3 /* one side of a pair */
#define ROW_SECONDS         2.0

static void fill_row(mw_bench_row *row, double *ratios, size_t count, double target)
{
    row->ratio = mw_statistics_of(ratios, count);
    row->target = target;
    row->verdict = mw_verdict_of(row->ratio.median, row->ratio.low, row->ratio.high, target, false);
}

/* A kernel by name with `settings` ("n", "512", …, NULL) over its presets, checked and prepared. */
static mw_status open_run(mw_run *run, const char *name, const char *const *settings,
                          mw_ledger *ledger, mw_error *error)
{
    mw_status status = mw_registry_find(name, &run->kernel, error);
    if (status != MW_OK)
        return status;
    mw_args_preset(run->kernel, &run->args);
    for (; settings[0]; settings += 2)
        if ((status = mw_args_set(run->kernel, &run->args, settings[0], settings[1], error)) !=
            MW_OK)
            return status;
    if ((status = mw_args_check(run->kernel, &run->args, error)) != MW_OK)
        return status;
    run->ledger = ledger;
    run->isa = mw_cpu_isa();
    return run->kernel->prepare(run, error);
}

/* Seconds of `repeats` executions; negative when one did not finish. */
static double time_batch(mw_run *run, size_t repeats)
{
    double begin = mw_clock_seconds();
    for (size_t i = 0; i < repeats; i++)
        if (run->kernel->execute(run) != MW_OK)
            return -1;
    return mw_clock_seconds() - begin;
}

static size_t repeats_for(mw_run *run)
{
    double once = fmin(time_batch(run, 1), time_batch(run, 2) / 2);
    return once > 0 && once < BATCH_SECONDS ? (size_t)ceil(BATCH_SECONDS / once) : 1;
}

static mw_status stopped(mw_ledger *ledger, mw_error *error)
{
    return mw_ledger_cancelled(ledger)
               ? mw_fail(error, MW_CANCELLED, "cancelled")
               : mw_fail(error, MW_INTERNAL, "a kernel of the suite failed while it ran");
}

/* The order within a pair alternates, so that drift of the clock falls on both sides alike. */
static mw_status pair_metered(mw_run *run, mw_bench_row *row, mw_error *error)
{
    double ratios[PAIRS];
    size_t count = 0, repeats = repeats_for(run);
    double begin = mw_clock_seconds();
    while (count < PAIRS && (count < PAIRS_MIN || mw_clock_seconds() - begin < ROW_SECONDS)) {
        double seconds[2]; /* metered, muted */
        for (int k = 0; k < 2; k++) {
            int side = (k + (int)count) % 2;
            mw_ledger_mute(run->ledger, side == 1);
            seconds[side] = time_batch(run, repeats);
            mw_ledger_mute(run->ledger, false);
            if (seconds[side] <= 0 || mw_ledger_cancelled(run->ledger))
                return stopped(run->ledger, error);
        }
        ratios[count++] = seconds[1] / seconds[0];
    }
    fill_row(row, ratios, count, LEDGER_TARGET);
    return MW_OK;
}

mw_status mw_bench_ledger(mw_ledger *ledger, mw_bench_row *rows, size_t *count, mw_error *error)
{
    /* Explicit: what is not set here stays at its preset, blocks too, as where a person measures.
     * A sample, which tests take, would choose blocks of its own. */
    static const struct {
        const char *kernel;
        const char *settings[9];
    } cases[] = {
        {"gemv/prefetch", {"m", "512", "n", "512", NULL}},
        {"gemv/prefetch", {"m", "2048", "n", "2048", NULL}},
        {"gemv/prefetch", {"m", "8192", "n", "8192", NULL}},
        {"gemm/blocked", {"m", "512", "n", "512", "k", "512", NULL}},
        {"gemm/ikj", {"m", "512", "n", "512", "k", "512", NULL}},
        {"gemm/skinny", {"m", "4096", "n", "8", "k", "4096", NULL}},
    };
    mw_status status = MW_OK;
    *count = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases && status == MW_OK; i++) {
        mw_run run = {0};
        mw_affinity affinity;
        if ((status = open_run(&run, cases[i].kernel, cases[i].settings, ledger, error)) != MW_OK)
            return status;
        mw_bench_row *row = &rows[*count];
        snprintf(row->name, sizeof row->name, "%s %s=%s %s=%s, metered against unmetered",
                 cases[i].kernel, cases[i].settings[0], cases[i].settings[1], cases[i].settings[2],
                 cases[i].settings[3]);
        mw_affinity_pin(&affinity, -1);
        status = pair_metered(&run, row, error);
        mw_affinity_restore(&affinity);
        run.kernel->release(&run);
        *count += status == MW_OK;
    }
    return status;
}

/* A side is one OpenBLAS execution, timed, after either another or one of our own team. */
static mw_status pair_interfered(mw_run *blas, mw_run *ours, mw_bench_row *row, mw_error *error)
{
    double ratios[PAIRS];
    size_t count = 0;
    double begin = mw_clock_seconds();
    while (count < PAIRS && (count < PAIRS_MIN || mw_clock_seconds() - begin < ROW_SECONDS)) {
        double seconds[2]; /* after ours, after itself */
        for (int k = 0; k < 2; k++) {
            int side = (k + (int)count) % 2;
            bool ok = time_batch(side == 0 ? ours : blas, 1) > 0;
            seconds[side] = ok ? time_batch(blas, 1) : -1;
            if (seconds[side] <= 0 || mw_ledger_cancelled(blas->ledger))
                return stopped(blas->ledger, error);
        }
        ratios[count++] = seconds[1] / seconds[0];
    }
    fill_row(row, ratios, count, INTERFERENCE_TARGET);
    return MW_OK;
}

mw_status mw_bench_interference(mw_ledger *ledger, mw_bench_row *rows, size_t *count,
                                mw_error *error)
{
    char threads[16];
    snprintf(threads, sizeof threads, "%d", mw_cpu_count());
    /* Small operands of our own: the question is about threads that spin, not about cold caches. */
    const char *const our_settings[] = {"n", "8192", "threads", threads, NULL};
    *count = 0;
    for (int size = 256; size <= 1024; size *= 2) {
        char n[16];
        snprintf(n, sizeof n, "%d", size);
        const char *const settings[] = {"m", n, "n", n, "k", n, "threads", threads, NULL};
        mw_run blas = {0}, ours = {0};
        mw_status status = open_run(&blas, "gemm/openblas", settings, ledger, error);
        if (status != MW_OK)
            return status;
        status = open_run(&ours, "stream/triad", our_settings, ledger, error);
        if (status == MW_OK) {
            mw_bench_row *row = &rows[*count];
            snprintf(row->name, sizeof row->name,
                     "gemm/openblas n=%d threads=%s, after our threads against after itself", size,
                     threads);
            time_batch(&blas, 3);
            status = pair_interfered(&blas, &ours, row, error);
            *count += status == MW_OK;
            ours.kernel->release(&ours);
        }
        blas.kernel->release(&blas);
        if (status != MW_OK)
            return status;
    }
    return MW_OK;
}
