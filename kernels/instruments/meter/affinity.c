/* affinity.c: keeps a thread's mask, narrows it to one CPU, puts it back. */
#include "meter/affinity.h"

#include "cpu.h"

cpu_set_t mw_affinity_now(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    return set;
}

void mw_affinity_keep(mw_affinity *affinity)
{
    affinity->allowed = mw_affinity_now();
    affinity->pinned = false;
}

void mw_affinity_pin(mw_affinity *affinity, int cpu)
{
    mw_cpu_count(); /* remembers the process's CPUs before one of them is all there is */
    mw_affinity_keep(affinity);
    if (cpu < 0)
        cpu = sched_getcpu();
    if (cpu < 0)
        return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)cpu, &one);
    affinity->pinned = sched_setaffinity(0, sizeof one, &one) == 0;
}

void mw_affinity_restore(mw_affinity *affinity)
{
    if (affinity->pinned)
        sched_setaffinity(0, sizeof affinity->allowed, &affinity->allowed);
    affinity->pinned = false;
}
