#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "meter/hardware.h"

static void say(mw_hardware *hardware, mw_hardware_state state, const char *short_reason,
                const char *reason)
{
    hardware->state = state;
    snprintf(hardware->short_reason, sizeof hardware->short_reason, "%s", short_reason);
    snprintf(hardware->reason, sizeof hardware->reason, "%s", reason);
}

/* PAPI's own component claims to be active under total denial, so the kernel is asked directly. */
void mw_hardware_classify(int open_errno, int paranoid, mw_hardware *hardware)
{
    enum { USER_MODE_ALLOWED = 2 }; /* the highest level at which a user may count own cycles */
    char line[160];
    switch (open_errno) {
    case 0:
        say(hardware, MW_HARDWARE_PRESENT, "", "");
        return;
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
        say(hardware, MW_HARDWARE_NO_PMU, "no PMU here",
            "no hardware counters in this virtual machine (perf_event_open: ENOENT)");
        return;
    case EACCES:
    case EPERM:
        if (paranoid <= USER_MODE_ALLOWED) {
            say(hardware, MW_HARDWARE_SECCOMP, "blocked by container",
                "a container's system call filter blocks perf_event_open (EPERM although "
                "kernel.perf_event_paranoid allows it)");
            return;
        }
        snprintf(line, sizeof line,
                 "kernel.perf_event_paranoid=%d refuses: set it to 2 with sysctl, or grant "
                 "CAP_PERFMON",
                 paranoid);
        say(hardware, MW_HARDWARE_PARANOID, "perf not permitted", line);
        return;
    case ENOSYS:
        say(hardware, MW_HARDWARE_NOT_BUILT, "no perf in kernel",
            "this kernel has no perf_event_open (ENOSYS)");
        return;
    default:
        snprintf(line, sizeof line, "perf_event_open failed: %s", strerror(open_errno));
        say(hardware, MW_HARDWARE_FAILED, "counters failed", line);
        return;
    }
}

mw_hardware_counts mw_hardware_none(const char *reason)
{
    mw_number bytes = mw_number_absent(MW_UNIT_BYTE, MW_MEASURED, reason);
    return (mw_hardware_counts){mw_number_absent(MW_UNIT_FLOP, MW_MEASURED, reason), bytes, bytes,
                                bytes};
}
