/* knee.c: the median crossing of the samples that lie up the rising line. */
#include "model/knee.h"

#include <math.h>
#include <stdlib.h>

enum { POINTS_MAX = 64 };

#define TOP         2.0  /* the rising line is read from the last octave of x */
#define CLEAR       0.8  /* the interval of T(first)/T(x) lies below it: x is on the rising line */
#define FAR         0.67 /* the last sample is at least this far up */
#define WIDEST      2.0
#define LEAST_COUNT 3

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    return count % 2 ? values[count / 2] : sqrt(values[count / 2 - 1] * values[count / 2]);
}

static int is_sound(const mw_knee_point *p)
{
    return p->x > 0 && p->ratio > 0 && p->low > 0 && p->low <= p->ratio && p->ratio <= p->high &&
           isfinite(p->high);
}

static mw_knee absent(mw_reason_id why)
{
    return (mw_knee){.absent = mw_reason_of(why, NULL)};
}

mw_knee mw_knee_find(const mw_knee_point *points, size_t count)
{
    double middle[POINTS_MAX], low[POINTS_MAX], high[POINTS_MAX];
    size_t used = 0;
    if (count < LEAST_COUNT)
        return absent(MW_REASON_KNEE_FEW);
    for (size_t i = 0; i < count; i++)
        if (!is_sound(&points[i]))
            return absent(MW_REASON_KNEE_GAP);
    const mw_knee_point *last = &points[count - 1];
    if (last->ratio > FAR || last->high > CLEAR)
        return absent(MW_REASON_KNEE_LEVEL);
    /* Each sample of the rising line says where that line meets the level one: at x · T(first)/T.
     */
    for (size_t i = 1; i < count && used < POINTS_MAX; i++) {
        const mw_knee_point *p = &points[i];
        if (p->x * TOP < last->x || p->high > CLEAR)
            continue;
        middle[used] = p->x * p->ratio;
        low[used] = p->x * p->low;
        high[used++] = p->x * p->high;
    }
    mw_knee knee = {.value = median_of(middle, used),
                    .low = median_of(low, used),
                    .high = median_of(high, used)};
    knee.low = fmin(knee.low, middle[0]); /* sorted by now */
    knee.high = fmax(knee.high, middle[used - 1]);
    if (knee.high > WIDEST * knee.low)
        knee.absent = MW_BECAUSE(KNEE_WIDE, {.number = WIDEST});
    return knee;
}
