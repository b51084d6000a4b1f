/* row.h: rows of the tables of `memwall bench`, and the figures that go into them. */
#ifndef MW_BENCH_ROW_H
#define MW_BENCH_ROW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/number.h"
#include "model/verdict.h"

/* A row of the table: { "label", "value", "target", "verdict", "note"? }. */
json_t *mw_bench_row(const char *label, const mw_number *value, const char *target,
                     mw_verdict verdict, const char *note);

/* Appends a measured row that is met at `most` or less; one whose value there is not. */
void mw_bench_add(json_t *rows, const char *label, double value, mw_unit unit, double most,
                  const char *target, const char *note);
void mw_bench_add_absent(json_t *rows, const char *label, mw_unit unit, const char *target,
                         mw_reason reason);

/* A row whose value there is not. */
json_t *mw_bench_absent(const char *label, mw_unit unit, const char *target, mw_reason reason);

/* "about 3 min left" */
void mw_bench_time_left(double seconds, char *text, size_t size);

/* Seconds of a clock that only goes on. */
double mw_bench_now(void);

/* For qsort: doubles from small to large. */
int mw_bench_by_size(const void *a, const void *b);

/* What came of a pair. */
typedef struct mw_pair_value {
    double median, low, high;
    bool noisy;
} mw_pair_value;

/* Median and 95 % interval of a handful of values, sorted in place: with fewer than six of them
 * nothing narrower than their range is known. */
mw_pair_value mw_pair_median(double *values, size_t count);

#endif
