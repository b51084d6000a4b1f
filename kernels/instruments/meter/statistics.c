/* statistics.c: the median and its 95 % interval by order statistics (sign test). */
#include <math.h>
#include <stdlib.h>

#include "meter/measure.h"

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/*
 * The largest k for which [x(k), x(n+1-k)] (1-based) covers the median with at least 95 %: the
 * number of samples below the median is Binomial(n, 1/2), so k is the largest with
 * P(X <= k - 1) <= 2.5 %. Zero when n < 6: then no pair of order statistics covers enough.
 */
static size_t interval_rank(size_t n)
{
    if (n > 500) {
        double rank = floor(((double)n - 1.96 * sqrt((double)n)) / 2);
        return rank > 0 ? (size_t)rank : 0;
    }
    double probability = exp2(-(double)n), cumulative = probability;
    size_t k = 0;
    while (cumulative <= 0.025 && k < n / 2) {
        k++;
        probability *= (double)(n - k + 1) / (double)k;
        cumulative += probability;
    }
    return k;
}

mw_statistics mw_statistics_of(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    size_t rank = interval_rank(count);
    size_t low = rank > 0 ? rank - 1 : 0;
    return (mw_statistics){
        .median = count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2,
        .low = values[low],
        .high = values[count - 1 - low],
        .min = values[0],
        .max = values[count - 1],
        .samples = count,
    };
}
