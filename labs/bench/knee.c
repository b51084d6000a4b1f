/*
 * knee.c: the lesson of lab 04 as a target: with one W in memory and B vectors, a step begins
 * to take longer where the model says. Every batch is measured in turns with batch 1, and the knee
 * is found as the lab finds it (model/knee.h).
 */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/bench/session.h"
#include "labs/engine/wire/machine.h"
#include "labs/engine/wire/member.h"
#include "labs/engine/wire/verdict.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "model/knee.h"
#include "model/roofline.h"

static const int batches[] = {1, 2, 4, 8, 12, 16, 24, 32, 48, 64};

enum { BATCH_COUNT = sizeof batches / sizeof *batches };

typedef struct sweep {
    mw_knee_point points[BATCH_COUNT];
    int noisy;
    double read_roof; /* B/s: the best of the load-only kernel, in turns with batch 1 */
} sweep;

/* A kernel in turns with one user's step; NULL with the error. */
static json_t *in_turns(mw_bench_session *session, const char *kernel, json_t *args, int order,
                        mw_error *error)
{
    json_t *body = json_pack("{s:s, s:o, s:s, s:{s:i, s:i, s:i, s:s}, s:f, s:b, s:i}", "kernel",
                             kernel, "args", args, "vs", "gemm/skinny", "vs_args", "m", order, "k",
                             order, "n", 1, "dtype", "f32", "budget", 1.0, "verify", 0, "model", 0);
    return mw_bench_ask(session, "measure", body, error);
}

static bool take_sample(mw_bench_session *session, int order, int index, sweep *taken,
                        mw_error *error)
{
    char what[64];
    snprintf(what, sizeof what, _("batch %d"), batches[index]);
    mw_bench_tell(session, (double)index / BATCH_COUNT, what);
    json_t *args = json_pack("{s:i, s:i, s:i, s:s}", "m", order, "k", order, "n", batches[index],
                             "dtype", "f32");
    json_t *answer = in_turns(session, "gemm/skinny", args, order, error);
    if (!answer)
        return false;
    const json_t *ratio = json_object_get(answer, "ratio");
    taken->points[index] =
        (mw_knee_point){batches[index], mw_json_number(ratio, "median", 0),
                        mw_json_number(ratio, "low", 0), mw_json_number(ratio, "high", 0)};
    taken->noisy += mw_json_has_run_verdict(answer, MW_RUN_NOISY);
    json_decref(answer);
    return true;
}

static bool take_roof(mw_bench_session *session, int order, sweep *taken, mw_error *error)
{
    json_t *args = json_pack("{s:i, s:s}", "n", order * order, "dtype", "f32");
    json_t *answer = in_turns(session, "stream/read", args, order, error);
    if (!answer)
        return false;
    double best = mw_json_number(json_object_get(answer, "seconds"), "min", 0);
    taken->read_roof = best > 0 ? mw_json_number(answer, "compulsory_bytes", 0) / best : 0;
    json_decref(answer);
    return taken->read_roof > 0;
}

/* AI(batch) = ridge, solved for batch: there max(bytes/roof, FLOP/peak) leaves the level line. */
static double modelled_knee(double ridge, int order)
{
    return 2 * ridge / (1 - 4 * ridge / order);
}

/* Both roofs are the best that was reached in the same calibration, unless the memory has become
 * another one since. The steps outlast a burst. */
static double ridge_of(const mw_roofs *roofs, const sweep *taken)
{
    double memory = roofs->memory.value;
    if (mw_roof_moved(memory, taken->read_roof))
        memory = taken->read_roof;
    return mw_roofline_ridge(roofs->sustained.value, memory);
}

