/* row.c: rows of the tables of `memwall bench`, and the figures that go into them. */
#include "labs/bench/row.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"

json_t *mw_bench_row(const char *label, const mw_number *value, const char *target,
                     mw_verdict verdict, const char *note)
{
    json_t *row =
        json_pack("{s:s, s:o, s:s, s:s}", "label", label, "value", mw_number_to_json(value),
                  "target", target, "verdict", mw_verdict_name(verdict));
    if (row && note && *note)
        json_object_set_new(row, "note", json_string(note));
    return row;
}

void mw_bench_add(json_t *rows, const char *label, double value, mw_unit unit, double most,
                  const char *target, const char *note)
{
    const mw_number number = mw_number_of(value, unit, MW_MEASURED);
    json_array_append_new(rows,
                          mw_bench_row(label, &number, target,
                                       value <= most ? MW_VERDICT_MET : MW_VERDICT_MISSED, note));
}

void mw_bench_add_absent(json_t *rows, const char *label, mw_unit unit, const char *target,
                         mw_reason reason)
{
    json_array_append_new(rows, mw_bench_absent(label, unit, target, reason));
}

json_t *mw_bench_absent(const char *label, mw_unit unit, const char *target, mw_reason reason)
{
    const mw_number number = mw_number_absent(unit, MW_MEASURED, reason);
    return mw_bench_row(label, &number, target, MW_VERDICT_ABSENT, NULL);
}

void mw_bench_time_left(double seconds, char *text, size_t size)
{
    if (seconds < 90)
        snprintf(text, size, _("about %.0f s left"), ceil(fmax(seconds, 0) / 5) * 5);
    else
        snprintf(text, size, _("about %.0f min left"), ceil(seconds / 60));
}

double mw_bench_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int mw_bench_by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

mw_pair_value mw_pair_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, mw_bench_by_size);
    double median = count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
    return (mw_pair_value){median, values[0], values[count - 1], false};
}
