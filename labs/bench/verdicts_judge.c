/* verdicts_judge.c: which clean verdicts were right, from records alone. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/bench/row.h"
#include "labs/bench/verdicts.h"
#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"

#define WIDER 0.05 /* of its middle, on both sides of an interval */

/* What the quiet records of a pair, without the one at `except`, say: the 95 % interval of the
 * median of their medians; their range when they are fewer than nine. */
static bool quiet_interval(const json_t *records, const char *pair, size_t except, double *low,
                           double *high)
{
    double *medians = calloc(json_array_size(records) + 1, sizeof *medians);
    size_t count = 0, i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        if (medians && i != except && !json_is_true(json_object_get(record, "loaded")) &&
            strcmp(mw_json_text(record, "pair"), pair) == 0)
            medians[count++] = mw_json_number(record, "median", NAN);
    }
    if (count > 0) {
        qsort(medians, count, sizeof *medians, mw_bench_by_size);
        size_t rank = count >= 9 ? 1 : 0;
        *low = medians[rank];
        *high = medians[count - 1 - rank];
    }
    free(medians);
    return count > 0;
}

/* How far the widened interval of a record lies from another one: a factor above 1, or 1. */
static double distance(const json_t *record, double low, double high)
{
    double from = mw_json_number(record, "low", NAN), to = mw_json_number(record, "high", NAN);
    double wider = WIDER * (from + to) / 2;
    if (from - wider > high)
        return (from - wider) / high;
    return to + wider < low ? low / (to + wider) : 1;
}

static void judge_record(const json_t *records, size_t at, mw_verdicts_half *half, double *farthest)
{
    const json_t *record = json_array_get(records, at);
    const char *pair = mw_json_text(record, "pair");
    double truth = mw_json_number(record, "truth", NAN), low, high;
    half->count++;
    half->pairs += mw_json_number(record, "pairs", 0);
    half->disturbed_pairs += mw_json_number(record, "disturbed_pairs", 0);
    if (!json_is_true(json_object_get(record, "clean")))
        return;
    half->clean++;
    half->untruly += distance(record, truth, truth) > 1;
    if (!quiet_interval(records, pair, at, &low, &high))
        return;
    double off = distance(record, low, high);
    if (off <= 1)
        return;
    half->wrong++;
    if (off > *farthest) {
        *farthest = off;
        snprintf(half->worst, sizeof half->worst, _("%s: %.3f to %.3f, quiet %.3f to %.3f"), pair,
                 mw_json_number(record, "low", NAN), mw_json_number(record, "high", NAN), low,
                 high);
    }
}

/* The counts of the first record of the same pair. */
static const json_t *first_counts(const json_t *records, const char *pair)
{
    size_t i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        if (strcmp(mw_json_text(record, "pair"), pair) == 0)
            return json_object_get(record, "counts");
    }
    return NULL;
}

void mw_verdicts_judge(const json_t *records, mw_verdicts *verdicts)
{
    double farthest[2] = {1, 1};
    size_t i;
    json_t *record;
    *verdicts = (mw_verdicts){.differing = 0};
    json_array_foreach(records, i, record)
    {
        int loaded = json_is_true(json_object_get(record, "loaded"));
        judge_record(records, i, &verdicts->half[loaded], &farthest[loaded]);
        verdicts->differing += !json_equal(json_object_get(record, "counts"),
                                           first_counts(records, mw_json_text(record, "pair")));
    }
}

/* ---- roofs ---- */

/* Whether a row is one that something may be taken from without a doubt. */
static bool is_sure(const json_t *row)
{
    return !*mw_json_text(row, "verdict");
}

/* "compute avx512 f32 fma x1"; the rows of one machine have different names. */
static void roof_name(const char *list, const json_t *row, char *name, size_t size)
{
    if (strcmp(list, "levels") == 0)
        snprintf(name, size, "%s", mw_json_text(row, "name"));
    else
        snprintf(name, size, "%s %s %s x%.0f", mw_json_text(row, "isa"), mw_json_text(row, "dtype"),
                 mw_json_text(row, "op"), mw_json_number(row, "threads", 1));
}

/* The band that the references give for a roof; false when none has it. */
static bool reference_band(const json_t *references, const char *list, const char *key,
                           const char *name, double *low, double *high)
{
    size_t i, j;
    json_t *machine, *row;
    *low = INFINITY;
    *high = 0;
    json_array_foreach(references, i, machine)
    {
        bool unsure = json_is_true(json_object_get(machine, "unsure"));
        json_array_foreach(json_object_get(machine, list), j, row)
        {
            char own[96];
            roof_name(list, row, own, sizeof own);
            if (unsure || !is_sure(row) || strcmp(own, name) != 0)
                continue;
            *low = fmin(*low, mw_json_number(row, key, INFINITY));
            *high = fmax(*high, mw_json_number(row, key, 0));
        }
    }
    return *high > 0 && isfinite(*low);
}

static double largest_of(const json_t *machine, const json_t *references, const char *list,
                         const char *key, double largest, char *name, size_t size)
{
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(machine, list), i, row)
    {
        char own[96];
        double low, high, value = mw_json_number(row, key, 0);
        roof_name(list, row, own, sizeof own);
        if (!is_sure(row) || !(value > 0) ||
            !reference_band(references, list, key, own, &low, &high))
            continue;
        double factor = value > high ? value / high : value < low ? low / value : 1;
        if (factor > largest) {
            largest = factor;
            snprintf(name, size, _("%s: %.3g, quiet %.3g to %.3g"), own, value, low, high);
        }
    }
    return largest;
}

double mw_verdicts_roof_factor(const json_t *machine, const json_t *references, char *name,
                               size_t size)
{
    double largest = 0;
    snprintf(name, size, "%s", "");
    if (json_is_true(json_object_get(machine, "unsure")))
        return 1;
    largest = largest_of(machine, references, "levels", "bytes_per_second", largest, name, size);
    return largest_of(machine, references, "compute", "flops_per_second", largest, name, size);
}
