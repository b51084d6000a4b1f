/* quiet.c: compares the CPU times of two moments until nobody else ran between them. */
#include "meter/quiet.h"

#include <time.h>
#include <unistd.h>

#define BUSY_SHARE     0.10
#define WINDOW_SECONDS 0.5
#define NAP_SECONDS    0.02 /* a run hears the cancel flag in so long */

bool mw_quiet_between(const mw_cpu_times *before, const mw_cpu_times *after, const cpu_set_t *cpus,
                      double seconds)
{
    double ticks = (double)sysconf(_SC_CLK_TCK) * seconds;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET((size_t)cpu, cpus))
            continue;
        long busy = after[cpu].busy - before[cpu].busy + after[cpu].steal - before[cpu].steal;
        if ((double)busy > BUSY_SHARE * ticks)
            return false;
    }
    return true;
}

/* False when the ledger says stop. */
static bool nap(mw_ledger *ledger, double seconds)
{
    struct timespec pause = {.tv_nsec = (long)(1e9 * NAP_SECONDS)};
    double end = mw_clock_seconds() + seconds;
    while (mw_clock_seconds() < end) {
        if (!mw_ledger_poll(ledger))
            return false;
        nanosleep(&pause, NULL);
    }
    return mw_ledger_poll(ledger);
}

mw_status mw_quiet_wait(const char *root, mw_ledger *ledger, const cpu_set_t *cpus, double most,
                        bool *quiet, mw_error *error)
{
    mw_cpu_times before[CPU_SETSIZE], after[CPU_SETSIZE];
    double begin = mw_clock_seconds();
    *quiet = false;
    while (!*quiet && mw_clock_seconds() - begin < most) {
        double since = mw_clock_seconds();
        if (!mw_cpu_times_read(root, before, CPU_SETSIZE))
            return MW_OK;
        if (!nap(ledger, WINDOW_SECONDS))
            return mw_fail(error, MW_CANCELLED, "cancelled");
        if (!mw_cpu_times_read(root, after, CPU_SETSIZE))
            return MW_OK;
        *quiet = mw_quiet_between(before, after, cpus, mw_clock_seconds() - since);
    }
    return MW_OK;
}