static json_t *knee_row(const json_t *machine, const sweep *taken, int order)
{
    mw_machine measured;
    mw_roofs roofs;
    mw_workload step = {.flops = NAN, .bytes = 4.0 * order * order, .dtype = "f32"};
    char note[MW_REASON_TEXT + 160], said[MW_REASON_TEXT];
    const char *label = N_("knee of the batch sweep"),
               *target = N_("within a factor 2 of the model");
    mw_machine_from_json(machine, &measured);
    if (!mw_roofs_of_run(&measured, &step, &roofs))
        return mw_bench_absent(label, MW_UNIT_ONE, target,
                               mw_reason_of(MW_REASON_NO_F32_ROOF, NULL));
    double ridge = ridge_of(&roofs, taken), model = modelled_knee(ridge, order);
    mw_knee knee = mw_knee_find(taken->points, BATCH_COUNT);
    snprintf(note, sizeof note,
             "batch; the model says %.3g (ridge %.3g FLOP/B); %d of %d noisy%s%s", model, ridge,
             taken->noisy, BATCH_COUNT, mw_reason_is(&knee.absent) ? "; " : "",
             mw_reason_said(&knee.absent, said));
    if (mw_reason_is(&knee.absent)) {
        mw_number none = mw_number_absent(MW_UNIT_ONE, MW_MEASURED, knee.absent);
        return mw_bench_row(label, &none, target, MW_VERDICT_NOISY, note);
    }
    mw_number value =
        mw_number_with_spread(knee.value, knee.low, knee.high, MW_UNIT_ONE, MW_MEASURED);
    /* What the interval leaves open is not decided. */
    bool inside = knee.value <= 2 * model && 2 * knee.value >= model;
    bool possible = knee.low <= 2 * model && 2 * knee.high >= model;
    return mw_bench_row(label, &value, target,
                        inside     ? MW_VERDICT_MET
                        : possible ? MW_VERDICT_CLOSE
                                   : MW_VERDICT_MISSED,
                        note);
}

static json_t *library_row(mw_bench_session *session, int order, mw_error *error)
{
    json_t *body = json_pack("{s:s, s:{s:i, s:i, s:i, s:s}, s:s, s:{s:i, s:i, s:i, s:s}, s:f, s:b}",
                             "kernel", "gemm/skinny", "args", "m", order, "k", order, "n", 2,
                             "dtype", "f32", "vs", "gemm/openblas", "vs_args", "m", order, "k",
                             order, "n", 2, "dtype", "f32", "budget", 3.0, "verify", 0);
    json_t *answer = mw_bench_ask(session, "measure", body, error);
    if (!answer)
        return NULL;
    const json_t *ratio = json_object_get(answer, "ratio");
    double low = mw_json_number(ratio, "low", 0), high = mw_json_number(ratio, "high", 0);
    mw_number value = mw_number_with_spread(mw_json_number(ratio, "median", 0), low, high,
                                            MW_UNIT_ONE, MW_MEASURED);
    mw_verdict verdict = low >= 1.2   ? MW_VERDICT_MET
                         : high < 1.2 ? MW_VERDICT_MISSED
                                      : MW_VERDICT_NOISY;
    char note[240];
    snprintf(note, sizeof note, _("the library packs W; %s"),
             mw_json_text(json_object_get(answer, "vs"), "library"));
    json_decref(answer);
    return mw_bench_row(N_("T(OpenBLAS) / T(skinny), batch 2"), &value, N_("at least 1.2"), verdict,
                        note);
}

json_t *mw_bench_knee(const mw_suite *suite, mw_bench_session *session, mw_error *error)
{
    const int order = 8192; /* W is 256 MiB */
    json_t *machine = mw_bench_machine_of(session, error);
    if (!machine)
        return NULL;
    sweep taken = {.noisy = 0};
    json_t *rows = json_array();
    bool good = take_roof(session, order, &taken, error);
    for (int i = 0; good && i < BATCH_COUNT; i++)
        good = take_sample(session, order, i, &taken, error);
    if (good)
        json_array_append_new(rows, knee_row(machine, &taken, order));
    json_t *library = good ? library_row(session, order, error) : NULL;
    json_decref(machine);
    if (!library) {
        json_decref(rows);
        return NULL;
    }
    json_array_append_new(rows, library);
    return json_pack("{s:s, s:o}", "suite", suite->name, "rows", rows);
}
