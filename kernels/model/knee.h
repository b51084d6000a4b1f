/*
 * knee.h: where a flat line and a rising one meet.
 *
 * With one matrix and B vectors a step takes as long as for one vector while memory decides, and B
 * times as long as its arithmetic beyond. On logarithmic axes that is a level line and one of slope
 * 1; their crossing is the knee. It rests on the samples far up the rising line, where T(B) = T(1)
 * · B / knee, and not on the first one that looks longer: that one moves with every disturbance.
 */
#ifndef MW_MODEL_KNEE_H
#define MW_MODEL_KNEE_H

#include <stddef.h>

#include "model/reason.h"

/* One sample of a sweep: T(first) / T(x) with its interval, best measured in turns with the first.
 */
typedef struct mw_knee_point {
    double x;
    double ratio, low, high;
} mw_knee_point;

typedef struct mw_knee {
    double value, low, high; /* in the unit of x */
    mw_reason absent;        /* why there is no number; none when there is one */
} mw_knee;

/*
 * `points` ascend in x and the first is what the others are held against. The knee is absent when
 * the last sample is not clearly on the rising line, and when its interval is wider than a
 * factor 2.
 */
mw_knee mw_knee_find(const mw_knee_point *points, size_t count);

#endif
