/*
 * bench_knee.c: the lesson of lab 04 as a target: with one W in memory and B vectors, a step begins
 * to take longer where the model says. The read roof is measured beside every batch.
 */
#include "tui/commands/bench.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/commands/bound.h"
#include "tui/locale.h"

#define RISE 1.25 /* a step takes longer when it takes this many times the step of one user */

static const int batches[] = {1, 2, 4, 8, 12, 16, 24, 32, 48, 64};

enum { BATCH_COUNT = sizeof batches / sizeof *batches };

typedef struct sample {
    double seconds, read_roof; /* s; B/s of the load-only kernel beside it */
    bool noisy;
} sample;

/* One batch, interleaved with reading as many bytes as W has; false with *code set. */
static bool take_sample(mw_host *host, int order, int batch, sample *taken, int *code)
{
    json_t *body = json_pack("{s:s, s:{s:i, s:i, s:i, s:s}, s:s, s:{s:i, s:s}, s:f, s:b}", "kernel",
                             "gemm/skinny", "args", "m", order, "k", order, "n", batch, "dtype",
                             "f32", "vs", "stream/read", "vs_args", "n", order * order, "dtype",
                             "f32", "budget", 1.0, "verify", 0);
    json_t *answer = mw_console_call("bench", host, "measure", body, code);
    if (!answer)
        return false;
    taken->seconds = mw_json_number(json_object_get(answer, "seconds"), "median", 0);
    taken->read_roof = 1e9 * mw_json_number(json_object_get(answer, "vs"), "gbytes_per_second", 0);
    taken->noisy = strcmp(mw_json_text(answer, "verdict"), "noisy") == 0;
    json_decref(answer);
    return taken->seconds > 0;
}

static double middle_roof(const sample *samples)
{
    double sum = 0;
    for (int i = 0; i < BATCH_COUNT; i++)
        sum += log(samples[i].read_roof);
    return exp(sum / BATCH_COUNT);
}

/* Where the rise crosses RISE, between two batches on logarithmic axes; the largest batch when
 * never. */
static double measured_knee(const sample *samples)
{
    for (int i = 1; i < BATCH_COUNT; i++) {
        double before = samples[i - 1].seconds / samples[0].seconds,
               after = samples[i].seconds / samples[0].seconds;
        if (after <= RISE)
            continue;
        if (before >= after)
            return batches[i];
        double part = log(RISE / before) / log(after / before);
        return batches[i - 1] * pow((double)batches[i] / batches[i - 1], fmax(0, part));
    }
    return batches[BATCH_COUNT - 1];
}

/* The batch at which the model's step, max(bytes/roof, FLOP/peak), takes RISE times that of one
 * user: at B* = 2I/(1 - 4I/n) the two are equal, and the step is proportional to B beyond. */
static double modelled_knee(double ridge, int order)
{
    return RISE * 2 * ridge / (1 - 4 * ridge / order);
}

static json_t *knee_row(const json_t *machine, const sample *samples, int order)
{
    mw_roofs roofs;
    const char *target = N_("within a factor 2 of the model");
    if (!mw_roofs_find(machine, 4.0 * order * order, "f32", false, &roofs)) {
        mw_number none = mw_number_absent(MW_UNIT_ONE, MW_MEASURED, "the machine has no f32 roof");
        return mw_bench_row(N_("knee of the batch sweep"), &none, target, "absent", none.reason);
    }
    int noisy = 0;
    for (int i = 0; i < BATCH_COUNT; i++)
        noisy += samples[i].noisy;
    double ridge = roofs.compute / middle_roof(samples);
    double model = modelled_knee(ridge, order), measured = measured_knee(samples);
    double factor = measured > model ? measured / model : model / measured;
    mw_number value = mw_number_of(measured, MW_UNIT_ONE, MW_MEASURED);
    char note[160];
    snprintf(note, sizeof note, "batch; the model says %.3g (ridge %.3g FLOP/B); %d of %d noisy",
             model, ridge, noisy, BATCH_COUNT);
    return mw_bench_row(N_("knee of the batch sweep"), &value, target,
                        factor <= 2               ? "met"
                        : 2 * noisy > BATCH_COUNT ? "noisy"
                                                  : "missed",
                        note);
}

static json_t *library_row(mw_host *host, int order, int *code)
{
    json_t *body = json_pack("{s:s, s:{s:i, s:i, s:i, s:s}, s:s, s:{s:i, s:i, s:i, s:s}, s:f, s:b}",
                             "kernel", "gemm/skinny", "args", "m", order, "k", order, "n", 2,
                             "dtype", "f32", "vs", "gemm/openblas", "vs_args", "m", order, "k",
                             order, "n", 2, "dtype", "f32", "budget", 3.0, "verify", 0);
    json_t *answer = mw_console_call("bench", host, "measure", body, code);
    if (!answer)
        return NULL;
    const json_t *ratio = json_object_get(answer, "ratio");
    double low = mw_json_number(ratio, "low", 0), high = mw_json_number(ratio, "high", 0);
    mw_number value = mw_number_with_spread(mw_json_number(ratio, "median", 0), low, high,
                                            MW_UNIT_ONE, MW_MEASURED);
    const char *verdict = low >= 1.2 ? "met" : high < 1.2 ? "missed" : "noisy";
    json_decref(answer);
    return mw_bench_row(N_("T(OpenBLAS) / T(skinny), batch 2"), &value, N_("at least 1.2"), verdict,
                        "the library packs W");
}

json_t *mw_bench_knee(const mw_suite *suite, mw_host *host, int *code)
{
    const int order = 8192; /* W is 256 MiB */
    bool remembered;
    json_t *machine = mw_machine_of("bench", host, false, &remembered, code);
    if (!machine)
        return NULL;
    sample samples[BATCH_COUNT];
    json_t *rows = json_array();
    bool good = true;
    for (int i = 0; good && i < BATCH_COUNT; i++)
        good = take_sample(host, order, batches[i], &samples[i], code);
    if (good)
        json_array_append_new(rows, knee_row(machine, samples, order));
    json_t *library = good ? library_row(host, order, code) : NULL;
    json_decref(machine);
    if (!library) {
        json_decref(rows);
        return NULL;
    }
    json_array_append_new(rows, library);
    return json_pack("{s:s, s:o}", "suite", suite->name, "rows", rows);
}
