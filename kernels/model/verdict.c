#include "model/verdict.h"

#include <math.h>

mw_verdict mw_verdict_of(double median, double low, double high, double target, bool noisy)
{
    if (!isfinite(median) || !isfinite(low) || !isfinite(high) || !(low <= median) ||
        !(median <= high))
        return MW_VERDICT_ABSENT;
    if (low >= target)
        return MW_VERDICT_MET; /* a disturbance makes no kernel faster */
    if (noisy)
        return MW_VERDICT_NOISY;
    return median >= target ? MW_VERDICT_MET
           : high >= target ? MW_VERDICT_CLOSE
                            : MW_VERDICT_MISSED;
}

const char *mw_verdict_name(mw_verdict verdict)
{
    static const char *const names[] = {"met", "close", "missed", "noisy", "absent"};
    return names[verdict];
}
