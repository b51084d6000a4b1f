/* classify.c: from the kernel's errno to why there are no hardware counters. */
#include <errno.h>
#include <string.h>

#include "meter/hardware.h"

void mw_hardware_say(mw_hardware *hardware, mw_hardware_state state, mw_reason_id brief,
                     mw_reason reason)
{
    hardware->state = state;
    hardware->brief = mw_reason_of(brief, NULL);
    hardware->reason = reason;
}

/* PAPI's own component claims to be active under total denial, so the kernel is asked directly. */
void mw_hardware_classify(int open_errno, int paranoid, mw_hardware *hardware)
{
    enum { USER_MODE_ALLOWED = 2 }; /* the highest level at which a user may count own cycles */
    switch (open_errno) {
    case 0:
        mw_hardware_say(hardware, MW_HARDWARE_PRESENT, MW_REASON_NONE,
                        mw_reason_of(MW_REASON_NONE, NULL));
        return;
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
        mw_hardware_say(hardware, MW_HARDWARE_NO_PMU, MW_REASON_NO_PMU,
                        mw_reason_of(MW_REASON_NO_PMU_LONG, NULL));
        return;
    case EACCES:
    case EPERM:
        if (paranoid <= USER_MODE_ALLOWED) {
            mw_hardware_say(hardware, MW_HARDWARE_SECCOMP, MW_REASON_PERF_BLOCKED,
                            mw_reason_of(MW_REASON_PERF_BLOCKED_LONG, NULL));
            return;
        }
        mw_hardware_say(
            hardware, MW_HARDWARE_PARANOID, MW_REASON_PERF_REFUSED,
            MW_BECAUSE(PERF_REFUSED_LONG, {.number = paranoid}, {.number = USER_MODE_ALLOWED}));
        return;
    case ENOSYS:
        mw_hardware_say(hardware, MW_HARDWARE_NOT_BUILT, MW_REASON_NO_PERF,
                        mw_reason_of(MW_REASON_NO_PERF_LONG, NULL));
        return;
    default:
        mw_hardware_say(hardware, MW_HARDWARE_FAILED, MW_REASON_PERF_FAILED,
                        MW_BECAUSE(PERF_FAILED_LONG, {.word = strerror(open_errno)}));
        return;
    }
}

mw_hardware_counts mw_hardware_none(const mw_reason *reason)
{
    mw_number bytes = mw_number_absent(MW_UNIT_BYTE, MW_MEASURED, *reason);
    return (mw_hardware_counts){mw_number_absent(MW_UNIT_FLOP, MW_MEASURED, *reason), bytes, bytes,
                                bytes};
}
