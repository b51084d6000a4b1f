/*
 * verdict.h: whether a measured value reaches its target, judged by its median and the 95 %
 * interval of that median. Speed is never judged by one number.
 */
#ifndef MW_MODEL_VERDICT_H
#define MW_MODEL_VERDICT_H

#include <stdbool.h>

typedef enum mw_verdict {
    MW_VERDICT_MET,    /* the median reaches the target */
    MW_VERDICT_CLOSE,  /* it does not, but its interval does */
    MW_VERDICT_MISSED, /* not even the interval does */
    MW_VERDICT_NOISY,  /* something else ran, and the interval does not lie above the target */
    MW_VERDICT_ABSENT  /* nothing could be measured here */
} mw_verdict;

/* More is better. What is no number, or an interval that does not hold its median, is absent. */
mw_verdict mw_verdict_of(double median, double low, double high, double target, bool noisy);

/* "met", "close", "missed", "noisy", "absent" */
const char *mw_verdict_name(mw_verdict verdict);

#endif
